"""How limits, ends and situations are put into words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.checks.almanac import Excess
from domain.limits import Limit, Unit
from domain.situations import Answers
from domain.values import SHANGHAI
from domain.words import Text

ONE_HOUR = timedelta(hours=1)


def number(days: float) -> str:
    """The number without a needless fraction."""
    return f"{days:g}"


def limit_said(limit: Limit) -> Text:
    """The length of a limit: 5个工作日, 当日（当场）."""
    if limit.days == 0:
        return Text("当日（当场）", "the same day (on the spot)")
    days = number(limit.days)
    if limit.unit is Unit.WORKING:
        return Text(f"{days}个工作日", f"{days} working day{_s(limit.days)}")
    return Text(f"{days}个自然日", f"{days} natural day{_s(limit.days)}")


def excess_said(excess: Excess) -> Text:
    """From when to when, and by how much: 自2026-02-10起算到2026-03-20，应不晚于2026-03-16，晚4天."""
    start, later, earlier = (_moment(excess.start, excess), *(_end(at, excess) for at in excess[1:]))
    by = _by(excess)
    return Text(
        f"如自{start}起算，到{later}才届满，晚于{earlier}，多出{by.zh}",
        f"starting on {start} it ends on {later}, {by.en} after {earlier}",
    )


def answers_said(answers: Answers) -> Text:
    """The circumstances in which something holds; nothing where it always does."""
    if not answers:
        return Text("", "")
    zh = "、".join(f"{situation}={answer}" for situation, answer in answers.items())
    return Text(f"（情形：{zh}）", f" (when {zh.replace('、', ', ')})")


def listed(names: Iterable[str]) -> Text:
    """The names one after the other."""
    names = tuple(names)
    return Text("、".join(names), ", ".join(names))


def _by(excess: Excess) -> Text:
    days = (_day(excess.later) - _day(excess.earlier)).days
    if days:
        return Text(f"{days}天", f"{days} day{_s(days)}")
    hours = number(round(excess.by / ONE_HOUR, 2))
    return Text(f"{hours}小时", f"{hours} hours")


def _day(at: datetime) -> date:
    """The day that an end belongs to: midnight is the end of the day before."""
    return (at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()


def _end(at: datetime, excess: Excess) -> str:
    return _moment(at, excess) if _by_the_hour(excess) else _day(at).isoformat()


def _moment(at: datetime, excess: Excess) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if _by_the_hour(excess) else at.date().isoformat()


def _by_the_hour(excess: Excess) -> bool:
    return _day(excess.later) == _day(excess.earlier)


def _s(count: float) -> str:
    return "" if count == 1 else "s"
