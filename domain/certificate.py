"""The deadline certificate: every day between the start of a limit and its due day, counted or not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field

from domain.deadline import Office, Reason, Stretch, WalkedDay, walk
from domain.english import PROCEDURES, holiday_in_english
from domain.item import Item
from domain.law import carries_out
from domain.limits import Limit
from domain.summary import in_chinese as in_chinese
from domain.summary import summary
from domain.values import Message
from domain.words import Language, Text

REASONS: dict[Reason, Text] = {
    Reason.FIRST: Text("起算之日，不计入", "the day it starts from, not counted"),
    Reason.COUNTED: Text("计入", "counted"),
    Reason.MAKE_UP: Text("调休上班日，计入", "make-up working day, counted"),
    Reason.WEEKEND: Text("周末，不计入", "weekend, not counted"),
    Reason.HOLIDAY: Text("放假，不计入", "holiday, not counted"),
    Reason.PAUSED: Text("特别程序期间，不计入", "special procedure, not counted"),
    Reason.MOVED: Text("期限最后一日为休息日，顺延", "the last day was a day off: moved on"),
}
EXTENDED = Text("属延长的期限", "of the extension")
BROKEN_OFF = Text("特别程序开始以前的时间计入", "its hours before the special procedure are counted")


class CertifiedDay(Message):
    """One day of the certificate."""

    day: date
    number: float | None
    """Which day of the limit it is; of a limit in parts of a day, the part."""
    reason: Reason
    extended: bool = False
    """Whether it counts towards an extension, whatever else it is."""
    procedures: tuple[str, ...] = ()
    """The special procedures that run on the day, by their names."""
    holiday: str | None
    provisional: bool
    says: str


class Certificate(Message):
    """One limit with its start, its due day and every day between."""

    clock: str
    limit: Limit
    more: tuple[Limit, ...] = ()
    """Extensions, in the order in which they were granted."""
    article: str
    started_at: datetime
    due_day: date
    due_at: datetime
    provisional: bool
    expected: bool = False
    """Whether a special procedure still runs, so that the due day is reckoned by the time announced for it."""
    says: str
    days: tuple[CertifiedDay, ...]


class Reading(Message):
    """Who reads a certificate, and in which words."""

    language: Language = "zh"
    handles: bool = False
    """Whether it is somebody who handles the case."""
    names: dict[str, Text] = Field(default_factory=dict)
    """As `names_of` gives them."""

    def procedure(self, procedure: str) -> str:
        """What a special procedure is called; one that has no name goes by its id."""
        return self.names.get(f"procedure:{procedure}", Text(procedure, procedure)).said_in(self.language)


def names_of(item: Item) -> dict[str, Text]:
    """What the steps and special procedures of an item are called, by `step:` or `procedure:` and their ids."""
    steps = {f"step:{s.id}": Text(f"“{s.name}”环节时限", f"limit of step “{s.name}”") for s in item.steps}
    procedures = {f"procedure:{p.id}": Text(p.name, PROCEDURES.get(p.kind, p.name)) for p in item.procedures}
    return steps | procedures


@carries_out("gz:13.4", "cc:201", "cc:203", "apl:82", "apl:45")
def certify(
    clock: str,
    limit: Limit,
    article: str,
    started_at: datetime,
    office: Office,
    *,
    english: bool,
    pauses: Sequence[Stretch] = (),
    more: Sequence[Limit] = (),
    expected: bool = False,
    names: dict[str, Text] | None = None,
) -> Certificate:
    """The certificate of a limit; it is the same walk that set the timer, so the two cannot differ."""
    reading = Reading(language="en" if english else "zh", names=names or {})
    days, due = walk(started_at, limit, office, pauses, more)
    said = _Saying(limit, pauses, reading)
    return Certificate(
        clock=clock,
        limit=limit,
        more=tuple(more),
        article=article,
        started_at=started_at,
        due_day=due.day,
        due_at=due.at,
        provisional=due.provisional,
        expected=expected,
        says=summary(started_at, limit, days, due, more, expected=expected).said_in(reading.language),
        days=tuple(said.day(day) for day in days),
    )


class _Saying:
    """How the days of one limit are said in one language."""

    def __init__(self, limit: Limit, pauses: Sequence[Stretch], reading: Reading) -> None:
        self._limit, self._pauses, self._reading = limit, pauses, reading
        self._language = reading.language

    def day(self, walked: WalkedDay) -> CertifiedDay:
        procedures = self._procedures(walked.day)
        holiday = walked.holiday
        if holiday and self._language == "en":
            holiday = holiday_in_english(holiday)
        return CertifiedDay(
            day=walked.day,
            number=walked.number,
            reason=walked.reason,
            extended=walked.extended,
            procedures=procedures,
            holiday=holiday,
            provisional=walked.provisional,
            says=self._why(walked, holiday, procedures) + self._count(walked, bool(procedures)),
        )

    def _procedures(self, day: date) -> tuple[str, ...]:
        running = dict.fromkeys(pause.procedure for pause in self._pauses if pause.first <= day <= pause.last)
        return tuple(self._reading.procedure(one) for one in running)

    def _why(self, walked: WalkedDay, holiday: str | None, procedures: tuple[str, ...]) -> str:
        said = REASONS[walked.reason].said_in(self._language)
        if walked.reason is Reason.PAUSED and procedures:
            return f"{'、'.join(procedures)}：{said}" if self._language == "zh" else f"{', '.join(procedures)}: {said}"
        if holiday and walked.reason in (Reason.HOLIDAY, Reason.MOVED):
            return f"{holiday}{said}" if self._language == "zh" else f"{holiday}: {said}"
        return said

    def _count(self, walked: WalkedDay, stopped: bool) -> str:
        """The number of the day, and whether it is one of an extension; hours have no number."""
        if walked.number is None:
            return ""
        in_hours = self._limit.is_part_of_a_day and not walked.extended
        parts = [] if in_hours else [Text(f"第{walked.number:g}日", f"{walked.number:g}")]
        parts += [EXTENDED] if walked.extended else []
        parts += [BROKEN_OFF] if in_hours and stopped else []
        if not parts:
            return ""
        zh, en = "，".join(part.zh for part in parts), ", ".join(part.en for part in parts)
        return f"（{zh}）" if self._language == "zh" else f" ({en})"
