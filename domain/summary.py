"""A limit in one sentence: from when, how long, which days are left out, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from domain.deadline import Due, Reason, WalkedDay
from domain.limits import Limit, Unit
from domain.values import SHANGHAI
from domain.words import Text

PROVISIONAL = Text(
    "；所涉年度的放假安排尚未公布，此日期为暂定",
    "; provisional: the calendar of a year it reaches into is not yet published",
)
EXPECTED = Text(
    "（特别程序尚未结束，按告知的时间推算）", " (a special procedure is still running; by the time announced)"
)


def in_chinese(day: date) -> str:
    """A date as people write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(moment: datetime) -> Text:
    """The moment in Asia/Shanghai, to the minute."""
    here = moment.astimezone(SHANGHAI)
    return Text(f"{in_chinese(here.date())}{here:%H:%M}", f"{here:%Y-%m-%d %H:%M}")


def limit_in_words(limit: Limit) -> Text:
    """The limit as a guide states it."""
    if limit.days == 0:
        return Text("当日", "the same day")
    zh, en = ("个工作日", "working days") if limit.unit is Unit.WORKING else ("日（自然日）", "calendar days")
    return Text(f"{limit.days:g}{zh}", f"{limit.days:g} {en}")


def summary(
    started_at: datetime, limit: Limit, days: Sequence[WalkedDay], due: Due, more: Sequence[Limit], *, expected: bool
) -> Text:
    """The limit with its start, what was left out, its extensions and its due day; `expected` where a special procedure
    still runs, so that the day may yet be another one."""
    parts = [_start(started_at, limit), *_left_out(limit, days), *_extensions(more), *_end(limit, due, more, expected)]
    provisional = PROVISIONAL if due.provisional else Text("", "")
    return Text("，".join(part.zh for part in parts) + provisional.zh, "; ".join(p.en for p in parts) + provisional.en)


def _start(started_at: datetime, limit: Limit) -> Text:
    words, first = limit_in_words(limit), started_at.astimezone(SHANGHAI).date()
    if limit.is_part_of_a_day:
        moment = moment_in_words(started_at)
        return Text(f"自{moment.zh}起按办公时间计{words.zh}", f"{words.en} of office hours from {moment.en}")
    if limit.days == 0:
        return Text(f"限{in_chinese(first)}当日", f"the same day, {first}")
    return Text(f"自{in_chinese(first)}起{words.zh}，起算之日不计入", f"{words.en} from {first}")


def _left_out(limit: Limit, days: Sequence[WalkedDay]) -> Iterator[Text]:
    between = [day for day in days[1:-1] if day.number is None and day.reason is not Reason.PAUSED]
    if limit.days == 0 and len(days) > 1 and not any(day.number for day in days):
        yield Text(
            "当日不办公、已过下班时间或者正在进行特别程序的顺延", "moved on, as that day was off, over or left out"
        )
    elif any(day.reason is Reason.MOVED for day in days):
        last = max(day.day for day in days if day.number is not None)
        yield Text(f"最后一日{in_chinese(last)}逢休息日顺延", f"moved on, as the last day, {last}, is a day off")
    if between:
        yield Text(f"期间{len(between)}日休息不计入", f"{len(between)} days off are not counted")
    if paused := sum(day.reason is Reason.PAUSED for day in days):
        yield Text(f"特别程序{paused}日不计入", f"{paused} days of a special procedure are not counted")


def _extensions(more: Sequence[Limit]) -> Iterator[Text]:
    for nth, limit in enumerate(more):
        words = limit_in_words(limit)
        yield Text(f"{'再' if nth else ''}延长{words.zh}", f"extended by {words.en}{' more' if nth else ''}")


def _end(limit: Limit, due: Due, more: Sequence[Limit], expected: bool) -> Iterator[Text]:
    by_the_hour = limit.is_part_of_a_day and not more
    until = moment_in_words(due.at) if by_the_hour else Text(in_chinese(due.day), str(due.day))
    if expected:
        yield Text(f"预计{until.zh}到期{EXPECTED.zh}", f"expected to be due on {until.en}{EXPECTED.en}")
    else:
        yield Text(f"{until.zh}到期", f"due {'at' if by_the_hour else 'on'} {until.en}")
