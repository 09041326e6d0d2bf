"""What was expected and what was found, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from domain.record import ClockRecord
from domain.values import SHANGHAI
from domain.words import Text

TOLERANCE = timedelta(minutes=1)
"""A moment is written to the minute; the clock of a simulated case runs some fractions of a second late."""

NOTHING = Text("无", "none")


def differs(what: Text, expected: Text, found: Text) -> Text:
    """One point that is not as expected."""
    return Text(
        f"{what.zh}：应为 {expected.zh}，实际为 {found.zh}", f"{what.en}: expected {expected.en}, found {found.en}"
    )


def sets(what: Text, expected: Iterable[str], found: Iterable[str], say: Callable[[str], Text]) -> Iterator[Text]:
    """The point in which two sets differ, if they do."""
    if set(expected) != set(found):
        yield differs(what, listed(expected, say), listed(found, say))


def listed(keys: Iterable[str], say: Callable[[str], Text]) -> Text:
    """All of them in words, each once."""
    said = [say(key) for key in dict.fromkeys(keys)]
    return Text("、".join(text.zh for text in said) or NOTHING.zh, ", ".join(text.en for text in said) or NOTHING.en)


def in_order(names: Iterable[str]) -> Text:
    """All of them as they are, also those that come again."""
    said = list(names)
    return Text("、".join(said) or NOTHING.zh, ", ".join(said) or NOTHING.en)


def listed_days(days: Iterable[date]) -> Text:
    """The days one after the other."""
    return in_order(day.isoformat() for day in days)


def is_due_at(clock: ClockRecord | None, moment: datetime | None) -> bool:
    """Whether the limit ends at the moment; None: it never ran."""
    if clock is None or moment is None:
        return clock is None and moment is None
    return is_at(clock.due_at, moment)


def is_at(found: datetime, moment: datetime) -> bool:
    """Whether it is the moment, to the minute."""
    return timedelta() <= found - moment < TOLERANCE


def never(when: date | None) -> Text:
    """The day or moment of a limit; None: it never ran."""
    return Text("从未起算", "it never ran") if when is None else plain(when)


def plain(when: date | None) -> Text:
    """The day or moment."""
    if when is None:
        return NOTHING
    said = f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if isinstance(when, datetime) else when.isoformat()
    return Text(said, said)
