"""The deadline certificate: every day between the start of a limit and its due day, counted or not, and why."""

from __future__ import annotations

from datetime import date, datetime

from domain.deadline import Office, Reason, WalkedDay, walk
from domain.law import carries_out
from domain.limits import Limit, Unit
from domain.values import SHANGHAI, Message
from domain.words import Text

REASONS: dict[Reason, Text] = {
    Reason.FIRST: Text("起算之日，不计入", "the day it starts from, not counted"),
    Reason.COUNTED: Text("计入", "counted"),
    Reason.MAKE_UP: Text("调休上班日，计入", "make-up working day, counted"),
    Reason.WEEKEND: Text("周末，不计入", "weekend, not counted"),
    Reason.HOLIDAY: Text("放假，不计入", "holiday, not counted"),
    Reason.MOVED: Text("期限最后一日为休息日，顺延", "the last day was a day off: moved on"),
}


PROVISIONAL = Text(
    "；所涉年度的放假安排尚未公布，此日期为暂定",
    "; provisional: the calendar of a year it reaches into is not yet published",
)


class CertifiedDay(Message):
    """One day of the certificate."""

    day: date
    number: float | None
    reason: Reason
    holiday: str | None
    provisional: bool
    says: str


class Certificate(Message):
    """One limit with its start, its due day and every day between."""

    clock: str
    limit: Limit
    article: str
    started_at: datetime
    due_day: date
    due_at: datetime
    provisional: bool
    says: str
    days: tuple[CertifiedDay, ...]


def _day(walked: WalkedDay, english: bool) -> CertifiedDay:
    reason = REASONS[walked.reason]
    says = reason.en if english else reason.zh
    if walked.holiday and walked.reason in (Reason.HOLIDAY, Reason.MOVED):
        says = f"{walked.holiday}: {says}" if english else f"{walked.holiday}{says}"
    if walked.number is not None:
        says += f" ({walked.number:g})" if english else f"（第{walked.number:g}日）"
    return CertifiedDay(
        day=walked.day,
        number=walked.number,
        reason=walked.reason,
        holiday=walked.holiday,
        provisional=walked.provisional,
        says=says,
    )


def in_chinese(day: date) -> str:
    """A date as people write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def limit_in_words(limit: Limit) -> Text:
    """The limit as a guide states it."""
    if limit.days == 0:
        return Text("当日", "the same day")
    zh, en = ("个工作日", "working days") if limit.unit is Unit.WORKING else ("日（自然日）", "calendar days")
    return Text(f"{limit.days:g}{zh}", f"{limit.days:g} {en}")


@carries_out("gz:13.4", "cc:201", "cc:203")
def certify(
    clock: str, limit: Limit, article: str, started_at: datetime, office: Office, *, english: bool
) -> Certificate:
    """The certificate of a limit; it is the same walk that set the timer, so the two cannot differ."""
    days, due = walk(started_at, limit, office)
    off = sum(day.number is None for day in days[1:-1])
    words = limit_in_words(limit)
    if limit.is_part_of_a_day:
        start, end = started_at.astimezone(SHANGHAI), due.at
        says = (
            f"{words.en} of office hours from {start:%Y-%m-%d %H:%M}; due at {end:%Y-%m-%d %H:%M}"
            if english
            else f"自{in_chinese(start.date())}{start:%H:%M}起按办公时间计{words.zh}，{in_chinese(end.date())}{end:%H:%M}到期"
        )
    elif english:
        says = f"{words.en} from {days[0].day}; {off} days off are not counted; due on {due.day}"
    else:
        says = (
            f"自{in_chinese(days[0].day)}起{words.zh}，起算之日不计入，期间{off}日休息不计入，{in_chinese(due.day)}到期"
        )
    if due.provisional:
        says += PROVISIONAL.en if english else PROVISIONAL.zh
    return Certificate(
        clock=clock,
        limit=limit,
        article=article,
        started_at=started_at,
        due_day=due.day,
        due_at=due.at,
        provisional=due.provisional,
        says=says,
        days=tuple(_day(day, english) for day in days),
    )
