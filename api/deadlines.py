"""Deadline certificates: why each limit of a case ends on the day it does, as data and as a page to print."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import NamedTuple

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.certificates import CertificatePage, printed_certificate
from api.cases import handles, visible_case
from api.identity import Identity, Me
from api.language import InLanguage
from api.services import Here, Services
from api.views import Deadlines
from domain.bundle.path import names_of_deliveries, path_said
from domain.calendar import Calendar
from domain.certificate import Reading, names_of
from domain.certified import certified, office_of
from domain.deadline import Office
from domain.item import Item
from domain.record import ClockRecord, Event, PartRecord
from domain.standstill import standstills
from domain.supervision.overview import GivenCard, overseen
from domain.words import Language
from storage import calendars, cards, case_file
from storage.tables import CaseRow

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/cases", tags=["cases"])


class OnFile(NamedTuple):
    """What a case's certificates are made of."""

    case: CaseRow
    clocks: list[ClockRecord]
    events: list[Event]
    calendars: dict[str, Calendar]
    handles: bool
    cards: tuple[GivenCard, ...] = ()
    """Shown to those who handle the case."""


@router.get("/{number}/deadline", summary="期限计算说明：逐日说明为何是这一天")
async def deadline(number: str, me: Me, here: Here, language: InLanguage) -> Deadlines:
    """Every limit of the case with each day between, counted or not, and why; how it stands; each date ever told of it."""
    return _deadlines(await _on_file(here, me, number), language)


@router.get(
    "/{number}/deadline.pdf",
    summary="期限计算说明 PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
async def pdf(number: str, me: Me, here: Here, language: InLanguage) -> Response:
    """The same to print; the same bytes until something happens in the case."""
    found = await _on_file(here, me, number)
    case, shown = found.case, _deadlines(found, language)
    async with here.database.begin() as session:
        definition, _ = await here.definitions.get(session, case.item_code, case.item_version)
    page = CertificatePage(
        number=case.number,
        item=case.item_name,
        unit=here.units.unit(case.unit, definition.department.name).name,
        as_of=case.changed_at,
        paused=shown.paused,
        certificates=shown.certificates,
        path=shown.path,
        supervision=shown.supervision,
    )
    printed = await printed_certificate(page, language)
    name = f"{case.number}-deadline.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(printed, media_type="application/pdf", headers=headers)


async def _on_file(here: Services, me: Identity, number: str) -> OnFile:
    case = await visible_case(here, me, number)
    async with here.database.begin() as session:
        rows = await case_file.clocks_of(session, case.number)
        clocks = [ClockRecord.model_validate(row.model_dump()) for row in rows]
        events = await case_file.events_of(session, case.number)
        office = await handles(session, me, case.number)
        given = await cards.of_case(session, case.number) if office else ()
        return OnFile(
            case=case,
            clocks=clocks,
            events=[Event.model_validate(event.model_dump()) for event in events],
            calendars=await _calendars(session, clocks),
            handles=office,
            cards=tuple(GivenCard(**card.model_dump(), withdrawn=card.withdrawn_at is not None) for card in given),
        )


def _deadlines(found: OnFile, language: Language) -> Deadlines:
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
    return Deadlines(
        number=case.number,
        item_name=case.item_name,
        paused=list(paused),
        paused_until=case.paused_until if paused else None,
        certificates=certificates,
        path=list(path_said(records, language)),
        supervision=list(overseen(found.events, found.cards, language)),
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
