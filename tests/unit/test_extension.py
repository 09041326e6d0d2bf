"""Extensions: who may ask until when, how far and how often, for which cause, and what is told where there is no right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.commands import Cause, Delay, Extend
from domain.deadline import Stretch, due
from domain.definition import Role
from domain.extension import (
    OBJECTIVE,
    Asked,
    Clocks,
    ExtensionNotAllowed,
    Granted,
    approver_of,
    check_delay,
    check_department,
    check_not_asked,
    granted,
)
from domain.item import ExtensionRight, Sitting
from domain.limits import Limit
from domain.record import Clock, ClockRecord, ClockState, Stage
from domain.running import Policy
from tests.builders import UNIT, an_actor, an_item, an_office, at, natural, working

HEAD = Sitting(role=Role.AGENCY_HEAD, unit=UNIT)
TODAY = at("2026-03-04")
TEXT = "text-1"


def a_right(**changes: Any) -> ExtensionRight:
    """Ten working days more, once, approved by the head of the agency."""
    given = {"max": working(10), "mode": "add", "times": 1, "approver": HEAD, "basis": "apl:42.1"}
    return ExtensionRight(**{**given, **changes})


def a_limit(
    key: Clock,
    limit: Limit,
    *,
    more: tuple[Limit, ...] = (),
    pauses: tuple[Stretch, ...] = (),
    passed: bool = False,
    start: str = "2026-03-02",
) -> ClockRecord:
    """A limit that runs since Monday 2 March 2026, reckoned as it is."""
    found = due(at(start), limit, an_office(), pauses, more)
    return ClockRecord(
        key=key,
        limit=limit,
        article="apl:42.1",
        started_at=at(start),
        due_day=found.day,
        due_at=found.at,
        provisional=found.provisional,
        state=ClockState.RUNNING,
        passed=passed,
        more=more,
        pauses=pauses,
    )


STATUTORY = a_limit(Clock.STATUTORY, working(20))
PROMISED = a_limit(Clock.PROMISED, working(5))


def clocks(
    promised: ClockRecord | None = PROMISED, statutory: ClockRecord | None = STATUTORY, **changes: Any
) -> Clocks:
    """The promise, due on 9 March, within the statutory limit, due on 30 March."""
    return Clocks(promised=promised, statutory=statutory, office=an_office(), **changes)


def an_extend(clock: str = "statutory", days: int = 10, **changes: Any) -> Extend:
    """The department asks for more time, for a cause and with its explanation."""
    given = {
        "request_id": "request-1",
        "by": an_actor("examiner-1", roles=[Role.EXAMINER]),
        "clock": clock,
        "days": days,
        "cause": Cause.COMPLEX,
        "text": TEXT,
    }
    return Extend(**{**given, **changes})


def grant(
    act: Extend | Asked | None = None,
    *,
    right: ExtensionRight | None = a_right(),  # noqa: B008 frozen
    given: Clocks | None = None,
    stage: Stage = Stage.EXAMINATION,
    now: datetime = TODAY,
    promise_extensions: int = 1,
) -> Granted:
    """What is granted of the extension of an item with this right."""
    policy = Policy(promise_extensions=promise_extensions)
    return granted(act or an_extend(), an_item(extension=right), policy, stage, given or clocks(), now)


def refusal(check: Callable[..., object], *args: Any, **kwargs: Any) -> tuple[str, str | None] | None:
    """The code and the article with which it is refused."""
    try:
        check(*args, **kwargs)
    except ExtensionNotAllowed as refused:
        return refused.code, refused.article
    return None


# The statutory limit


def test_statutory_limit_is_extended_by_what_the_items_law_gives() -> None:
    assert grant() == Granted(clock=Clock.STATUTORY, more=working(10), article="apl:42.1")


def test_extension_is_in_the_unit_of_the_right_and_rests_on_its_basis() -> None:
    found = grant(an_extend(days=30), right=a_right(max=natural(30), basis="居民身份证法 12"))

    assert (found.more, found.article) == (natural(30), "居民身份证法 12")


@pytest.mark.parametrize(
    ("days", "refused"),
    [(1, False), (9, False), (10, False), (11, True)],
)
def test_statutory_limit_is_extended_by_its_longest_extension_at_most(days: int, refused: bool) -> None:
    found = refusal(grant, an_extend(days=days))

    assert found == (("extension_too_long", "apl:42.1") if refused else None)


@pytest.mark.parametrize(
    ("times", "granted_before", "refused"),
    [(0, 0, True), (1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True)],
)
def test_statutory_limit_is_extended_as_often_as_its_law_says(times: int, granted_before: int, refused: bool) -> None:
    before = a_limit(Clock.STATUTORY, working(20), more=(working(1),) * granted_before)

    found = refusal(grant, right=a_right(times=times), given=clocks(statutory=before))

    assert found == (("extended_already", "apl:42.1") if refused else None)


@pytest.mark.parametrize(("days", "refused"), [(14, False), (15, False), (16, True)])
def test_limit_of_fifteen_days_that_may_be_lengthened_to_thirty_is_not_lengthened_by_thirty(
    days: int, refused: bool
) -> None:
    passport = a_limit(Clock.STATUTORY, natural(15))

    found = refusal(
        grant, an_extend(days=days), right=a_right(max=natural(30), mode="to"), given=clocks(statutory=passport)
    )

    assert found == (("extension_too_long", "apl:42.1") if refused else None)


def test_limit_lengthened_to_so_many_days_is_lengthened_in_its_own_unit() -> None:
    passport = a_limit(Clock.STATUTORY, natural(15))

    found = grant(an_extend(days=15), right=a_right(max=natural(30), mode="to"), given=clocks(statutory=passport))

    assert found.more == natural(15)
    assert due(at("2026-03-02"), natural(15), an_office(), (), (found.more,)).day == date(2026, 4, 1)


@pytest.mark.parametrize(("days", "refused"), [(5, False), (6, True)])
def test_second_lengthening_reaches_no_further_than_the_first_might_have(days: int, refused: bool) -> None:
    once = a_limit(Clock.STATUTORY, working(10), more=(working(5),))
    right = a_right(max=working(20), mode="to", times=2)

    found = refusal(grant, an_extend(days=days), right=right, given=clocks(statutory=once))

    assert found == (("extension_too_long", "apl:42.1") if refused else None)


@pytest.mark.parametrize(("days", "refused"), [(10, False), (11, True)])
def test_pause_makes_the_longest_limit_longer_as_well(days: int, refused: bool) -> None:
    stretch = Stretch(procedure="inspection", since=at("2026-03-04"), first=date(2026, 3, 4), last=date(2026, 3, 10))
    paused = a_limit(Clock.STATUTORY, working(10), pauses=(stretch,))
    right = a_right(max=working(20), mode="to")

    found = refusal(grant, an_extend(days=days), right=right, given=clocks(statutory=paused))

    assert found == (("extension_too_long", "apl:42.1") if refused else None)


@pytest.mark.parametrize(
    ("now", "refused"),
    [
        ("2026-03-29 10:00", False),
        ("2026-03-30 10:00", False),
        ("2026-03-30 23:59", False),
        ("2026-03-31 00:00", True),
        ("2026-04-01 10:00", True),
    ],
)
def test_limit_is_extended_before_it_ends(now: str, refused: bool) -> None:
    found = refusal(grant, now=at(now))

    assert found == (("extension_too_late", "apl:42.1") if refused else None)


def test_limit_that_was_found_to_have_passed_is_not_extended_any_more() -> None:
    passed = a_limit(Clock.STATUTORY, working(20), passed=True)

    assert refusal(grant, given=clocks(statutory=passed)) == ("extension_too_late", "apl:42.1")


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.EXAMINATION])
def test_limit_is_extended_only_between_acceptance_and_decision(stage: Stage) -> None:
    assert refusal(grant, stage=stage) == ("nothing_to_extend", "gz:13.4")


# Where there is no right


def test_item_whose_law_gives_no_right_has_none() -> None:
    assert refusal(grant, right=None) == ("no_extension_right", "gz:13.4")


def test_item_without_statutory_limit_has_nothing_to_extend() -> None:
    with pytest.raises(ExtensionNotAllowed, match="has no statutory limit") as refused:
        grant(given=clocks(statutory=None))

    assert refused.value.code == "no_extension_right"


@pytest.mark.parametrize(
    "given",
    [
        {"right": None},
        {"act": an_extend(days=11)},
        {"now": at("2026-03-31 00:00")},
        {"act": an_extend(cause=Cause.STAFF_SHORTAGE)},
        {"right": a_right(times=0)},
    ],
    ids=["no right", "too long", "too late", "no objective cause", "used up"],
)
def test_refusal_says_that_a_delay_is_told_instead_and_stays_one(given: dict[str, Any]) -> None:
    with pytest.raises(ExtensionNotAllowed) as refused:
        grant(**given)

    assert "delay" in refused.value.text.zh
    assert "仍属超期" in refused.value.text.zh
    assert "it stays a delay" in refused.value.text.en


# The cause


@pytest.mark.parametrize("cause", list(Cause))
def test_only_objective_causes_carry_an_extension(cause: Cause) -> None:
    found = refusal(grant, an_extend(cause=cause))

    assert found == (None if cause in OBJECTIVE else ("cause_not_objective", "gz:13.4"))


def test_lack_of_staff_and_whatever_has_no_name_are_not_objective() -> None:
    assert set(Cause) - OBJECTIVE == {Cause.STAFF_SHORTAGE, Cause.OTHER}


def test_extension_needs_an_explanation_for_the_applicant() -> None:
    assert refusal(grant, an_extend(text=None)) == ("reasons_missing", "gz:13.4")


# The promised limit


@pytest.mark.parametrize(
    ("days", "refused"),
    [(1, False), (14, False), (15, False), (16, True)],
)
def test_promise_is_extended_up_to_the_statutory_due_day_and_no_further(days: int, refused: bool) -> None:
    found = refusal(grant, an_extend("promised", days))

    assert found == (("beyond_statutory_limit", "gz:13.4") if refused else None)


def test_promise_is_extended_in_its_own_unit_without_any_right_of_the_items_law() -> None:
    found = grant(an_extend("promised", 3), right=None, given=clocks(promised=a_limit(Clock.PROMISED, natural(5))))

    assert found == Granted(clock=Clock.PROMISED, more=natural(3), article="gz:13.4")


@pytest.mark.parametrize(
    ("allowed", "granted_before", "refused"),
    [(0, 0, True), (1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True)],
)
def test_promise_is_extended_as_often_as_the_setting_says(allowed: int, granted_before: int, refused: bool) -> None:
    before = a_limit(Clock.PROMISED, working(5), more=(working(1),) * granted_before)

    found = refusal(
        grant,
        an_extend("promised", 1),
        given=clocks(promised=before, promise_extended=granted_before),
        promise_extensions=allowed,
    )

    assert found == (("extended_already", "gz:13.4") if refused else None)


@pytest.mark.parametrize(("own", "refused"), [(0, False), (1, True)])
def test_extension_that_the_promise_had_from_the_statutory_limit_uses_up_none_of_its_own(
    own: int, refused: bool
) -> None:
    statutory = a_limit(Clock.STATUTORY, working(20), more=(working(10),))
    promised = a_limit(Clock.PROMISED, working(5), more=(working(10), *(working(1),) * own))

    found = refusal(
        grant, an_extend("promised", 1), given=clocks(promised, statutory, promise_extended=own), now=at("2026-03-09")
    )

    assert found == (("extended_already", "gz:13.4") if refused else None)


def test_promise_without_statutory_limit_is_not_extended() -> None:
    found = refusal(grant, an_extend("promised", 1), given=clocks(statutory=None))

    assert found == ("no_extension_right", "gz:13.4")


def test_promise_that_never_ran_is_not_extended() -> None:
    found = refusal(grant, an_extend("promised", 1), given=clocks(promised=None))

    assert found == ("no_extension_right", "gz:13.4")


@pytest.mark.parametrize(("now", "refused"), [("2026-03-09 23:59", False), ("2026-03-10 00:00", True)])
def test_promise_is_extended_before_it_ends(now: str, refused: bool) -> None:
    found = refusal(grant, an_extend("promised", 1), now=at(now))

    assert found == (("extension_too_late", "apl:42.1") if refused else None)


# Who


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.APPROVER, Role.AGENCY_HEAD, Role.CHIEF_REPRESENTATIVE])
def test_department_may_ask(role: Role) -> None:
    assert refusal(check_department, an_actor(roles=[role]), UNIT) is None


@pytest.mark.parametrize(
    ("roles", "units"),
    [([Role.WINDOW], [UNIT]), ([], []), ([Role.EXAMINER], ["gz-other"]), ([Role.EXAMINER], [])],
    ids=["window", "applicant", "another unit", "no unit"],
)
def test_nobody_else_may_ask(roles: list[Role], units: list[str]) -> None:
    found = refusal(check_department, an_actor(roles=roles, units=units), UNIT)

    assert found == ("not_your_department", "gz:13.4")


def test_extension_is_not_asked_for_twice_at_once() -> None:
    asked = Asked(task="task-1", clock=Clock.STATUTORY, days=1, cause=Cause.COMPLEX, text=TEXT)

    assert refusal(check_not_asked, None) is None
    assert refusal(check_not_asked, asked) == ("extension_asked_already", "gz:13.4")


@pytest.mark.parametrize(
    ("days", "now", "refused"),
    [
        (10, "2026-03-30 10:00", None),
        (10, "2026-03-31 00:00", "extension_too_late"),
        (11, "2026-03-04", "extension_too_long"),
    ],
)
def test_approval_is_held_against_the_same_rules_as_the_asking(days: int, now: str, refused: str | None) -> None:
    asked = Asked(task="task-1", clock=Clock.STATUTORY, days=days, cause=Cause.COMPLEX, text=TEXT)

    found = refusal(grant, asked, now=at(now))

    assert found == ((refused, "apl:42.1") if refused else None)


def test_statutory_limit_is_extended_by_whom_the_items_law_names() -> None:
    mayor = Sitting(role=Role.GOVERNMENT_HEAD, unit="gz-government")

    assert approver_of(an_item(extension=a_right(approver=mayor)), Clock.STATUTORY) == mayor


@pytest.mark.parametrize(
    ("right", "clock"),
    [
        (a_right(approver=Sitting(role=Role.GOVERNMENT_HEAD, unit="gz-government")), Clock.PROMISED),
        (None, Clock.PROMISED),
    ],
)
def test_promise_is_extended_by_the_head_of_the_agency(right: ExtensionRight | None, clock: Clock) -> None:
    assert approver_of(an_item(extension=right), clock) == HEAD


# A delay, to which there is no right


def a_delay(until: date, **changes: Any) -> Delay:
    """The department tells that it will be late."""
    given = {"request_id": "request-1", "by": an_actor(), "until": until, "cause": Cause.STAFF_SHORTAGE, "text": TEXT}
    return Delay(**{**given, **changes})


@pytest.mark.parametrize(("ahead", "refused"), [(-1, ("delay_in_the_past", "gz:13.4")), (0, None), (1, None)])
def test_delay_is_until_today_at_the_earliest(ahead: int, refused: object) -> None:
    act = a_delay(TODAY.date() + timedelta(days=ahead))

    assert refusal(check_delay, act, Stage.EXAMINATION, TODAY.date()) == refused


@pytest.mark.parametrize("cause", list(Cause))
def test_delay_may_be_told_for_whatever_cause(cause: Cause) -> None:
    assert refusal(check_delay, a_delay(TODAY.date(), cause=cause), Stage.EXAMINATION, TODAY.date()) is None


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.EXAMINATION])
def test_delay_is_told_only_between_acceptance_and_decision(stage: Stage) -> None:
    found = refusal(check_delay, a_delay(TODAY.date()), stage, TODAY.date())

    assert found == ("nothing_to_delay", "gz:13.4")


def test_delay_needs_an_explanation_for_the_applicant() -> None:
    found = refusal(check_delay, a_delay(TODAY.date(), text=None), Stage.EXAMINATION, TODAY.date())

    assert found == ("reasons_missing", "gz:13.4")


# Numbers of days that cannot be


@pytest.mark.parametrize("days", [-1, 0])
@pytest.mark.parametrize("clock", ["statutory", "promised"])
def test_extension_is_by_one_day_at_least(clock: str, days: int) -> None:
    assert refusal(grant, an_extend(clock, days)) == ("extension_of_no_days", "gz:13.4")


@pytest.mark.parametrize("clock", ["statutory", "promised"])
def test_extension_by_more_days_than_any_limit_has_is_refused_as_too_long(clock: str) -> None:
    found = refusal(grant, an_extend(clock, 4000))

    assert found in [("extension_too_long", "apl:42.1"), ("beyond_statutory_limit", "gz:13.4")]


# While a special procedure runs


@pytest.mark.parametrize(("paused", "refused"), [(False, ("extension_too_late", "apl:42.1")), (True, None)])
def test_expected_due_day_that_comes_while_the_clock_stands_is_not_the_end(paused: bool, refused: object) -> None:
    given = clocks(paused=paused)

    assert refusal(grant, given=given, now=at("2026-04-01")) == refused


def test_limit_that_had_passed_before_the_clock_stood_is_not_extended() -> None:
    given = clocks(statutory=a_limit(Clock.STATUTORY, working(20), passed=True), paused=True)

    assert refusal(grant, given=given) == ("extension_too_late", "apl:42.1")
