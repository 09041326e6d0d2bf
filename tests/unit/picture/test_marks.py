"""What an item is on each day, and how many of its days are used."""

from __future__ import annotations

import pytest

from cli.picture.marks import Mark, days_used, mark_of, runs
from cli.picture.model import Row
from cli.picture.saying import count_said
from domain.limits import Unit
from domain.record import Ending, PartState
from tests.unit.picture.drawing import a_picture, a_row, days, march, running, span

SIGNS = {
    Mark.WORK: "w",
    Mark.OFF: ".",
    Mark.PAUSED: "/",
    Mark.LATE: "!",
    Mark.PLANNED: "-",
    Mark.WAITING: "r",
    Mark.NOTHING: " ",
}


def marks(row: Row, *, today: int = 10) -> str:
    """The marks of the 2nd to the 13th of March; 7th and 8th are a weekend."""
    picture = a_picture(row, today=today)
    return "".join(SIGNS[mark_of(row, march(day), picture)] for day in range(2, 14))


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        (a_row(), "wwwwr..rr   "),
        (a_row(handed_over=march(6)), "wwwwr..     "),
        (a_row(state=PartState.HANDED_OVER, handed_over=march(10)), "wwwwr..rr   "),
        (a_row(state=PartState.ENDED, ending=Ending.REFUSED), "wwww ..     "),
        (running(), "wwwww..w!   "),
        (running(due=(march(12),)), "wwwww..ww-- "),
        (running(paused=(span(4, 5),), due=(march(11),)), "ww//w..ww-  "),
        (running(limit=days(5, Unit.NATURAL), due=(march(9),)), "wwwwwwww!   "),
        (a_row(decided=march(10)), "wwwww..w!   "),
        (a_row(begun=None, decided=None, due=(), state=PartState.WAITING), "-----..-    "),
        (a_row(begun=None, decided=None, due=(), state=PartState.DROPPED, planned=None), "     ..     "),
    ],
    ids=[
        "result that waits until today",
        "handed over early",
        "handed over later",
        "refused",
        "late",
        "time left",
        "paused",
        "natural days count weekends",
        "decided late",
        "waiting",
        "dropped",
    ],
)
def test_what_an_item_is_on_each_day(row: Row, seen: str) -> None:
    assert marks(row) == seen


def test_days_that_are_announced_for_a_procedure_are_hatched_before_they_come() -> None:
    assert marks(running(paused=(span(9, 11),), due=(march(12),)), today=5) == "wwww-..///- "


def test_a_holiday_is_off_and_a_make_up_day_is_not() -> None:
    picture = a_picture(today=10)
    row = running(begun=march(2).replace(month=2, day=12), due=(march(9),))

    assert mark_of(row, march(2).replace(month=2, day=14), picture) is Mark.WORK
    assert mark_of(row, march(2).replace(month=2, day=16), picture) is Mark.OFF


def test_days_on_which_an_item_is_the_same_are_one_run() -> None:
    row = a_row(state=PartState.HANDED_OVER, handed_over=march(6))

    assert list(runs(row, a_picture(row)))[:3] == [
        (Mark.WORK, span(2, 5)),
        (Mark.WAITING, span(6, 6)),
        (Mark.OFF, span(7, 8)),
    ]


@pytest.mark.parametrize(
    ("row", "used", "said"),
    [
        (a_row(), 3, "3/5日"),
        (a_row(decided=march(2)), 0, "0/5日"),
        (a_row(decided=march(9)), 5, "5/5日"),
        (running(), 6, "6/5日"),
        (running(paused=(span(4, 5),)), 4, "4/5日"),
        (running(more=(days(5),)), 6, "6/5+5日"),
        (running(limit=days(5, Unit.NATURAL)), 8, "8/5自然日"),
        (running(limit=days(5, Unit.NATURAL), more=(days(3),)), 8, "8/5自然日+3日"),
        (running(limit=days(0.25)), 6, "0.25日"),
        (a_row(begun=None, decided=None, limit=None), 0, ""),
    ],
)
def test_days_used_are_counted_as_the_limit_counts_them(row: Row, used: int, said: str) -> None:
    picture = a_picture(row)

    assert days_used(row, picture) == used
    assert count_said(row, picture).zh == said
