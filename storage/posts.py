"""Posts as they are on file: people, the roles that they hold from when to when, and when they are away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.supervision.posts import Absence, Post, Roster, Seat
from storage.case_file import table
from storage.duty import names_of
from storage.tables import AbsenceRow, PersonRow, PostRow

CHANGING = 7131308
"""The lock under which posts are changed one after the other: two at once would both be the only chief representative."""


class Kept(NamedTuple):
    """How many rows something new was written to."""

    new: int = 0
    changed: int = 0


async def one_at_a_time(session: AsyncSession) -> None:
    """Until the end of the transaction nobody else changes posts."""
    await session.execute(select(func.pg_advisory_xact_lock(CHANGING)))


def as_post(row: PostRow) -> Post:
    """The post as the rules know it."""
    return Post.model_validate(row.model_dump(include=set(Post.model_fields)))


async def posts_of(
    session: AsyncSession, units: Collection[str] | None = None, *, since: date | None = None
) -> list[PostRow]:
    """The posts of these units, or of all; without those that ended before the day `since`."""
    query = select(PostRow).order_by(col(PostRow.unit), col(PostRow.role), col(PostRow.since), col(PostRow.person))
    if units is not None:
        query = query.where(col(PostRow.unit).in_(units))
    if since is not None:
        query = query.where(or_(col(PostRow.until).is_(None), col(PostRow.until) >= since))
    return list((await session.execute(query)).scalars())


async def absences_of(
    session: AsyncSession, people: Collection[str] | None = None, *, since: date | None = None
) -> list[AbsenceRow]:
    """When these people, or all, are away; without what was over before the day `since`."""
    query = select(AbsenceRow).order_by(col(AbsenceRow.person), col(AbsenceRow.first))
    if people is not None:
        query = query.where(col(AbsenceRow.person).in_(people))
    if since is not None:
        query = query.where(col(AbsenceRow.last) >= since)
    return list((await session.execute(query)).scalars())


async def roster(session: AsyncSession, since: date, units: Collection[str] | None = None) -> Roster:
    """All posts of these units, or of all, and absences, as far as they matter from the day on."""
    absences = await absences_of(session, since=since)
    return Roster(
        [as_post(row) for row in await posts_of(session, units, since=since)],
        [Absence(person=row.person, first=row.first, last=row.last) for row in absences],
    )


async def known_people(session: AsyncSession) -> set[str]:
    """The ids of everybody on file."""
    return set((await session.execute(select(col(PersonRow.id)))).scalars())


async def keep_people(session: AsyncSession, people: Iterable[tuple[str, str]], at: datetime) -> Kept:
    """People with their names; a name that changed is written over."""
    named = dict(people)
    there = await names_of(session, named)
    new = {id_: name for id_, name in named.items() if there.get(id_) != name}
    if new:
        row = insert(table(PersonRow)).values([{"id": i, "name": n, "recorded_at": at} for i, n in new.items()])
        await session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"name": row.excluded.name}))
    return Kept(len(new.keys() - there.keys()), len(new.keys() & there.keys()))


async def keep_posts(session: AsyncSession, posts: Iterable[Post], by: str, at: datetime) -> Kept:
    """Posts; of one that is there its last day is written over where another is named, and left where none is."""
    posts = list(posts)
    rows = {as_post(row).key: row for row in await posts_of(session, {post.unit for post in posts})}
    new = changed = 0
    for post in posts:
        there = rows.get(post.key)
        if there is None:
            rows[post.key] = row = PostRow(**post.model_dump(), entered_by=by, entered_at=at)
            session.add(row)
            new += 1
        elif post.until is not None and there.until != post.until:
            there.until, there.entered_by, there.entered_at = post.until, by, at
            changed += 1
    await session.flush()
    return Kept(new, changed)


async def keep_absences(session: AsyncSession, absences: Iterable[Absence], by: str, at: datetime) -> Kept:
    """Absences; of one that begins on the same day the last day is written over."""
    absences = list(absences)
    rows = {(row.person, row.first): row for row in await absences_of(session, {one.person for one in absences})}
    new = changed = 0
    for absence in absences:
        there = rows.get((absence.person, absence.first))
        if there is None:
            row = AbsenceRow(**absence.model_dump(), entered_by=by, entered_at=at)
            session.add(row)
            rows[absence.person, absence.first] = row
            new += 1
        elif there.last != absence.last:
            there.last, there.entered_by, there.entered_at = absence.last, by, at
            changed += 1
    await session.flush()
    return Kept(new, changed)


async def post_of(session: AsyncSession, id_: int) -> PostRow | None:
    """One post, locked until the end of the transaction."""
    return await session.get(PostRow, id_, with_for_update=True)


async def seats_of_person(session: AsyncSession, person: str) -> set[Seat]:
    """The seats that somebody holds, held or will hold."""
    rows = await session.execute(select(PostRow).where(col(PostRow.person) == person))
    return {Seat(row.unit, row.role) for row in rows.scalars()}
