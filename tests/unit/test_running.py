from __future__ import annotations

from typing import Any

import pytest

from domain.definition import Intake
from domain.item import Item
from domain.limits import Starts, StatedLimit
from domain.record import Clock, Light
from domain.running import (
    PROVISIONS,
    Policy,
    applicant_is_told,
    beginning_at,
    light_of,
    promise_limit,
    silence_accepts,
    supplement_limit,
)
from tests.builders import an_item, working

OVERDUE = Intake(silence="overdue", basis="住房公积金管理条例")


def keys_at(starts: Starts, item: Item) -> list[str]:
    return [beginning.key for beginning in beginning_at(starts, item)]


def test_acceptance_limit_runs_from_receipt_and_the_limits_of_the_whole_from_acceptance() -> None:
    item = an_item()

    assert keys_at(Starts.RECEIPT, item) == [Clock.ACCEPTANCE]
    assert keys_at(Starts.ACCEPTANCE, item) == [Clock.PROMISED, Clock.STATUTORY]
    assert keys_at(Starts.DECISION, item) == [Clock.DELIVERY]


def test_limits_that_the_items_law_counts_from_receipt_run_from_receipt() -> None:
    item = an_item(
        statutory=StatedLimit(days=20, starts=Starts.RECEIPT), promised=StatedLimit(days=10, starts=Starts.RECEIPT)
    )

    assert keys_at(Starts.RECEIPT, item) == [Clock.ACCEPTANCE, Clock.PROMISED, Clock.STATUTORY]
    assert keys_at(Starts.ACCEPTANCE, item) == []


def test_every_limit_of_an_item_begins_at_just_one_event() -> None:
    begun = [key for starts in Starts for key in keys_at(starts, an_item())]

    assert sorted(begun) == sorted([Clock.ACCEPTANCE, Clock.PROMISED, Clock.STATUTORY, Clock.DELIVERY])


def test_item_whose_law_sets_no_limit_has_only_its_promise() -> None:
    assert keys_at(Starts.ACCEPTANCE, an_item(statutory=None)) == [Clock.PROMISED]


def test_limit_goes_with_the_provision_that_it_rests_on() -> None:
    item = an_item(statutory=StatedLimit(days=30, basis="rer:20"), promised=StatedLimit(days=5))

    found = {
        beginning.key: (beginning.limit.days, beginning.article) for beginning in beginning_at(Starts.ACCEPTANCE, item)
    }

    assert found == {Clock.PROMISED: (5, "gz:13.1"), Clock.STATUTORY: (30, "rer:20")}


def test_every_clock_of_a_case_has_a_provision() -> None:
    assert set(PROVISIONS) == set(Clock)


@pytest.mark.parametrize(("own", "days"), [(working(30), 30), (None, 15)])
def test_supplement_has_the_limit_of_the_item_or_of_the_setting(own: Any, days: int) -> None:
    beginning = supplement_limit(an_item(supplement=own), Policy(supplement_days=15))

    assert (beginning.key, beginning.limit.days, beginning.article) == (Clock.SUPPLEMENT, days, "gz:13.2")


def test_promise_has_the_limit_of_the_item() -> None:
    beginning = promise_limit(an_item(promise=working(3)))

    assert (beginning.key, beginning.limit, beginning.article) == (Clock.PROMISE, working(3), "gdbe:32")


def test_item_without_deferral_has_no_promise_limit() -> None:
    with pytest.raises(ValueError, match="allows no deferral"):
        promise_limit(an_item(promise=None))


def test_silence_accepts_a_permit_and_only_makes_other_items_late() -> None:
    assert silence_accepts(an_item())
    assert not silence_accepts(an_item(intake=OVERDUE))


@pytest.mark.parametrize(
    ("key", "told", "told_where_silence_does_not_accept"),
    [
        (Clock.PROMISED, True, True),
        (Clock.STATUTORY, True, True),
        (Clock.DELIVERY, True, True),
        (Clock.ACCEPTANCE, False, True),
        ("step:review", False, False),
        (Clock.SUPPLEMENT, False, False),
        (Clock.PROMISE, False, False),
    ],
)
def test_applicant_is_told_of_the_lateness_that_concerns_them(
    key: str, told: bool, told_where_silence_does_not_accept: bool
) -> None:
    assert applicant_is_told(key, an_item(), Policy()) is told
    assert applicant_is_told(key, an_item(intake=OVERDUE), Policy()) is told_where_silence_does_not_accept


@pytest.mark.parametrize(
    ("passed", "near", "light"),
    [
        ((), (), Light.GREEN),
        ((), ("promised",), Light.BLUE),
        (("promised",), (), Light.YELLOW),
        (("step:review",), ("promised",), Light.YELLOW),
        (("promised", "statutory"), (), Light.RED),
        (("statutory",), ("promised",), Light.RED),
    ],
)
def test_light_is_red_past_the_statutory_limit_and_yellow_past_any_other(
    passed: tuple[str, ...], near: tuple[str, ...], light: Light
) -> None:
    assert light_of(passed, near) is light
