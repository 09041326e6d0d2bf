"""A visit ends in a receipt or a reasoned written answer, else it is found; nothing is invented."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import Ground
from domain.supervision.rules import VisitRules
from domain.supervision.visits import (
    Visit,
    VisitNotAllowed,
    VisitOutcome,
    answer_due,
    check_answer,
    check_came,
    check_may_end,
    check_objection,
    is_unanswered,
)
from tests.builders import an_office, at


def a_visit(came: str = "2026-03-02 16:00", **changes: Any) -> Visit:
    came_at = at(came)
    by = answer_due(came_at, VisitRules(), an_office()).day
    return Visit(**{"id": "DF1", "came_at": came_at, "called_at": came_at, "answer_by": by, **changes})


@pytest.mark.parametrize(
    ("came", "by"),
    [
        ("2026-03-02 16:00", "2026-03-03"),
        ("2026-03-06 09:00", "2026-03-09"),
        ("2026-03-08 20:00", "2026-03-09"),  # a Sunday
        ("2026-02-14 10:00", "2026-02-24"),  # the last day before the spring festival, a make-up Saturday
    ],
)
def test_answer_is_due_on_the_next_working_day(came: str, by: str) -> None:
    assert answer_due(at(came), VisitRules(), an_office()).day == at(by).date()


@pytest.mark.parametrize(("came", "by"), [("2026-03-02 16:00", "2026-03-02"), ("2026-03-08 20:00", "2026-03-09")])
def test_place_may_ask_for_an_answer_on_the_same_day_or_the_next_that_is_worked(came: str, by: str) -> None:
    assert answer_due(at(came), VisitRules(answer_within=0), an_office()).day == at(by).date()


def test_visit_is_unanswered_from_the_end_of_its_day_on_and_not_a_minute_before() -> None:
    assert not is_unanswered(a_visit(), at("2026-03-03 23:59"), an_office())
    assert is_unanswered(a_visit(), at("2026-03-04 00:00"), an_office())


def test_visit_that_ended_is_never_unanswered() -> None:
    ended = a_visit(ended_at=at("2026-03-03 23:59"), outcome=VisitOutcome.CASE)

    assert not is_unanswered(ended, at("2026-04-01"), an_office())


def test_ticket_that_was_not_called_is_never_unanswered() -> None:
    queued = a_visit(called_at=None, answer_by=None)

    assert not is_unanswered(queued, at("2026-04-01"), an_office())


@pytest.mark.parametrize(
    ("came", "called", "code"),
    [
        ("2026-03-02 10:01", None, "visit_in_the_future"),
        ("2026-03-02 09:00", "2026-03-02 10:01", "visit_in_the_future"),
        ("2026-03-02 09:00", "2026-03-02 08:59", "visit_called_too_early"),
    ],
)
def test_visit_is_logged_when_it_has_happened(came: str, called: str | None, code: str) -> None:
    with pytest.raises(VisitNotAllowed) as refused:
        check_came(at(came), at(called) if called else None, at("2026-03-02 10:00"))

    assert refused.value.code == code


def test_visit_ends_once() -> None:
    check_may_end(a_visit())
    with pytest.raises(VisitNotAllowed, match="visit_ended"):
        check_may_end(a_visit(ended_at=at("2026-03-03"), outcome=VisitOutcome.ADVICE_ONLY))


@pytest.mark.parametrize(
    ("ground", "authority", "code"),
    [
        (Ground.INCOMPLETE_ON_THE_SPOT, None, "must_be_taken"),
        (Ground.OTHER_AUTHORITY, None, "authority_missing"),
    ],
)
def test_what_is_incomplete_is_taken_and_whom_others_serve_is_told_who(
    ground: Ground, authority: str | None, code: str
) -> None:
    with pytest.raises(VisitNotAllowed) as refused:
        check_answer(ground, authority)

    assert refused.value.code == code
    assert refused.value.article


@pytest.mark.parametrize("ground", [Ground.FALSE_MATERIALS, Ground.BARRED, Ground.ITEM_LAW])
def test_grounds_of_the_law_are_reasons(ground: Ground) -> None:
    check_answer(ground, None)


def test_visitor_may_deny_that_it_was_advice_only() -> None:
    check_objection(a_visit(ended_at=at("2026-03-02"), outcome=VisitOutcome.ADVICE_ONLY))


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (VisitOutcome.CASE, "visit_was_taken"),
        (VisitOutcome.ANSWERED, "visit_was_answered"),
        (None, "visit_is_open"),
    ],
)
def test_objection_to_anything_else_is_shown_the_way_to_the_window(outcome: Any, code: str) -> None:
    ended = at("2026-03-03") if outcome else None
    with pytest.raises(VisitNotAllowed) as refused:
        check_objection(a_visit(ended_at=ended, outcome=outcome))

    assert refused.value.code == code
    assert "POST /v1/grievances" in refused.value.text.zh
