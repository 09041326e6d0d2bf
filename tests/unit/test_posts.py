"""Who holds which role on a day, and what the unit may not say about it."""

from __future__ import annotations

from datetime import date

import pytest

from domain.supervision.posts import CHIEF, Absence, Holder, Post, PostNotAllowed, Roster, Seat, check_post, ended

UNIT = "gz-thr-samr"
DAY = date(2026, 3, 4)
CHIEF_SEAT, EXAMINERS = Seat(UNIT, CHIEF), Seat(UNIT, "examiner")
NAMES = {"chief-a": "测试首席代表甲", "chief-b": "测试首席代表乙"}


def a_post(person: str, role: str = CHIEF, **changes: object) -> Post:
    known = {"unit": UNIT, "role": role, "person": person, "since": date(2026, 1, 1)}
    return Post.model_validate(known | changes)


def away(person: str, first: date = DAY, last: date = DAY) -> Absence:
    return Absence(person=person, first=first, last=last)


def refusal(post: Post, *on_file: Post) -> PostNotAllowed:
    with pytest.raises(PostNotAllowed) as refused:
        check_post(post, on_file, NAMES)
    return refused.value


def test_holder_holds_the_role_from_the_first_day_to_the_last_both_included() -> None:
    roster = Roster([a_post("chief-a", since=date(2026, 3, 2), until=date(2026, 3, 4))])

    held = [day for day in range(1, 7) if roster.who(CHIEF_SEAT, date(2026, 3, day))]

    assert held == [2, 3, 4]


def test_substitute_stands_in_on_the_days_on_which_the_holder_is_away_and_on_no_other() -> None:
    posts = [a_post("chief-a"), a_post("deputy", substitute=True)]
    roster = Roster(posts, [away("chief-a", date(2026, 3, 3), date(2026, 3, 4))])

    who = [roster.who(CHIEF_SEAT, date(2026, 3, day)) for day in (2, 3, 4, 5)]

    chief, deputy = (Holder("chief-a", stands_in=False),), (Holder("deputy", stands_in=True),)
    assert who == [chief, deputy, deputy, chief]


def test_substitute_stands_in_while_the_post_is_vacant() -> None:
    roster = Roster([a_post("chief-a", until=date(2026, 3, 3)), a_post("deputy", substitute=True)])

    assert roster.who(CHIEF_SEAT, DAY) == (Holder("deputy", stands_in=True),)


def test_role_is_vacant_where_holder_and_substitute_are_both_away() -> None:
    posts = [a_post("chief-a"), a_post("deputy", substitute=True)]

    assert Roster(posts, [away("chief-a"), away("deputy")]).who(CHIEF_SEAT, DAY) == ()


def test_several_hold_another_role_and_nobody_stands_in_while_one_of_them_is_there() -> None:
    posts = [a_post(person, "examiner") for person in ("e-1", "e-2")] + [a_post("e-3", "examiner", substitute=True)]

    assert [one.person for one in Roster(posts).who(EXAMINERS, DAY)] == ["e-1", "e-2"]
    assert [one.person for one in Roster(posts, [away("e-1")]).who(EXAMINERS, DAY)] == ["e-2"]
    assert [one.person for one in Roster(posts, [away("e-1"), away("e-2")]).who(EXAMINERS, DAY)] == ["e-3"]


def test_of_several_substitutes_one_is_chief_representative_whatever_the_order_on_file() -> None:
    later = a_post("deputy-a", substitute=True, since=date(2026, 2, 1))
    first = a_post("deputy-b", substitute=True)

    assert Roster([later, first]).who(CHIEF_SEAT, DAY) == Roster([first, later]).who(CHIEF_SEAT, DAY)
    assert Roster([later, first]).who(CHIEF_SEAT, DAY) == (Holder("deputy-b", stands_in=True),)


@pytest.mark.parametrize(
    ("since", "until", "clashes"),
    [
        (date(2026, 6, 30), None, True),
        (date(2026, 7, 1), None, False),
        (date(2025, 1, 1), date(2025, 12, 31), False),
        (date(2025, 1, 1), date(2026, 1, 1), True),
    ],
    ids=["on the last day", "the day after", "until the day before", "until the first day"],
)
def test_unit_has_one_chief_representative_at_a_time(since: date, until: date | None, clashes: bool) -> None:
    there = a_post("chief-a", until=date(2026, 6, 30))
    new = a_post("chief-b", since=since, until=until)

    if clashes:
        refused = refusal(new, there)
        assert (refused.code, refused.article) == ("two_chiefs", "gz:8.3")
        assert all(name in refused.text.zh for name in ("测试首席代表甲（chief-a）", "测试首席代表乙（chief-b）"))
        assert all(name in refused.text.en for name in ("chief-a", "chief-b"))
    else:
        check_post(new, [there], NAMES)


def test_substitute_and_chief_representatives_of_other_units_are_no_second_one() -> None:
    there = a_post("chief-a")

    check_post(a_post("chief-b", substitute=True), [there], NAMES)
    check_post(a_post("chief-b", unit="gz-thr-health"), [there], NAMES)
    check_post(a_post("chief-b", "examiner"), [there], NAMES)


def test_nobody_holds_one_role_twice_on_one_day() -> None:
    assert refusal(a_post("chief-a", since=DAY), a_post("chief-a")).code == "held_already"
    assert refusal(a_post("e-1", "examiner", substitute=True), a_post("e-1", "examiner")).code == "held_already"


def test_post_ends_when_it_begins_at_the_earliest_or_is_never_taken_up() -> None:
    post = a_post("chief-a", since=DAY)

    assert refusal(a_post("chief-b", since=DAY, until=date(2026, 3, 3))).code == "ends_before_it_begins"
    assert not ended(post, date(2026, 3, 3)).covers(DAY)
    with pytest.raises(PostNotAllowed):
        ended(post, date(2026, 3, 2))


def test_paper_to_a_unit_is_for_its_chief_representative_and_to_a_department_for_who_oversees() -> None:
    department = "gz-thr-management"
    roster = Roster(
        [
            a_post("chief-a"),
            a_post("deputy", substitute=True),
            a_post("e-1", "examiner", unit="gz-thr-health"),
            a_post("s-2", "supervisor", unit=department, since=date(2026, 2, 1)),
            a_post("s-1", "supervisor", unit=department),
        ],
        [away("chief-a")],
    )

    assert roster.attention(UNIT, date(2026, 3, 3)) == Holder("chief-a", stands_in=False)
    assert roster.attention(UNIT, DAY) == Holder("deputy", stands_in=True)
    assert roster.attention(department, DAY) == Holder("s-1", stands_in=False)
    assert roster.attention("gz-thr-health", DAY) is None


def test_chief_representative_for_whom_nobody_would_stand_in_is_pointed_out() -> None:
    alone, ends = a_post("chief-a"), a_post("chief-b", unit="gz-thr-health", until=date(2026, 3, 3))
    other = [a_post("c", unit="gz-thr-fire"), a_post("d", unit="gz-thr-fire", substitute=True)]

    assert Roster([alone, ends, *other]).without_substitute(DAY) == (UNIT,)
