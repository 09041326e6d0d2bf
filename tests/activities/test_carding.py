"""Cards go on file with the batch that they come of, once; they fall with a lateness that was none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities import supervision
from activities.case_file import CaseFile
from domain.record import Batch, Event, EventKind, Light, Paper, Stage, TaskRecord, TaskState
from storage import cards, findings
from storage.database import Database
from storage.notices import notices_of
from storage.tables import CardRow
from tests.counter import UNIT, Counter
from tests.papers.builders import a_clock

NOW = datetime.now(UTC)
LATE = {"clock": "promised", "due_day": "2026-02-26"}
CLOCK = a_clock("promised", 5, passed=True, started_at=NOW - timedelta(days=9))


def an_event(kind: EventKind, *papers: Paper, **data: Any) -> Event:
    return Event(seq=1, kind=kind, at=NOW, papers=papers, data=data)


def a_batch(number: str, *events: Event, first: int = 2, **changes: Any) -> Batch:
    numbered = [event.model_copy(update={"seq": first + n}) for n, event in enumerate(events)]
    fields: dict[str, Any] = {
        "number": number,
        "first": first,
        "last": first + len(events) - 1,
        "stage": Stage.EXAMINATION,
        "ending": None,
        "light": Light.YELLOW,
        "waiting_for": (),
        "due_day": None,
        "accepted_on": None,
        "events": numbered,
        "tasks": (),
        "clocks": (),
    }
    return Batch.model_validate({**fields, **changes})


async def cards_of(database: Database, number: str) -> list[CardRow]:
    async with database.begin() as session:
        return list(await cards.of_case(session, number))


async def papers_of(database: Database, number: str) -> list[tuple[int, str, str | None]]:
    async with database.begin() as session:
        return [(one.seq, one.paper, one.addressee) for one in await notices_of(session, number, handles=True)]


async def test_a_limit_that_passed_gives_a_card_and_its_paper_once(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    batch = a_batch(number, an_event(EventKind.LIMIT_PASSED, Paper.LATENESS, **LATE), clocks=(CLOCK,))

    await case_file.put(batch)
    await case_file.put(batch)

    (card,) = await cards_of(database, number)
    assert (card.rule, card.colour, card.unit, card.clock, card.seq) == ("promised_late", "yellow", UNIT, "promised", 2)
    assert card.appeal_until is not None
    assert (2, "card", UNIT) in await papers_of(database, number)
    assert (2, "lateness", None) in await papers_of(database, number)


async def test_a_card_without_paper_is_in_the_list_only(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]

    await case_file.put(a_batch(number, an_event(EventKind.LIMIT_NEAR, **LATE)))

    assert [card.rule for card in await cards_of(database, number)] == ["near"]
    assert [paper for _, paper, _ in await papers_of(database, number)] == ["receipt"]


async def test_a_card_falls_with_its_lateness_and_a_warning_does_not(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    events = [an_event(kind, **LATE) for kind in (EventKind.LIMIT_NEAR, EventKind.LIMIT_PASSED, EventKind.STILL_LATE)]
    other = an_event(EventKind.LIMIT_PASSED, clock="statutory", due_day="2026-02-26")
    await case_file.put(a_batch(number, *events, other, clocks=(CLOCK,)))
    withdrawn = an_event(EventKind.LATENESS_WITHDRAWN, **LATE)

    await case_file.put(a_batch(number, withdrawn, first=6, clocks=(CLOCK,)))

    fallen = {card.rule: card.withdrawn_at is not None for card in await cards_of(database, number)}
    assert fallen == {"near": False, "promised_late": True, "still_late": True, "statutory_late": False}


async def test_a_card_of_an_earlier_run_of_the_limit_stands(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    await case_file.put(a_batch(number, an_event(EventKind.LIMIT_PASSED, **LATE), clocks=(CLOCK,)))
    anew = CLOCK.model_copy(update={"started_at": NOW + timedelta(days=1)})

    await case_file.put(a_batch(number, an_event(EventKind.LATENESS_WITHDRAWN, **LATE), first=3, clocks=(anew,)))

    (card,) = await cards_of(database, number)
    assert card.withdrawn_at is None


async def test_a_step_that_was_answered_late_in_the_same_batch_is_that_of_the_unit_that_had_it(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    late = an_event(EventKind.LIMIT_PASSED, clock="step:review", due_day="2026-02-26")
    answered = TaskRecord(
        id=f"{number}:review",
        step="review",
        name="审查",
        role="examiner",
        unit="gz-thr-fire",
        state=TaskState.ANSWERED,
        outcomes=("pass",),
        opened_at=NOW - timedelta(days=9),
        closed_at=NOW,
    )

    await case_file.put(a_batch(number, late, an_event(EventKind.STEP_ANSWERED, slot="review"), tasks=(answered,)))

    async with database.begin() as session:
        (finding,) = await findings.of_case(session, number)
    (card,) = await cards_of(database, number)
    assert (finding.unit, card.unit) == ("gz-thr-fire", "gz-thr-fire")


async def test_no_card_is_given_while_an_earlier_batch_paused_the_case(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    late = an_event(EventKind.LIMIT_PASSED, clock="order:1", due_day="2026-02-26")
    await case_file.put(a_batch(number, an_event(EventKind.PAUSED, procedure="testing")))
    await case_file.put(a_batch(number, late, first=3))
    during = await cards_of(database, number)

    await case_file.put(a_batch(number, an_event(EventKind.RESUMED, procedure="testing"), late, first=4))

    assert during == []
    assert [card.seq for card in await cards_of(database, number)] == [5]


@pytest.mark.parametrize(
    ("event", "noted"),
    [
        (an_event(EventKind.STEP_ANSWERED, slot="review"), False),
        (an_event(EventKind.TASK_TRANSFERRED, held=1, held_by=UNIT), False),
        (an_event(EventKind.TASK_TRANSFERRED, held=2, held_by=UNIT), True),
        (an_event(EventKind.REFUSED, text="t-1"), False),
        (an_event(EventKind.LATENESS_WITHDRAWN, **LATE), True),
    ],
)
def test_only_what_may_give_a_card_or_a_finding_leaves_the_short_way(event: Event, noted: bool) -> None:
    assert supervision.concerns(a_batch("GZ20260216-000001-1", event)) is noted
