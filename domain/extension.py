"""Extensions: who may ask until when, how far, and who approves; and what is told where there is no right to one."""

from __future__ import annotations

from datetime import date, datetime

from domain.commands import Actor, Cause, Delay, Extend
from domain.deadline import Office, due
from domain.definition import Role
from domain.item import ExtensionRight, Item, Sitting
from domain.law import Refused, carries_out
from domain.limits import Limit, Unit
from domain.record import Clock, ClockRecord, Stage
from domain.running import Policy
from domain.telling import CAUSES, CLOCKS
from domain.values import Message

OBJECTIVE = frozenset(Cause) - {Cause.STAFF_SHORTAGE, Cause.OTHER}
"""Causes on which an extension may rest (gz:13.4); the regulation names none, the list is ours."""
LONGEST = 3650
"""More days than any limit has; whoever asks for more asks for too many."""
DEPARTMENT = frozenset({Role.EXAMINER, Role.APPROVER, Role.AGENCY_HEAD, Role.CHIEF_REPRESENTATIVE})
"""Who acts for the department that decides."""
INSTEAD_ZH = "；不能按时办结的，请以 delay 告知申请人原因和预计办结日并报备，但仍属超期"
INSTEAD_EN = "; tell the applicant and file it as a delay (act `delay`); it stays a delay"


class ExtensionNotAllowed(Refused):
    """The limit may not be extended like this; the message says what may be done instead."""


class Asked(Message):
    """An extension that was asked for and is not approved yet."""

    task: str
    clock: Clock
    days: int
    cause: Cause
    text: str | None


class Granted(Message):
    """An extension as it takes effect."""

    clock: Clock
    more: Limit
    article: str


class Clocks(Message):
    """The limits of the case that extensions are about, and the days that they are counted in."""

    promised: ClockRecord | None
    statutory: ClockRecord | None
    office: Office
    promise_extended: int = 0
    """How often the promised limit was extended for itself."""
    paused: bool = False
    """While a special procedure runs, a due day is an expectation, and only what has passed is over."""

    def get(self, clock: Clock) -> ClockRecord | None:
        """The limit, if it ever ran."""
        return self.promised if clock is Clock.PROMISED else self.statutory


def check_department(by: Actor, unit: str) -> None:
    """Raise `ExtensionNotAllowed` unless the actor decides on applications in the item's unit."""
    if unit not in by.units or not DEPARTMENT & set(by.roles):
        raise ExtensionNotAllowed(
            "not_your_department",
            "只有承办单位的审查、决定人员或者首席事务代表可以办理；申请人和窗口请联系承办单位",
            "Only those who examine or decide in the item's unit, or its chief representative, may do this",
            article="gz:13.4",
        )


def check_not_asked(asked: Asked | None) -> None:
    """Raise `ExtensionNotAllowed` where an extension waits for its approval already."""
    if asked is not None:
        raise ExtensionNotAllowed(
            "extension_asked_already",
            "已经申请延期，正在等待批准；不批准或者失效后才能再次申请",
            "An extension was asked for and waits for its approval",
            article="gz:13.4",
        )


def approver_of(item: Item, clock: str) -> Sitting:
    """Who approves: as the item's law says; for the promised limit, where the law is silent, the head of the agency."""
    if clock == Clock.STATUTORY and item.extension is not None:
        return item.extension.approver
    return Sitting(role=Role.AGENCY_HEAD, unit=item.unit)


@carries_out("gz:13.4", "apl:42.1", "apl:42.2")
def granted(act: Extend | Asked, item: Item, policy: Policy, stage: Stage, clocks: Clocks, now: datetime) -> Granted:
    """What the extension adds to which limit; raises `ExtensionNotAllowed` with the article and what may be done instead."""
    clock = Clock(act.clock)
    record = clocks.get(clock)
    if stage is not Stage.EXAMINATION:
        raise ExtensionNotAllowed(
            "nothing_to_extend",
            "只有受理之后、作出决定之前才能延长办理期限",
            "A limit is extended only between acceptance and decision",
            article="gz:13.4",
        )
    right = item.extension if clock is Clock.STATUTORY else None
    if record is None or (clock is Clock.STATUTORY and right is None):
        raise _no_right(item, clock, clocks)
    _check_cause(act)
    if act.days < 1:
        raise ExtensionNotAllowed(
            "extension_of_no_days", "至少延长1日", "An extension is by one day at least", article="gz:13.4"
        )
    _check_time(clock, record, None if clocks.paused else now)
    days = min(act.days, LONGEST)
    if clock is Clock.STATUTORY and right is not None:
        more = Limit(days=days, unit=record.limit.unit if right.mode == "to" else right.max.unit)
        _check_right(more, right, record, clocks.office)
        return Granted(clock=clock, more=more, article=right.basis)
    more = Limit(days=days, unit=record.limit.unit)
    _check_promise(more, record, policy, clocks)
    return Granted(clock=clock, more=more, article="gz:13.4")


def _no_right(item: Item, clock: Clock, clocks: Clocks) -> ExtensionNotAllowed:
    zh, en = f"本事项没有{CLOCKS[clock].zh}的延期权", f"The item's law gives no right to extend the {CLOCKS[clock].en}"
    if clocks.statutory is None and clock is Clock.STATUTORY:
        zh, en = "本事项没有法定办结时限，无从延长", "The item has no statutory limit that could be extended"
    return ExtensionNotAllowed("no_extension_right", zh + INSTEAD_ZH, en + INSTEAD_EN, article="gz:13.4")


@carries_out("gz:13.4")
def _check_cause(act: Extend | Asked) -> None:
    if act.cause not in OBJECTIVE:
        listed = "、".join(f"{CAUSES[one].zh}（{one}）" for one in Cause if one in OBJECTIVE)
        raise ExtensionNotAllowed(
            "cause_not_objective",
            f"“{CAUSES[act.cause].zh}”不是客观原因，不能据此延期；客观原因是：{listed}{INSTEAD_ZH}",
            f"{act.cause} is no objective cause; one of {', '.join(one for one in Cause if one in OBJECTIVE)} is"
            + INSTEAD_EN,
            article="gz:13.4",
        )
    if act.text is None:
        raise ExtensionNotAllowed(
            "reasons_missing",
            "延期须说明理由，并告知申请人",
            "An extension needs its explanation, which the applicant is told",
            article="gz:13.4",
        )


def _check_time(clock: Clock, record: ClockRecord, now: datetime | None) -> None:
    if record.passed or (now is not None and now >= record.due_at):
        raise ExtensionNotAllowed(
            "extension_too_late",
            f"{CLOCKS[clock].zh}已于{record.due_day:%Y-%m-%d}届满，延期应当在届满之前批准{INSTEAD_ZH}",
            f"The {CLOCKS[clock].en} ended on {record.due_day:%Y-%m-%d}; it is extended before it ends{INSTEAD_EN}",
            article="apl:42.1",
        )


@carries_out("apl:42.1", "apl:42.2")
def _check_right(more: Limit, right: ExtensionRight, record: ClockRecord, office: Office) -> None:
    if len(record.more) >= right.times:
        raise ExtensionNotAllowed(
            "extended_already",
            f"本事项只能延期{right.times}次，已经用完{INSTEAD_ZH}",
            f"The limit may be extended {right.times} time(s) only, and was{INSTEAD_EN}",
            article="apl:42.1",
        )
    days, unit = right.max.days, "个工作日" if right.max.unit is Unit.WORKING else "日"
    too_long = more.days > days
    if right.mode == "to":
        longest = due(record.started_at, right.max, office, record.pauses)
        too_long = due(record.started_at, record.limit, office, record.pauses, (*record.more, more)).day > longest.day
    if too_long:
        most = f"最多延长{days:g}{unit}" if right.mode == "add" else f"最多延长至{days:g}{unit}"
        raise ExtensionNotAllowed(
            "extension_too_long",
            f"本事项{most}（{right.basis}）{INSTEAD_ZH}",
            f"The limit may be extended {'by' if right.mode == 'add' else 'to'} {days:g} days at most{INSTEAD_EN}",
            article="apl:42.1",
        )


@carries_out("gz:13.4")
def _check_promise(more: Limit, record: ClockRecord, policy: Policy, clocks: Clocks) -> None:
    """The promised limit may be extended as far as the statutory one reaches, and no further."""
    if clocks.statutory is None:
        raise ExtensionNotAllowed(
            "no_extension_right",
            f"本事项没有法定办结时限，承诺时限不能延长{INSTEAD_ZH}",
            f"Without a statutory limit the promised one cannot be extended{INSTEAD_EN}",
            article="gz:13.4",
        )
    if clocks.promise_extended >= policy.promise_extensions:
        raise ExtensionNotAllowed(
            "extended_already",
            f"承诺办结时限只能延长{policy.promise_extensions}次，已经用完{INSTEAD_ZH}",
            f"The promised limit may be extended {policy.promise_extensions} time(s) only{INSTEAD_EN}",
            article="gz:13.4",
        )
    last = clocks.statutory.due_day
    if (
        more.days < 1
        or due(record.started_at, record.limit, clocks.office, record.pauses, (*record.more, more)).day > last
    ):
        raise ExtensionNotAllowed(
            "beyond_statutory_limit",
            f"承诺办结时限的延长不得超过法定办结时限（{last:%Y-%m-%d}届满）；需要更久的，请申请延长法定办结时限",
            f"The promised limit may not reach beyond the statutory one, {last:%Y-%m-%d}; ask for an extension of that",
            article="gz:13.4",
        )


@carries_out("gz:13.4")
def check_delay(act: Delay, stage: Stage, today: date, promised: ClockRecord | None = None) -> None:
    """Raise `ExtensionNotAllowed` unless there is something to be late with, a day, and a reason that can be told."""
    if stage is not Stage.EXAMINATION:
        raise ExtensionNotAllowed(
            "nothing_to_delay",
            "只有受理之后、作出决定之前才有延误可以告知",
            "A delay is told between acceptance and decision",
            article="gz:13.4",
        )
    if act.until < today:
        raise ExtensionNotAllowed(
            "delay_in_the_past",
            f"预计办结日不能早于今天（{today:%Y-%m-%d}）",
            f"The day by which it will be decided is {today:%Y-%m-%d} at the earliest",
            article="gz:13.4",
        )
    if promised is not None and not promised.passed and act.until <= promised.due_day:
        raise ExtensionNotAllowed(
            "no_delay",
            f"预计办结日在承诺办结时限（{promised.due_day:%Y-%m-%d}届满）之内，不是延误，按时办结即可",
            f"By {promised.due_day:%Y-%m-%d}, when the promised limit ends, nothing is late; decide by then",
            article="gz:13.4",
        )
    if act.text is None:
        raise ExtensionNotAllowed(
            "reasons_missing",
            "告知延误须说明理由",
            "A delay needs its explanation, which the applicant is told",
            article="gz:13.4",
        )
