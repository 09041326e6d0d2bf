"""The only place where days of the law become timers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime

from temporalio import workflow

from domain.deadline import Due, Office, Stretch, due, warning_time
from domain.limits import Limit
from domain.record import ClockRecord, ClockState, EventKind, Moved, Told
from domain.running import Beginning, may_pause
from domain.telling import clock_name

Rung = Callable[[ClockRecord], None]
Telling = tuple[int, EventKind]
"""The event, by its sequence and kind, that tells of a due day."""


class StatutoryClock:
    """The limits of one case on as few timers as may be: a timer is set only when none will ring soon enough, and
    never cancelled, for a ring too many costs one look and a cancelled timer two entries of history."""

    def __init__(self, now: Callable[[], datetime], office: Office, *, near: Rung, passed: Rung) -> None:
        self._now = now
        self._office = office
        self._near, self._passed = near, passed
        self._limits: dict[str, ClockRecord] = {}
        self._warnings: dict[str, tuple[int, ...]] = {}
        self._warned: dict[str, date] = {}
        self._alarms: list[tuple[datetime, str, Rung]] = []
        self._bells: dict[str, tuple[datetime, Callable[[], None]]] = {}
        self._timers: list[tuple[datetime, asyncio.Task[None]]] = []
        self._woken = asyncio.Event()
        self._held = False
        self._pauses: tuple[Stretch, ...] = ()
        self._standing = False
        self._changed: dict[tuple[str, datetime], ClockRecord] = {}

    def start(
        self, beginning: Beginning, at: datetime, warn_days_before: Iterable[int] = (), told: Telling | None = None
    ) -> ClockRecord:
        """Let a limit run from the moment given; warnings ring so many working days before its due day."""
        key, limit, article = beginning
        self._warnings[key] = tuple(warn_days_before)
        pauses = self._pauses if may_pause(key) else ()
        reckoned = due(at, limit, self._office, pauses)
        record = ClockRecord(
            key=key,
            limit=Limit(days=limit.days, unit=limit.unit),
            article=article,
            started_at=at,
            due_day=reckoned.day,
            due_at=reckoned.at,
            provisional=reckoned.provisional,
            state=ClockState.RUNNING,
            calendar=self._office.calendar.version,
            closing_time=self._office.closing_time,
            pauses=tuple(pause for pause in pauses if pause.last >= at.date()),
        )
        record = _telling(record, told, self._now(), expected=self._standing and may_pause(key))
        self._keep(record)
        self._set_alarms(record)
        return record

    @property
    def office(self) -> Office:
        """The days and hours that are counted by."""
        return self._office

    def pause(self, pauses: Iterable[Stretch], *, standing: bool, told: Telling) -> tuple[Moved, ...]:
        """These are the special procedures by now; while one runs, no limit of the office's rings.

        A limit that has passed is not moved any more: what comes afterwards does not make good for lateness.
        """
        self._pauses, self._standing = tuple(pauses), standing
        return self._anew([r for r in self.running() if may_pause(r.key) and not r.passed], told)

    def extend(self, keys: Collection[str], more: Limit, told: Telling) -> tuple[Moved, ...]:
        """These limits become longer."""
        extended = [record for record in self.running() if record.key in keys and not record.passed]
        return self._anew([r.model_copy(update={"more": (*r.more, more)}) for r in extended], told)

    def restate(self, limits: Mapping[str, Limit], told: Telling) -> tuple[Moved, ...]:
        """These limits are other ones now, counted from where they began; one that has passed stays what it was."""
        of = [record for record in self.running() if record.key in limits and not record.passed]
        return self._anew([record.model_copy(update={"limit": limits[record.key]}) for record in of], told)

    def count_by(self, office: Office, told: Telling) -> tuple[Moved, ...]:
        """The calendar changed: every limit is reckoned anew, also one that was met, for it may have been late."""
        self._office = office
        return self._anew([r for r in self._limits.values() if r.state is not ClockState.VOID], told)

    def _anew(self, records: Iterable[ClockRecord], told: Telling) -> tuple[Moved, ...]:
        """Reckon these limits again; those whose due day is another one now."""
        moved: list[Moved] = []
        for before in records:
            pauses = self._pauses_of(before)
            reckoned = due(before.started_at, before.limit, self._office, pauses, before.more)
            over = before.stopped_at or self._now()
            record = before.model_copy(
                update={
                    "due_day": reckoned.day,
                    "due_at": reckoned.at,
                    "provisional": reckoned.provisional,
                    "passed": before.passed and reckoned.at <= over,
                    "calendar": self._office.calendar.version,
                    "closing_time": self._office.closing_time,
                    "pauses": pauses,
                }
            )
            if (record.due_day, record.provisional) != (before.due_day, before.provisional):
                record = _telling(record, told, self._now(), expected=self._standing and may_pause(record.key))
                days = {"clock": record.key, "old": before.due_day, "new": record.due_day}
                moved.append(Moved(**days, provisional=record.provisional))
            self._keep(record)
            self._set_alarms(record)
        return tuple(moved)

    def _pauses_of(self, record: ClockRecord) -> tuple[Stretch, ...]:
        """The special procedures that the limit leaves out: all of those that began before it had passed."""
        if record.state is not ClockState.RUNNING or not may_pause(record.key):
            return record.pauses
        given = [pause for pause in self._pauses if pause.last >= record.started_at.date()]
        if not record.passed:
            return tuple(given)
        pauses = record.pauses
        for pause in sorted(given, key=lambda one: one.since):
            ends = due(record.started_at, record.limit, self._office, pauses, record.more).at
            if pause.since < ends and all(pause.since != one.since for one in pauses):
                pauses = (*pauses, pause)
        return pauses

    def _set_alarms(self, record: ClockRecord) -> None:
        """Sound for this limit what is still to come of it, and nothing that was set before."""
        self._alarms = [alarm for alarm in self._alarms if alarm[1] != record.key]
        if record.state is not ClockState.RUNNING or record.passed or (self._standing and may_pause(record.key)):
            return
        for moment in self._warnings_of(record):
            self._alarms.append((moment, record.key, self._near))
        self._alarms.append((record.due_at, record.key, self._passed))
        self._woken.set()

    def _warnings_of(self, record: ClockRecord) -> list[datetime]:
        """When to warn of the limit; where its day is too near for that, from now on, unless it was warned of already."""
        now, days_before = self._now(), self._warnings.get(record.key, ())
        warned = self._warned.get(record.key) == record.due_day
        if warned and len(days_before) == 1:
            return []
        reckoned = Due(day=record.due_day, at=record.due_at, provisional=record.provisional)

        def after(start: datetime) -> list[datetime]:
            found = {warning_time(start, reckoned, days, self._office) for days in days_before}
            return sorted(moment for moment in found if moment is not None and moment > now)

        if (moments := after(record.started_at)) or not days_before or warned:
            return moments
        late = after(max(record.started_at, now))
        return late if late and workflow.patched("warn-of-what-is-near") else []

    def ring_at(self, moment: datetime, key: str, rung: Callable[[], None]) -> None:
        """Do this at the moment, unless it is silenced before; one for each key."""
        self._bells[key] = (moment, rung)
        self._woken.set()

    def move_bell(self, key: str, moment: datetime) -> None:
        """What is still to be done for the key is done at this moment instead."""
        if key in self._bells:
            self.ring_at(moment, key, self._bells[key][1])

    def silence(self, key: str) -> None:
        """What was to be done for the key need not be any more."""
        self._bells.pop(key, None)

    def stop(self, key: str, state: ClockState = ClockState.MET) -> None:
        """The limit no longer runs: met, or void because the law no longer asks for it."""
        self.silence(f"late:{key}")
        record = self._limits.get(key)
        if record is not None and record.state is ClockState.RUNNING:
            self._keep(record.model_copy(update={"state": state, "stopped_at": self._now()}))
            self._alarms = [alarm for alarm in self._alarms if alarm[1] != key]

    def stop_all(self) -> None:
        """Nothing runs any more, and nothing rings."""
        self._bells.clear()
        for key in list(self._limits):
            self.stop(key, ClockState.VOID)

    def hold(self) -> None:
        """Let nothing ring until it is settled whether the limit that rang last ends the case."""
        self._held = True

    def go_on(self) -> None:
        """What was due meanwhile rings now."""
        self._held = False
        self._woken.set()

    def get(self, key: str) -> ClockRecord | None:
        """The limit as it stands."""
        return self._limits.get(key)

    def all(self) -> tuple[ClockRecord, ...]:
        """Every limit that ever ran, in the order in which they began."""
        return tuple(self._limits.values())

    def running(self) -> tuple[ClockRecord, ...]:
        """The limits that run now."""
        return tuple(record for record in self._limits.values() if record.state is ClockState.RUNNING)

    def take_changed(self) -> tuple[ClockRecord, ...]:
        """The limits that changed since the last call."""
        changed, self._changed = tuple(self._changed.values()), {}
        return changed

    def ring(self) -> bool:
        """Sound every alarm whose time has come, the earliest first; whether there was any.

        A warning that would come after its limit, because the worker was away, is left out.
        """
        rang = False
        while not self._held and (upcoming := self._upcoming()) and min(upcoming, key=_when)[0] <= self._now():
            _, key, rung = alarm = min(upcoming, key=_when)
            if rung is None:
                self._bells.pop(key)[1]()
                rang = True
                continue
            self._alarms.remove((alarm[0], key, rung))
            record = self._limits[key]
            if rung is self._passed:
                record = record.model_copy(update={"passed": True})
                self._keep(record)
            elif record.due_at <= self._now():
                continue
            else:
                self._warned[key] = record.due_day
            rung(record)
            rang = True
        return rang

    def _upcoming(self) -> list[tuple[datetime, str, Rung | None]]:
        return [*self._alarms, *((moment, key, None) for key, (moment, _) in self._bells.items())]

    async def run(self) -> None:
        """Keep time for as long as the case lives."""
        while True:
            self.ring()
            self._arm()
            await self._woken.wait()
            self._woken.clear()

    def _arm(self) -> None:
        self._timers = [timer for timer in self._timers if not timer[1].done()]
        if self._held or not (upcoming := self._upcoming()):
            return
        moment, key, _ = min(upcoming, key=_when)
        if all(set_for > moment for set_for, _ in self._timers):
            self._timers.append((moment, asyncio.create_task(self._sleep(moment, key), name=f"timer:{key}")))

    async def _sleep(self, moment: datetime, key: str) -> None:
        await workflow.sleep(moment - self._now(), summary=f"{clock_name(key).zh}：{moment:%Y-%m-%d %H:%M}")
        self._woken.set()

    def _keep(self, record: ClockRecord) -> None:
        self._limits[record.key] = record
        self._changed[record.key, record.started_at] = record


def _when(alarm: tuple[datetime, str, Rung | None]) -> tuple[datetime, str]:
    return alarm[0], alarm[1]


def _telling(record: ClockRecord, told: Telling | None, at: datetime, *, expected: bool = False) -> ClockRecord:
    """The limit with its due day among those that were told."""
    if told is None:
        return record
    seq, kind = told
    said = Told(seq=seq, kind=kind, at=at, due_day=record.due_day, provisional=record.provisional, expected=expected)
    return record.model_copy(update={"told": (*record.told, said)})
