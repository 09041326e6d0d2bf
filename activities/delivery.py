"""Deliveries go out beside the cases: a dead channel holds up nobody, and nothing is given up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from activities.channels.backoff import wait_after
from activities.channels.folder import Folder
from activities.channels.letter import Letter, Sender, TryAgain, Undeliverable
from activities.channels.mail import Mail
from activities.channels.webhook import STANDARD_BODY, Webhook, filled
from activities.lanes import Lanes
from observability.subject import about
from observability.turns import turn
from registry.units import SAID, MailChannel, Units, WebhookChannel
from settings import Settings
from storage import outbox
from storage.database import Database
from storage.tables import DeliveryRow, NoticeRow

log = logging.getLogger(__name__)


class Pace(NamedTuple):
    """How fast and how patient a dispatcher is, in seconds; the lease is longer than an attempt may last."""

    poll: float = 1.0
    attempt: float = 30.0
    lease: float = 60.0
    farewell: float = 5.0
    at_once: int = 8
    """Deliveries under way at once on each channel."""


FOR_A_UNIT = "【{unit}】办件{case}：《{title}》（{document_number}）已送达贵单位，请登录政务服务审批系统签收。"
"""What the text of a message says to a unit; the standard text speaks to an applicant."""


def as_for_a_unit(channel: MailChannel | WebhookChannel) -> MailChannel | WebhookChannel:
    """The channel with a body that speaks to a unit which has to acknowledge the paper."""
    if not isinstance(channel, WebhookChannel):
        return channel
    said = {name: f"{{{name}}}" for name in SAID} | {"text": FOR_A_UNIT}
    return channel.model_copy(update={"body": filled(channel.body or STANDARD_BODY, said)})


def senders_of(settings: Settings, units: Units) -> dict[str, Sender]:
    """The way out for each kind of channel; without a mail server, the embedded stack has a folder in its place."""
    folder = settings.embedded and not settings.smtp_url
    return {
        "mail": Folder(settings.home / "mail", settings.mail_from)
        if folder
        else Mail(settings.smtp_url, settings.mail_from),
        "webhook": Webhook(settings.webhook_secret, units),
    }


class Dispatcher:
    """Takes due deliveries and sends them, until it is cancelled; any number of them may share the work."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        units: Units,
        *,
        senders: Mapping[str, Sender] | None = None,
        pace: Pace = Pace(),  # noqa: B008  (immutable)
    ) -> None:
        self._database, self._units, self._pace = database, units, pace
        self._senders = senders if senders is not None else senders_of(settings, units)
        self._lanes = Lanes(log, pace.at_once)

    async def run(self) -> None:
        """Deliver what is due, again and again. When cancelled, what is under way gets a few seconds to finish."""
        try:
            await self._tell_of_stranded()
            while True:
                await self._take_and_send()
                await self._lanes.rest(self._pace.poll)
        finally:
            await self._finish()

    async def _take_and_send(self) -> None:
        """Start an attempt for each due delivery that finds a place; a failing database is asked again at the next turn."""
        free = {name: count for name in self._units.channels if (count := self._lanes.free(name)) > 0}
        taken: list[DeliveryRow] = []
        try:
            with turn("delivery"):
                taken, notices = await self._take(free)
        except Exception as error:
            log.warning("deliveries wait for the database: %s", type(error).__name__)
        self._lanes.found(free, (row.channel for row in taken))
        for row in taken:
            self._lanes.start(row.channel, self._attempt(row, notices[row.number, row.seq, row.paper]))

    async def _take(self, free: Mapping[str, int]) -> tuple[list[DeliveryRow], dict[tuple[str, int, str], NoticeRow]]:
        async with self._database.begin() as session:
            taken = await outbox.take(session, free, timedelta(seconds=self._pace.lease)) if free else []
            return taken, await outbox.notices_of(session, taken) if taken else {}

    async def _attempt(self, row: DeliveryRow, notice: NoticeRow) -> None:
        about(row.number)
        channel = self._units.channels[row.channel]
        letter = Letter(row.id, row.address, notice, as_for_a_unit(channel) if notice.addressee else channel)
        try:
            async with asyncio.timeout(self._pace.attempt):
                await self._senders[channel.kind].send(letter)
        except Undeliverable as error:
            log.warning("delivery refused for good", extra={"delivery": row.id})
            await self._record_failure(row, str(error))
        except Exception as error:
            await self._postpone(row, notice, error)
        else:
            async with self._database.begin() as session:
                await outbox.delivered(session, row.id)

    async def _record_failure(self, row: DeliveryRow, why: str) -> None:
        async with self._database.begin() as session:
            await outbox.failed(session, row, why)

    async def _postpone(self, row: DeliveryRow, notice: NoticeRow, error: Exception) -> None:
        # What a server says may repeat the address: it is for the file, the log gets the kind of fault alone.
        kind = type(error).__name__
        why = str(error) if isinstance(error, TryAgain) else f"no answer within {self._pace.attempt:g} s"
        if not isinstance(error, TryAgain | TimeoutError):
            log.error("delivery hit an unexpected fault: %s", kind, extra={"delivery": row.id})
            why = kind
        wait = wait_after(row.attempts, datetime.now(UTC) - notice.given_at, random.random())
        log.info(
            "delivery goes again", extra={"delivery": row.id, "attempts": row.attempts, "wait": wait.total_seconds()}
        )
        async with self._database.begin() as session:
            await outbox.postponed(session, row, why, wait)

    async def _finish(self) -> None:
        await self._lanes.finish(self._pace.farewell)
        for sender in self._senders.values():
            if isinstance(sender, Webhook):
                await sender.close()

    async def _tell_of_stranded(self) -> None:
        try:
            async with self._database.begin() as session:
                stranded = await outbox.stranded(session, self._units.channels)
        except Exception as error:
            log.warning("could not look for stranded deliveries: %s", type(error).__name__)
            return
        for channel, count in stranded.items():
            facts = {"channel": channel, "deliveries": count}
            log.warning("deliveries wait on a channel that units.yaml does not have", extra=facts)
