"""The course of a scenario as people read it: one timeline, and for a bundle whose each line is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cli.explaining import term_of
from cli.lexicon import Lexicon, read_lexicon
from cli.picture.columns import columns, padded
from cli.simulation.course import Course, Lived
from cli.timeline import INDENT, happening_of, timeline
from domain.words import Language, Text

WHOLE = Text("整件事", "the whole")


class Told(NamedTuple):
    """What happened at one moment, in lines."""

    at: datetime
    lines: list[str]


def told(course: Course, definitions: Path, language: Language) -> Iterator[str]:
    """The lines of the timeline; in that of a bundle each begins with the id of the item."""
    if course.case is None:
        return
    lexicon = read_lexicon(definitions)
    if course.bundle is None:
        yield from _timeline(course.case, lexicon, language)
        return
    lived = {WHOLE.said_in(language): course.case, **course.parts}
    width = max(map(columns, lived))
    happened = [(name, one) for name, case in lived.items() for one in _happenings(case, lexicon, language)]
    for name, one in sorted(happened, key=lambda pair: pair[1].at):
        for n, line in enumerate(one.lines):
            yield f"{padded('' if n else name, width)} │ {line}"


def _happenings(case: Lived, lexicon: Lexicon, language: Language) -> Iterator[Told]:
    """The events of a case, each with its lines: a first one, and those indented under it."""
    lines = _timeline(case, lexicon, language)
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith(INDENT):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return (Told(event.at, block) for event, block in zip(case.found.so_far, blocks, strict=True))


def _timeline(case: Lived, lexicon: Lexicon, language: Language) -> Iterator[str]:
    names = {step.id: step.name for step in case.item.steps} | {one.id: one.name for one in case.item.materials}
    happenings = [happening_of(event) for event in case.found.so_far]
    terms = [term_of(clock, case.office) for clock in case.found.clocks]
    return timeline(happenings, terms, lexicon, names, language)
