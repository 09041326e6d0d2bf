"""Nothing is issued while a deferred material is missing."""

from __future__ import annotations

from domain.commands import Actor
from domain.law import carries_out
from domain.limits import Starts
from domain.record import Clock, EventKind, Paper, Stage
from domain.running import beginning_at
from workflows.case import Case


async def await_promise(case: Case) -> None:
    """Return once every deferred material is in; a promise that lapses ends the case elsewhere, at its due day."""
    if not case.promise_open:
        return
    case.enter(Stage.PROMISE)
    while case.promise_open:
        await case.turns.get()
    case.begin(beginning_at(Starts.DECISION, case.item), case.now())


@carries_out("gdbe:32")
def look_at_promise(case: Case, by: Actor) -> None:
    """Materials came in: if nothing is missing any more, the promise is kept."""
    if case.promise_open and not case.checklist.missing:
        case.promise_open = False
        case.clock.stop(Clock.PROMISE)
        papers = (Paper.GRANT,) if case.granted else ()
        case.record(EventKind.PROMISE_KEPT, by=by, article="gdbe:32", papers=papers, text=case.decision_text)
