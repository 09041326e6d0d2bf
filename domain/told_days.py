"""Every due day that was ever told of a limit: when, by which act, and why it was another one than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from domain.certificate import Reading
from domain.law import carries_out
from domain.limits import Limit, Unit
from domain.record import ClockRecord, Event, EventKind, Told
from domain.summary import in_chinese, limit_in_words
from domain.telling import CAUSES, EVENTS
from domain.values import SHANGHAI, Message
from domain.words import Text


class ToldDay(Message):
    """A due day as it was told."""

    seq: int
    kind: EventKind
    at: datetime
    due_day: date
    provisional: bool
    expected: bool
    article: str | None
    by: str | None
    """The role of the one who acted; None: nobody did."""
    person: str | None
    """Who acted; for those who handle the case."""
    says: str


@carries_out("gz:13.4")
def told_days(clock: ClockRecord, events: Mapping[int, Event], reading: Reading) -> Iterator[ToldDay]:
    """The due days told of the limit, the first one first; `events` are those of its case by their number."""
    before: Told | None = None
    for told in clock.told:
        event = events.get(told.seq)
        by = event.by if event else None
        yield ToldDay(
            **told.model_dump(),
            article=event.article if event else None,
            by=by.roles[0] if by and by.roles else None,
            person=by.id if by and reading.handles else None,
            says=_said(told, before, event, reading).said_in(reading.language),
        )
        before = told


def _said(told: Told, before: Told | None, event: Event | None, reading: Reading) -> Text:
    """What happened, and which day was told by it."""
    why, at = _why(told, event, reading), told.at.astimezone(SHANGHAI).date()
    verb = Text("为", "is") if before is None else Text("改为", "is now")
    if before is not None and before.due_day == told.due_day:
        verb = Text("仍为", "is still")
    if told.expected:
        verb = Text(f"预计{verb.zh}", f"{verb.en} expected to be")
    mark = Text("（暂定）", " (provisional)") if told.provisional else Text("", "")
    return Text(
        f"{in_chinese(at)}，{why.zh}：到期日{verb.zh}{in_chinese(told.due_day)}{mark.zh}",
        f"{at}, {why.en}: the due day {verb.en} {told.due_day}{mark.en}",
    )


def _why(told: Told, event: Event | None, reading: Reading) -> Text:
    """The event in words, with the procedure, the days and the cause among its facts."""
    said, data = EVENTS[told.kind], event.data if event else {}
    facts = []
    if named := data.get("procedure"):
        facts.append(Text(reading.procedure(named), reading.procedure(named)))
    if data.get("days") and data.get("unit"):
        facts.append(limit_in_words(Limit(days=data["days"], unit=Unit(data["unit"]))))
    if cause := data.get("cause"):
        facts.append(CAUSES[cause])
    if not facts:
        return said
    return Text(f"{said.zh}（{'，'.join(f.zh for f in facts)}）", f"{said.en} ({', '.join(f.en for f in facts)})")
