"""A batch goes on file once, whole, with its papers; a broken promise is remembered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from activities.case_file import CaseFile
from domain.record import Batch, Ending, Event, EventKind, Light, Paper, Stage
from storage.case_file import OutOfOrder
from storage.database import Database
from tests.counter import FOOD_MAIN, Counter
from tests.papers.builders import a_clock


def a_batch(number: str, first: int, **changes: object) -> Batch:
    event = Event(seq=first, kind=EventKind.WITHDRAWN, at=datetime.now(UTC), papers=(Paper.WITHDRAWAL,))
    fields: dict[str, object] = {
        "number": number,
        "first": first,
        "last": first,
        "stage": Stage.CLOSED,
        "ending": Ending.WITHDRAWN,
        "light": Light.GREEN,
        "waiting_for": (),
        "due_day": None,
        "accepted_on": None,
        "events": (event,),
        "tasks": (),
        "clocks": (),
    }
    return Batch.model_validate({**fields, **changes})


async def counted(database: Database, table: str, number: str) -> int:
    async with database.begin() as session:
        found = await session.execute(text(f"SELECT count(*) FROM {table} WHERE number = :number"), {"number": number})
        return int(found.scalar_one())


async def test_batch_that_comes_again_changes_nothing(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    batch = a_batch(number, 2)

    await case_file.put(batch)
    await case_file.put(batch)

    assert await counted(database, "case_event", number) == 2
    assert await counted(database, "notice", number) == 2


async def test_batch_that_does_not_follow_is_refused_and_leaves_nothing(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]

    with pytest.raises(OutOfOrder, match="do not follow"):
        await case_file.put(a_batch(number, 3))

    assert await counted(database, "case_event", number) == 1
    assert await counted(database, "notice", number) == 1


@pytest.mark.shows("N4")
async def test_broken_promise_bars_the_same_applicant_from_the_next_deferral(
    counter: Counter, case_file: CaseFile
) -> None:
    applicant = {"kind": "person", "name": "测试申请人", "document": {"kind": "passport", "number": "TEST000099"}}
    broken = (await counter.apply(materials=FOOD_MAIN, promise=True, applicant=applicant))["number"]
    lapsed = Event(seq=3, kind=EventKind.PROMISE_LAPSED, at=datetime.now(UTC))
    promise = a_clock("promise", 3, due=datetime.now(UTC).date())
    await case_file.put(a_batch(broken, 3, ending=Ending.PROMISE_LAPSED, events=(lapsed,), clocks=(promise,)))
    again = (await counter.apply(materials=FOOD_MAIN, promise=True, applicant=applicant))["number"]

    refused = await counter.answer("window", again, "check", "accept_deferred")
    notified = await counter.answer("window", again, "check", "notify")

    assert (refused.status_code, refused.json()["code"], refused.json()["article"]) == (
        409,
        "applicant_barred",
        "gdbe:32",
    )
    assert notified.status_code == 200


async def test_bundle_of_which_only_a_lapse_came_ends_without_a_promise_of_its_own(
    counter: Counter, database: Database, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    closed = Event(seq=2, kind=EventKind.CLOSED, at=datetime.now(UTC), data={"ending": "promise_lapsed"})

    await case_file.put(a_batch(number, 2, ending=Ending.PROMISE_LAPSED, events=(closed,)))

    assert await counted(database, "case_event", number) == 2
    assert await counted(database, "broken_promise", number) == 0
