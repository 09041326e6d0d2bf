"""What the stages of a case put on record about its limits is what its papers need: told in full, filed, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.calendar import Calendar, CalendarYear, Holiday
from domain.commands import Actor, Cause, Delay, Extend, Hear, HearingMove, Outcome, Pause, Recount, Resume
from domain.deadline import Office
from domain.record import Clock, EventKind
from domain.values import SHANGHAI
from storage import notices
from storage.tables import NoticeRow
from tests.counter import UNIT
from tests.workflows.conftest import Drive, food_permit
from tests.workflows.test_extension import HEAD, real_office
from tests.workflows.test_special import EXAMINER, accepted, clocks

CHAIR = "host-1"


async def papers_of(case: Drive) -> dict[str, NoticeRow]:
    """The last paper of each kind."""
    async with case.database.begin() as session:
        return {row.paper: row for row in await notices.notices_of(session, case.number, handles=True)}


def said_in(paper: NoticeRow) -> str:
    return str(paper.body)


def in_words(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@pytest.mark.shows("N9")
async def test_pause_and_its_end_are_told_with_the_days_that_the_limits_have_then(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, office=real_office())

    await case.act(Pause, EXAMINER, procedure="testing", days=4, text="须送检")
    paused = await clocks(case)
    await case.act(Resume, EXAMINER, procedure="testing")
    resumed = await clocks(case)

    papers = await papers_of(case)
    begun, over = said_in(papers["special_procedure"]), said_in(papers["due_day_changed"])
    assert "需要进行“检验”，所需时间为4个工作日" in begun
    assert "说明：须送检" in begun
    for key in ("promised", "statutory"):
        assert in_words(paused[key].due_day) in begun
        assert in_words(resumed[key].due_day) in over
    assert "步骤" not in begun
    assert "办理环节时限" not in begun + over


@pytest.mark.shows(47, 48, "N8")
async def test_approved_extension_is_told_and_filed_with_the_same_days_and_reasons(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, office=real_office())
    before = (await clocks(case))["statutory"].due_day

    await case.act(Extend, EXAMINER, days=5, cause=Cause.OTHER_AUTHORITY, text="须征求其他机关意见")
    none_yet = await papers_of(case)
    await case.answer("extend", "agency_head", Outcome.APPROVE)

    papers, after = await papers_of(case), (await clocks(case))["statutory"].due_day
    assert not {"extension", "filing"} & set(none_yet)
    for paper in (papers["extension"], papers["filing"]):
        assert in_words(before) in said_in(paper)
        assert in_words(after) in said_in(paper)
        assert "须征求其他机关意见" in said_in(paper)
        assert "延长5个工作日" in said_in(paper)
        assert "《食品经营许可和备案管理办法》" in said_in(paper)
    assert papers["extension"].addressee is None
    assert papers["filing"].addressee == "gz-thr-management"
    assert papers["filing"].acknowledge_by is not None
    assert papers["extension"].document_number in said_in(papers["filing"])
    assert (papers["extension"].seq, papers["extension"].given_at) == (papers["filing"].seq, papers["filing"].given_at)


async def test_delay_is_told_and_filed_as_one(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, item=food_permit(extension=None), office=real_office())
    until = datetime.now(SHANGHAI).date() + timedelta(days=60)

    await case.act(Delay, EXAMINER, until=until, cause=Cause.STAFF_SHORTAGE, text="经办人员调离")

    papers = await papers_of(case)
    for paper in (papers["delay"], papers["filing"]):
        assert f"预计{'于' if paper.paper == 'delay' else ''}{in_words(until)}前（含当日）办结" in said_in(paper)
        assert "经办人员调离" in said_in(paper)
    assert papers["filing"].title == "延期报备表（延误）"


@pytest.mark.shows("N10")
async def test_changed_calendar_is_told_with_old_and_new_days_of_what_the_applicant_knows(
    drive: Callable[[], Drive],
) -> None:
    case = await accepted(drive, office=Office(calendar=Calendar(version="before", years=())))
    before = await clocks(case)
    today = datetime.now(SHANGHAI).date()
    holiday = Holiday.model_validate(
        {"name": "测试假期", "from": today + timedelta(days=1), "to": today + timedelta(days=9)}
    )
    after = Calendar(version="after", years=(CalendarYear(year=today.year, holidays=(holiday,), make_up=()),))

    await case.act(Recount, Actor(id="calendar", roles=("calendar",)), calendar=after, source="测试放假通知")

    paper, now = (await papers_of(case))["due_day_changed"], await clocks(case)
    assert "（测试放假通知）" in said_in(paper)
    rows = {row[1]: row[2:] for row in paper.body["items"]["rows"]}
    assert set(rows) == {"承诺办结时限", "法定办结时限"}
    assert rows["法定办结时限"][0] == in_words(before[Clock.STATUTORY].due_day)
    assert rows["法定办结时限"][1].startswith(in_words(now[Clock.STATUTORY].due_day))


async def test_hearing_is_offered_called_and_recorded_on_paper_without_the_chair(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, office=real_office())
    day = real_office().calendar.next_worked(datetime.now(SHANGHAI).date() + timedelta(days=16))

    await case.act(Hear, EXAMINER, move=HearingMove.OFFER)
    await case.act(Hear, move=HearingMove.REQUEST)
    await case.act(Hear, EXAMINER, move=HearingMove.SCHEDULE, held_on=day, host=CHAIR, text="上午9时30分，三楼听证室")

    papers, running = await papers_of(case), await clocks(case)
    rights, notice = said_in(papers["hearing_rights"]), said_in(papers["hearing_notice"])
    assert f"即在{in_words(running[Clock.HEARING_REQUEST].due_day)}前（含当日）" in rights
    assert f"定于{in_words(day)}举行听证" in notice
    assert "上午9时30分，三楼听证室" in notice
    assert CHAIR not in rights + notice


async def test_head_who_extends_at_once_is_not_named_on_any_paper(drive: Callable[[], Drive]) -> None:
    case = await accepted(drive, office=real_office())

    await case.act(Extend, HEAD, days=2, cause=Cause.COMPLEX, text="须进一步核查")

    assert (await case.event(EventKind.EXTENDED)).papers == ["extension", "filing"]
    for paper in (await papers_of(case)).values():
        assert HEAD.id not in said_in(paper)
        assert UNIT not in said_in(paper)
