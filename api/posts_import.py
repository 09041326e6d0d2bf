"""Posts imported from a file: all of it or nothing, with every fault at once; the same file again changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.alarms import vacancies_of
from api.identity import Identity
from api.language import InLanguage
from api.problems import Trouble
from api.requests import Key, note_key
from api.services import Here, Services, request_id
from api.unit_bodies import ImportView
from api.unit_rights import check_may_send_away, may_change, may_send_away, rights
from api.units import Changing, known_units
from domain.law import carries_out
from domain.supervision.posts import Post, PostNotAllowed, check_alone
from domain.words import Language, Text
from registry.posts import OnFile, PostFault, PostsFile, ReadPosts, faults_in, read_posts
from storage import duty, posts

router = APIRouter(prefix="/v1/units", tags=["units"])
SCOPE = "/v1/units/import"
DOCUMENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {
                "schema": {"type": "string"},
                "example": "kind: posts\npeople:\n  - {id: sample-chief-gz-thr-samr, name: 测试首席代表甲}\nposts:\n"
                "  - {unit: gz-thr-samr, role: chief_representative, person: sample-chief-gz-thr-samr, "
                "since: 2026-01-01}\nabsences: []\n",
            },
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


@router.post("/import", summary="导入人员、任职和不在岗日期（YAML 或 JSON），错误一次列全", openapi_extra=DOCUMENT)
@carries_out("gz:8.3")
async def import_(request: Request, key: Key, me: Changing, here: Here, language: InLanguage) -> ImportView:
    """People by their ids, posts by unit, role, person and first day, absences by their first day: what is new is added, a last
    day that is named is written over, and nothing is taken away."""
    content = await request.body()
    read = read_posts(content)
    async with here.database.begin() as session:
        await posts.one_at_a_time(session)
        found = faults_in(read, OnFile(await known_units(session, here), await posts.known_people(session)))
        if found or read.file is None:
            raise _faulty(found, language)
        astray = [*_of_others(here, me, read, read.file), *await _renamed(session, here, me, read, read.file)]
        astray += await _against_those_on_file(session, read, read.file)
        if astray:
            raise _faulty(tuple(sorted(astray)), language)
        await _check_absences(session, here, me, read.file)
        sent = request_id(me.id, SCOPE, key)
        await note_key(session, sent, hashlib.sha256(content).hexdigest(), "posts", here.now())
        return await _kept(session, here, me, read.file)


async def _kept(session: AsyncSession, here: Services, me: Identity, file: PostsFile) -> ImportView:
    now = here.now()
    kept = {
        "people": await posts.keep_people(session, [(one.id, one.name) for one in file.people], now),
        "posts": await posts.keep_posts(session, file.posts, me.id, now),
        "absences": await posts.keep_absences(session, file.absences, me.id, now),
    }
    looked = await vacancies_of(here).look(session, now)
    units = {post.unit for post in file.posts}
    return ImportView(
        new={name: one.new for name, one in kept.items()},
        changed={name: one.changed for name, one in kept.items()},
        raised=list(looked.raised),
        cleared=list(looked.cleared),
        without_substitute=await _alone(session, here, units),
    )


async def _alone(session: AsyncSession, here: Services, units: set[str]) -> list[str]:
    today = here.now().date()
    return list((await posts.roster(session, today, units)).without_substitute(today))


def _of_others(here: Services, me: Identity, read: ReadPosts, file: PostsFile) -> Iterable[PostFault]:
    """Posts that the holder of the token may not enter."""
    for n, post in enumerate(file.posts):
        if not may_change(here, me, post.seat):
            yield read.fault(("posts", n), Text(*rights(here, post.seat)))


async def _renamed(
    session: AsyncSession, here: Services, me: Identity, read: ReadPosts, file: PostsFile
) -> list[PostFault]:
    """People on file whom the file calls otherwise, and who belong to units that others oversee and lead."""
    called = await duty.names_of(session, [person.id for person in file.people])
    faults = []
    for n, person in enumerate(file.people):
        if called.get(person.id, person.name) != person.name:
            held = await posts.seats_of_person(session, person.id)
            if held and not may_send_away(here, me, held):
                faults.append(read.fault(("people", n, "name"), Text(*rights(here, min(held)))))
    return faults


async def _against_those_on_file(session: AsyncSession, read: ReadPosts, file: PostsFile) -> list[PostFault]:
    """Posts that do not go together with those on file, as these will be once the file has ended some of them."""
    rows = await posts.posts_of(session, {post.unit for post in file.posts})
    now = {post.key: post for post in map(posts.as_post, rows)}
    for post in file.posts:
        known = now.get(post.key)
        if known is None or post.until is not None:
            now[post.key] = post
    names = await duty.names_of(session, [row.person for row in rows])
    names |= {person.id: person.name for person in file.people}
    return [fault for n, post in enumerate(file.posts) for fault in _clash(read, n, now[post.key], now.values(), names)]


def _clash(read: ReadPosts, n: int, post: Post, others: Iterable[Post], names: dict[str, str]) -> Iterable[PostFault]:
    try:
        check_alone(post, others, names)
    except PostNotAllowed as refused:
        yield read.fault(("posts", n), refused.text)


async def _check_absences(session: AsyncSession, here: Services, me: Identity, file: PostsFile) -> None:
    for absence in file.absences:
        held = await posts.seats_of_person(session, absence.person)
        held |= {post.seat for post in file.posts if post.person == absence.person}
        if held:
            check_may_send_away(here, me, held)


def _faulty(faults: tuple[PostFault, ...], language: Language) -> Trouble:
    listed: list[dict[str, Any]] = [
        {"line": one.line, "path": one.path, "says": one.says.said_in(language)} for one in faults
    ]
    zh = f"文件有 {len(faults)} 处错误，没有导入；逐处修改后重新导入"
    en = f"The file has {len(faults)} faults and nothing was imported; mend each of them and import it again"
    return Trouble(422, "posts_faulty", zh, en, article="gz:8.3", faults=listed)
