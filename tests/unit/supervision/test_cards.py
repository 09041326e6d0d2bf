"""The first rule that an event meets gives its card; none is given while the case is paused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.record import Batch, Event, EventKind, Light, Stage
from domain.supervision.appeals import AppealNotAllowed, CardState, check_appeal, check_decision, is_overdue, state_of
from domain.supervision.cards import CardStanding, cards_in, fallen_in, held_days
from domain.supervision.rules import Colour, Supervision
from registry.supervision import read_supervision
from tests.builders import DEFINITIONS, UNIT, at, the_calendar
from tests.papers.builders import a_clock

RULES = read_supervision(DEFINITIONS).city
STANDING = CardStanding(unit=UNIT)


def an_event(kind: EventKind, seq: int = 5, **data: Any) -> Event:
    return Event(seq=seq, kind=kind, at=at("2026-03-16 10:00"), data=data)


def a_batch(*events: Event, **changes: Any) -> Batch:
    fields: dict[str, Any] = {
        "number": "GZ20260316-000001-1",
        "first": events[0].seq,
        "last": events[-1].seq,
        "stage": Stage.EXAMINATION,
        "ending": None,
        "light": Light.GREEN,
        "waiting_for": (),
        "due_day": None,
        "accepted_on": None,
        "events": events,
        "tasks": (),
        "clocks": (),
    }
    return Batch.model_validate({**fields, **changes})


def given(*events: Event, standing: CardStanding = STANDING, rules: Supervision = RULES) -> list[tuple[str, str]]:
    return [(card.rule, card.colour) for card in cards_in(a_batch(*events), standing, rules)]


@pytest.mark.parametrize(
    ("clock", "rule", "colour"),
    [
        ("statutory", "statutory_late", "red"),
        ("promised", "promised_late", "yellow"),
        ("acceptance", "acceptance_late", "yellow"),
        ("delivery", "delivery_late", "yellow"),
        ("delivery:food_permit", "delivery_late", "yellow"),
        ("step:review", "step_late", "yellow"),
        ("order:12", "order_late", "yellow"),
    ],
)
def test_each_limit_that_passed_gives_the_card_of_its_rule(clock: str, rule: str, colour: str) -> None:
    event = an_event(EventKind.LIMIT_PASSED, clock=clock, due_day="2026-03-13")

    assert given(event) == [(rule, colour)]


@pytest.mark.parametrize("clock", ["hearing", "supplement", "promise", "steps", "order"])
def test_a_limit_that_no_rule_names_gives_none(clock: str) -> None:
    assert given(an_event(EventKind.LIMIT_PASSED, clock=clock, due_day="2026-03-13")) == []


def test_the_first_rule_of_the_list_decides_and_an_event_gives_one_card_at_most() -> None:
    first, *others = RULES.cards
    doubled = RULES.model_copy(
        update={"cards": (first.model_copy(update={"id": "before", "card": Colour.WARNING}), first, *others)}
    )
    event = an_event(EventKind.LIMIT_PASSED, clock="statutory", due_day="2026-03-13")

    assert given(event, rules=doubled) == [("before", "warning")]


def test_nothing_is_given_while_paused_not_even_for_an_event_within_the_batch_that_pauses() -> None:
    passed = [an_event(EventKind.LIMIT_PASSED, seq, clock="order:1", due_day="2026-03-13") for seq in (5, 7, 9)]
    paused = an_event(EventKind.PAUSED, 6, procedure="testing")
    resumed = an_event(EventKind.RESUMED, 8, procedure="testing")

    cards = cards_in(a_batch(passed[0], paused, passed[1], resumed, passed[2]), STANDING, RULES)

    assert [card.seq for card in cards] == [5, 9]


def test_of_two_procedures_both_must_be_over_before_a_card_is_given() -> None:
    passed = an_event(EventKind.LIMIT_PASSED, 9, clock="order:1", due_day="2026-03-13")
    resumed = an_event(EventKind.RESUMED, 8, procedure="testing")
    both = STANDING.model_copy(update={"paused": ("testing", "experts")})
    one = STANDING.model_copy(update={"paused": ("testing",)})

    assert given(resumed, passed, standing=both) == []
    assert given(resumed, passed, standing=one) == [("order_late", "yellow")]


@pytest.mark.parametrize(("held", "cards"), [(0, []), (1, []), (2, [("late_transfer", "yellow")])])
def test_a_transfer_gives_a_card_from_the_second_working_day_on(held: int, cards: list[tuple[str, str]]) -> None:
    event = an_event(EventKind.TASK_TRANSFERRED, held=held, held_by="gz-thr-health")

    assert given(event) == cards


def test_a_transfer_within_a_unit_or_of_an_old_case_gives_none() -> None:
    assert given(an_event(EventKind.TASK_TRANSFERRED, slot="review")) == []


def test_the_unit_that_kept_the_task_or_owes_the_step_gets_the_card() -> None:
    transfer = an_event(EventKind.TASK_TRANSFERRED, held=9, held_by="gz-thr-health")
    step = an_event(EventKind.LIMIT_PASSED, clock="step:review", due_day="2026-03-13")
    desks = (("review", "gz-thr-fire"), ("decide", UNIT))

    (kept,) = cards_in(a_batch(transfer), STANDING, RULES)
    (owed,) = cards_in(a_batch(step), STANDING.model_copy(update={"desks": desks}), RULES)
    (own,) = cards_in(a_batch(step), STANDING.model_copy(update={"desks": (*desks, ("review", UNIT))}), RULES)

    assert (kept.unit, owed.unit, own.unit) == ("gz-thr-health", "gz-thr-fire", UNIT)


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.NOT_ACCEPTED, EventKind.NOT_REQUIRED])
def test_a_refusal_without_reasons_is_red_and_one_with_any_is_none(kind: EventKind) -> None:
    assert given(an_event(kind, text=None)) == [("refused_without_reasons", "red")]
    assert given(an_event(kind, text="t-1")) == []
    assert given(an_event(kind, ground="other_authority")) == []


def test_a_warning_that_the_rule_keeps_in_the_list_is_given_without_paper() -> None:
    (near,) = cards_in(a_batch(an_event(EventKind.LIMIT_NEAR, clock="promised", due_day="2026-03-17")), STANDING, RULES)

    assert (near.rule, near.colour, near.paper) == ("near", Colour.WARNING, False)


def test_lateness_that_was_none_takes_back_the_cards_of_the_last_run_of_the_limit() -> None:
    first = a_clock("promised", 5, date(2026, 2, 26))
    second = first.model_copy(update={"started_at": first.started_at + timedelta(days=30)})
    event = an_event(EventKind.LATENESS_WITHDRAWN, clock="promised", due_day="2026-03-17")

    (fallen,) = fallen_in(a_batch(event, clocks=(first, second)))

    assert (fallen.clock, fallen.started_at, fallen.seq) == ("promised", second.started_at, 5)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-02-12 10:00", "2026-02-12 17:00", 0),
        ("2026-02-12 10:00", "2026-02-13 09:00", 1),
        ("2026-02-13 10:00", "2026-02-14 09:00", 1),  # a make-up Saturday
        ("2026-02-14 10:00", "2026-02-24 09:00", 1),  # Spring Festival
    ],
)
def test_days_held_are_working_days_after_the_first(since: str, until: str, days: int) -> None:
    assert held_days(at(since), at(until), the_calendar()) == days


# Appeals

APPEALED: datetime = at("2026-03-17 10:00")


@pytest.mark.parametrize(
    ("today", "refused"), [("2026-03-19", None), ("2026-03-20", None), ("2026-03-21", "appeal_too_late")]
)
def test_an_appeal_is_possible_until_its_day_that_day_included(today: str, refused: str | None) -> None:
    until = date(2026, 3, 20)

    if refused is None:
        check_appeal(CardState.STANDING, until, date.fromisoformat(today))
    else:
        with pytest.raises(AppealNotAllowed, match=refused) as error:
            check_appeal(CardState.STANDING, until, date.fromisoformat(today))
        assert "2026-03-20" in error.value.text.zh


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (CardState.APPEALED, "appealed_already"),
        (CardState.UPHELD, "appealed_already"),
        (CardState.WITHDRAWN, "card_withdrawn"),
    ],
)
def test_a_card_is_appealed_against_once_and_only_while_it_stands(state: CardState, code: str) -> None:
    with pytest.raises(AppealNotAllowed, match=code):
        check_appeal(state, None, date(2026, 3, 20))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (CardState.STANDING, "not_appealed"),
        (CardState.UPHELD, "decided_already"),
        (CardState.WITHDRAWN, "card_withdrawn"),
    ],
)
def test_only_an_open_appeal_is_decided(state: CardState, code: str) -> None:
    check_decision(CardState.APPEALED)

    with pytest.raises(AppealNotAllowed, match=code):
        check_decision(state)


def test_the_state_follows_from_what_happened_to_the_card() -> None:
    assert state_of(None, None, None) is CardState.STANDING
    assert state_of(APPEALED, None, None) is CardState.APPEALED
    assert state_of(APPEALED, APPEALED, None) is CardState.UPHELD
    assert state_of(APPEALED, APPEALED, APPEALED) is CardState.WITHDRAWN
    assert state_of(None, None, APPEALED) is CardState.WITHDRAWN


def test_an_appeal_is_overdue_from_the_day_after_its_day() -> None:
    assert not is_overdue(CardState.APPEALED, date(2026, 3, 20), date(2026, 3, 20))
    assert is_overdue(CardState.APPEALED, date(2026, 3, 20), date(2026, 3, 21))
    assert not is_overdue(CardState.UPHELD, date(2026, 3, 20), date(2026, 3, 21))
