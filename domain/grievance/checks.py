"""Who may do what with a grievance now; everything else is refused with the reason."""

from __future__ import annotations

from domain.commands import Actor, Command, RemedyKind
from domain.definition import Role
from domain.grievance.commands import (
    ApproveClass,
    AskedOfCase,
    Classify,
    Conclusion,
    GiveFeedback,
    GrievanceAct,
    NotifyUnit,
    PassOn,
    Reply,
    ReturnVisit,
    Review,
    SendBack,
    Transfer,
    WithdrawGrievance,
)
from domain.grievance.record import Leg
from domain.grievance.state import STAFF_OF_UNIT, SUPERVISOR, WINDOW, WITH_THE_DEPARTMENT, Grievance, serves
from domain.grievance.telling import LEGS
from domain.law import Refused, carries_out
from domain.supervision.rules import Class


class GrievanceNotAllowed(Refused):
    """The window, a unit or the department may not do so now; the message says what would be right."""


ACTS_OF: dict[Leg, tuple[type[Command], ...]] = {
    Leg.CLASSIFICATION: (Classify,),
    Leg.APPROVAL: (ApproveClass,),
    Leg.TRANSFER: (Transfer, Reply),
    Leg.ANSWER: (Reply, PassOn, SendBack),
    Leg.FEEDBACK: (GiveFeedback, SendBack),
    Leg.RETURN_VISIT: (ReturnVisit, SendBack),
    Leg.REVIEW: (Review, SendBack),
    Leg.NOTIFICATION: (NotifyUnit,),
    Leg.CLOSED: (),
}
"""What each leg waits for; withdrawing is possible until the review."""

NEEDS_TEXT = (Transfer, PassOn, SendBack, Reply, GiveFeedback, Review, NotifyUnit)
"""What is said in words, always: reasons, an answer, a result."""


@carries_out("gz:13.5")
def check(grievance: Grievance, act: GrievanceAct) -> None:
    """Raise `Refused` unless this person may do this now."""
    if grievance.leg is Leg.CLOSED:
        raise GrievanceNotAllowed(
            "grievance_closed",
            "该反映件已经办结归档；有新的情况请重新登记",
            "This grievance is closed; report anew what is new",
        )
    if isinstance(act, WithdrawGrievance):
        _check_withdrawal(grievance, act.by)
        return
    if not isinstance(act, ACTS_OF[grievance.leg]):
        leg = LEGS[grievance.leg]
        wanted = "、".join(one.model_fields["kind"].default for one in ACTS_OF[grievance.leg])
        raise GrievanceNotAllowed(
            "not_this_leg",
            f"该反映件正在“{leg.zh}”环节，现在可以办理的是：{wanted}",
            f"The grievance is at the leg {grievance.leg} ({leg.en}); it waits for {wanted}",
        )
    _check_actor(grievance, act)
    if isinstance(act, NEEDS_TEXT) and act.text is None:
        raise GrievanceNotAllowed(
            "text_missing",
            "须写明内容或者理由（text）",
            "Say it in words: `text` is the answer, the result or the reasons",
            article="gz:13.5",
        )
    match act:
        case Classify():
            _check_class(grievance, act)
        case Reply():
            _check_reply(grievance, act)
        case PassOn(unit=unit) if unit == grievance.unit:
            raise GrievanceNotAllowed(
                "same_unit", f"该反映件已在 {unit} 办理，请转给另一单位", f"{unit} has it already; name another unit"
            )
        case ReturnVisit():
            _check_visit(act)
        case Review():
            _check_review(grievance, act)
        case _:
            pass


def _check_withdrawal(grievance: Grievance, by: Actor) -> None:
    if grievance.withdrawn:
        raise GrievanceNotAllowed(
            "withdrawn_already",
            "反映人已经撤回诉求；管理部门依职责继续办理，无需再次撤回",
            "The reporter withdrew it already; what goes on is the department's own duty",
            article="gz:13.5",
        )
    if grievance.leg in (Leg.REVIEW, Leg.NOTIFICATION):
        raise GrievanceNotAllowed(
            "too_late_to_withdraw",
            "已经反馈完毕，正在复核评估，无需撤回",
            "It is under review already; there is nothing left to withdraw",
            article="gz:13.5",
        )
    own = grievance.reported_by is not None and by.id == grievance.reported_by
    if not own and not serves(by, (WINDOW,), grievance.window):
        raise GrievanceNotAllowed(
            "not_the_reporter",
            "只有反映人本人可以撤回，或者由窗口人员按其要求登记撤回",
            "Only the reporter withdraws, or the window for them",
        )


def _check_actor(grievance: Grievance, act: GrievanceAct) -> None:
    """The window acts for its legs, the unit for its answer, the department for its own; the department may step in for
    the window."""
    by, window = act.by, grievance.window
    if grievance.reported_by == by.id:
        raise GrievanceNotAllowed(
            "own_application",
            "不能办理本人反映的事项，应当回避；请由其他工作人员办理",
            "Nobody handles what they reported themselves; let somebody else do it",
        )
    roles, unit = _asked_of(grievance, act)
    above = isinstance(act, PassOn) and serves(by, (WINDOW, SUPERVISOR), window)
    if not (above or serves(by, roles, unit)):
        raise GrievanceNotAllowed(
            "not_your_grievance",
            f"现由 {unit} 办理，需要角色 {'、'.join(roles)}；您没有该单位的这一角色",
            f"It is with {unit}, for one of the roles {', '.join(roles)}, which you do not hold there",
        )


def _asked_of(grievance: Grievance, act: GrievanceAct) -> tuple[tuple[str, ...], str | None]:
    """The roles, and the unit, that the act is asked of."""
    if isinstance(act, PassOn):  # the leaders of the unit that has it
        return (Role.CHIEF_REPRESENTATIVE, Role.AGENCY_HEAD), grievance.unit
    if grievance.leg is Leg.ANSWER:
        return STAFF_OF_UNIT, grievance.unit
    if grievance.leg in WITH_THE_DEPARTMENT:
        return (SUPERVISOR,), grievance.window
    return (WINDOW, SUPERVISOR), grievance.window


@carries_out("gz:13.5", "gz:6.3", "gz:18")
def _check_class(grievance: Grievance, act: Classify) -> None:
    if (act.excluded is None) == (act.klass is None):
        raise GrievanceNotAllowed(
            "class_or_exclusion",
            "请给出类别（klass），或者不予受理的情形（excluded），二者取其一",
            "Give a class, or say why it is no matter for the window: one of the two",
        )
    found = grievance.found if act.found is None else act.found
    if act.excluded is not None and found:
        raise GrievanceNotAllowed(
            "must_be_taken_up",
            "系统在案的事实表明属于未一次性告知、不接收材料或者未按时办结，窗口应当受理，不能排除；请分类后转办",
            "Facts on file show one of the three grounds, which the window has to take up; classify and pass it on",
            article="gz:13.5",
        )
    if act.excluded is not None and act.text is None:
        raise GrievanceNotAllowed(
            "reasons_missing",
            "不属于窗口受理范围的，须书面说明理由，并告知应当向谁提出",
            "Say in writing why it is no matter for the window, and where to turn instead",
            article="gz:18",
        )
    if act.excluded is None and not act.grounds:
        raise GrievanceNotAllowed(
            "grounds_missing",
            "请选择反映的情形：未一次性告知、不接收材料、未按时办结，或者复杂疑难",
            "Say on which grounds: not told once, not taken, not finished, or a difficult question",
            article="gz:13.5",
        )


def _check_reply(grievance: Grievance, act: Reply) -> None:
    if grievance.leg is Leg.TRANSFER and grievance.klass is not Class.SIMPLE:
        raise GrievanceNotAllowed(
            "not_simple",
            "只有简单问题可以由窗口当场答复；请转办给责任单位",
            "The window settles only simple matters on the spot; pass it to the unit",
        )
    check_remedies(grievance, act.remedies)


def _check_visit(act: ReturnVisit) -> None:
    if act.reached != (act.satisfaction is not None):
        raise GrievanceNotAllowed(
            "satisfaction_unclear",
            "联系上反映人的填写满意度（1至5）；没有联系上的不填",
            "Give the satisfaction (1 to 5) of a reporter who was reached, and none of one who was not",
        )


@carries_out("gz:13.5")
def _check_review(grievance: Grievance, act: Review) -> None:
    confirmed = act.conclusion is not Conclusion.NOT_CONFIRMED
    if confirmed and act.improvement is None:
        raise GrievanceNotAllowed(
            "improvement_missing",
            "属实或者部分属实的，须写明要求如何改进（improvement）",
            "Where it is confirmed, say what is to be improved",
            article="gz:13.5",
        )
    if confirmed and not (act.responsible or grievance.unit):
        raise GrievanceNotAllowed(
            "responsibility_missing",
            "属实或者部分属实的，须写明责任单位（responsible）",
            "Where it is confirmed, name the unit that is responsible",
            article="gz:13.5",
        )
    check_remedies(grievance, act.remedies)


def check_remedies(grievance: Grievance, remedies: tuple[AskedOfCase, ...]) -> None:
    """Raise `Refused` where something is asked of a case that is not there, or by no day."""
    if remedies and grievance.case is None:
        raise GrievanceNotAllowed(
            "no_case",
            "该反映件没有关联办件，不能要求办件采取措施；请让当事人先提交申请",
            "The grievance belongs to no case of which anything could be asked",
        )
    if any((one.remedy is RemedyKind.DECIDE_BY) != (one.due is not None) for one in remedies):
        raise GrievanceNotAllowed(
            "due_day_unclear",
            "限期办结（decide_by）须写明日期（due），其他措施不写",
            "decide_by takes a day (`due`), the other remedies take none",
        )
