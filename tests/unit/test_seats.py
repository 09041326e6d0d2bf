"""The seats that definitions need filled; the sample fills each of them, and one that is empty is one alarm."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from ruamel.yaml import YAML

from domain.bundle.definition import BundleDefinition
from domain.definition import ItemDefinition
from domain.supervision.posts import CHIEF, Absence, Post, Roster, Seat
from domain.supervision.seats import Ahead, Vacancy, seats_of, seats_of_department, vacancies, vacant_ahead
from registry.posts import PostsFile, read_posts
from tests.papers.builders import DEFINITIONS, the_definition, the_units

YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
DAY = date(2026, 3, 4)
UNIT = "gz-thr-samr"


@cache
def the_sample() -> PostsFile:
    read = read_posts((DEFINITIONS / "sample" / "posts.yaml").read_bytes())
    assert read.file is not None, read.faults
    return read.file


@cache
def every_seat() -> frozenset[Seat]:
    units, found = the_units(), set[Seat]()
    for kind, model in (("items", ItemDefinition), ("bundles", BundleDefinition)):
        for file in sorted((DEFINITIONS / kind).glob("*.yaml")):
            if not file.name.endswith(".cases.yaml"):
                definition = model.model_validate(YAML(typ="safe", pure=True).load(file.read_text("utf-8")))
                found |= seats_of(definition, units.government_of(definition.department.code))
    for place in units.places.values():
        found |= seats_of_department(place.management.code)
    return frozenset(found)


def the_roster(*without: Post) -> Roster:
    sample = the_sample()
    return Roster([post for post in sample.posts if post not in without], sample.absences)


def test_food_permit_needs_its_window_examiner_approver_head_and_chief_representative() -> None:
    seats = seats_of(the_definition("food_permit_new"), "gz-thr-government")

    roles = ("window", "examiner", "approver", "agency_head", CHIEF)
    assert {Seat(UNIT, role) for role in roles} <= seats


def test_who_answers_a_step_in_another_unit_or_signs_it_is_needed_there_with_a_chief_representative() -> None:
    item = the_definition("food_permit_new")
    signers = [{"role": "approver", "unit": "gz-thr-health"}, {"role": "approver"}]
    step = item.examination[0].model_dump(mode="json")
    changed = ItemDefinition.model_validate(
        item.model_dump(mode="json", by_alias=True)
        | {"examination": [step | {"unit": "gz-thr-fire"}, step | {"id": "sign", "mode": "all", "signers": signers}]}
    )

    seats = seats_of(changed, None)

    assert {Seat("gz-thr-fire", item.examination[0].role), Seat("gz-thr-fire", CHIEF)} <= seats
    assert {Seat("gz-thr-health", "approver"), Seat("gz-thr-health", CHIEF), Seat(UNIT, "approver")} <= seats
    assert Seat(UNIT, "examiner") not in seats


def test_extension_that_the_government_approves_needs_its_head_and_no_extension_needs_nobody() -> None:
    item = the_definition("food_permit_new")
    assert item.limits.extension is not None
    by_government = item.limits.extension.model_copy(update={"approver": "government_head"})
    higher = item.model_copy(update={"limits": item.limits.model_copy(update={"extension": by_government})})
    none = item.model_copy(update={"limits": item.limits.model_copy(update={"statutory": None, "extension": None})})

    assert Seat("gz-thr-government", "government_head") in seats_of(higher, "gz-thr-government")
    assert Seat(UNIT, "government_head") in seats_of(higher, None)
    assert {seat.role for seat in seats_of(none, None)} & {"government_head", "agency_head"} == set()


def test_sample_has_somebody_in_every_unit_that_is_listed() -> None:
    units = {*the_units().units} | {place.management.code for place in the_units().places.values()}

    assert units <= {post.unit for post in the_sample().posts}


@pytest.mark.shows("N20")
def test_with_the_sample_every_role_of_every_definition_resolves_on_every_day_of_the_year() -> None:
    roster = the_roster()

    assert len(every_seat()) > 100
    assert [(day, vacancies(every_seat(), roster, day)) for day in YEAR if vacancies(every_seat(), roster, day)] == []


def test_sample_has_one_chief_representative_and_a_substitute_for_each_unit_on_every_day() -> None:
    roster = the_roster()
    units = sorted({seat.unit for seat in every_seat() if seat.role == CHIEF})

    assert all(len(roster.who(Seat(unit, CHIEF), day)) == 1 for unit in units for day in YEAR)
    assert roster.without_substitute(DAY) == ()
    assert roster.who(Seat(UNIT, CHIEF), date(2026, 10, 12))[0].stands_in


def test_any_seat_of_the_sample_that_is_emptied_is_exactly_that_alarm() -> None:
    posts = the_sample().posts

    for seat in sorted(every_seat()):
        roster = the_roster(*(post for post in posts if post.seat == seat))
        assert vacancies(every_seat(), roster, DAY) == {Vacancy(seat.unit, seat.role)}


def test_any_one_post_of_the_sample_that_is_removed_is_exactly_that_alarm_or_somebody_stands_in() -> None:
    for post in the_sample().posts:
        found = vacancies(every_seat(), the_roster(post), DAY)

        stood_in = post.role == CHIEF or post.seat not in every_seat()
        assert found == (set() if stood_in else {Vacancy(post.unit, post.role)})


def test_unit_of_which_nobody_is_on_file_is_one_alarm_and_not_one_for_each_role() -> None:
    nobody = vacancies(every_seat(), Roster(()), DAY)

    assert {vacancy.unit for vacancy in nobody} == {seat.unit for seat in every_seat()}
    assert len(nobody) == len({seat.unit for seat in every_seat()})
    assert Vacancy(UNIT, None) in nobody


def a_post(until: date | None = None, person: str = "e-1", **changes: object) -> Post:
    known = {"unit": UNIT, "role": "examiner", "person": person, "since": date(2026, 1, 1), "until": until}
    return Post.model_validate(known | changes)


@pytest.mark.parametrize(
    ("posts", "absences", "day"),
    [
        ([a_post(date(2026, 3, 11))], (), None),
        ([a_post(date(2026, 3, 10))], (), date(2026, 3, 11)),
        ([a_post(date(2026, 3, 6)), a_post(person="e-2", since=date(2026, 3, 7))], (), None),
        ([a_post(date(2026, 3, 6)), a_post(person="e-2", since=date(2026, 3, 9))], (), date(2026, 3, 7)),
        ([a_post()], (Absence(person="e-1", first=date(2026, 3, 9), last=date(2026, 3, 9)),), date(2026, 3, 9)),
        ([a_post(date(2026, 3, 3))], (), None),
    ],
    ids=["ends on the last day", "the day before", "followed", "followed too late", "away", "vacant today already"],
)
def test_seat_that_will_be_vacant_within_the_days_is_pointed_out_with_the_first_such_day(
    posts: list[Post], absences: tuple[Absence, ...], day: date | None
) -> None:
    seat = Seat(UNIT, "examiner")

    ahead = vacant_ahead(frozenset({seat}), Roster(posts, absences), DAY, until=date(2026, 3, 11))

    assert ahead == (() if day is None else (Ahead(seat, day),))
