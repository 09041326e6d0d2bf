"""How limits, ends and situations are put into words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from domain.checks.almanac import Excess
from domain.limits import Limit, Unit
from domain.situations import Answers
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
    """From when to when, and by how much: 如自2026-02-09起算，到2026-02-24才届满，晚于2026-02-14，多出10天（1个工作日）."""
    later, earlier = excess.days
    if later == earlier:
        start, ends = f"{excess.start:%Y-%m-%d %H:%M}", [f"{at:%Y-%m-%d %H:%M}" for at in excess[1:3]]
        hours = number(round(excess.by / ONE_HOUR, 2))
        zh, en = f"{hours}小时", f"{hours} hour{_s(excess.by / ONE_HOUR)}"
    else:
        start, ends = excess.start.date().isoformat(), [later.isoformat(), earlier.isoformat()]
        days = (later - earlier).days
        zh = f"{days}天（{excess.worked}个工作日）"
        en = f"{days} day{_s(days)} ({excess.worked} working day{_s(excess.worked)})"
    return Text(
        f"如自{start}起算，到{ends[0]}才届满，晚于{ends[1]}，多出{zh}",
        f"starting on {start} it ends on {ends[0]}, {en} after {ends[1]}",
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


def _s(count: float) -> str:
    return "" if count == 1 else "s"
