"""A history is archived before the engine lets go of it, however the two are set."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.archiving import archived_after, overdue_after

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("wanted", "retention", "archived", "overdue"),
    [
        (DAY, 90 * DAY, DAY, 2 * DAY),
        (7 * DAY, 90 * DAY, 7 * DAY, 8 * DAY),
        (DAY, DAY, DAY / 2, DAY * 0.75),
        (7 * DAY, timedelta(0), 7 * DAY, 8 * DAY),
        (timedelta(0), 90 * DAY, timedelta(0), DAY),
    ],
)
def test_archived_as_wanted_and_at_the_latest_when_half_of_the_retention_is_over(
    wanted: timedelta, retention: timedelta, archived: timedelta, overdue: timedelta
) -> None:
    assert archived_after(wanted, retention) == archived
    assert overdue_after(wanted, retention) == overdue


@given(st.timedeltas(min_value=timedelta(0), max_value=7 * DAY), st.timedeltas(min_value=timedelta(hours=1)))
def test_one_that_is_late_is_told_of_while_there_is_time(wanted: timedelta, retention: timedelta) -> None:
    archived, overdue = archived_after(wanted, retention), overdue_after(wanted, retention)

    assert archived < overdue < retention
