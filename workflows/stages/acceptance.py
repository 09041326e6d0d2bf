"""Bring an application to acceptance, or end it there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.acceptance import NoticeRound, breaches, demands_of, outcomes_for, supplement_is_over
from domain.commands import Actor, Answer, Outcome
from domain.limits import Starts
from domain.record import Clock, ClockState, Ending, EventKind, Paper, Stage
from domain.running import article_for, beginning_at, promise_limit, supplement_limit
from workflows.case import Answered, Case, Silence
from workflows.stages.examination import decide_at_once

CHECK = "check"


async def accept(case: Case) -> Ending | None:
    """The application is accepted (None), or ends here and this is how."""
    while True:
        answer = ordered(case) or await check(case)
        if answer is None:
            deem_accepted(case)
            return None
        match answer.outcome:
            case Outcome.ACCEPT:
                accepted(case, answer.by, answer.text)
                return None
            case Outcome.GRANT_AT_ONCE:
                accepted(case, answer.by)
                decide_at_once(case, answer)
                return None
            case Outcome.ACCEPT_DEFERRED:
                accepted_deferred(case, answer.by, answer.text)
                return None
            case Outcome.NOT_REQUIRED:
                papers, article = (Paper.NOT_REQUIRED,), article_for(case.item, "apl:32.1")
                case.record(EventKind.NOT_REQUIRED, by=answer.by, papers=papers, article=article, text=answer.text)
                return Ending.NOT_REQUIRED
            case Outcome.REFUSE_ACCEPTANCE:
                not_accepted(case, answer)
                return Ending.NOT_ACCEPTED
            case _:
                notify(case, answer)
                if case.item.intake.incomplete == "resubmit":
                    return Ending.RESUBMIT
                await supplement(case)


def ordered(case: Case) -> Answer | None:
    """The acceptance that the outcome of a grievance asks for in the place of the window's answer."""
    answer, case.to_be_accepted = case.to_be_accepted, None
    return answer


async def check(case: Case) -> Answer | None:
    """The window's answer to what was handed in; None if it kept silent where the law takes silence for acceptance."""
    case.enter(Stage.ACCEPTANCE)
    case.begin(beginning_at(Starts.RECEIPT, case.item), case.received_at)
    case.lay_for_window(CHECK, "受理审查", outcomes_for(case.item), Clock.ACCEPTANCE)
    while True:
        turn = await case.turns.get()
        if isinstance(turn, Silence):
            case.clear(orders=False)
            return None
        if isinstance(turn, Answered):
            case.clock.stop(Clock.ACCEPTANCE)
            return turn.answer


def accepted(case: Case, by: Actor | None, text: str | None = None, at: datetime | None = None) -> None:
    """Accepted, now unless `at` says as of when: the day of acceptance is day 0 of the limits (gz:13.1)."""
    case.accepted_at = at or case.now()
    facts: dict[str, Any] = {"accepted_on": _day(case), "text": text, **_for_a_grievance(case)}
    case.record(EventKind.ACCEPTED, by=by, article="gz:13.1", papers=(_paper(case),), **facts)
    case.begin_from_acceptance()


def accepted_deferred(case: Case, by: Actor | None, text: str | None = None, at: datetime | None = None) -> None:
    """Accepted with secondary materials to follow; the limits run, the promise has its own (gdbe:32)."""
    case.accepted_at = at or case.now()
    papers = (_paper(case), Paper.DEFERRED_MATERIALS)
    facts: dict[str, Any] = {"accepted_on": _day(case), "missing": _missing(case), "text": text}
    facts |= _for_a_grievance(case)
    case.record(EventKind.ACCEPTED_DEFERRED, by=by, article="gdbe:32", papers=papers, **facts)
    case.begin_from_acceptance()
    _open_promise(case)


def deem_accepted(case: Case) -> None:
    """Silence is acceptance as of the day of receipt; the days that passed count against the unit (apl:32.4).

    What was promised before is still owed, from the day on which the applicant is told of the acceptance.
    """
    case.accepted_at = case.received_at
    case.clock.stop(Clock.ACCEPTANCE, ClockState.VOID)
    deferred = case.application.promised and case.application.can_be_promised
    papers = (Paper.DEEMED_ACCEPTANCE, Paper.DEFERRED_MATERIALS) if deferred else (Paper.DEEMED_ACCEPTANCE,)
    facts: dict[str, Any] = {"accepted_on": _day(case), "missing": _missing(case)}
    case.record(EventKind.DEEMED_ACCEPTED, article=case.item.intake.basis or "apl:32.4", papers=papers, **facts)
    case.begin_from_acceptance()
    if deferred:
        _open_promise(case)


def _open_promise(case: Case) -> None:
    """The promise runs; for a bundle that of each item does, from the day on which the item begins."""
    if case.parts is not None:
        return
    case.promise_open = True
    promise = promise_limit(case.item)
    case.clock.start(promise, case.now(), (1, int(promise.limit.days) // 2), case.told)


def _for_a_grievance(case: Case) -> dict[str, str]:
    return {} if case.accepted_for is None else {"grievance": case.accepted_for}


def _paper(case: Case) -> Paper:
    return Paper.ACCEPTANCE_AFTER_SUPPLEMENT if case.rounds else Paper.ACCEPTANCE


def _missing(case: Case) -> list[str]:
    return [needed.id for needed in case.checklist.missing]


def not_accepted(case: Case, answer: Answer) -> None:
    """Refused acceptance, on one of the law's grounds, in writing (apl:32.2)."""
    demands = demands_of(answer, case.checklist) if answer.on_the_spot else ()
    case.record(
        EventKind.NOT_ACCEPTED,
        by=answer.by,
        article=case.item.intake.basis if answer.on_the_spot else article_for(case.item, "apl:32.2"),
        papers=(Paper.NON_ACCEPTANCE,),
        ground=answer.ground,
        authority=answer.authority,
        text=answer.text,
        demands=[demand.model_dump() for demand in demands],
    )


def notify(case: Case, answer: Answer) -> None:
    """Tell once everything that is missing or does not conform; what could have been said before is a breach."""
    demands = demands_of(answer, case.checklist)
    late = breaches(case.rounds, demands, case.handed_in_since)
    resubmit = case.item.intake.incomplete == "resubmit"
    case.rounds = (*case.rounds, NoticeRound(demands=demands, in_hand=case.checklist.in_hand))
    case.handed_in_since = ()
    case.told_late = late
    case.record(
        EventKind.SENT_BACK if resubmit else EventKind.NOTIFIED,
        by=answer.by,
        article=(case.item.intake.basis or "gz:13.2") if resubmit else "gz:13.2",
        papers=(Paper.RETURN_OF_MATERIALS if resubmit else Paper.ONE_TIME_NOTICE,),
        round=len(case.rounds),
        demands=[demand.model_dump() for demand in demands],
        text=answer.text,
    )
    if late:
        facts: dict[str, Any] = {"round": len(case.rounds), "demands": [demand.model_dump() for demand in late]}
        papers = (Paper.TOLD_LATE,)
        case.record(EventKind.BREACH_FOUND, by=answer.by, article="gz:13.2", papers=papers, **facts)


async def supplement(case: Case) -> None:
    """Wait until what was demanded is in; then the application counts as received anew."""
    case.enter(Stage.SUPPLEMENT)
    for beginning in beginning_at(Starts.RECEIPT, case.item):
        case.clock.stop(beginning.key, ClockState.VOID)
    case.begin((supplement_limit(case.item, case.start.policy),), case.now())
    while case.to_be_accepted is None and not supplement_is_over(
        case.application, case.rounds[-1], case.handed_in_since, final=case.supplement_is_final
    ):
        await case.turns.get()
    case.supplement_is_final = False
    case.clock.stop(Clock.SUPPLEMENT)


def _day(case: Case) -> str | None:
    return case.accepted_at.date().isoformat() if case.accepted_at else None
