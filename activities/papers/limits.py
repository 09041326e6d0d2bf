"""Every limit of a case with its certificate, from what is on file: for the counter, and for the archive."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from domain.bundle.path import PathLeg, names_of_deliveries, path_said
from domain.calendar import Calendar
from domain.certificate import Reading, names_of
from domain.certified import CertifiedLimit, certified, office_of
from domain.deadline import Office
from domain.item import Item
from domain.record import ClockRecord, Event, PartRecord
from domain.standstill import Standstill, standstills
from domain.supervision.overview import GivenCard, Overseen, overseen
from domain.words import Language
from storage import calendars, cards, case_file
from storage.tables import CaseRow

log = logging.getLogger(__name__)


class OnFile(NamedTuple):
    """What a case's certificates are made of."""

    case: CaseRow
    clocks: list[ClockRecord]
    events: list[Event]
    calendars: dict[str, Calendar]
    handles: bool
    cards: tuple[GivenCard, ...] = ()
    """Shown to those who handle the case."""


class Certified(NamedTuple):
    """The certificates, and what is said beside them."""

    paused: Sequence[Standstill]
    certificates: Sequence[CertifiedLimit]
    path: Sequence[PathLeg]
    supervision: Sequence[Overseen]


async def limits_on_file(session: AsyncSession, case: CaseRow, *, handles: bool) -> OnFile:
    """What is on file about the limits of the case; cards for those who handle it."""
    rows = await case_file.clocks_of(session, case.number)
    clocks = [ClockRecord.model_validate(row.model_dump()) for row in rows]
    events = await case_file.events_of(session, case.number)
    given = await cards.of_case(session, case.number) if handles else ()
    return OnFile(
        case=case,
        clocks=clocks,
        events=[Event.model_validate(event.model_dump()) for event in events],
        calendars=await _calendars(session, clocks),
        handles=handles,
        cards=tuple(GivenCard(**card.model_dump(), withdrawn=card.withdrawn_at is not None) for card in given),
    )


def certified_limits(found: OnFile, language: Language) -> Certified:
    """Every limit with each day between, counted or not, and why."""
    case = found.case
    opened_with = Office.model_validate(case.start["office"])
    records = [PartRecord.model_validate(part) for part in case.parts]
    names = {**names_of(Item.model_validate(case.start["item"])), **names_of_deliveries(records)}
    reading = Reading(language=language, handles=found.handles, names=names)
    paused = () if case.ending else standstills(found.events, reading)
    certificates = []
    for clock in found.clocks:
        office = office_of(clock, opened_with, found.calendars.get(clock.calendar or ""))
        certificates.append(certified(clock, office, found.events, paused, reading))
        if not certificates[-1].agrees:
            log.error("case %s: the days of %s do not lead to the day on record", case.number, clock.key)
    return Certified(
        paused=paused,
        certificates=certificates,
        path=tuple(path_said(records, language)),
        supervision=tuple(overseen(found.events, found.cards, language)),
    )


async def _calendars(session: AsyncSession, clocks: Iterable[ClockRecord]) -> dict[str, Calendar]:
    """The calendars that the limits were reckoned by, as far as they are on file."""
    found = {}
    for version in sorted({clock.calendar for clock in clocks if clock.calendar}):
        try:
            found[version] = await calendars.calendar_of(session, version)
        except LookupError:
            continue  # then the case's own is the only one that is known
    return found
