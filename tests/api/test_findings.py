"""The three grounds are found by themselves, and the applicant sees them with the way to the window."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from activities.case_file import CaseFile
from domain.record import Event, EventKind, Paper
from domain.values import SHANGHAI
from storage import grievances
from storage.case_file import OutOfOrder
from storage.database import Database
from tests.counter import FOOD_MATERIALS, UNIT, Counter
from tests.papers.builders import a_batch, a_clock


async def told_twice(counter: Counter, *, who: str = "applicant") -> str:
    """A case of which the second notice demands what the first could have said."""
    number = str((await counter.apply(who, materials=FOOD_MATERIALS[1:]))["number"])
    await counter.answered("window", number, "check", "notify")
    handed = [{"material": "application_form", "paper": True}]
    await counter.post(who, f"/v1/cases/{number}/materials", {"materials": handed})
    demands = [{"material": "floor_plan", "defect": "图上没有标明操作间"}]
    await counter.answered("window", number, "check", "notify", demands=demands)
    return number


def now() -> datetime:
    return datetime.now(SHANGHAI)


def passed(number: str, seq: int, clock: str = "promised", **changes: Any) -> Any:
    """What time leads to when a limit passes, and the applicant is told."""
    due = (now() - timedelta(days=1)).date()
    facts = {"clock": clock, "due_day": due.isoformat()}
    event = Event(
        seq=seq, kind=EventKind.LIMIT_PASSED, at=now(), article="gz:13.5", papers=(Paper.LATENESS,), data=facts
    )
    return a_batch(number, event, clocks=(a_clock(clock, due=due, passed=True),), **changes)


def taken_back(number: str, seq: int, clock: str = "promised") -> Any:
    facts = {"clock": clock, "due_day": now().date().isoformat()}
    event = Event(seq=seq, kind=EventKind.LATENESS_WITHDRAWN, at=now(), article="cc:203", data=facts)
    return a_batch(number, event, clocks=(a_clock(clock),))


async def found(counter: Counter, number: str, who: str = "applicant") -> list[dict[str, Any]]:
    response = await counter.get(who, f"/v1/cases/{number}/findings")
    assert response.status_code == 200, response.text
    return list(response.json())


@pytest.mark.shows("N5", "N13")
async def test_second_notice_that_could_have_been_the_first_is_found_and_told(counter: Counter) -> None:
    number = await told_twice(counter)

    (finding,) = await found(counter, number)
    notices = (await counter.get("applicant", f"/v1/cases/{number}/notices")).json()
    paper = next(notice for notice in notices if notice["paper"] == "told_late")
    assert (finding["shortcoming"], finding["article"], finding["unit"]) == ("not_told_once", "gz:13.5", UNIT)
    assert [one["paper"] for one in finding["evidence"]["papers"]].count("one_time_notice") == 2
    assert [one["material"] for one in finding["evidence"]["late"]] == ["floor_plan"]
    assert finding["says"] == "未能一次性告知：第2次补正告知"
    assert "“办不成事”反映窗口" in finding["to_the_window"]["window"]
    assert "图上没有标明操作间" in str(paper["body"]["items"])
    assert "/v1/grievances" in str(paper["body"]["closing"])
    assert "“办不成事”反映窗口" in str(paper["body"]["closing"])


@pytest.mark.shows("N13")
async def test_finding_opens_a_grievance_by_itself_and_the_next_one_joins_it(
    counter: Counter, case_file: CaseFile, database: Database
) -> None:
    number = await told_twice(counter)
    (first,) = await found(counter, number)
    seq = (await counter.get("supervisor", f"/v1/cases/{number}")).json()["seq"]

    await case_file.put(passed(number, seq + 1, "acceptance"))

    both = await found(counter, number)
    assert first["to_the_window"]["grievance"].startswith("FY")
    assert {one["to_the_window"]["grievance"] for one in both} == {first["to_the_window"]["grievance"]}
    async with database.begin() as session:
        query = text("SELECT count(*) FROM grievance WHERE case_number = :number")
        assert (await session.execute(query, {"number": number})).scalar_one() == 1


@pytest.mark.shows("N13")
async def test_passed_limit_is_shown_on_the_public_page_with_article_and_date(
    counter: Counter, case_file: CaseFile
) -> None:
    case = await counter.apply()
    await case_file.put(passed(case["number"], 2))

    query = {"number": case["number"], "code": case["query_code"]}
    page = (await counter.client.get("/v1/progress", params=query)).json()

    due = (now() - timedelta(days=1)).date()
    assert page["findings"] == [f"{now():%Y-%m-%d} 未按时办结：承诺办结时限（{due}），条例13.5"]


async def test_batch_that_comes_twice_or_too_early_doubles_nothing(
    counter: Counter, case_file: CaseFile, database: Database
) -> None:
    number = (await counter.apply())["number"]
    batch = passed(number, 2)
    with pytest.raises(OutOfOrder):
        await case_file.put(passed(number, 3))

    await case_file.put(batch)
    await case_file.put(batch)

    (finding,) = await found(counter, number)
    async with database.begin() as session:
        query = text("SELECT count(*) FROM grievance WHERE finding = :id")
        assert (await session.execute(query, {"id": finding["id"]})).scalar_one() == 1
    assert finding["id"] == f"{number}:2"


async def test_corrected_calendar_withdraws_the_finding_and_it_may_come_again(
    counter: Counter, case_file: CaseFile
) -> None:
    case = await counter.apply()
    number = case["number"]
    await case_file.put(passed(number, 2))
    await case_file.put(taken_back(number, 3))
    (withdrawn,) = await found(counter, number)
    await case_file.put(passed(number, 4))

    first, second = await found(counter, number)
    query = {"number": number, "code": case["query_code"]}
    page = (await counter.client.get("/v1/progress", params=query)).json()
    assert withdrawn["withdrawn_at"] is not None
    assert withdrawn["withdrawn_why"] == "cc:203"
    assert (first["withdrawn_at"] is None, second["withdrawn_at"] is None) == (False, True)
    assert len(page["findings"]) == 1


async def test_a_finding_that_fell_is_no_evidence_that_the_window_has_to_take_a_grievance_up(
    counter: Counter, case_file: CaseFile, database: Database
) -> None:
    number = (await counter.apply())["number"]
    await case_file.put(passed(number, 2))
    async with database.begin() as session:
        before = await grievances.evidence_of(session, number)

    await case_file.put(taken_back(number, 3))

    async with database.begin() as session:
        after = await grievances.evidence_of(session, number)
    kinds = [{one["kind"] for one in evidence} for evidence in (before, after)]
    assert ["finding" in shown for shown in kinds] == [True, False]


async def test_lateness_and_its_withdrawal_in_one_batch_leave_nothing_standing(
    counter: Counter, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    late, back = passed(number, 2), taken_back(number, 3)

    await case_file.put(a_batch(number, *late.events, *back.events, clocks=late.clocks))

    (finding,) = await found(counter, number)
    assert finding["withdrawn_at"] is not None


async def test_limits_that_are_no_limits_of_finishing_are_no_findings(counter: Counter, case_file: CaseFile) -> None:
    number = (await counter.apply())["number"]

    await case_file.put(passed(number, 2, "hearing"))

    assert await found(counter, number) == []


async def test_findings_are_listed_for_the_unit_and_for_those_who_oversee(
    counter: Counter, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    await case_file.put(passed(number, 2))

    async def ids(who: str, units: tuple[str, ...] = (UNIT,), **filters: Any) -> set[str]:
        response = await counter.get(who, "/v1/findings", units, limit=200, **filters)
        assert response.status_code == 200, response.text
        return {row["id"] for row in response.json()["rows"]}

    key = f"{number}:2"
    assert key in await ids("supervisor")
    assert key in await ids("window", shortcoming="not_finished", unit=UNIT)
    assert key not in await ids("window", shortcoming="not_told_once")
    assert key not in await ids("window", state="withdrawn")
    assert key not in await ids("window", ("gz-thr-health",))
    assert (await counter.get("applicant", "/v1/findings")).status_code == 403


async def test_applicant_sees_their_own_and_nobody_elses_and_no_desks_of_the_office(
    counter: Counter, case_file: CaseFile
) -> None:
    number = (await counter.apply())["number"]
    await case_file.put(passed(number, 2, waiting_for=("examiner@gz-thr-samr",)))

    (own,) = await found(counter, number)
    (office,) = await found(counter, number, "supervisor")
    other = await counter.get("applicant-2", f"/v1/cases/{number}/findings")

    assert other.status_code == 403
    assert "waiting_for" not in own["evidence"]
    assert office["evidence"]["waiting_for"] == ["examiner@gz-thr-samr"]
    assert own["evidence"]["certificate"] == f"/v1/cases/{number}/deadline"


async def test_no_words_of_people_are_in_a_finding(counter: Counter, database: Database) -> None:
    number = await told_twice(counter)

    async with database.begin() as session:
        query = text("SELECT evidence::text FROM finding WHERE number = :number")
        (evidence,) = (await session.execute(query, {"number": number})).scalars()

    assert "图上没有标明操作间" not in evidence
    assert "测试申请人" not in evidence
