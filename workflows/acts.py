"""What each act does to a case, after it was found allowed."""

from __future__ import annotations

from typing import Any

from domain.acceptance import check_answer, check_repeats
from domain.acts import (
    ActNotAllowed,
    case_closed,
    check_applicant,
    check_promise,
    check_supplement,
    check_withdrawal,
)
from domain.bundle.progress import check_collect_early, check_withdraw_all, check_withdraw_parts, no_items, of_an_item
from domain.checklist import UnknownMaterial
from domain.commands import (
    Act,
    Actor,
    AddHelper,
    Answer,
    Claim,
    CollectEarly,
    Delay,
    DropHelper,
    Extend,
    Hear,
    HearingMove,
    JointHandling,
    Order,
    Outcome,
    Pause,
    Promise,
    Recount,
    Remedy,
    Resume,
    Supplement,
    Transfer,
    Urge,
    Withdraw,
    WithdrawParts,
)
from domain.definition import Role
from domain.desk import (
    Task,
    check_actor,
    check_belongings,
    check_is_helpers,
    check_may_move,
    check_not_own,
    check_outcome,
    check_release,
    open_task,
)
from domain.extension import DEPARTMENT, ExtensionNotAllowed, check_delay, check_department, check_not_asked
from domain.hearing import check_heard, check_hearing, check_host, check_is_wanted
from domain.item import Sitting
from domain.law import carries_out
from domain.record import Clock, Ending, EventKind, Paper, Stage
from domain.running import THE_APPLICANTS_OWN
from domain.special import check_pause, check_resume, check_undisturbed
from domain.supervision.orders import ORDER, check_report, is_order
from domain.values import SHANGHAI
from workflows.case import Answered, Case, Changed
from workflows.stages import extension, hearing, recount, special, supervision
from workflows.stages.acceptance import CHECK
from workflows.stages.promise import look_at_promise

Time = Pause | Resume | Extend | Delay | Hear | Recount
"""Acts on the limits of the case."""


def _is_the_applicants(act: Hear) -> bool:
    return act.move in (HearingMove.REQUEST, HearingMove.DECLINE)


def check(case: Case, act: Act) -> None:
    """Raise `Refused` unless the case allows the act now."""
    if case.ending is not None:
        raise case_closed()
    match act:
        case Withdraw() | WithdrawParts() | CollectEarly():
            check_applicant(act.by, case.start.by, case.item)
            check_taking(case, act)
        case Promise():
            check_applicant(act.by, case.start.by, case.item)
            check_promise(case.stage, case.application)
        case Supplement():
            check_applicant(act.by, case.start.by, case.item)
            check_supplement(case.stage, says_something=bool(act.materials), in_time=_is_in_time(case, act))
            _check_materials(case, act)
        case Claim(release=False):
            check_actor(open_task(act.task, case.tasks.values()), act.by)
        case Claim():
            task = open_task(act.task, case.tasks.values())
            check_may_move(task, act.by, case.item.unit)
            check_release(task)
        case AddHelper():
            task = open_task(act.task, case.tasks.values())
            check_actor(task, act.by)
            _check_helper(task)
        case DropHelper():
            task = open_task(act.task, case.tasks.values())
            check_is_helpers(task)
            check_may_move(_asked_by(case, task), act.by, case.item.unit)
        case Transfer():
            check_may_move(open_task(act.task, case.tasks.values()), act.by, case.item.unit)
        case Pause() | Resume() | Extend() | Delay() | Hear() | Recount():
            check_time(case, act)
        case Urge() | Order() | JointHandling() | Remedy():
            supervision.check(case, act)


def check_taking(case: Case, act: Withdraw | WithdrawParts | CollectEarly) -> None:
    """Raise `Refused` unless the applicant may take this back, or take this result, now."""
    if isinstance(act, Withdraw):
        check_withdrawal(case.stage)
        if case.parts is not None:
            check_withdraw_all(case.parts.progress, already=case.parts.withdrawn)
    elif case.parts is None or case.accepted_at is None:
        raise no_items()
    elif isinstance(act, WithdrawParts):
        check_withdraw_parts(case.parts.progress, act.parts, act.decided)
    else:
        check_collect_early(case.parts.bundle, case.parts.progress, act.part)


def check_time(case: Case, act: Time) -> None:
    """Raise `Refused` unless this act on the limits of the case is allowed now."""
    if case.parts is not None and isinstance(act, Pause | Resume | Extend | Hear):
        raise of_an_item()
    if isinstance(act, Hear) and _is_the_applicants(act):
        check_applicant(act.by, case.start.by, case.item)
    elif not isinstance(act, Recount):
        check_department(act.by, case.item.unit)
        check_not_own(act.by, case.start.by)
    match act:
        case Pause():
            procedure = check_pause(case.item, case.stage, case.stops, act.procedure, act.days)
            if procedure.kind == "hearing":
                check_is_wanted(case.hearing)
        case Resume():
            check_resume(case.stops, act.procedure, act.ended_on, case.now().date())
        case Extend():
            check_not_asked(case.asked)
            extension.check(case, act)
        case Delay():
            check_delay(act, case.stage, case.now().date(), case.clock.get(Clock.PROMISED))
        case Hear():
            limit = case.clock.get(Clock.HEARING)
            check_hearing(act, case.stage, case.hearing, limit, case.now(), case.clock.office)
            check_host(act.host, hearing.examining(case))
        case Recount():
            recount.check(case, act)


def do(case: Case, act: Act) -> None:
    """Carry the act out and put it on record. Raises `Refused` where it is not allowed any more."""
    check(case, act)
    by = acting(case, act)
    match act:
        case Withdraw() if case.parts is not None and case.stage is Stage.EXAMINATION:
            case.parts.withdraw_all(by)
            case.turns.put_nowait(Changed())
        case WithdrawParts() if case.parts is not None:
            case.parts.withdraw(act.parts, by)
            case.turns.put_nowait(Changed())
        case CollectEarly() if case.parts is not None:
            case.parts.collect_early(act.part, by, "gz:11.2")
            case.turns.put_nowait(Changed())
        case Withdraw():
            case.record(EventKind.WITHDRAWN, by=by, article="apl:29", papers=(Paper.WITHDRAWAL,))
            case.finish(Ending.WITHDRAWN)
        case Promise():
            case.promise(by)
            case.turns.put_nowait(Changed())
        case Supplement():
            hand_in(case, act, by)
        case Claim():
            task = case.tasks[act.task]
            kind = EventKind.TASK_RELEASED if act.release else EventKind.TASK_CLAIMED
            case.change(task.model_copy(update={"assignee": None if act.release else act.by.id}))
            case.record(kind, by=by, slot=task.slot)
        case Transfer():
            task = case.tasks[act.task]
            to = Sitting(role=task.sitting.role, unit=act.unit)
            held = case.passes_on(task, act.unit)
            case.change(task.model_copy(update={"sitting": to, "assignee": act.person}))
            facts: dict[str, Any] = {"slot": task.slot, "unit": act.unit, "person": act.person, "text": act.text}
            case.record(EventKind.TASK_TRANSFERRED, by=by, **facts, **held)
        case AddHelper():
            task = case.tasks[act.task]
            facts = {"slot": task.slot, "role": act.role, "unit": act.unit, "text": act.text}
            case.record(EventKind.HELPER_ADDED, by=by, **facts)
            case.examination = case.examination.with_helper(task.slot, act.role, act.unit)
            case.turns.put_nowait(Changed())
        case DropHelper():
            task = case.tasks[act.task]
            case.record(EventKind.HELPER_DROPPED, by=by, slot=task.slot, role=task.sitting.role, unit=task.sitting.unit)
            case.examination = case.examination.without_helper(task.slot)
            case.turns.put_nowait(Changed())
        case Pause():
            special.pause(case, act, by)
        case Resume():
            special.resume(case, act, by)
        case Extend():
            extension.extend(case, act, by)
        case Delay():
            extension.delay(case, act, by)
        case Hear():
            hearing.hear(case, act, by)
        case Urge() | Order() | JointHandling() | Remedy():
            supervision.do(case, act)
        case Recount():
            before = case.clock.office
            recount.recount(case, act)
            if case.parts is not None:
                case.parts.count_by(before, act.calendars)


def acting(case: Case, act: Act) -> Actor:
    """Who acts, in the one role in which they do: that of the task, the applicant's own, or the window's for them."""
    if isinstance(act, Claim | Transfer | AddHelper | DropHelper):
        sitting = case.tasks[act.task].sitting
        if sitting.role in act.by.roles and sitting.unit in act.by.units:
            return Actor(id=act.by.id, roles=(sitting.role,), units=(sitting.unit,))
        return act.by
    if isinstance(act, Pause | Resume | Extend | Delay) or (isinstance(act, Hear) and not _is_the_applicants(act)):
        role = next((role for role in act.by.roles if role in DEPARTMENT), Role.EXAMINER)
        return Actor(id=act.by.id, roles=(role,), units=(case.item.unit,))
    if act.by.id == case.start.by.id and Role.WINDOW not in case.start.by.roles:
        return case.start.by
    return Actor(id=act.by.id, roles=(Role.WINDOW,), units=(case.item.unit,))


@carries_out("apl:32.3")
def hand_in(case: Case, act: Supplement, by: Actor) -> None:
    """Take materials in at any time; what they change is for the stage to see."""
    materials = tuple(handed.material for handed in act.materials)
    if case.parts is not None:
        case.parts.arrived += materials
    case.checklist = case.checklist.with_more(materials)
    case.handed_in_since = tuple(dict.fromkeys([*case.handed_in_since, *materials]))
    if case.stage is Stage.SUPPLEMENT:
        case.supplement_is_final |= act.final
        case.received_at = (act.received_at or case.now()).astimezone(SHANGHAI)
    missing = [needed.id for needed in case.checklist.missing]
    facts = {"materials": list(materials), "missing": missing}
    papers = (Paper.RECEIPT,) if materials else ()
    case.record(EventKind.MATERIALS_RECEIVED, by=by, article="gz:13.1", papers=papers, **facts)
    look_at_promise(case, by)
    case.look_at_the_wish(by)
    case.turns.put_nowait(Changed())


def check_task_answer(case: Case, answer: Answer) -> Task:
    """The task that is answered; raises `Refused` unless this person may answer it so now."""
    task = open_task(answer.task, case.tasks.values())
    check_actor(task, answer.by)
    check_not_own(answer.by, case.start.by)
    check_outcome(task, answer.outcome)
    check_belongings(answer)
    if task.slot == CHECK:
        check_answer(answer, case.application, case.now().date())
        check_repeats(case.rounds, answer.demands)
    elif task.slot == extension.EXTEND:
        _check_approval(case, answer)
    elif is_order(task.slot):
        check_report(answer)
    elif case.stage is Stage.EXAMINATION and case.parts is None:
        case.examination.check(task.slot, answer)
        if answer.outcome in (Outcome.GRANT, Outcome.REFUSE):
            check_undisturbed(case.stops)
            check_heard(case.hearing)
    return task


def _check_approval(case: Case, answer: Answer) -> None:
    if answer.outcome is Outcome.APPROVE and case.asked is not None:
        extension.check(case, case.asked)
    elif answer.text is None:
        raise ExtensionNotAllowed(
            "reasons_missing", "不批准延期须说明理由", "Say why the extension is not approved", article="gz:13.4"
        )


def take_answer(case: Case, answer: Answer) -> None:
    """The task is answered; the stage that asked goes on."""
    task = check_task_answer(case, answer)
    case.checklist = case.checklist.without(answer.not_found)
    case.close(task)
    if task.slot == extension.EXTEND:
        extension.answered(case, task, answer)
        return
    if is_order(task.slot):
        supervision.reported(case, task, answer)
        return
    acted_as = Actor(id=answer.by.id, roles=(task.sitting.role,), units=(task.sitting.unit,))
    case.turns.put_nowait(Answered(task, answer.model_copy(update={"by": acted_as})))


def _check_materials(case: Case, act: Supplement) -> None:
    unknown = [handed.material for handed in act.materials if handed.material not in case.checklist]
    if unknown:
        raise UnknownMaterial(
            "material_not_in_guide",
            f"本次申请不需要材料 {'、'.join(unknown)}；需要的是：{'、'.join(n.id for n in case.checklist.needed)}",
            f"This application needs no {', '.join(unknown)}; it needs {', '.join(n.id for n in case.checklist.needed)}",
            article="apl:31",
        )


def _is_in_time(case: Case, act: Supplement) -> bool:
    """Whether it was received before a limit of the applicant's passed; what is in time is taken though told later."""
    at = act.received_at or case.now()
    return not any(r.passed and r.key in THE_APPLICANTS_OWN and at > r.due_at for r in case.clock.running())


def _asked_by(case: Case, helper: Task) -> Task:
    """The task whose holder asked for the helper's opinion."""
    return case.task_in(helper.slot.rpartition(".h")[0]) or helper


def _check_helper(task: Task) -> None:
    if task.step in (CHECK, extension.EXTEND, ORDER, "issue", "deliver") or ".h" in task.slot:
        raise ActNotAllowed(
            "no_helper_here", "只有审查环节可以请他人协助", "Only a step of the examination may have helpers"
        )
