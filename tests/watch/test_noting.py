"""Troubles on file: what is cleared when, who is told, and which are looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from domain.troubles import Trouble, TroubleKind
from domain.values import SHANGHAI
from storage import troubles, watched
from storage.troubles import Seen, Untold
from tests.papers.builders import on_file
from tests.watch.conftest import Scene

SINCE = datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)
RETRYING, FAILING = TroubleKind.ACTIVITY_RETRYING, TroubleKind.TASK_FAILING


def a_trouble(number: int, kind: TroubleKind = RETRYING) -> Trouble:
    return Trouble(kind=kind, subject=f"case:GZ20261124-00000{number}-1", since=SINCE)


async def opened(scene: Scene, *some: Trouble) -> None:
    """Each in a transaction of its own, so that one is seen after the other."""
    for trouble in some:
        async with scene.database.begin() as session:
            assert await troubles.open_one(session, trouble)


async def now(scene: Scene) -> datetime:
    async with scene.database.begin() as session:
        return await troubles.moment(session)


async def noted(scene: Scene, seen: Seen, began: datetime) -> list[str]:
    """What is over by this look."""
    async with scene.database.begin() as session:
        return [subject for _, subject in (await troubles.note(session, seen, began)).cleared]


async def to_tell(scene: Scene, at_most: int = 50) -> list[Untold]:
    async with scene.database.begin() as session:
        return await troubles.untold(session, at_most)


async def test_what_somebody_else_saw_after_a_look_began_is_not_over_by_it(scene: Scene) -> None:
    before, meanwhile = a_trouble(1), a_trouble(2)
    await opened(scene, before)
    began = await now(scene)
    await opened(scene, meanwhile)
    nothing = Seen(frozenset({RETRYING}))

    first = await noted(scene, nothing, began)
    second = await noted(scene, nothing, await now(scene))

    assert first == [before.subject]
    assert second == [meanwhile.subject]


async def test_workflow_hears_of_the_end_also_where_nobody_knows_whether_it_heard_of_the_beginning(
    scene: Scene,
) -> None:
    """A signal may arrive and its answer not: nothing stays in Temporal UI that is over."""
    await opened(scene, trouble := a_trouble(1))

    await noted(scene, Seen(frozenset({RETRYING})), await now(scene))

    assert [(one.subject, one.open_kinds) for one in await to_tell(scene)] == [(trouble.subject, ())]


async def test_those_that_cannot_hear_do_not_keep_others_from_being_told(scene: Scene) -> None:
    deaf, hears = a_trouble(1), a_trouble(2)
    await opened(scene, deaf, a_trouble(1, FAILING), hears)

    first = await to_tell(scene, at_most=1)
    await noted(scene, Seen(frozenset({FAILING})), await now(scene))
    both = await to_tell(scene)

    assert [one.subject for one in first] == [hears.subject]
    assert [one.subject for one in both] == [deaf.subject, hears.subject]


async def test_of_many_in_trouble_those_not_seen_for_longest_are_looked_at_first(scene: Scene) -> None:
    await opened(scene, *(a_trouble(n) for n in (1, 2, 3)))
    async with scene.database.begin() as session:
        await troubles.open_one(session, a_trouble(1))

    async with scene.database.begin() as session:
        two = await troubles.open_subjects(session, [RETRYING], 2)

    assert two == [a_trouble(2).subject, a_trouble(3).subject]


async def test_missed_limit_that_was_told_is_not_over_because_others_come_before_it(scene: Scene) -> None:
    numbers = sorted([(await on_file(scene.database, seq=1))[0].number for _ in range(2)])
    clock = text(
        """INSERT INTO clock (number, key, started_at, "limit", article, due_day, due_at, provisional, state, passed, calendar)
        SELECT unnest(CAST(:numbers AS text[])), 'acceptance', now(), '{}', 'apl:32.4', now(), now() - interval '1 h', FALSE,
               'running', FALSE, '2026'"""
    )
    async with scene.database.begin() as session:
        await session.execute(clock, {"numbers": numbers})
        alone = await watched.missed(session, timedelta(), limit=1)
    await opened(scene, Trouble(kind=TroubleKind.MISSED_TIMER, subject=f"case:{numbers[1]}", since=SINCE))

    async with scene.database.begin() as session:
        with_what_was_told = await watched.missed(session, timedelta(), limit=1)

    subjects = [f"case:{number}" for number in numbers]
    assert [one.subject for one in alone] == subjects[:1]
    assert [one.subject for one in with_what_was_told] == subjects
