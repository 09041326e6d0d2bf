"""The only place where days of the law become timers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from temporalio import workflow

from domain.deadline import Office, due, warning_time
from domain.limits import Limit
from domain.record import ClockRecord, ClockState
from domain.running import Beginning
from domain.telling import clock_name

Rung = Callable[[ClockRecord], None]


class StatutoryClock:
    """The limits of one case on as few timers as may be: a timer is set only when none will ring soon enough, and
    never cancelled, for a ring too many costs one look and a cancelled timer two entries of history."""

    def __init__(self, now: Callable[[], datetime], office: Office, *, near: Rung, passed: Rung) -> None:
        self._now = now
        self._office = office
        self._near, self._passed = near, passed
        self._limits: dict[str, ClockRecord] = {}
        self._alarms: list[tuple[datetime, str, Rung]] = []
        self._timers: list[tuple[datetime, asyncio.Task[None]]] = []
        self._woken = asyncio.Event()
        self._held = False
        self._changed: dict[tuple[str, datetime], ClockRecord] = {}

    def start(self, beginning: Beginning, at: datetime, warn_days_before: Iterable[int] = ()) -> ClockRecord:
        """Let a limit run from the moment given; warnings ring so many working days before its due day."""
        key, limit, article = beginning
        reckoned = due(at, limit, self._office)
        record = ClockRecord(
            key=key,
            limit=Limit(days=limit.days, unit=limit.unit),
            article=article,
            started_at=at,
            due_day=reckoned.day,
            due_at=reckoned.at,
            provisional=reckoned.provisional,
            state=ClockState.RUNNING,
        )
        self._keep(record)
        warnings = {warning_time(at, reckoned, days, self._office) for days in warn_days_before}
        for moment in sorted(moment for moment in warnings if moment is not None and moment > self._now()):
            self._alarms.append((moment, key, self._near))
        self._alarms.append((reckoned.at, key, self._passed))
        self._woken.set()
        return record

    def stop(self, key: str, state: ClockState = ClockState.MET) -> None:
        """The limit no longer runs: met, or void because the law no longer asks for it."""
        record = self._limits.get(key)
        if record is not None and record.state is ClockState.RUNNING:
            self._keep(record.model_copy(update={"state": state, "stopped_at": self._now()}))
            self._alarms = [alarm for alarm in self._alarms if alarm[1] != key]

    def stop_all(self) -> None:
        """Nothing runs any more."""
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
        while not self._held and self._alarms and min(self._alarms, key=_when)[0] <= self._now():
            alarm = min(self._alarms, key=_when)
            self._alarms.remove(alarm)
            _, key, rung = alarm
            record = self._limits[key]
            if rung is self._passed:
                record = record.model_copy(update={"passed": True})
                self._keep(record)
            elif record.due_at <= self._now():
                continue
            rung(record)
            rang = True
        return rang

    async def run(self) -> None:
        """Keep time for as long as the case lives."""
        while True:
            self.ring()
            self._arm()
            await self._woken.wait()
            self._woken.clear()

    def _arm(self) -> None:
        self._timers = [timer for timer in self._timers if not timer[1].done()]
        if self._held or not self._alarms:
            return
        moment, key, _ = min(self._alarms, key=_when)
        if all(set_for > moment for set_for, _ in self._timers):
            self._timers.append((moment, asyncio.create_task(self._sleep(moment, key), name=f"timer:{key}")))

    async def _sleep(self, moment: datetime, key: str) -> None:
        await workflow.sleep(moment - self._now(), summary=f"{clock_name(key).zh}：{moment:%Y-%m-%d %H:%M}")
        self._woken.set()

    def _keep(self, record: ClockRecord) -> None:
        self._limits[record.key] = record
        self._changed[record.key, record.started_at] = record


def _when(alarm: tuple[datetime, str, Rung]) -> tuple[datetime, str]:
    return alarm[0], alarm[1]
