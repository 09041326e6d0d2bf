"""An item of a bundle: accepted with the whole; its result is handed over at the bundle's one window (gz:11.2)."""

from __future__ import annotations

from domain.acts import UNDECIDED
from domain.commands import HandedIn, Supplement
from domain.law import carries_out
from domain.limits import Starts
from domain.record import Clock, Ending, EventKind, Paper
from domain.running import beginning_at
from workflows.acts import hand_in
from workflows.case import Case
from workflows.messages import FromBundle
from workflows.stages.acceptance import accepted, accepted_deferred
from workflows.stages.delivery import deliver, issue


@carries_out("gz:11.2", "gz:13.1")
def accept_with_the_whole(case: Case) -> None:
    """The window examined the application as a whole; this item's limits run from the day on which it begins, whether its law
    counts them from receipt or from acceptance."""
    if case.start.promised and case.application.can_be_promised:
        case.promised = True
        accepted_deferred(case, None, at=case.received_at)
    else:
        accepted(case, None, at=case.received_at)
    from_receipt = beginning_at(Starts.RECEIPT, case.item)
    case.begin((one for one in from_receipt if one.key != Clock.ACCEPTANCE), case.received_at)


@carries_out("gz:11.2")
async def end_with_the_result(case: Case, *, granted: bool) -> Ending:
    """The item is done when its result is made, which the bundle hands over; a refusal is told and delivered at once."""
    if granted:
        await issue(case)
        return Ending.GRANTED
    case.report("refused")
    return await deliver(case, granted=False)


def take(case: Case, word: FromBundle) -> None:
    """What the bundle passes on happens, unless the item is past it."""
    if case.ending is not None:
        return
    if word.kind == "materials":
        materials = tuple(HandedIn(material=material) for material in word.materials)
        act = Supplement(request_id="", by=word.by, materials=materials, received_at=word.received_at)
        hand_in(case, act, word.by)
    elif case.stage in UNDECIDED:
        case.record(EventKind.WITHDRAWN, by=word.by, article="apl:29", papers=(Paper.WITHDRAWAL,))
        case.finish(Ending.WITHDRAWN)
