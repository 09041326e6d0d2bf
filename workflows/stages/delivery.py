"""Issue the result and deliver it; its limit is apart from that of the decision (apl:44)."""

from __future__ import annotations

from domain.commands import Outcome
from domain.record import Clock, Ending, EventKind, Paper, Stage
from workflows.case import Case


async def issue(case: Case, *papers: Paper) -> None:
    """The result is made."""
    case.enter(Stage.ISSUE)
    case.lay_for_window("issue", "制证出件", (Outcome.ISSUED,), Clock.DELIVERY)
    turn = await case.next_answer()
    case.record(EventKind.ISSUED, by=turn.answer.by, article="apl:39", papers=papers, text=turn.answer.text)


async def deliver(case: Case, *, granted: bool) -> Ending:
    """The case is closed with its result in the applicant's hands."""
    if granted:
        await issue(case, Paper.RESULT_READY)
    case.enter(Stage.DELIVERY)
    case.lay_for_window("deliver", "送达", (Outcome.DELIVERED,), Clock.DELIVERY)
    turn = await case.next_answer()
    case.clock.stop(Clock.DELIVERY)
    papers = (Paper.PROOF_OF_SERVICE,)
    case.record(EventKind.DELIVERED, by=turn.answer.by, article="apl:44", papers=papers, text=turn.answer.text)
    return Ending.GRANTED if granted else Ending.REFUSED
