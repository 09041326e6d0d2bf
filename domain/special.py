"""Special procedures: what stops the clock, for how long, and what may not be done meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.calendar import ONE_DAY
from domain.deadline import Office, Stretch, last_of
from domain.item import Item, Procedure
from domain.law import Refused, carries_out
from domain.limits import Limit, Unit
from domain.record import Stage
from domain.values import Message

EXTENSION_OF_APPROVAL, OTHER_PROCEDURE = "1", "2"
"""Kinds of special procedure as GB/T 39046-2020 A.7 numbers them: the first uses up a right to extend, the second stops
the clock."""


class PauseNotAllowed(Refused):
    """The clock may not be stopped, or not go on, like this."""


class Stop(Message):
    """One special procedure of the case, from the act that stopped the clock on."""

    procedure: str
    since: datetime
    first: date
    days: int
    """Announced in all, in the unit of the procedure's longest time."""
    until: date
    """The last day announced."""
    ended: date | None = None

    @property
    def open(self) -> bool:
        """Whether the procedure still runs."""
        return self.ended is None


def stretches(stops: Sequence[Stop]) -> tuple[Stretch, ...]:
    """The days that the procedures leave uncounted; of one that still runs, those announced."""
    return tuple(
        Stretch(procedure=stop.procedure, since=stop.since, first=stop.first, last=stop.ended or stop.until)
        for stop in stops
        if stop.ended is None or stop.ended >= stop.first
    )


def open_stop(stops: Sequence[Stop], procedure: str) -> Stop | None:
    """The procedure, if it runs now."""
    return next((stop for stop in stops if stop.open and stop.procedure == procedure), None)


@carries_out("apl:45")
def begun(procedure: Procedure, days: int, now: datetime, office: Office) -> Stop:
    """The clock stops with this day; where the office's day is over already, with the next one."""
    first = now.date() if now < office.end_of(now.date()) else now.date() + ONE_DAY
    until = last_of(first, Limit(days=days, unit=procedure.max.unit), office)
    return Stop(procedure=procedure.id, since=now, first=first, days=days, until=until)


@carries_out("apl:45")
def prolonged(stop: Stop, procedure: Procedure, days: int, office: Office) -> Stop:
    """The procedure needs so many days more than was announced."""
    until = last_of(stop.first, Limit(days=stop.days + days, unit=procedure.max.unit), office)
    return stop.model_copy(update={"days": stop.days + days, "until": until})


@carries_out("apl:45")
def check_pause(item: Item, stage: Stage, stops: Sequence[Stop], procedure: str, days: int) -> Procedure:
    """The procedure that begins or goes on longer; raises `PauseNotAllowed` unless the definition declares it as one whose
    time is not counted, and the days announced for it stay within its longest time."""
    if stage is not Stage.EXAMINATION:
        raise PauseNotAllowed(
            "nothing_to_pause",
            "只有受理之后、作出决定之前才能因特别程序暂停计时；不需要停止计时的，直接办理即可",
            "The clock stops only between acceptance and decision",
            article="apl:45",
        )
    declared = _declared(item, procedure)
    if declared.counted:
        raise PauseNotAllowed(
            "procedure_counted",
            f"“{declared.name}”的时间计入办结时限，不能暂停计时；请在时限内完成",
            f"The time of {procedure} counts; finish it within the limit",
            article="apl:45",
        )
    used = sum(stop.days for stop in stops if stop.procedure == procedure)
    if not 1 <= days <= declared.max.days - used:
        unit = ("个工作日", "working days") if declared.max.unit is Unit.WORKING else ("个自然日", "calendar days")
        left = int(declared.max.days) - used
        raise PauseNotAllowed(
            "procedure_too_long",
            f"“{declared.name}”最长{declared.max.days:g}{unit[0]}，已告知{used}{unit[0]}，"
            f"还可以告知{left}{unit[0]}；客观上需要更久的，请申请延期",
            f"{procedure} may take {declared.max.days:g} {unit[1]} at most, {left} are left; ask for an extension if it "
            "needs longer",
            article="apl:45",
        )
    return declared


def _declared(item: Item, procedure: str) -> Procedure:
    for one in item.procedures:
        if one.id == procedure:
            return one
    declared = "、".join(f"{one.name}（{one.id}）" for one in item.procedures if not one.counted)
    raise PauseNotAllowed(
        "procedure_not_declared",
        f"本事项没有可以不计入时限的程序 {procedure}；"
        + (f"可以的是：{declared}" if declared else "本事项没有这类程序，请在时限内办理或者依法申请延期"),
        f"The item declares no procedure {procedure} whose time is not counted",
        article="apl:45",
    )


def check_resume(stops: Sequence[Stop], procedure: str, ended_on: date | None, today: date) -> Stop:
    """The procedure that is over; raises `PauseNotAllowed` unless it runs, and ended between its beginning and today."""
    stop = open_stop(stops, procedure)
    if stop is None:
        running = "、".join(one.procedure for one in stops if one.open)
        raise PauseNotAllowed(
            "procedure_not_running",
            f"特别程序 {procedure} 没有在进行" + (f"；正在进行的是：{running}" if running else "，时限正在计算"),
            f"No special procedure {procedure} is running",
            article="apl:45",
        )
    if ended_on is not None and not stop.since.date() <= ended_on <= today:
        raise PauseNotAllowed(
            "end_impossible",
            f"特别程序的结束日应在{stop.since:%Y-%m-%d}（开始）至{today:%Y-%m-%d}（今天）之间",
            f"The procedure ended between {stop.since:%Y-%m-%d}, when it began, and today, {today:%Y-%m-%d}",
            article="apl:45",
        )
    return stop


def over(stop: Stop, procedure: Procedure, ended_on: date, office: Office) -> Stop:
    """The procedure, over with this day; it has used the days that it took, not those announced."""
    took = [stop.first + ONE_DAY * n for n in range((ended_on - stop.first).days + 1)]
    natural = procedure.max.unit is Unit.NATURAL
    used = sum(natural or office.calendar.is_worked(day) for day in took)
    return stop.model_copy(update={"ended": ended_on, "days": used})


@carries_out("apl:45")
def check_undisturbed(stops: Sequence[Stop]) -> None:
    """Raise `PauseNotAllowed` where the application would be decided while a special procedure still runs."""
    running = [stop.procedure for stop in stops if stop.open]
    if running:
        raise PauseNotAllowed(
            "procedure_running",
            f"特别程序尚未结束（{'、'.join(running)}），不能作出决定；结束后请先恢复计时（resume）",
            f"A special procedure is still running ({', '.join(running)}); resume first, then decide",
            article="apl:45",
        )
