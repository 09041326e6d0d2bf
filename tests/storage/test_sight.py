"""Lists show just what the rule lets somebody see, whatever happened to a case; the rule is written out here once more, in SQL."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.made_cases import make
from domain.record import Stage
from domain.values import SHANGHAI
from storage import lists
from storage.database import Database
from storage.overview.filters import Filters
from storage.overview.rows import listed
from storage.overview.scope import Scope
from storage.overview.standing import values
from storage.pages import BadCursor
from storage.sight import Reach, sight_of
from tests.conftest import Servers
from tests.own import settings_of_its_own

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEES = """
    :everything OR (c.applied_by = :person AND c.channel <> 'window') OR c.unit = ANY(:units)
    OR EXISTS (SELECT FROM task AS t WHERE t.number = c.number AND t.unit = ANY(:units))
    OR EXISTS (SELECT FROM case_file AS w WHERE w.number = c.bundle AND w.unit = ANY(:units))
"""
KEPT = "SELECT unit, number, received_at, open FROM unit_case"
WANTED = """
    SELECT seen.unit, c.number, c.received_at, c.stage <> 'closed'
      FROM case_file AS c, LATERAL (
           SELECT c.unit UNION SELECT t.unit FROM task AS t WHERE t.number = c.number
           UNION SELECT w.unit FROM case_file AS w WHERE w.number = c.bundle) AS seen
"""
SAMR, HEALTH, WATER = "gz-thr-samr", "gz-thr-health", "gz-thr-water"
SOMEBODY = (
    Reach("applicant-7", frozenset()),
    Reach("nobody", frozenset()),
    Reach("examiner", frozenset({HEALTH})),
    Reach("applicant-3", frozenset({SAMR, WATER})),
    Reach("overseer", frozenset({SAMR}), everything=True),
)
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"unit": HEALTH},
    {"stage": Stage.EXAMINATION},
    {"stage": Stage.CLOSED, "unit": SAMR},
    {"light": "red", "item_code": None},
    {"stage": Stage.SUPPLEMENT, "unit": WATER},
)
CHANGES = (
    "UPDATE task SET unit = :unit WHERE number = :number",
    "UPDATE task SET unit = :unit WHERE id = (SELECT min(id) FROM task WHERE number = :number)",
    "UPDATE case_file SET stage = 'closed', ending = 'granted' WHERE number = :number",
    "UPDATE case_file SET received_at = received_at - interval '3 days' WHERE number = :number",
    "UPDATE case_file SET bundle = (SELECT min(number) FROM case_file WHERE unit = :unit), part = 'p'"
    " WHERE number = :number AND bundle IS NULL",
    "INSERT INTO task (id, number, step, name, role, unit, state, outcomes, opened_at, provisional) VALUES"
    " (:number || '.9.' || gen_random_uuid(), :number, 'help', '会商', 'examiner', :unit, 'open', '{}', now(), FALSE)",
)


@pytest.fixture(scope="module")
async def made(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """Some made-up cases, to which a good deal happened."""
    settings = settings_of_its_own(servers, tmp_path_factory, "sight")
    make(settings.database_url, open_cases=240, closed=60, now=datetime.now(SHANGHAI))
    opened, dice = Database(settings.database_url), random.Random(7)
    async with opened.begin() as session:
        numbers = list((await session.execute(text("SELECT number FROM case_file ORDER BY number"))).scalars())
        for _ in range(300):
            change = {"number": dice.choice(numbers), "unit": dice.choice((SAMR, HEALTH, WATER, "gz-hpf"))}
            await session.execute(text(dice.choice(CHANGES)), change)
    yield opened
    await opened.close()


async def everybody(session: AsyncSession, reach: Reach) -> list[str]:
    named = {"person": reach.person, "units": [*reach.units], "everything": reach.everything}
    query = f"SELECT c.number FROM case_file AS c WHERE {SEES} ORDER BY c.received_at DESC, c.number DESC"
    return list((await session.execute(text(query), named)).scalars())


async def paged(session: AsyncSession, reach: Reach, filters: dict[str, Any], limit: int) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = await lists.cases(session, reach, filters, cursor, limit)
        found += [row.number for row in page.rows]
        if page.cursor is None:
            return found
        cursor = page.cursor


async def test_what_units_see_is_kept_whatever_happens_to_a_case(made: Database) -> None:
    async with made.begin() as session:
        kept = (await session.execute(text(KEPT))).all()
        wanted = (await session.execute(text(WANTED))).all()

    assert {tuple(row) for row in kept} == {tuple(row) for row in wanted}
    assert len(kept) == len(wanted) > 300


@pytest.mark.parametrize("reach", SOMEBODY, ids=lambda reach: reach.person)
async def test_list_shows_each_case_that_somebody_sees_once_and_in_order(made: Database, reach: Reach) -> None:
    async with made.begin() as session:
        mine = await everybody(session, reach)
        rows = {row.number: row for row in (await session.execute(text("SELECT * FROM case_file"))).all()}
        for filters in FILTERS:
            set_ones = {name: value for name, value in filters.items() if value is not None}
            wanted = [n for n in mine if all(getattr(rows[n], name) == value for name, value in set_ones.items())]
            for limit in (7, 50):
                assert await paged(session, reach, filters, limit) == wanted


@pytest.mark.parametrize("reach", SOMEBODY, ids=lambda reach: reach.person)
async def test_case_by_itself_is_seen_just_when_it_is_listed(made: Database, reach: Reach) -> None:
    async with made.begin() as session:
        mine = set(await everybody(session, reach))
        sights = [await sight_of(session, number, reach) for number in await everybody(session, SOMEBODY[-1])]

    assert {sight.case.number for sight in sights if sight and sight.seen} == mine


OFFICE = """
    NOT (c.applied_by = :person AND c.channel <> 'window') AND (:everything OR c.unit = ANY(:units)
    OR EXISTS (SELECT FROM task AS t WHERE t.number = c.number AND t.unit = ANY(:units))
    OR EXISTS (SELECT FROM case_file AS w WHERE w.number = c.bundle AND w.unit = ANY(:units)))
"""


@pytest.mark.parametrize("person", ["applicant-3", "applicant-7"])
@pytest.mark.parametrize("everything", [False, True])
async def test_nobody_sees_an_application_of_their_own_for_the_office(
    made: Database, person: str, everything: bool
) -> None:
    reach = Reach(person, frozenset({SAMR, WATER}), everything)
    named = {"person": person, "units": [*reach.units], "everything": everything}
    async with made.begin() as session:
        query = text(f"SELECT c.number, {OFFICE} FROM case_file AS c")
        wanted: dict[str, bool] = dict((await session.execute(query, named)).all())  # type: ignore[arg-type]
        found = {number: (await sight_of(session, number, reach)) for number in wanted}

    assert {number: sight.office for number, sight in found.items() if sight} == wanted
    assert {True, False} <= set(wanted.values())


@pytest.mark.parametrize(
    ("scope", "filters", "index"),
    [
        (Scope("overseer", everything=True), Filters(unit=SAMR), "ix_case_file_urgent_of"),
        (Scope("overseer", everything=True), Filters(), "ix_case_file_urgent"),
        (Scope("overseer", places=(("gz-thr", ()),)), Filters(), "ix_case_file_urgent"),
    ],
    ids=["of a unit", "of the city", "of a district"],
)
async def test_most_urgent_cases_are_read_along_their_index(
    made: Database, scope: Scope, filters: Filters, index: str
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    async with made.begin() as session:
        connection = (await session.connection()).sync_connection
        event.listen(connection, "before_cursor_execute", note)
        named = values(scope, datetime.now(SHANGHAI), [])
        await listed(session, scope, filters, named, None, 50)
        for other in ("seqscan", "bitmapscan", "sort", "incremental_sort"):  # as it is where there are many
            await session.execute(text(f"SET LOCAL enable_{other} = off"))
        query, parameters = next(one for one in asked if one[0].lstrip().startswith("SELECT s.number FROM case_file"))
        explained = await (await session.connection()).exec_driver_sql(f"EXPLAIN {query}", parameters)
        plan = "\n".join(explained.scalars())

    assert f"using {index} on case_file" in plan
    assert "Sort" not in plan


async def test_desk_of_several_roles_in_several_units_is_one_list(made: Database) -> None:
    roles, units = ("examiner", "approver"), (SAMR, WATER)
    query = """SELECT id FROM task WHERE role = ANY(:roles) AND unit = ANY(:units) AND state = 'open' ORDER BY opened_at, id"""
    async with made.begin() as session:
        wanted = list((await session.execute(text(query), {"roles": [*roles], "units": [*units]})).scalars())
        found: list[str] = []
        cursor = None
        while True:
            page = await lists.tasks(session, roles, units, {"state": "open"}, cursor, 9)
            found += [row.id for row in page.rows]
            if page.cursor is None:
                break
            cursor = page.cursor

    assert found == wanted
    assert len(found) > 40


async def test_cursor_that_is_none_is_refused_also_where_there_is_nothing_to_see(made: Database) -> None:
    async with made.begin() as session:
        with pytest.raises(BadCursor):
            await lists.tasks(session, (), (), {}, "none", 9)
        with pytest.raises(BadCursor):
            await lists.cases(session, Reach("", frozenset()), {}, "none", 9)
        empty = [
            await lists.tasks(session, (), (), {}, None, 9),
            await lists.cases(session, Reach("", frozenset()), {}, None, 9),
        ]

    assert empty == [([], None)] * 2
