"""The course of a grievance as people read it: what happened when, by whom, and until when each leg ran."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cli.explaining import explained, term_of
from cli.lexicon import Lexicon, read_lexicon
from cli.picture.columns import padded
from cli.simulation.grievance.course import GrievanceCourse
from cli.simulation.grievance.opening import HOTLINE
from cli.timeline import INDENT, TIME, moment_in_words
from domain.grievance.record import GrievanceEvent
from domain.grievance.record import GrievanceEventKind as Kind
from domain.grievance.telling import CHANNELS, told
from domain.record import ClockRecord
from domain.telling import whose_move
from domain.values import SHANGHAI
from domain.words import Language, Text

BY_TIME = (Kind.LEG_NEAR, Kind.LEG_LATE, Kind.ESCALATED)
BY_ITSELF = Text("系统", "the system")
WHO = 26
"""Columns for whoever did it."""


def told_grievance(course: GrievanceCourse, definitions: Path, language: Language) -> Iterator[str]:
    """The lines of the timeline, and whose move it is in the end."""
    if course.start is None or course.office is None or not course.found.batches:
        return
    lexicon = read_lexicon(definitions)
    clocks = list(course.found.now.clocks)
    for event in course.found.events:
        yield from _event(event, lexicon, language)
        while clocks and event is _beginning(course.found.events, clocks[0]):
            yield from _limit(course, clocks.pop(0), lexicon, language)
    if waiting := [whose_move(one).said_in(language) for one in course.found.now.waiting_for]:
        yield INDENT + Text(f"等待：{'、'.join(waiting)}", f"waiting for: {', '.join(waiting)}").said_in(language)


def said_of(course: GrievanceCourse, language: Language) -> str:
    """What it is about in one line: where it came from, and about whom."""
    start = course.start
    if start is None:
        return ""
    case = Text("有关联办件", "about a case") if start.case else Text("没有关联办件", "about no case")
    channel = CHANNELS[start.channel]
    return Text(
        f"来源：{channel.zh} · {case.zh} · {start.unit or start.window}",
        f"channel: {channel.en} · {case.en} · {start.unit or start.window}",
    ).said_in(language)


def _event(event: GrievanceEvent, lexicon: Lexicon, language: Language) -> Iterator[str]:
    article = f" —— {lexicon.article(event.article, language)}" if event.article else ""
    who = padded(_who(event, lexicon, language), WHO)
    at = moment_in_words(event.at.astimezone(SHANGHAI), language)
    yield f"{at}  {who} {told(event.kind, event.data).said_in(language)}{article}"
    if event.papers:
        papers = [lexicon.paper(paper, language) for paper in event.papers]
        yield INDENT + Text(f"文书：{'、'.join(papers)}", f"papers: {', '.join(papers)}").said_in(language)


def _limit(course: GrievanceCourse, clock: ClockRecord, lexicon: Lexicon, language: Language) -> Iterator[str]:
    assert course.office is not None
    first, *why = explained(term_of(clock, course.office), {}, language)
    yield f"{INDENT}⏱ {first} —— {lexicon.article(clock.article, language)}"
    yield from (f"{INDENT}   {line}" for line in why)


def _beginning(events: list[GrievanceEvent], clock: ClockRecord) -> GrievanceEvent:
    """The last event of the moment at which the leg began, else the last one before it."""
    return next(
        (event for event in reversed(events) if event.at <= clock.started_at and event.kind not in BY_TIME), events[0]
    )


def _who(event: GrievanceEvent, lexicon: Lexicon, language: Language) -> str:
    if event.by is not None and event.by.roles:
        role = event.by.roles[0]
        return CHANNELS[role].said_in(language) if role == HOTLINE else lexicon.role(role, language)
    return (TIME if event.kind in BY_TIME else BY_ITSELF).said_in(language)
