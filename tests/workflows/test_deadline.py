"""Why a date is this one: every limit of a case with each day between, as its applicant and its unit read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.commands import Outcome
from domain.deadline import Office
from domain.values import SHANGHAI
from tests.builders import an_office, at
from tests.counter import FOOD_MATERIALS, Counter
from tests.workflows.conftest import APPLICANT, Drive

ENGLISH = {"Accept-Language": "en"}
BEFORE_SPRING_FESTIVAL = at("2026-02-12 10:30")


async def limits_of(counter: Counter, number: str, who: str = APPLICANT.id, **headers: str) -> dict[str, Any]:
    """The certificates of a case by the names of its limits."""
    response = await counter.client.get(f"/v1/cases/{number}/deadline", headers=counter.headers(who, **headers))
    assert response.status_code == 200, response.text
    return {certificate["clock"]: certificate for certificate in response.json()["certificates"]}


async def over_spring_festival(drive: Callable[[], Drive]) -> str:
    """A case whose limits reach over the holiday of 15 to 23 February 2026 and its make-up days, the 14th and the 28th."""
    case, office = drive(), an_office()
    around = Office(calendar=office.calendar.since(BEFORE_SPRING_FESTIVAL.year))
    await case.open(FOOD_MATERIALS, office=around, received_at=BEFORE_SPRING_FESTIVAL)
    return case.number


@pytest.mark.shows(39)
async def test_promised_and_statutory_limit_stand_side_by_side_each_with_its_day_and_basis(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    number = await over_spring_festival(drive)

    limits = await limits_of(counter, number)

    promised, statutory = limits["promised"], limits["statutory"]
    assert (promised["limit"]["days"], promised["due_day"], promised["article"]) == (5, "2026-02-26", "gz:13.1")
    assert (statutory["limit"]["days"], statutory["due_day"]) == (10, "2026-03-04")
    assert statutory["article"].startswith("食品经营许可和备案管理办法")
    assert "5个工作日" in promised["says"]
    assert "10个工作日" in statutory["says"]


@pytest.mark.shows(42, "N11")
@pytest.mark.parametrize(
    ("headers", "first", "make_up", "holiday", "last", "whole"),
    [
        (
            {},
            "起算之日，不计入",
            "调休上班日，计入（第2日）",
            "春节放假，不计入",
            "计入（第5日）",
            "自2026年2月12日起5个工作日，起算之日不计入，期间9日休息不计入，2026年2月26日到期",
        ),
        (
            ENGLISH,
            "the day it starts from, not counted",
            "make-up working day, counted (2)",
            "holiday, not counted",
            "counted (5)",
            "5 working days from 2026-02-12; 9 days off are not counted; due on 2026-02-26",
        ),
    ],
    ids=["zh", "en"],
)
async def test_applicant_reads_of_every_day_to_the_due_day_whether_it_counts_and_why(
    drive: Callable[[], Drive],
    counter: Counter,
    headers: dict[str, str],
    first: str,
    make_up: str,
    holiday: str,
    last: str,
    whole: str,
) -> None:
    number = await over_spring_festival(drive)

    limits = await limits_of(counter, number, **headers)

    promised = limits["promised"]
    days = {day["day"]: day["says"] for day in promised["days"]}
    assert list(days) == [f"2026-02-{day}" for day in range(12, 27)]
    assert (days["2026-02-12"], days["2026-02-14"], days["2026-02-26"]) == (first, make_up, last)
    assert all(days[f"2026-02-{day}"].endswith(holiday) for day in range(15, 24))
    assert promised["says"] == whole


@pytest.mark.shows(42)
async def test_no_limit_has_a_date_that_its_days_do_not_explain(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.granted(number)

    limits = await limits_of(counter, number, "applicant")

    steps = {"step:review", "step:on_site", "step:decide"}
    assert set(limits) == {"acceptance", "promised", "statutory", "delivery"} | steps
    for limit in limits.values():
        days = [date.fromisoformat(day["day"]) for day in limit["days"]]
        assert (days[0], days[-1]) == (_day(limit["started_at"]), date.fromisoformat(limit["due_day"]))
        assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
        counted = [day["number"] for day in limit["days"] if day["number"]]
        assert counted == list(range(1, int(limit["limit"]["days"]) + 1))
        assert all(day["says"] for day in limit["days"])


@pytest.mark.shows(38)
async def test_limits_of_the_whole_start_on_the_day_of_acceptance_and_not_of_receipt(
    drive: Callable[[], Drive], counter: Counter
) -> None:
    received = datetime.now(SHANGHAI) - timedelta(days=3)
    case = drive()
    await case.open(FOOD_MATERIALS, received_at=received)

    before = await limits_of(counter, case.number)
    await case.answer("check", "window", Outcome.ACCEPT)
    after = await limits_of(counter, case.number)

    accepted_on = (await case.row()).accepted_on
    assert accepted_on is not None
    assert accepted_on >= received.date() + timedelta(days=3)
    assert set(before) == {"acceptance"}
    assert _day(after["acceptance"]["started_at"]) == received.date()
    for name, days in (("promised", 5), ("statutory", 10)):
        assert _day(after[name]["started_at"]) == accepted_on
        assert after[name]["days"][0]["number"] is None
        assert after[name]["days"][-1]["number"] == days


@pytest.mark.shows(34)
async def test_whole_and_each_step_have_a_limit_and_each_task_the_day_of_its_step(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    await counter.answered("examiner", number, "review", "pass")

    limits = await limits_of(counter, number, "examiner")
    tasks = (await counter.get("examiner", f"/v1/cases/{number}/tasks")).json()

    running = {name: limit["limit"]["days"] for name, limit in limits.items() if limit["state"] == "running"}
    assert running == {"promised": 5, "statutory": 10, "step:on_site": 3}
    assert (limits["acceptance"]["state"], limits["step:review"]["state"]) == ("met", "met")
    due = {task["step"]: task["due_day"] for task in tasks}
    assert due == {
        "check": limits["acceptance"]["due_day"],
        "review": limits["step:review"]["due_day"],
        "on_site": limits["step:on_site"]["due_day"],
    }


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).date()
