"""The reference itself, against dates that were worked out on a calendar (facts of law b.2, b.4)."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.stateful.days import Days, at
from tests.stateful.items import Span
from tests.stateful.reckoning import Limit, Special

WORKED_OUT = [
    (date(2026, 2, 12), Span(5), date(2026, 2, 26)),
    (date(2026, 2, 13), Span(1), date(2026, 2, 14)),
    (date(2026, 2, 14), Span(1), date(2026, 2, 24)),
    (date(2026, 2, 10), Span(20), date(2026, 3, 16)),
    (date(2026, 9, 24), Span(10), date(2026, 10, 15)),
    (date(2025, 9, 29), Span(20), date(2025, 11, 3)),
    (date(2026, 2, 5), Span(15, natural=True), date(2026, 2, 24)),
    (date(2026, 4, 28), Span(3, natural=True), date(2026, 5, 6)),
]


def a_limit(begun: date, span: Span) -> Limit:
    return Limit("statutory", span, at(begun, time(10)), stoppable=True)


@pytest.mark.parametrize(("begun", "span", "due"), WORKED_OUT)
def test_the_reference_counts_as_people_do_on_a_calendar(published: Days, begun: date, span: Span, due: date) -> None:
    limit = a_limit(begun, span)

    limit.reckon(published)

    assert (limit.due, limit.provisional) == (due, False)


def test_a_limit_in_working_days_moves_by_the_working_days_of_the_procedure(published: Days) -> None:
    limit = a_limit(date(2026, 3, 2), Span(5))
    first, last = date(2026, 3, 5), date(2026, 3, 10)
    limit.specials = [Special("testing", at(first, time(9)), first, days=4, until=last, ended=last)]

    limit.reckon(published)

    assert limit.due == date(2026, 3, 13)


def test_a_due_day_in_a_year_that_is_not_published_is_provisional(published: Days) -> None:
    limit = a_limit(date(2026, 12, 15), Span(20))

    limit.reckon(published)

    assert limit.provisional
