"""Acceptance: what the window may answer to an application, and what it must."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.checklist import Checklist, names
from domain.commands import Answer, Demand, Ground, Outcome
from domain.definition import Handling
from domain.item import Item
from domain.law import Refused, carries_out
from domain.values import Message


class AnswerNotAllowed(Refused):
    """The window may not answer so; the message says what would be right."""


class Application(Message):
    """What the window has before it."""

    item: Item
    checklist: Checklist
    promised: bool = False
    """Whether the applicant wants deferred acceptance and promised the missing secondary materials."""

    @property
    def can_be_promised(self) -> bool:
        """Whether a promise has something to say: the item allows it, and only secondary materials are missing."""
        return self.item.promise is not None and bool(self.checklist.missing) and not self.checklist.missing_main


class NoticeRound(Message):
    """A one-time notice that was given: its demands, and what was in hand when it was made."""

    demands: tuple[Demand, ...]
    in_hand: tuple[str, ...]
    withdrawn: tuple[Demand, ...] = ()
    """Those of its demands that the outcome of a grievance took back."""

    @property
    def standing(self) -> tuple[Demand, ...]:
        """What it still demands."""
        return tuple(demand for demand in self.demands if demand not in self.withdrawn)


@carries_out("gz:13.1", "apl:32.5")
def is_complete(application: Application) -> bool:
    """Whether all that the guide asks of the applicant is in hand, so that the application must be accepted."""
    return not application.checklist.missing


@carries_out("gz:13.1", "gdbe:32")
def no_deferral(application: Application, barred_until: date | None, today: date) -> AnswerNotAllowed | None:
    """Why acceptance may not be deferred; None where it may, and then it must be."""
    checklist = application.checklist
    if application.item.promise is None:
        return AnswerNotAllowed(
            "deferral_not_allowed",
            f"本事项不适用容缺受理；缺少的材料（{names(checklist.missing)}）请一次性告知补正",
            "This item allows no deferred acceptance; give a one-time notice of what is missing",
            article="gdbe:32",
        )
    if checklist.missing_main:
        return AnswerNotAllowed(
            "main_materials_missing",
            f"主要材料不齐，不能容缺受理：{names(checklist.missing_main)}；请一次性告知补正",
            "Main materials are missing; give a one-time notice instead",
            article="gdbe:32",
        )
    if not application.promised:
        return AnswerNotAllowed(
            "promise_missing",
            "容缺受理须由申请人自愿申请并作出书面承诺；请申请人提交承诺，或者一次性告知补正",
            "Deferred acceptance needs the applicant's wish and written promise; record the promise or give a notice",
            article="gdbe:32",
        )
    if barred_until is not None and today < barred_until:
        return AnswerNotAllowed(
            "applicant_barred",
            f"申请人曾未按承诺补齐材料，{barred_until:%Y-%m-%d}前不适用容缺受理；请一次性告知补正",
            f"A broken promise bars this applicant from deferral until {barred_until}; give a notice instead",
            article="gdbe:32",
        )
    return None


@carries_out("gz:13.2", "apl:32.4")
def demands_of(answer: Answer, checklist: Checklist) -> tuple[Demand, ...]:
    """The whole of a one-time notice: everything the checklist misses, then the clerk's further requirements."""
    missing = tuple(Demand(material=needed.id) for needed in checklist.missing)
    further = tuple(d for d in answer.demands if d.defect is not None or d not in missing)
    return missing + further


@carries_out("gz:13.2", "apl:32.4")
def breaches(
    earlier: tuple[NoticeRound, ...], demands: tuple[Demand, ...], came_in_since: tuple[str, ...]
) -> tuple[Demand, ...]:
    """What a later notice demands that an earlier one could have said: a further requirement, or something about a
    material that no notice named. What answers a material that came in since, or repeats an open demand, is none."""
    if not earlier:
        return ()
    said = {demand.material for one in earlier for demand in one.standing}
    return tuple(
        demand
        for demand in demands
        if demand.repeats is None
        and (demand.material is None or (demand.material not in said and demand.material not in came_in_since))
    )


@carries_out("gz:13.2")
def check_repeats(earlier: tuple[NoticeRound, ...], demands: tuple[Demand, ...]) -> None:
    """Raise `AnswerNotAllowed` where a demand says that it repeats one which no earlier notice of the case made."""
    made = {
        f"{n}.{m}": demand
        for n, one in enumerate(earlier, 1)
        for m, demand in enumerate(one.demands, 1)
        if demand not in one.withdrawn
    }
    for demand in demands:
        if demand.repeats is not None and (
            demand.repeats not in made or made[demand.repeats].material != demand.material
        ):
            raise AnswerNotAllowed(
                "repeats_nothing",
                f"此前的告知没有第 {demand.repeats} 项，或者该项针对的是别的材料；请按“第几次告知.第几项”填写",
                f"No earlier notice has a line {demand.repeats} about the same; give the notice and its line, like 1.2",
                article="gz:13.2",
            )


@carries_out("gz:13.1", "gz:13.2")
def supplement_is_over(
    application: Application, notice: NoticeRound, handed_in_since: tuple[str, ...], *, final: bool
) -> bool:
    """Whether the window has to look again: all that was demanded came in or was withdrawn, the applicant says that this is
    all, or what is still missing has been promised and may be deferred."""
    deferred = application.promised and application.can_be_promised
    return final or deferred or not notice.standing or all_demanded_is_in(notice, handed_in_since)


@carries_out("gz:13.2")
def all_demanded_is_in(notice: NoticeRound, handed_in_since: tuple[str, ...]) -> bool:
    """Whether every material that the notice demands came in after it, and anything at all did; other requirements
    cannot be counted here, the window looks at them when it checks anew."""
    return bool(handed_in_since) and all(
        demand.material in handed_in_since for demand in notice.standing if demand.material is not None
    )


def check_answer(answer: Answer, application: Application, today: date) -> None:
    """Raise `AnswerNotAllowed` unless the window may answer so; what the registers did not hold is missing."""
    checklist = application.checklist.without(answer.not_found)
    CHECKS[answer.outcome](answer, application.model_copy(update={"checklist": checklist}), today)


@carries_out("gz:13.1", "apl:32.5")
def _accept(answer: Answer, application: Application, today: date) -> None:
    missing = application.checklist.missing
    if missing:
        raise AnswerNotAllowed(
            "materials_missing",
            f"还缺材料：{names(missing)}；符合容缺条件的请容缺受理，否则一次性告知补正",
            "Materials are missing; accept with deferral where the item allows it, or give a one-time notice",
            article="apl:32.5",
        )


@carries_out("gz:13.1", "gdbe:32")
def _accept_deferred(answer: Answer, application: Application, today: date) -> None:
    if is_complete(application):
        raise AnswerNotAllowed(
            "nothing_missing",
            "材料已经齐全，请直接受理",
            "Nothing is missing; accept the application",
            article="gz:13.1",
        )
    hindrance = no_deferral(application, answer.barred_until, today)
    if hindrance:
        raise hindrance


def _must_accept(deferred: bool) -> AnswerNotAllowed:
    zh = "主要材料齐全且申请人已作出承诺，应当容缺受理" if deferred else "申请材料齐全，应当受理"
    en = "The main materials are in and promised; accept with deferral" if deferred else "All materials are in; accept"
    return AnswerNotAllowed("must_accept", f"{zh}，不得要求补正或者以材料为由不予受理", en, article="gz:13.1")


@carries_out("gz:13.2", "apl:31", "rer:17")
def _notify(answer: Answer, application: Application, today: date) -> None:
    if application.item.intake.incomplete == "refuse":
        raise AnswerNotAllowed(
            "refuse_on_the_spot",
            "本事项材料不齐的，应当当场书面不予受理并一次性告知全部内容",
            "For this item, refuse acceptance on the spot in writing and name everything that is missing",
            article="rer:17",
        )
    _check_demands(answer, application, today)


def _check_demands(answer: Answer, application: Application, today: date) -> None:
    """What is demanded is in the guide; and there is something to demand, else the application must be accepted."""
    for demand in answer.demands:
        _check_demand(demand, application.checklist)
    if any(demand.defect is not None for demand in answer.demands):
        return
    if is_complete(application):
        raise _must_accept(deferred=False)
    if no_deferral(application, answer.barred_until, today) is None:
        raise _must_accept(deferred=True)


@carries_out("apl:31", "gz:17")
def _check_demand(demand: Demand, checklist: Checklist) -> None:
    if demand.material is None:
        if demand.defect is None:
            raise AnswerNotAllowed(
                "demand_empty",
                "告知的每一项须写明材料，或者写明具体要求",
                "Each line of a notice names a material or says what is required",
                article="gz:13.2",
            )
        return
    if demand.material not in checklist:
        raise AnswerNotAllowed(
            "material_not_in_guide",
            f"办事指南未列明材料 {demand.material}，不得要求申请人提交",
            f"The guide does not list {demand.material}; it may not be demanded",
            article="apl:31",
        )
    if demand.defect is None:
        _check_asked_for(demand.material, checklist)


@carries_out("apl:31", "gz:17")
def _check_asked_for(material: str, checklist: Checklist) -> None:
    """A material may be asked for unless it is optional, held by a register, or in hand already."""
    held = next(needed for needed in checklist.needed if needed.id == material)
    if checklist.is_held(held):
        raise AnswerNotAllowed(
            "held_by_register",
            f"{held.name}可以通过数据共享获取，不得要求申请人提交",
            f"{held.id} can be had from a register and may not be demanded from the applicant",
            article="gz:17",
        )
    if held.optional:
        raise AnswerNotAllowed(
            "material_optional",
            f"{held.name}不是必交材料，不得要求申请人补交；确有必要的，请写明本次申请为何需要",
            f"{held.id} is optional and may not be demanded; if this application needs it, say why",
            article="apl:31",
        )
    if material in checklist.in_hand:
        raise AnswerNotAllowed(
            "already_in_hand",
            f"{held.name}已经收到；如不符合要求，请写明哪里不符合",
            f"{held.id} is in hand; say what does not conform",
            article="gz:13.2",
        )


@carries_out("apl:32.1", "apl:32-2")
def _not_required(answer: Answer, application: Application, today: date) -> None:
    """Telling at once that nothing needs applying for is always open, with the reason in writing."""
    if answer.text is None:
        raise AnswerNotAllowed(
            "reasons_missing",
            "告知不需要办理，须书面说明理由（依据什么、为何无需申请）",
            "Say in writing why nothing needs applying for",
            article="apl:32-2",
        )


@carries_out("apl:32.2", "apl:78", "apl:79", "rer:17")
def _refuse_acceptance(answer: Answer, application: Application, today: date) -> None:
    if answer.ground is None:
        raise AnswerNotAllowed(
            "ground_missing",
            "不予受理只能依据法定情形，请选择其一；材料不齐的请一次性告知补正，不符合条件的受理后不予许可",
            "Non-acceptance needs one of the law's grounds; incomplete applications get a one-time notice",
            article="apl:32.2",
        )
    if answer.ground is Ground.OTHER_AUTHORITY and not answer.authority:
        raise AnswerNotAllowed(
            "authority_missing",
            "不属于本机关职权范围的，须告知申请人向哪个行政机关申请",
            "Name the authority that is competent",
            article="apl:32.2",
        )
    if answer.on_the_spot:
        if application.item.intake.incomplete != "refuse":
            raise AnswerNotAllowed(
                "ground_not_for_item",
                "本事项材料不齐应当一次性告知补正，不得以此不予受理",
                "For this item an incomplete application gets a one-time notice, not a refusal",
                article="gz:13.2",
            )
        _check_demands(answer, application, today)
    elif answer.ground is not Ground.OTHER_AUTHORITY and answer.text is None:
        raise AnswerNotAllowed(
            "reasons_missing", "不予受理须书面说明理由", "Non-acceptance needs written reasons", article="apl:32-2"
        )


@carries_out("apl:34")
def _grant_at_once(answer: Answer, application: Application, today: date) -> None:
    if application.item.handling is not Handling.INSTANT:
        raise AnswerNotAllowed(
            "not_instant",
            "本事项不是即办件，受理后须按环节审查",
            "This item is not decided at the window; accept it and let it be examined",
            article="apl:34",
        )
    _accept(answer, application, today)


CHECKS: dict[Outcome, Callable[[Answer, Application, date], None]] = {
    Outcome.ACCEPT: _accept,
    Outcome.ACCEPT_DEFERRED: _accept_deferred,
    Outcome.NOTIFY: _notify,
    Outcome.NOT_REQUIRED: _not_required,
    Outcome.REFUSE_ACCEPTANCE: _refuse_acceptance,
    Outcome.GRANT_AT_ONCE: _grant_at_once,
}


def outcomes_for(item: Item) -> tuple[Outcome, ...]:
    """The answers that the window is offered for an application to this item."""
    return tuple(
        outcome
        for outcome in CHECKS
        if (outcome is not Outcome.GRANT_AT_ONCE or item.handling is Handling.INSTANT)
        and (outcome is not Outcome.ACCEPT_DEFERRED or item.promise is not None)
        and (outcome is not Outcome.NOTIFY or item.intake.incomplete != "refuse")
    )
