"""The overseeing department sees and acknowledges what is filed, the unit its warnings, and no applicant any of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlmodel import col

from activities.papers.giving import give
from domain.case_number import case_number
from domain.record import EventKind, Paper
from storage.database import Database
from storage.tables import NoticeRow, TextRow
from tests.counter import UNIT, Counter
from tests.papers.builders import RECEIVED, a_batch, an_event, on_file, the_definition, the_units
from tests.papers.samples import EXTENDED, TESTING

OVERSIGHT = ("gz-thr-management",)
ELSEWHERE = ("gz-management",)
CHIEF = "chief_representative-1"


async def filed(database: Database, applied_by: str = "applicant-1", unit: str = UNIT) -> str:
    """The number of an online case that was extended, and that took longer than its special procedure may."""
    number = case_number(RECEIVED.date(), 10**9 + uuid4().int % 10**9)
    case, applicant = await on_file(database, number=number, channel="online", applied_by=applied_by, unit=unit)
    why = TextRow(id=uuid4().hex, number=number, body="须征求其他机关意见", by="e-1", written_at=RECEIVED)
    facts = {**EXTENDED, "text": why.id}
    overrun = {**TESTING, "days": 2, "until": "2026-02-13"}
    batch = a_batch(
        number,
        an_event(EventKind.EXTENDED, Paper.EXTENSION, Paper.FILING, article="apl:42.1", **facts),
        an_event(EventKind.PAUSE_OVERRUN, Paper.OVERRUN, seq=2, article="apl:45", **overrun),
    )
    async with database.begin() as session:
        session.add(why)
        await session.flush()
        known = {"definition": the_definition(), "units": the_units(), "public_url": "https://gov.example"}
        await give(session, batch=batch, case=case, applicant=applicant, **known)  # type: ignore[arg-type]
    return number


def filing(number: str) -> str:
    return f"/v1/filings/{number}/1"


def warning(number: str) -> str:
    return f"/v1/warnings/{number}/2"


async def numbers(desk: Counter, who: str, path: str, units: tuple[str, ...], **query: Any) -> list[str]:
    """The cases of every page of the list."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        response = await desk.get(who, path, units, limit=3, **query, **cursor)
        assert response.status_code == 200, response.text
        page = response.json()
        found += [row["case"] for row in page["rows"]]
        if page["cursor"] is None:
            return found
        cursor = {"cursor": page["cursor"]}


@pytest.mark.shows(48)
async def test_overseeing_department_finds_what_was_filed_and_acknowledges_it(
    desk: Counter, files_database: Database
) -> None:
    number = await filed(files_database)
    waiting, before = await numbers(desk, "supervisor", "/v1/filings", OVERSIGHT), datetime.now(UTC)

    answer = await desk.post("supervisor", f"{filing(number)}/acknowledgment", {}, units=OVERSIGHT)

    assert number in waiting
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["case"], shown["seq"], shown["paper"], shown["unit"]) == (number, 1, "filing", UNIT)
    assert shown["acknowledgment"]["to"] == "gz-thr-management"
    assert shown["acknowledgment"]["person"] == "supervisor"
    assert shown["acknowledgment"]["overdue"] is False
    assert before <= datetime.fromisoformat(shown["acknowledgment"]["at"]) <= datetime.now(UTC)
    assert number not in await numbers(desk, "supervisor", "/v1/filings", OVERSIGHT)
    assert number in await numbers(desk, "supervisor", "/v1/filings", OVERSIGHT, state="acknowledged")
    assert number in await numbers(desk, "supervisor", "/v1/filings", OVERSIGHT, state="all")


async def test_filing_past_its_day_is_shown_as_overdue_and_the_longest_waiting_first(
    desk: Counter, files_database: Database
) -> None:
    first, second = await filed(files_database), await filed(files_database)
    async with files_database.begin() as session:
        earlier = RECEIVED.replace(year=2025)
        this = (col(NoticeRow.number) == second, col(NoticeRow.paper) == "filing")
        await session.execute(update(NoticeRow).where(*this).values(given_at=earlier))
        later = (col(NoticeRow.number) == first, col(NoticeRow.paper) == "filing")
        await session.execute(update(NoticeRow).where(*later).values(acknowledge_by=date(2999, 1, 1)))

    found = await numbers(desk, "supervisor", "/v1/filings", OVERSIGHT)
    overdue, in_time = [(await desk.get("supervisor", filing(n), OVERSIGHT)).json() for n in (second, first)]

    assert found.index(second) < found.index(first)
    assert (overdue["acknowledgment"]["overdue"], overdue["acknowledgment"]["by"]) == (True, "2026-02-13")
    assert in_time["acknowledgment"]["overdue"] is False


async def test_acknowledgment_is_repeated_without_harm_and_keeps_who_and_when(
    desk: Counter, files_database: Database
) -> None:
    path = f"{filing(await filed(files_database))}/acknowledgment"
    key = f"acknowledge-{uuid4()}"

    first = await desk.post("supervisor", path, {}, key, units=OVERSIGHT)
    same_key = await desk.post("supervisor", path, {}, key, units=OVERSIGHT)
    other_key = await desk.post("supervisor", path, {}, units=OVERSIGHT)
    colleague = await desk.post("supervisor-2", path, {}, units=OVERSIGHT)

    assert first.status_code == 200
    assert first.json() == same_key.json() == other_key.json()
    assert (colleague.status_code, colleague.json()["code"]) == (409, "already_acknowledged")
    assert "已由 supervisor 于" in colleague.json()["detail"]
    assert "无需再次签收" in colleague.json()["detail"]


async def test_of_several_at_once_one_acknowledges(desk: Counter, files_database: Database) -> None:
    path = f"{filing(await filed(files_database))}/acknowledgment"

    answers = await asyncio.gather(
        *(desk.post(f"supervisor-{n}", path, {}, units=OVERSIGHT) for n in range(4)),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


@pytest.mark.parametrize("what", ["", "/pdf", "/acknowledgment"])
@pytest.mark.parametrize(
    ("who", "units", "code"),
    [
        ("supervisor", ELSEWHERE, "not_your_unit"),
        ("examiner", OVERSIGHT, "role_missing"),
        ("applicant-1", OVERSIGHT, "role_missing"),
    ],
)
async def test_filing_is_closed_to_everybody_else(
    desk: Counter, files_database: Database, what: str, who: str, units: tuple[str, ...], code: str
) -> None:
    path = filing(await filed(files_database)) + what

    post = what == "/acknowledgment"
    answer = await desk.post(who, path, {}, units=units) if post else await desk.get(who, path, units)

    assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_supervisor_of_the_whole_city_sees_every_filing(desk: Counter, files_database: Database) -> None:
    here, elsewhere = await filed(files_database), await filed(files_database, unit="elsewhere-1")

    found = await numbers(desk, "supervisor", "/v1/filings", ("*",))

    assert {here, elsewhere} <= set(found)
    assert (await desk.get("supervisor", filing(elsewhere), ("*",))).status_code == 200
    assert elsewhere not in await numbers(desk, "supervisor", "/v1/filings", OVERSIGHT)


async def test_nobody_acknowledges_what_was_filed_about_an_application_of_their_own(
    desk: Counter, files_database: Database
) -> None:
    number = await filed(files_database, applied_by="supervisor-9")

    answer = await desk.post("supervisor-9", f"{filing(number)}/acknowledgment", {}, units=OVERSIGHT)

    assert (answer.status_code, answer.json()["code"]) == (403, "own_application")
    assert number not in await numbers(desk, "supervisor-9", "/v1/filings", OVERSIGHT)


@pytest.mark.parametrize("seq", [2, 0, -1, 2**31, 2**70])
async def test_filing_that_is_not_there_is_not_found(desk: Counter, files_database: Database, seq: int) -> None:
    number = await filed(files_database)

    answer = await desk.get("supervisor", f"/v1/filings/{number}/{seq}", OVERSIGHT)

    assert (answer.status_code, answer.json()["code"]) == (404, "notice_not_found")
    assert "报备列表" in answer.json()["detail"]


async def test_acknowledgment_takes_a_key_like_every_post(desk: Counter, files_database: Database) -> None:
    path = f"{filing(await filed(files_database))}/acknowledgment"

    answer = await desk.client.post(path, headers=desk.headers("supervisor", OVERSIGHT), json={})

    assert answer.status_code == 422


async def test_filing_can_be_printed(desk: Counter, files_database: Database) -> None:
    shown = (await desk.get("supervisor", filing(await filed(files_database)), OVERSIGHT)).json()

    pdf = await desk.get("supervisor", shown["pdf"], OVERSIGHT)

    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


async def test_applicant_finds_the_notice_of_the_extension_and_nothing_that_went_to_others(
    desk: Counter, files_database: Database
) -> None:
    who = f"applicant-{uuid4().hex[:8]}"
    number = await filed(files_database, applied_by=who)

    of_case = (await desk.get(who, f"/v1/cases/{number}/notices")).json()
    box = (await desk.get(who, "/v1/notices")).json()["rows"]
    pdfs = [
        (await desk.get(who, f"/v1/cases/{number}/notices/{seq}/{paper}/pdf")).status_code
        for seq, paper in ((1, "filing"), (2, "overrun"), (1, "extension"))
    ]

    assert [row["paper"] for row in of_case] == ["extension"]
    assert of_case[0]["acknowledgment"] is None
    assert [row["paper"] for row in box] == ["extension"]
    assert pdfs == [404, 404, 200]
    async with files_database.begin() as session:
        row = await session.get_one(NoticeRow, (number, 1, "filing"))
    assert row.read_at is None


async def test_those_who_handle_the_case_see_filing_and_warning_with_their_acknowledgment(
    desk: Counter, files_database: Database
) -> None:
    number = await filed(files_database)
    await desk.post("supervisor", f"{filing(number)}/acknowledgment", {}, units=OVERSIGHT)

    shown = (await desk.get("examiner", f"/v1/cases/{number}/notices")).json()

    papers = {row["paper"]: row["acknowledgment"] for row in shown}
    assert list(papers) == ["extension", "filing", "overrun"]
    assert papers["filing"]["person"] == "supervisor"
    assert (papers["overrun"]["to"], papers["overrun"]["at"], papers["overrun"]["overdue"]) == (UNIT, None, True)
    pdf = await desk.get("examiner", f"/v1/cases/{number}/notices/1/filing/pdf")
    assert pdf.status_code == 200


async def test_chief_representative_finds_the_warning_and_acknowledges_it(
    desk: Counter, files_database: Database
) -> None:
    number = await filed(files_database)
    waiting = await numbers(desk, CHIEF, "/v1/warnings", (UNIT,))

    answer = await desk.post(CHIEF, f"{warning(number)}/acknowledgment", {})

    assert number in waiting
    assert answer.status_code == 200, answer.text
    assert answer.json()["acknowledgment"]["person"] == CHIEF
    assert number not in await numbers(desk, CHIEF, "/v1/warnings", (UNIT,))


async def test_warning_is_for_the_staff_of_its_unit(desk: Counter, files_database: Database) -> None:
    number = await filed(files_database)

    colleague = await desk.get("examiner", warning(number))
    stranger = await desk.get("examiner", warning(number), ("gz-thr-health",))
    overseer = await desk.get("supervisor", warning(number), OVERSIGHT)
    applicant = await desk.get("applicant-1", warning(number))

    assert colleague.status_code == 200
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_your_unit")
    assert (overseer.status_code, overseer.json()["code"]) == (403, "role_missing")
    assert (applicant.status_code, applicant.json()["code"]) == (403, "role_missing")
    assert "chief_representative" in applicant.json()["detail"].split("、")[0]


async def test_filings_are_no_warnings_and_the_other_way_round(desk: Counter, files_database: Database) -> None:
    number = await filed(files_database)

    assert (await desk.get(CHIEF, f"/v1/warnings/{number}/1")).status_code == 404
    assert (await desk.get("supervisor", f"/v1/filings/{number}/2", OVERSIGHT)).status_code == 404


async def test_refusals_are_said_in_english_too(desk: Counter, files_database: Database) -> None:
    headers = desk.headers("supervisor", ELSEWHERE, **{"Accept-Language": "en"})

    answer = await desk.client.get(filing(await filed(files_database)), headers=headers)

    assert "gz-thr-management, which is not among your units" in answer.json()["detail"]
