"""Deadline certificates: why each limit of a case ends on the day it does, as data and as a page to print."""

from __future__ import annotations

from fastapi import APIRouter, Response

from activities.papers.certificates import CertificatePage, printed_certificate
from activities.papers.limits import OnFile, certified_limits, limits_on_file
from api.cases import sight_of
from api.identity import Identity, Me
from api.language import InLanguage
from api.services import Here, Services
from api.views import Deadlines
from domain.words import Language

router = APIRouter(prefix="/v1/cases", tags=["cases"])


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
    async with here.database.reading() as session:
        case, _, office = await sight_of(session, me, number)
        return await limits_on_file(session, case, handles=office)


def _deadlines(found: OnFile, language: Language) -> Deadlines:
    case, shown = found.case, certified_limits(found, language)
    return Deadlines(
        number=case.number,
        item_name=case.item_name,
        paused=list(shown.paused),
        paused_until=case.paused_until if shown.paused else None,
        certificates=list(shown.certificates),
        path=list(shown.path),
        supervision=list(shown.supervision),
    )
