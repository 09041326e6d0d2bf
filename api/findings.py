"""Findings: what went wrong by the facts, whether or not anybody complained, and the way to the window (gz:13.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.bodies import UnitCode
from api.cases import sight_of
from api.identity import STAFF, Identity, Me, holding
from api.language import InLanguage
from api.pages import Limit, Paged, page_or_problem
from api.services import Here
from domain.supervision.shortcomings import Shortcoming
from domain.supervision.telling import said
from domain.words import Language
from registry.units import Units
from storage import findings
from storage.findings import State
from storage.tables import FindingRow

router = APIRouter(prefix="/v1", tags=["findings"])
INTERNAL = frozenset({"waiting_for", "text"})
"""Facts about desks of the office, and the words of a visitor: for those who handle it."""


class WayToTheWindow(BaseModel):
    """How to go to the "can't get it done" window."""

    window: str = Field(examples=["广州市天河区政务服务中心“办不成事”反映窗口"])
    article: str = Field("gz:13.5")
    online: str = Field("POST /v1/grievances", description="凭办件编号（到访编号）和查询码在网上反映")
    grievance: str | None = Field(description="系统已经自动立的反映件；空为没有")


class FindingView(BaseModel):
    """A ground of gz:13.5 that was found from facts."""

    id: str = Field(examples=["GZ20261124-000001-1:5"])
    shortcoming: Shortcoming
    case: str | None
    visit: str | None
    item: str | None
    unit: str
    clock: str | None = Field(description="超过的期限", examples=["promised"])
    article: str = Field(examples=["gz:13.5"])
    found_at: datetime
    says: str
    evidence: dict[str, Any]
    withdrawn_at: datetime | None = Field(description="因放假安排更正等，并非如此；空为仍然成立")
    withdrawn_why: str | None
    to_the_window: WayToTheWindow


def finding_view(row: FindingRow, units: Units, language: Language, *, office: bool) -> FindingView:
    """The finding in words, with its evidence and the way to the window."""
    shown = row.model_dump(exclude={"number", "item_code", "evidence", "grievance", "seq", "district"})
    evidence = {name: fact for name, fact in row.evidence.items() if office or name not in INTERNAL}
    return FindingView(
        **shown,
        case=row.number,
        item=row.item_code,
        says=said(row.shortcoming, row.clock, row.evidence).said_in(language),
        evidence=evidence,
        to_the_window=WayToTheWindow(window=units.unit(row.unit).difficulty_window, grievance=row.grievance),
    )


@router.get("/findings", summary="系统发现的情形：未一次性告知、不接收材料、未按时办结")
async def listed(
    here: Here,
    language: InLanguage,
    me: Annotated[Identity, Depends(holding("supervisor", *sorted(STAFF)))],
    unit: UnitCode | None = None,
    shortcoming: Shortcoming | None = None,
    state: State = "open",
    cursor: str | None = None,
    limit: Limit = 50,
) -> Paged[FindingView]:
    """Those of your units, the newest first; all of them for those who oversee."""
    filters = {"unit": unit, "shortcoming": shortcoming}
    async with here.database.begin() as session:
        page = await page_or_problem(findings.listed(session, me.reach, me.id, filters, state, cursor, limit))
    rows = [finding_view(row, here.units, language, office=True) for row in page.rows]
    return Paged(rows=rows, cursor=page.cursor)


@router.get("/cases/{number}/findings", summary="办件中系统发现的情形，及到窗口反映的途径")
async def of_case(number: str, me: Me, here: Here, language: InLanguage) -> list[FindingView]:
    """Those of the case and of the items of a bundle, for the applicant too, withdrawn ones among them."""
    async with here.database.begin() as session:
        case, _, office = await sight_of(session, me, number)
        found = await findings.of_case(session, case.number)
    return [finding_view(row, here.units, language, office=office) for row in found]
