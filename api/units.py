"""Units and who holds which post in them: read by the staff, changed by those who oversee and the chief representative."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.alarms import vacancies_of
from api.bodies import Id, UnitCode
from api.duty import MemberView, member_view
from api.identity import STAFF, Identity, holding
from api.problems import Trouble
from api.requests import Key, digest_of, note_key
from api.services import Here, Services, request_id
from api.unit_bodies import AbsenceIn, AbsenceView, EndIn, PostIn, PostView, UnitView, WholeUnit
from api.unit_rights import check_may_change, check_may_send_away
from domain.law import carries_out
from domain.supervision.posts import (
    CHIEF,
    Absence,
    Post,
    PostNotAllowed,
    PostRole,
    Seat,
    check_alone,
    check_post,
    ended,
)
from storage import catalogue, duty, posts, under_way
from storage.duty import OnDuty
from storage.tables import PostRow

router = APIRouter(prefix="/v1", tags=["units"])
Staff = Annotated[Identity, Depends(holding("supervisor", *sorted(STAFF)))]
Changing = Annotated[Identity, Depends(holding("supervisor", CHIEF))]
On = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2100, 12, 31), description="哪一日；不填为今日")]
PostId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/units", summary="单位，及其今日的首席事务代表")
async def listed(me: Staff, here: Here) -> list[UnitView]:
    """Every unit and overseeing department, with who is its chief representative today."""
    today = here.now().date()
    async with here.database.begin() as session:
        codes = sorted(await known_units(session, here))
        chiefs = await duty.on_duty(session, [Seat(code, CHIEF) for code in codes], today)
    return [_unit_view(here, code, chiefs, today) for code in codes]


@router.get("/units/{code}", summary="某一单位的任职情况")
@carries_out("gz:8.3")
async def one(code: UnitCode, me: Staff, here: Here, on: On = None) -> WholeUnit:
    """Its posts as of a day, those to come included, who is chief representative then, and who is away."""
    day = on or here.now().date()
    async with here.database.begin() as session:
        await _check_known(session, here, code)
        rows = await posts.posts_of(session, [code], since=day)
        names = await duty.names_of(session, [row.person for row in rows])
        away = {row.person: row.last for row in await posts.absences_of(session, names, since=day) if row.first <= day}
        chiefs = await duty.on_duty(session, [Seat(code, CHIEF)], day)
    shown = [_post_view(row, names, away.get(row.person)) for row in rows]
    return WholeUnit(**_unit_view(here, code, chiefs, day).model_dump(), on=day, posts=shown)


@router.get("/units/{code}/who", summary="某一日谁担任某一岗位")
@carries_out("gz:8.3")
async def who(code: UnitCode, role: PostRole, me: Staff, here: Here, on: On = None) -> list[MemberView]:
    """The holders, or those who stand in; nobody: the role is vacant on the day."""
    day, seat = on or here.now().date(), Seat(code, role)
    async with here.database.begin() as session:
        await _check_known(session, here, code)
        found = await duty.on_duty(session, [seat], day)
    return [member_view(member) for member in found.members(seat, day)]


@router.post("/units/{code}/posts", status_code=201, summary="登记任职")
@carries_out("gz:8.3")
async def enter(code: UnitCode, body: PostIn, key: Key, me: Changing, here: Here) -> PostView:
    """Somebody holds a role from a day on, or stands in; refused where two would be chief representative on one day."""
    scope, now = f"/v1/units/{code}/posts", here.now()
    post = Post(unit=code, **body.model_dump(exclude={"name"}))
    async with here.database.begin() as session:
        await _check_known(session, here, code)
        check_may_change(here, me, post.seat)
        await posts.one_at_a_time(session)
        sent = request_id(me.id, scope, key)
        subject = await note_key(session, sent, digest_of(scope, body), "post", now)
        row = await posts.post_of(session, int(subject)) if subject.isdigit() else None
        if row is None:
            row = await _entered(session, post, body.name, me, here)
            await under_way.keep_subject(session, sent, str(row.id))
        return _post_view(row, await duty.names_of(session, [row.person]))


@router.post("/posts/{id}/end", summary="终止任职：写明最后一日")
@carries_out("gz:8.3")
async def end(id: PostId, body: EndIn, key: Key, me: Changing, here: Here) -> PostView:
    """The post has a last day; whatever then is vacant becomes an alarm."""
    scope = f"/v1/posts/{id}/end"
    async with here.database.begin() as session:
        await posts.one_at_a_time(session)
        row = await posts.post_of(session, id)
        if row is None:
            raise Trouble(404, "post_not_found", f"没有编号为 {id} 的任职", f"There is no post {id}")
        check_may_change(here, me, Seat(row.unit, row.role))
        await note_key(session, request_id(me.id, scope, key), digest_of(scope, body), str(id), here.now())
        changed = ended(posts.as_post(row), body.last)
        names = await duty.names_of(session, [row.person])
        others = [one for one in await posts.posts_of(session, [row.unit]) if one.id != id]
        check_alone(changed, map(posts.as_post, others), await _everybody(session, others) | names)
        row.until, row.entered_by, row.entered_at = changed.until, me.id, here.now()
        await session.flush()
        await vacancies_of(here).look(session, here.now())
        return _post_view(row, names)


@router.post("/people/{id}/absences", status_code=201, summary="登记不在岗的日期，由代理人代行")
@carries_out("gz:8.3")
async def away(id: Id, body: AbsenceIn, key: Key, me: Changing, here: Here) -> AbsenceView:
    """They are away on these days; one that begins on the same day is written over."""
    scope = f"/v1/people/{id}/absences"
    if body.last < body.first:
        raise PostNotAllowed(
            "ends_before_it_begins",
            "最后一日不能早于第一日",
            "The last day is the first day or later",
            article="gz:8.3",
        )
    async with here.database.begin() as session:
        await posts.one_at_a_time(session)
        held = await posts.seats_of_person(session, id)
        if not held:
            raise Trouble(404, "person_not_found", f"{id} 没有登记任职", f"{id} has no post on file")
        check_may_send_away(here, me, held)
        await note_key(session, request_id(me.id, scope, key), digest_of(scope, body), id, here.now())
        absence = Absence(person=id, first=body.first, last=body.last)
        await posts.keep_absences(session, [absence], me.id, here.now())
        await vacancies_of(here).look(session, here.now())
    return AbsenceView(**absence.model_dump())


async def known_units(session: AsyncSession, here: Services) -> set[str]:
    """The units of units.yaml with the departments that oversee, and those of the catalogue."""
    listed = {*here.units.units, *(place.management.code for place in here.units.places.values())}
    return listed | await catalogue.every_unit(session)


async def _check_known(session: AsyncSession, here: Services, code: str) -> None:
    if code not in await known_units(session, here):
        zh, en = f"没有代码为 {code} 的单位；请核对单位代码", f"There is no unit {code}; look at its code again"
        raise Trouble(404, "unit_not_found", zh, en)


async def _entered(session: AsyncSession, post: Post, name: str | None, me: Identity, here: Services) -> PostRow:
    """The post on file, and what became vacant or was filled by it."""
    names = await duty.names_of(session, [post.person])
    if name is None and not names:
        zh = f"{post.person} 尚未登记，请同时写明姓名（name）"
        raise Trouble(422, "name_missing", zh, f"{post.person} is not on file yet; give their name too")
    rows = await posts.posts_of(session, [post.unit])
    called = await _everybody(session, rows) | names | ({post.person: name} if name else {})
    check_post(post, map(posts.as_post, rows), called)
    await posts.keep_people(session, [(post.person, name)] if name else [], here.now())
    await posts.keep_posts(session, [post], me.id, here.now())
    await vacancies_of(here).look(session, here.now())
    return next(row for row in await posts.posts_of(session, [post.unit]) if posts.as_post(row).key == post.key)


async def _everybody(session: AsyncSession, rows: list[PostRow]) -> dict[str, str]:
    return await duty.names_of(session, [row.person for row in rows])


def _unit_view(here: Services, code: str, chiefs: OnDuty, day: date) -> UnitView:
    found = chiefs.members(Seat(code, CHIEF), day)
    return UnitView(
        code=code,
        name=here.units.unit(code).name,
        place=here.units.place_of(code),
        chief=member_view(found[0]) if found else None,
    )


def _post_view(row: PostRow, names: dict[str, str], away_until: date | None = None) -> PostView:
    shown = row.model_dump(include=set(PostView.model_fields))
    return PostView(**shown, name=names.get(row.person, row.person), away_until=away_until)
