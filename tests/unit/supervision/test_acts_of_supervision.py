"""Urging has its measure, orders say what they want, remedies are done only where the law makes them a must."""

from __future__ import annotations

from datetime import date

import pytest

from domain.acceptance import Application, NoticeRound, supplement_is_over
from domain.checklist import Checklist
from domain.commands import Demand, Outcome
from domain.law import Refused
from domain.limits import Unit
from domain.record import Stage
from domain.running import Policy
from domain.supervision.lateness import still_late_from
from domain.supervision.orders import check_order, invited, limit_until
from domain.supervision.pinned import pinned
from domain.supervision.remedies import accepting, without_what_came_late
from domain.supervision.rules import Supervision, UrgingRules
from domain.supervision.standing import ORDERING, standing_in
from domain.supervision.urging import again_from, check_urged_again, check_urging
from tests.builders import UNIT, an_actor, an_application, an_office, at
from tests.papers.builders import a_clock

DEPARTMENT = "gz-thr-management"
TODAY = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [("2026-02-12 23:00", False), ("2026-02-13 00:00", True), ("2026-02-14 09:00", True)],
)
def test_once_in_a_working_day_means_from_the_next_working_day_on(now: str, allowed: bool) -> None:
    urged = (at("2026-02-12 10:00"),)

    if allowed:
        check_urged_again(urged, Policy(), an_office(), at(now))
    else:
        with pytest.raises(Refused, match="urged_lately") as error:
            check_urged_again(urged, Policy(), an_office(), at(now))
        assert "2026-02-13" in error.value.text.zh


def test_the_days_between_two_urgings_are_the_places_own() -> None:
    policy = pinned(Policy(), Supervision(version=TODAY, urging=UrgingRules(every=3, most=9)))

    assert (policy.urge_every, policy.urge_most) == (3, 9)
    assert again_from(at("2026-02-12 10:00"), policy, an_office()) == date(
        2026, 2, 24
    )  # 13th, 14th worked, then the festival


def test_old_cases_are_not_reported_as_still_late() -> None:
    assert Policy().still_late_after is None
    assert pinned(Policy(), Supervision(version=TODAY)).still_late_after == 5


@pytest.mark.parametrize("stage", [Stage.SUPPLEMENT, Stage.PROMISE])
def test_nobody_is_urged_while_the_applicant_has_to_move(stage: Stage) -> None:
    with pytest.raises(Refused, match="your_own_move"):
        check_urging(stage)


@pytest.mark.parametrize(
    ("roles", "units", "role"),
    [
        (("chief_representative",), (UNIT,), "chief_representative"),
        (("supervisor",), (DEPARTMENT,), "supervisor"),
        (("supervisor",), ("*",), "supervisor"),
        (("grievance_window",), (DEPARTMENT,), "grievance_window"),
        (("chief_representative",), ("gz-thr-health",), None),
        (("supervisor",), ("gz-management",), None),
        (("examiner",), (UNIT,), None),
    ],
)
def test_orders_are_for_the_units_chief_and_the_departments_of_its_place(
    roles: tuple[str, ...], units: tuple[str, ...], role: str | None
) -> None:
    found = standing_in(an_actor("p-1", roles=roles, units=units), UNIT, DEPARTMENT, ORDERING)

    assert (found.roles[0] if found else None) == role


@pytest.mark.parametrize("days", [0, 251])
def test_an_order_has_words_and_a_possible_number_of_days(days: int) -> None:
    check_order("t-1", None)
    check_order("t-1", 250)

    with pytest.raises(Refused, match="order_days_impossible"):
        check_order("t-1", days)
    with pytest.raises(Refused, match="order_says_nothing"):
        check_order(None, 3)


def test_a_day_by_which_to_decide_becomes_a_limit_that_ends_on_it() -> None:
    limit = limit_until(2, date(2026, 3, 20), TODAY)

    assert (limit.key, limit.limit.days, limit.limit.unit) == ("order:2", 3, Unit.NATURAL)
    for past in (None, date(2026, 3, 16)):
        with pytest.raises(Refused, match="due_past"):
            limit_until(2, past, TODAY)


def test_each_other_unit_is_invited_once() -> None:
    assert invited(["a", UNIT, "b", "a"], UNIT, TODAY, TODAY) == ("a", "b")
    with pytest.raises(Refused, match="nobody_invited"):
        invited([UNIT], UNIT, TODAY, TODAY)
    with pytest.raises(Refused, match="held_on_past"):
        invited(["a"], UNIT, date(2026, 3, 16), TODAY)


# Remedies


def test_acceptance_is_ordered_only_where_it_is_a_must() -> None:
    complete = an_application()
    promised = an_application(in_hand=("form", "plan"), promised=True)
    lacking = an_application(in_hand=("form",))

    assert accepting(Stage.ACCEPTANCE, complete, TODAY) is Outcome.ACCEPT
    assert accepting(Stage.SUPPLEMENT, complete, TODAY) is Outcome.ACCEPT
    assert accepting(Stage.ACCEPTANCE, promised, TODAY) is Outcome.ACCEPT_DEFERRED
    with pytest.raises(Refused, match="not_to_be_accepted"):
        accepting(Stage.ACCEPTANCE, lacking, TODAY)
    with pytest.raises(Refused, match="accepted_already"):
        accepting(Stage.EXAMINATION, complete, TODAY)


EARLY, LATE = Demand(material="plan", defect="t-1"), Demand(defect="t-2")


def test_only_what_came_late_falls_and_the_rest_is_still_demanded() -> None:
    rounds = (NoticeRound(demands=(EARLY, LATE), in_hand=()),)

    (left,) = without_what_came_late(Stage.SUPPLEMENT, rounds, (LATE,))

    assert left.standing == (EARLY,)
    assert not supplement_is_over(an_application(), left, (), final=False)
    with pytest.raises(Refused, match="nothing_told_late"):
        without_what_came_late(Stage.SUPPLEMENT, (left,), (LATE,))
    with pytest.raises(Refused, match="no_notice_open"):
        without_what_came_late(Stage.ACCEPTANCE, rounds, (LATE,))


def test_the_supplement_is_over_when_nothing_is_demanded_any_more() -> None:
    (left,) = without_what_came_late(Stage.SUPPLEMENT, (NoticeRound(demands=(LATE,), in_hand=()),), (LATE,))

    assert supplement_is_over(an_application(), left, (), final=False)


def test_a_material_whose_demand_fell_is_not_missing() -> None:
    application: Application = an_application(in_hand=("form",))
    waived: Checklist = application.checklist.waiving(["plan", "training"])

    assert [needed.id for needed in application.checklist.missing] == ["plan", "training"]
    assert waived.missing == ()


# Lateness that goes on


def test_still_late_is_said_after_so_many_working_days_have_passed() -> None:
    passed = a_clock("promised", 5, date(2026, 2, 12))

    moment = still_late_from(passed, 2, an_office(), ())

    assert moment == at("2026-02-15 00:00")  # the 13th and the make-up Saturday
