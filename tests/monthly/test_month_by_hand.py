"""The figures of a made-up month, each against a number that a person reckoned on paper."""

from __future__ import annotations

from typing import Any

import pytest

from activities.monthly import Monthly
from domain.monthly.method import FIGURES, GRIEVANCES, SPOTS
from domain.monthly.month import Month
from domain.monthly.report import Report, canonical, digest_of
from storage.database import Database
from tests.monthly.february import february
from tests.monthly.writing import FOOD, OTHER, WHOLE, A, B

FEBRUARY = Month(2026, 2)
TOTAL: dict[str, Any] = {
    "received": 11,
    "applications": 9,
    "bundles": 1,
    "bundle_items": 2,
    "accepted": 8,
    "accepted_deferred": 1,
    "deemed_accepted": 1,
    "one_time_notices": 2,
    "sent_back": 0,
    "second_notices": 1,
    "not_accepted": {"other_authority": 1},
    "not_required": 0,
    "granted": 5,
    "refused": 2,
    "ended_otherwise": {"not_accepted": 1, "withdrawn": 1},
    "closed": 10,
    "concluded": 8,
    "on_time": 6,
    "late_promised": 1,
    "late_statutory": 1,
    "on_time_share": 75.0,
    "days_cases": 8,
    "days_mean": 6.6,  # 5 8 2 10 3 1 2 22: 53 in all, 6.625
    "days_median": 4.0,
    "days_p90": 22,
    "days_promised": 5.6,  # seven promise 5, the bundle 10
    "paused": {"检验": 1},
    "pause_overrun": 1,
    "extended": {"complex": 1},
    "delays_told": {"staff_shortage": 2},
    "filings": 3,
    "filings_late": 2,
    "limits_passed": {"acceptance": 1, "promised": 1, "statutory": 2},
    "still_late": 1,
    "open": 4,
    "open_by_age": {"0-5": 2, "6-10": 0, "11-20": 1, "21-40": 0, "41+": 1},
    "open_by_light": {"green": 1, "blue": 1, "yellow": 1, "red": 1},
    "findings": {"not_told_once": 1, "not_taken": 0, "not_finished": 1},
    "cards": {"warning": 0, "yellow": 1, "red": 2},
    "card_appeals": 1,
    "appeals_upheld": 0,
    "appeals_granted": 1,
    "urged": 2,
    "urged_by_applicants": 1,
    "orders": 2,
    "orders_answered": 1,
    "orders_answered_late": 1,
    "orders_overdue": 1,
    "visits": 4,
    "visits_unanswered": 2,
}
GRIEVED: dict[str, Any] = {
    "registered": 2,
    "by_channel": {"hotline": 1, "system": 1},
    "by_ground": {"not_told_once": 1, "not_taken": 0, "not_finished": 1, "difficult": 0},
    "by_class": {"simple": 0, "complex": 1, "very_complex": 0, "none": 1},
    "by_unit": {A: 1, B: 1},
    "by_item": {OTHER: 2},
    "closed": 2,
    "settled": 1,
    "excluded": 1,
    "open": 1,
    "escalated": 1,
    "answered": {"remedied": 1},
    "legs": {
        "classification": {"ended": 2, "mean_days": 3.0, "late": 1},
        "approval": {"ended": 0, "mean_days": None, "late": 0},
        "transfer": {"ended": 1, "mean_days": 1.0, "late": 0},
        "answer": {"ended": 1, "mean_days": 3.0, "late": 0},
        "feedback": {"ended": 2, "mean_days": 0.5, "late": 0},
        "return_visit": {"ended": 1, "mean_days": 2.0, "late": 0},
        "review": {"ended": 1, "mean_days": 1.0, "late": 0},
        "notification": {"ended": 1, "mean_days": 0.0, "late": 0},
    },
    "asked": 1,
    "satisfaction": {"1": 0, "2": 1, "3": 0, "4": 0, "5": 0},
    "satisfied_share": 100.0,
    "conclusions": {"confirmed": 1},
}


@pytest.fixture
async def report(maker: Monthly, file: Database) -> Report:
    await february().write(file)
    return await maker.reckon("gz-thr", FEBRUARY)


def differing(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    assert found.keys() == expected.keys()
    return {name: (found[name], value) for name, value in expected.items() if found[name] != value}


@pytest.mark.shows(66, "N19")
async def test_every_figure_of_the_month_is_what_a_person_reckoned(report: Report) -> None:
    assert differing(report.total.model_dump(), TOTAL) == {}


async def test_every_figure_of_the_grievances_is_what_a_person_reckoned(report: Report) -> None:
    assert differing(report.grievances.model_dump(), GRIEVED) == {}


@pytest.mark.shows(66)
async def test_units_and_items_have_their_own_figures(report: Report) -> None:
    of_unit = {one.unit: one.figures for one in report.units}
    of_item = {one.item: one.figures for one in report.items}

    assert {unit: (one.received, one.concluded, one.on_time_share, one.open) for unit, one in of_unit.items()} == {
        A: (6, 6, 83.3, 2),
        B: (5, 2, 50.0, 2),
    }
    assert {item: (one.received, one.concluded, one.on_time_share) for item, one in of_item.items()} == {
        FOOD: (4, 5, 60.0),
        OTHER: (6, 2, 100.0),
        WHOLE: (1, 1, 100.0),
    }
    assert {one.unit: one.grievances for one in report.units} == {A: 1, B: 1}


async def test_month_before_is_told_beside_it_as_it_stood_then(report: Report) -> None:
    before = report.before

    assert (before.received, before.accepted, before.granted, before.concluded) == (3, 3, 1, 1)
    assert (before.open, before.open_by_light["yellow"], before.cards["yellow"]) == (3, 3, 1)
    assert before.card_appeals == 1
    assert (report.grievances_before.registered, report.grievances_before.open) == (1, 1)


async def test_hot_spots_are_what_people_turned_to_most(report: Report) -> None:
    hot = {name: [(one.key, one.times) for one in getattr(report.hot, name)] for name in type(report.hot).model_fields}

    assert hot["items"] == [(OTHER, 6), (FOOD, 4), (WHOLE, 1)]
    assert hot["urged"] == [(FOOD, 1), (OTHER, 1)]
    assert hot["reported"] == [(OTHER, 3)]
    assert hot["visited"] == [(FOOD, 2), (OTHER, 1)]
    assert hot["causes"][0] == ("late_statutory", 2)
    assert hot["units"] == [(A, 4), (B, 1)]


async def test_difficult_points_are_where_most_went_wrong(report: Report) -> None:
    points = [(one.unit, one.item, one.troubled, one.causes) for one in report.difficult]

    assert points == [
        (A, FOOD, 2, {"late_promised": 1, "open_long": 1, "pause_overrun": 1, "still_late": 1}),
        (A, OTHER, 2, {"breach_found": 1, "late_acceptance": 1, "late_statutory": 1, "reported": 1}),
        (B, FOOD, 1, {"late_statutory": 1}),
    ]


async def test_city_counts_its_own_units_and_shows_the_district_beside_them(report: Report, maker: Monthly) -> None:
    city = await maker.reckon("gz", FEBRUARY)

    assert (city.total.received, city.total.open, city.grievances.registered) == (1, 1, 0)
    assert {one.place: one.figures for one in city.inside} == {"gz-thr": report.total}


async def test_every_figure_is_defined_in_both_languages(report: Report) -> None:
    named = {one.figure for one in report.means}

    assert set(FIGURES) == set(TOTAL)
    assert set(GRIEVANCES) == set(GRIEVED)
    assert named == {*FIGURES, *(f"grievances.{one}" for one in GRIEVANCES), *(f"hot.{one}" for one in SPOTS)}
    assert [one.figure for one in report.means if not (one.zh and one.en and one.means_zh and one.means_en)] == []


@pytest.mark.shows("N19")
async def test_what_happens_after_the_month_changes_nothing_of_it(
    report: Report, maker: Monthly, file: Database
) -> None:
    before = canonical(report.model_dump(mode="json"))
    later = february_goes_on()
    await later.write(file)

    again = await maker.reckon("gz-thr", FEBRUARY)

    assert canonical(again.model_dump(mode="json")) == before
    assert (
        await maker.reckon("gz-thr", FEBRUARY.after)
    ).total.received == 3  # two of the month's, and one entered in it
    assert digest_of(again.model_dump(mode="json")) == digest_of(report.model_dump(mode="json"))


def february_goes_on() -> Any:
    file = type(february())()
    file._serial = iter(range(500, 600))
    file.case(A, FOOD, ("received", "03-01 00:00:00", {}))
    return file


async def test_month_of_nothing_has_a_report_of_noughts(maker: Monthly) -> None:
    report = await maker.reckon("gz-thr", FEBRUARY)

    assert (report.total.received, report.total.open, report.total.on_time_share, report.units) == (0, 0, None, ())
    assert (report.grievances.registered, report.difficult, report.hot.items) == (0, (), ())
