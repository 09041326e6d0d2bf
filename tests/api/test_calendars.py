"""Calendars at the counter: submitted with a source, signed by a second person, in force for the cases opened then."""

from __future__ import annotations

import uuid
from typing import Any

import httpx2
import pytest

from tests.counter import UNIT, Counter

CITY = ("gz-management",)
YEAR_2031 = """
kind: calendar
year: 2031
source: 测试用放假安排
holidays:
  - {name: 元旦, from: 2031-01-01, to: 2031-01-03}
make_up: [2031-01-04]
"""


def bare(year: int) -> str:
    """The working days of another year, without worked weekends."""
    return YEAR_2031.replace("2031-01-04", "").replace("2031", str(year))


async def send(
    counter: Counter, text: str, who: str = "supervisor-1", units: tuple[str, ...] = CITY, **more: str
) -> httpx2.Response:
    """The answer to a document."""
    key = more.get("key") or f"test-{uuid.uuid4()}"
    headers = counter.headers(who, units, **{"Idempotency-Key": key, "Content-Type": "application/yaml"})
    return await counter.client.post("/v1/calendars", content=text.encode(), headers=headers)


async def days(counter: Counter, year: int, **more: Any) -> dict[str, Any]:
    return dict((await counter.get("window", "/v1/calendars/days", year=year, **more)).json())


async def test_document_holds_once_a_second_person_has_signed_it(counter: Counter) -> None:
    submitted = (await send(counter, YEAR_2031)).json()
    before = await days(counter, 2031)
    path = f"/v1/calendars/{submitted['id']}/signature"

    alone = await counter.post("supervisor-1", path, {}, units=CITY)
    signed = await counter.post("supervisor-2", path, {}, units=CITY)
    again = await counter.post("supervisor-2", path, {}, units=CITY)

    after = await days(counter, 2031)
    assert (submitted["state"], before["published"]) == ("submitted", False)
    assert (alone.status_code, alone.json()["code"], alone.json()["article"]) == (409, "second_person_needed", "gz:5")
    assert (signed.json()["state"], again.json()) == ("in_force", signed.json())
    assert (after["published"], after["make_up"]) == (True, ["2031-01-04"])
    assert after["days_off"] == {"2031-01-01": "元旦", "2031-01-02": "元旦", "2031-01-03": "元旦"}


async def test_later_document_replaces_the_one_before_it_and_both_stay_on_file(counter: Counter) -> None:
    worked = bare(2032).replace("make_up: []", "make_up: [2032-01-04]")
    first = (await send(counter, worked)).json()["id"]
    second = (await send(counter, bare(2032))).json()["id"]
    for one in (first, second):
        await counter.post("supervisor-2", f"/v1/calendars/{one}/signature", {}, units=CITY)

    states = {row["id"]: row["state"] for row in (await counter.get("supervisor", "/v1/calendars", CITY)).json()}
    assert (states[first], states[second]) == ("superseded", "in_force")
    assert (await days(counter, 2032))["make_up"] == []


@pytest.mark.shows(37)
async def test_days_of_one_unit_lie_over_those_of_the_city_and_touch_no_other(counter: Counter) -> None:
    own = f"kind: calendar\nyear: 2033\nunit: {UNIT}\nsource: 搬迁停业一日\nholidays:\n" + (
        "  - {name: 搬迁, from: 2033-03-02, to: 2033-03-02}\nmake_up: []\n"
    )
    row = (await send(counter, own, units=("gz-thr-management",))).json()
    signed = await counter.post(
        "supervisor-2", f"/v1/calendars/{row['id']}/signature", {}, units=("gz-thr-management",)
    )

    assert signed.json()["unit"] == UNIT
    assert "2033-03-02" in (await days(counter, 2033, unit=UNIT))["days_off"]
    assert "2033-03-02" not in (await days(counter, 2033))["days_off"]
    assert "2033-03-02" not in (await days(counter, 2033, unit="gz-thr-health"))["days_off"]


async def test_document_sent_again_is_kept_once(counter: Counter) -> None:
    first = await send(counter, bare(2034), key="calendar-key-1")
    again = await send(counter, bare(2034), key="calendar-key-1")
    other = await send(counter, bare(2035), key="calendar-key-1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("source: 测试用放假安排", 'source: " "'), "source_missing", "依据"),
        (("to: 2031-01-03", "to: 2032-01-03"), "day_outside_year", "2031"),
        (("2031-01-04]", "2031-01-06]"), "make_up_on_weekday", "2031-01-06"),
        (("[2031-01-04]", "[2031-01-01]"), "day_off_and_worked", "2031-01-01"),
        (("to: 2031-01-03", "to: 2030-12-31"), "calendar_malformed", "第 6 行"),
        (("kind: calendar", "kind: item"), "calendar_malformed", "kind"),
        (("year: 2031", "year: 1931"), "year_impossible", "1931"),
        (("make_up:", "made_up:"), "calendar_malformed", "made_up"),
    ],
)
async def test_document_that_cannot_be_a_calendar_is_refused_with_its_place(
    counter: Counter, change: tuple[str, str], code: str, said: str
) -> None:
    refused = await send(counter, YEAR_2031.replace(*change))

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, code), problem
    assert said in problem["detail"]


@pytest.mark.parametrize(
    ("who", "units", "status"),
    [("supervisor-1", ("gz-thr-management",), 403), ("window-1", CITY, 403), ("supervisor-1", ("*",), 201)],
)
async def test_calendar_of_the_city_is_submitted_by_who_oversees_the_city(
    counter: Counter, who: str, units: tuple[str, ...], status: int
) -> None:
    assert (await send(counter, bare(2036), who, units)).status_code == status


async def test_calendar_that_is_not_there_is_not_found(counter: Counter) -> None:
    missing = await counter.post("supervisor", "/v1/calendars/99999999/signature", {}, units=CITY)

    assert (missing.status_code, missing.json()["code"]) == (404, "calendar_not_found")


async def test_unit_makes_up_only_for_days_on_which_the_city_is_off(counter: Counter) -> None:
    own = f"kind: calendar\nyear: 2026\nunit: {UNIT}\nsource: 测试用加班安排\nholidays: []\nmake_up: [%s]\n"

    worked = await send(counter, own % "2026-10-08", units=("gz-thr-management",))
    off = await send(counter, own % "2026-10-06", units=("gz-thr-management",))

    assert (worked.status_code, worked.json()["code"]) == (422, "make_up_on_weekday")
    assert "2026-10-08" in worked.json()["detail"]
    assert off.status_code == 201


async def test_unit_that_nobody_knows_has_no_calendar(counter: Counter) -> None:
    refused = await send(counter, bare(2037).replace("year:", "unit: gz-nobody\nyear:"))

    assert (refused.status_code, refused.json()["code"]) == (422, "unit_unknown")
