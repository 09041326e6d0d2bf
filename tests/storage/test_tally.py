"""Each event counts once, whatever order transactions commit in and whoever counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.made_cases import make
from domain.values import SHANGHAI
from storage.database import Database
from storage.figures import tally
from storage.figures.events import EVENTS, totals
from tests.conftest import Servers
from tests.own import settings_of_its_own

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = "GZT0000001"


@pytest.fixture(scope="module")
async def made(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """Some made-up cases, all but a few from before events had numbers."""
    settings = settings_of_its_own(servers, tmp_path_factory, "tally")
    make(settings.database_url, open_cases=40, closed=10, now=datetime.now(SHANGHAI))
    opened = Database(settings.database_url)
    async with opened.begin() as session:
        await session.execute(text("UPDATE case_event SET filed = NULL WHERE filed <= 200"))
        item = "UPDATE case_file SET bundle = :whole, part = 'p' WHERE number = 'GZT0000003'"
        await session.execute(text(item), {"whole": NUMBER})
    yield opened
    await opened.close()


async def add(connection: AsyncConnection, seq: int) -> None:
    query = "INSERT INTO case_event (number, seq, kind, at, papers, data) VALUES (:number, :seq, 'urged', now(), '{}', '{}')"
    await connection.execute(text(query), {"number": NUMBER, "seq": seq})


async def on_file(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    query = "SELECT c.unit, e.kind, count(*) FROM case_event AS e JOIN case_file AS c USING (number) GROUP BY 1, 2"
    return {(unit, kind): count for unit, kind, count in await connection.execute(text(query))}


async def counted(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for (unit, kind, _), count in (await tally.counted(connection)).items():
        found[unit, kind] = found.get((unit, kind), 0) + count
    return found


async def test_each_event_counts_once_though_a_later_number_commits_first(made: Database) -> None:
    async with made.at_once() as counting, made.at_once() as quick:
        await tally.begin(counting)
        await tally.begin(counting)
        assert await counted(counting) == await on_file(counting)

        async with made.begin() as slow:
            await add(await slow.connection(), 101)
            await add(quick, 102)
            during = await tally.sampled(counting)
            assert await counted(counting) == await on_file(counting)
            assert not during.is_settled(await tally.sampled(counting)), "a smaller number is still under way"
        assert await counted(counting) == await on_file(counting)

        assert during.is_settled(await tally.sampled(counting))
        await tally.settle(counting, during.filed)
        await tally.settle(counting, during.filed)
        await add(quick, 103)

        assert await counted(counting) == await on_file(counting)
        tail = "SELECT count(*) FROM case_event WHERE filed > (SELECT upto FROM tallied)"
        assert (await counting.execute(text(tail))).scalar_one() == 1


async def test_totals_are_sums_of_what_was_counted(made: Database) -> None:
    async with made.at_once() as connection:
        await tally.begin(connection)
        found = totals(await tally.counted(connection))
        events = (await connection.execute(text("SELECT count(*) FROM case_event"))).scalar_one()

    assert sum(value for _, value in found[EVENTS]) == events
    received = {labels["kind"]: value for labels, value in found[EVENTS]}["received"]
    assert sum(value for _, value in found["bancheng_cases_opened"]) == received
    assert {labels["file"] for labels, _ in found["bancheng_cases_opened"]} == {"application", "item"}
