"""Hearings: what may be done about one when, the seven days of its notice, the twenty to hold it, who chairs it, and that
no decision is made before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest

from domain.commands import Hear, HearingMove
from domain.deadline import Office, due
from domain.hearing import (
    Hearing,
    HearingNotAllowed,
    check_heard,
    check_hearing,
    check_host,
    check_is_wanted,
    moves_from,
)
from domain.record import Clock, ClockRecord, ClockState, Stage
from domain.running import hearing_limits
from tests.builders import an_actor, an_office, at

OFFER, REQUEST, DECLINE, ORDER, SCHEDULE, HOLD = (
    HearingMove.OFFER,
    HearingMove.REQUEST,
    HearingMove.DECLINE,
    HearingMove.ORDER,
    HearingMove.SCHEDULE,
    HearingMove.HOLD,
)
NOW = at("2026-03-02")
LAST = date(2026, 3, 30)
"""By when a hearing that was asked for on 2 March has to be held."""


def a_hear(move: HearingMove, **changes: Any) -> Hear:
    """One step of a hearing, with everything that the step needs."""
    given: dict[str, Any] = {"request_id": "request-1", "by": an_actor(), "move": move, "text": "text-1"}
    if move is SCHEDULE:
        given |= {"held_on": date(2026, 3, 12), "host": "chair-1"}
    return Hear(**{**given, **changes})


def a_hearing(move: HearingMove, **changes: Any) -> Hearing:
    """A hearing that has come as far as this."""
    if move in (SCHEDULE, HOLD):
        changes = {"held_on": date(2026, 3, 12), "host": "chair-1", **changes}
    return Hearing(move=move, **changes)


def the_limit(start: datetime = NOW, *, passed: bool = False) -> ClockRecord:
    """Twenty working days to hold it."""
    key, limit, article = hearing_limits(Clock.HEARING)
    found = due(start, limit, an_office())
    return ClockRecord(
        key=key,
        limit=limit,
        article=article,
        started_at=start,
        due_day=found.day,
        due_at=found.at,
        provisional=found.provisional,
        state=ClockState.RUNNING,
        passed=passed,
    )


def check(
    act: Hear,
    hearing: Hearing | None = None,
    *,
    stage: Stage = Stage.EXAMINATION,
    limit: ClockRecord | None = None,
    now: datetime = NOW,
    office: Office | None = None,
) -> None:
    check_hearing(act, stage, hearing, limit, now, office or an_office())


def refusal(rule: Callable[..., object], *args: Any, **kwargs: Any) -> tuple[str, str | None] | None:
    """The code and the article with which it is refused."""
    try:
        rule(*args, **kwargs)
    except HearingNotAllowed as refused:
        return refused.code, refused.article
    return None


# What may be done next

NEXT = [
    (None, {OFFER, ORDER}),
    (a_hearing(OFFER), {REQUEST, DECLINE, ORDER}),
    (a_hearing(OFFER, lapsed=True), {OFFER, ORDER}),
    (a_hearing(REQUEST), {SCHEDULE, DECLINE}),
    (a_hearing(DECLINE), {OFFER, ORDER}),
    (a_hearing(ORDER), {SCHEDULE}),
    (a_hearing(SCHEDULE), {HOLD, SCHEDULE, DECLINE}),
    (a_hearing(SCHEDULE, ordered=True), {HOLD, SCHEDULE}),
    (a_hearing(HOLD), {ORDER}),
]


@pytest.mark.parametrize(("hearing", "may"), NEXT)
@pytest.mark.parametrize("move", list(HearingMove))
def test_only_what_comes_next_may_be_done(hearing: Hearing | None, may: set[HearingMove], move: HearingMove) -> None:
    found = refusal(check, a_hear(move), hearing, now=at("2026-03-12") if move is HOLD else NOW)

    if move in may:
        assert found is None
    elif move is REQUEST and hearing is not None and hearing.lapsed:
        assert found == ("hearing_asked_too_late", "apl:47")
    else:
        assert found == ("hearing_not_there_yet", "apl:47")


@pytest.mark.parametrize(("hearing", "may"), NEXT)
def test_every_move_that_may_come_next_is_named(hearing: Hearing | None, may: set[HearingMove]) -> None:
    assert set(moves_from(hearing)) == may
    with pytest.raises(HearingNotAllowed) as refused:
        check(a_hear(next(move for move in HearingMove if move not in may)), hearing)
    if not (hearing and hearing.lapsed):
        assert all(move in refused.value.text.zh for move in may)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.EXAMINATION])
@pytest.mark.parametrize("move", list(HearingMove))
def test_hearing_has_its_place_between_acceptance_and_decision(stage: Stage, move: HearingMove) -> None:
    assert refusal(check, a_hear(move), stage=stage) == ("no_hearing_now", "apl:47")


def test_five_days_to_ask_for_a_hearing_and_twenty_to_hold_it_are_working_days() -> None:
    asking, holding = hearing_limits(Clock.HEARING_REQUEST), hearing_limits(Clock.HEARING)

    assert due(at("2026-02-12"), asking.limit, an_office()).day == date(2026, 2, 26)
    assert due(at("2026-02-10"), holding.limit, an_office()).day == date(2026, 3, 16)
    assert (asking.article, holding.article) == ("apl:47", "apl:47")


def test_agency_orders_a_hearing_with_its_reasons() -> None:
    assert refusal(check, a_hear(ORDER)) is None
    assert refusal(check, a_hear(ORDER, text=None)) == ("reasons_missing", "apl:46")


@pytest.mark.parametrize(("move", "hearing"), [(OFFER, None), (REQUEST, a_hearing(OFFER)), (DECLINE, a_hearing(OFFER))])
def test_offer_request_and_waiver_need_no_reasons(move: HearingMove, hearing: Hearing | None) -> None:
    assert refusal(check, a_hear(move, text=None), hearing) is None


# Calling it


@pytest.mark.parametrize("missing", ["held_on", "host", "text"])
def test_hearing_is_called_with_day_chair_time_and_place(missing: str) -> None:
    found = refusal(check, a_hear(SCHEDULE, **{missing: None}), a_hearing(REQUEST))

    assert found == ("hearing_incomplete", "apl:48")


@pytest.mark.parametrize(
    ("now", "held_on", "refused"),
    [
        ("2026-03-02", "2026-03-10", True),
        ("2026-03-02", "2026-03-11", True),
        ("2026-03-02", "2026-03-12", False),
        ("2026-03-02 23:59", "2026-03-12", False),
        ("2026-02-12", "2026-02-28", True),
        ("2026-02-12", "2026-03-02", False),
        ("2026-09-14", "2026-09-22", True),
        ("2026-09-14", "2026-09-23", False),
    ],
)
def test_seven_working_days_lie_between_the_notice_and_the_hearing(now: str, held_on: str, refused: bool) -> None:
    act = a_hear(SCHEDULE, held_on=date.fromisoformat(held_on))

    found = refusal(check, act, a_hearing(REQUEST), now=at(now))

    assert found == (("hearing_too_soon", "apl:48") if refused else None)


def test_refusal_says_after_which_day_the_hearing_may_be() -> None:
    with pytest.raises(HearingNotAllowed) as refused:
        check(a_hear(SCHEDULE, held_on=date(2026, 3, 5)), a_hearing(REQUEST))

    assert "2026-03-11之后" in refused.value.text.zh
    assert "after 2026-03-11" in refused.value.text.en


@pytest.mark.parametrize(("held_on", "refused"), [("2026-03-27", False), ("2026-03-30", False), ("2026-03-31", True)])
def test_hearing_is_held_within_twenty_days(held_on: str, refused: bool) -> None:
    act = a_hear(SCHEDULE, held_on=date.fromisoformat(held_on))

    found = refusal(check, act, a_hearing(REQUEST), limit=the_limit())

    assert the_limit().due_day == LAST
    assert found == (("hearing_too_far", "apl:47") if refused else None)


@pytest.mark.parametrize("limit", [None, the_limit(passed=True)], ids=["none", "passed"])
def test_hearing_for_which_the_twenty_days_are_over_is_called_nevertheless(limit: ClockRecord | None) -> None:
    act = a_hear(SCHEDULE, held_on=date(2026, 4, 15))

    assert refusal(check, act, a_hearing(REQUEST), limit=limit, now=at("2026-04-01")) is None


@pytest.mark.parametrize(
    ("held_on", "refused"), [("2026-03-14", True), ("2026-03-15", True), ("2026-03-16", False), ("2026-04-06", True)]
)
def test_hearing_is_on_a_working_day(held_on: str, refused: bool) -> None:
    found = refusal(check, a_hear(SCHEDULE, held_on=date.fromisoformat(held_on)), a_hearing(REQUEST))

    assert found == (("hearing_on_day_off", "apl:48") if refused else None)


def test_hearing_may_be_on_a_make_up_saturday() -> None:
    act = a_hear(SCHEDULE, held_on=date(2026, 2, 28))

    assert refusal(check, act, a_hearing(REQUEST), now=at("2026-02-09")) is None


def test_another_day_is_called_with_seven_days_anew() -> None:
    moved = a_hear(SCHEDULE, held_on=date(2026, 3, 16))

    assert refusal(check, moved, a_hearing(SCHEDULE), now=at("2026-03-04")) is None
    assert refusal(check, moved, a_hearing(SCHEDULE), now=at("2026-03-05")) == ("hearing_too_soon", "apl:48")


def test_closing_time_takes_no_day_from_the_notice() -> None:
    office = an_office(closing_time=time(17))

    assert refusal(check, a_hear(SCHEDULE), a_hearing(REQUEST), now=at("2026-03-02 18:00"), office=office) is None


def test_hearing_that_can_no_longer_be_called_in_time_may_still_be_called() -> None:
    now, limit = at("2026-03-25"), the_limit()
    days = [date(2026, 4, n) for n in range(1, 31)]

    found = [refusal(check, a_hear(SCHEDULE, held_on=day), a_hearing(REQUEST), limit=limit, now=now) for day in days]

    assert None in found


# Holding it


@pytest.mark.parametrize(
    ("now", "refused"),
    [("2026-03-11", True), ("2026-03-12 00:00", False), ("2026-03-12", False), ("2026-03-13", False)],
)
def test_hearing_is_held_on_its_day_or_recorded_later(now: str, refused: bool) -> None:
    found = refusal(check, a_hear(HOLD), a_hearing(SCHEDULE), now=at(now))

    assert found == (("hearing_not_held_yet", "apl:48") if refused else None)


def test_hearing_has_a_record() -> None:
    found = refusal(check, a_hear(HOLD, text=None), a_hearing(SCHEDULE), now=at("2026-03-12"))

    assert found == ("record_missing", "apl:48")


@pytest.mark.parametrize(
    ("host", "examining", "refused"),
    [
        ("chair-1", ["examiner-1"], False),
        ("chair-1", [], False),
        (None, ["examiner-1"], False),
        ("examiner-1", ["examiner-1", "examiner-2"], True),
    ],
)
def test_chair_is_nobody_who_examines_the_application(host: str | None, examining: list[str], refused: bool) -> None:
    assert refusal(check_host, host, examining) == (("host_examines", "apl:48") if refused else None)


# What waits for it

WANTED = (REQUEST, ORDER, SCHEDULE)


@pytest.mark.parametrize("move", list(HearingMove))
def test_clock_stops_only_for_a_hearing_that_was_asked_for_or_ordered(move: HearingMove) -> None:
    found = refusal(check_is_wanted, a_hearing(move))

    assert found == (None if move in WANTED else ("no_hearing_to_pause_for", "apl:45"))


def test_clock_does_not_stop_for_no_hearing() -> None:
    assert refusal(check_is_wanted, None) == ("no_hearing_to_pause_for", "apl:45")


@pytest.mark.parametrize(
    ("hearing", "refused"),
    [
        (None, None),
        (a_hearing(OFFER), ("hearing_right_open", "apl:47")),
        (a_hearing(OFFER, lapsed=True), None),
        (a_hearing(REQUEST), ("hearing_due", "apl:48")),
        (a_hearing(DECLINE), None),
        (a_hearing(ORDER), ("hearing_due", "apl:48")),
        (a_hearing(SCHEDULE), ("hearing_due", "apl:48")),
        (a_hearing(HOLD), None),
    ],
)
def test_application_is_decided_after_the_hearing_or_once_nobody_may_ask_for_one(
    hearing: Hearing | None, refused: object
) -> None:
    assert refusal(check_heard, hearing) == refused
