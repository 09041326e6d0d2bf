"""What a department or unit has not acknowledged is sent again, each working day, until it is: nothing filed is forgotten;
and so is an appeal against a card that nobody decided in time."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime

from domain.deadline import Office
from domain.law import carries_out
from observability.turns import turn
from registry.units import Units
from storage import cards, notices, outbox
from storage.database import Database
from storage.tables import NoticeRow
from worker.now import in_shanghai

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 600.0


class Reminders:
    """Filings and warnings past the day by which they were to be acknowledged."""

    def __init__(
        self, database: Database, units: Units, office: Office, now: Callable[[], datetime] = in_shanghai
    ) -> None:
        self._database, self._units, self._office, self._now = database, units, office, now
        self._told: tuple[date, Counter[str]] | None = None

    async def run(self) -> None:
        """Look again and again; a failure is tried again."""
        while True:
            try:
                with turn("reminders"):
                    await self.send_again()
            except Exception as error:
                log.error("sending again what nobody acknowledged is tried again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    @carries_out("gz:13.4")
    async def send_again(self) -> int:
        """How many deliveries were laid out anew; none on a day off, nor before the office opens."""
        now = self._now()
        today = now.date()
        if not self._office.calendar.is_worked(today) or now < self._office.opening_of(today):
            return 0
        async with self._database.begin() as session:
            waiting = await notices.unacknowledged(session, today)
            undecided = await cards.undecided(session, today)
        sent = 0
        for notice in (*waiting, *undecided):
            sent += await self._remind(notice, today)
        self._tell(today, waiting, sent)
        return sent

    async def _remind(self, notice: NoticeRow, today: date) -> int:
        channels = self._units.inbox_of(notice.addressee or "")
        if not channels:  # it waits in the list, where it is shown as overdue
            return 0
        async with self._database.begin() as session:
            return len(await outbox.remind(session, notice, channels, today))

    def _tell(self, today: date, waiting: Sequence[NoticeRow], sent: int) -> None:
        """A line for each unit, once a day and whenever the number of what it has not acknowledged changes."""
        counted = Counter(f"{notice.addressee} {notice.paper}" for notice in waiting)
        if self._told == (today, counted):
            return
        self._told = (today, counted)
        for who, count in sorted(counted.items()):
            addressee, paper = who.split()
            facts = {"addressee": addressee, "paper": paper, "unacknowledged": count, "sent_again": sent}
            log.warning("papers wait to be acknowledged past their day", extra=facts)
