"""To whom a paper goes, until when that unit acknowledges it, and over which channels it reaches them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.forms import To, read_forms
from domain.deadline import Office, due
from domain.law import carries_out
from domain.limits import Limit
from domain.record import Paper
from domain.running import Policy
from domain.values import SHANGHAI
from registry.units import EVERY_UNIT, Unit, Units
from settings import settings
from storage import notices
from storage.tables import ApplicantRow, DeliveryRow, NoticeRow
from storage.tables.notice import DeliveryState


def to_whom(paper: Paper) -> To:
    """Who gets the paper, as its form says."""
    return read_forms(settings().definitions / "papers")[paper].form.to


@carries_out("gz:13.4")
def addressee_of(paper: Paper, unit: Unit, named: str | None = None) -> str | None:
    """The code of the unit that the paper goes to; None: the applicant. Where no overseeing department is known, whoever
    oversees the whole city gets the filing: it must never be the applicant's, nor nobody's. `named` is the unit that the
    act names, for papers that go there."""
    match to_whom(paper):
        case "management":
            return unit.management.code if unit.management else EVERY_UNIT
        case "unit":
            return unit.code
        case "named":
            return named or unit.code
        case "applicant":
            return None


class AcknowledgmentDays:
    """Until when what goes to a unit is acknowledged: so many working days of the case's own calendar."""

    def __init__(self, office: Office, days: int) -> None:
        self._office, self._days = office, days

    def of(self, given_at: datetime) -> date:
        """The last day on which a paper given at this moment is acknowledged in time."""
        return due(given_at, Limit(days=self._days), self._office).day


async def acknowledgment_days(session: AsyncSession, number: str) -> AcknowledgmentDays:
    """What the case was opened with says about it."""
    started = await notices.start_of(session, number)
    return AcknowledgmentDays(Office.model_validate(started.office), Policy.model_validate(started.policy).filing_days)


def deliveries_of(
    notice: NoticeRow, person: ApplicantRow | Mapping[str, Any], unit: Unit, units: Units
) -> Iterator[DeliveryRow]:
    """One delivery on each channel: of the unit, where the person can be reached on it, or of the inbox of the unit that
    the paper goes to."""
    if notice.addressee is not None:
        yield from (delivery(notice, name, "-") for name in units.inbox_of(notice.addressee))
        return
    reached = person if isinstance(person, Mapping) else {"email": person.email, "mobile": person.mobile}
    addresses = {"email": reached.get("email"), "mobile": reached.get("mobile"), "nobody": "-"}
    for name in unit.channels:
        if address := addresses[units.channels[name].to]:
            yield delivery(notice, name, address)


def delivery(notice: NoticeRow, channel: str, address: str) -> DeliveryRow:
    """A delivery of the paper over this channel, due at once."""
    return DeliveryRow.model_construct(
        id=f"{notice.number}:{notice.seq}:{notice.paper}:{channel}",
        number=notice.number,
        seq=notice.seq,
        paper=notice.paper,
        channel=channel,
        address=address,
        state=DeliveryState.WAITING,
        next_attempt_at=datetime.now(SHANGHAI),
    )
