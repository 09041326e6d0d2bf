"""The certificate of a limit as it stands in its case: running, still or over, and every due day that was ever told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.calendar import Calendar
from domain.certificate import Certificate, Reading, certify
from domain.deadline import Office
from domain.law import carries_out
from domain.record import ClockRecord, ClockState, Event
from domain.running import may_pause
from domain.standstill import Standstill
from domain.summary import moment_in_words
from domain.telling import clock_name
from domain.told_days import ToldDay, told_days
from domain.words import Text

DIFFERS = Text(
    "；计算时所用的放假安排已不在案，逐日说明依另一安排作出，到期日以登记的为准",
    "; the calendar it was reckoned by is no longer on file: the days follow another one, the due day is that on record",
)


class CertifiedLimit(Certificate):
    """The certificate of a limit of a case, how the limit stands, and what was told of it."""

    name: str
    """What the limit is called."""
    calendar: str
    """Version of the calendar that the days are counted by."""
    agrees: bool
    """Whether the days lead to the due day on record; they do unless a calendar was lost."""
    state: ClockState
    passed: bool
    """Whether it was late, or is."""
    stopped_at: datetime | None
    stands_still: bool
    """Whether a special procedure stops it now."""
    stands: str
    """How the limit stands, in words."""
    told: tuple[ToldDay, ...]


def office_of(clock: ClockRecord, opened_with: Office, calendar: Calendar | None) -> Office:
    """The days and hours that the limit was last reckoned by; `calendar` is that of the clock's version, if it is on file.

    A limit of before calendars were noted down is counted by what the case was opened with.
    """
    if clock.calendar is None:
        return opened_with
    noted = opened_with.calendar if clock.calendar == opened_with.calendar.version else calendar
    changes = {"calendar": noted or opened_with.calendar, "closing_time": clock.closing_time}
    return opened_with.model_copy(update=changes)


@carries_out("gz:13.4", "apl:45")
def certified(
    clock: ClockRecord, office: Office, events: Sequence[Event], standing: Sequence[Standstill], reading: Reading
) -> CertifiedLimit:
    """The certificate of a limit with the due day on record; `standing` are the special procedures that run now."""
    still = standing if may_pause(clock.key) and clock.state is ClockState.RUNNING and not clock.passed else ()
    made = certify(
        clock.key,
        clock.limit,
        clock.article,
        clock.started_at,
        office,
        english=reading.language == "en",
        pauses=clock.pauses,
        more=clock.more,
        expected=bool(still),
        names=reading.names,
    )
    agrees = (made.due_day, made.due_at) == (clock.due_day, clock.due_at)
    on_record = clock.model_dump(include={"due_day", "due_at", "provisional", "state", "passed", "stopped_at"})
    stands = [one.says for one in still] or [_stands(clock).said_in(reading.language)]
    return CertifiedLimit(
        **made.model_dump(exclude={*on_record, "says"}),
        **on_record,
        says=made.says + ("" if agrees else DIFFERS.said_in(reading.language)),
        name=(reading.names.get(clock.key) or clock_name(clock.key)).said_in(reading.language),
        calendar=office.calendar.version,
        agrees=agrees,
        stands_still=bool(still),
        stands="；".join(stands) if reading.language == "zh" else "; ".join(stands),
        told=tuple(told_days(clock, {event.seq: event for event in events}, reading)),
    )


def _stands(clock: ClockRecord) -> Text:
    """Whether it runs or is over, and whether it was late."""
    if clock.state is ClockState.RUNNING:
        return Text("已超过，尚未完成", "passed, not met yet") if clock.passed else Text("正在计算", "running")
    at = moment_in_words(clock.stopped_at) if clock.stopped_at else Text("", "")
    if clock.state is ClockState.VOID:
        over = Text("，此前已超过", ", passed before") if clock.passed else Text("", "")
        return Text(f"自{at.zh}起不再计算{over.zh}", f"no longer asked for since {at.en}{over.en}")
    late = Text("已超期", "late") if clock.passed else Text("未超期", "in time")
    return Text(f"已于{at.zh}完成，{late.zh}", f"met at {at.en}, {late.en}")
