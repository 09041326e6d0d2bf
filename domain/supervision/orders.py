"""Supervision orders (督办) and the calling together of units: what may be asked of a unit, and until when (gz:8.3, gz:13.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.commands import Answer
from domain.law import Refused, carries_out
from domain.limits import Limit, Unit
from domain.running import Beginning

ORDER = "order"
"""The step of an order's task, and the family of its limits."""
LONGEST = 250


class OrderNotAllowed(Refused):
    """The order, or the answer to it, is not one that helps."""


def is_order(slot: str) -> bool:
    """Whether the task is a supervision order, which no stage waits for."""
    return slot.partition(".")[0] == ORDER


def is_of_order(clock: str) -> bool:
    """Whether the limit is that of a supervision order: no light, nothing of the applicant's, and no due day of the case."""
    return clock.startswith(f"{ORDER}:")


@carries_out("gz:8.3", "gz:13.5")
def check_order(text: str | None, days: int | None) -> None:
    """Raise `OrderNotAllowed` unless the order says what is to be reported, within a number of days that can be."""
    if text is None:
        raise OrderNotAllowed(
            "order_says_nothing",
            "督办须写明要求：督促办理什么、需要答复什么",
            "An order says what is to be done and reported",
            article="gz:8.3",
        )
    if days is not None and not 1 <= days <= LONGEST:
        raise OrderNotAllowed(
            "order_days_impossible",
            f"督办的答复期限须为1至{LONGEST}个工作日；不填按本地规定",
            f"An order is answered within 1 to {LONGEST} working days; leave it out for what the place has set",
            article="gz:8.3",
        )


@carries_out("gz:8.3")
def check_report(answer: Answer) -> None:
    """Raise `OrderNotAllowed` where an order is answered with nothing."""
    if answer.text is None:
        raise OrderNotAllowed(
            "report_missing",
            "答复督办须书面说明办理情况",
            "The answer to an order says in writing how the case stands",
            article="gz:8.3",
        )


def limit_of(n: int, days: int) -> Beginning:
    """The limit of the n-th order, in working days."""
    return Beginning(f"{ORDER}:{n}", Limit(days=days), "gz:8.3")


@carries_out("gz:13.5")
def limit_until(n: int, due: date | None, today: date) -> Beginning:
    """The limit of the n-th order, which the outcome of a grievance sets to a day. Raises `OrderNotAllowed` where there is no
    such day ahead."""
    if due is None or due < today:
        raise OrderNotAllowed(
            "due_past",
            f"须写明不早于{today:%Y-%m-%d}的办结日",
            f"Name a day from {today} on by which it is to be decided",
            article="gz:13.5",
        )
    return Beginning(f"{ORDER}:{n}", Limit(days=(due - today).days, unit=Unit.NATURAL), "gz:13.5")


@carries_out("gz:8.3")
def invited(units: Iterable[str], unit: str, held_on: date, today: date) -> tuple[str, ...]:
    """The units that are called together, each once and without the one that calls. Raises `OrderNotAllowed` where nobody
    else is called, or for a day that is past."""
    others = tuple(one for one in dict.fromkeys(units) if one != unit)
    if not others:
        raise OrderNotAllowed(
            "nobody_invited",
            "联合办理须邀请本单位以外的单位",
            "Joint handling takes at least one other unit",
            article="gz:8.3",
        )
    if held_on < today:
        raise OrderNotAllowed(
            "held_on_past",
            f"联合办理的日期不得早于{today:%Y-%m-%d}",
            f"Joint handling is called for {today} or later",
            article="gz:8.3",
        )
    return others
