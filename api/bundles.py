"""Bundles: one application for several items, and how all of them stand."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from api.bodies import BundleSubmission
from api.cases import APPLYING, taken_in, view, visible_case
from api.identity import Identity, Me, holding
from api.language import InLanguage
from api.problems import Trouble
from api.requests import Key
from api.services import Here
from api.submission import Door
from api.views import CaseView, Receipt
from domain.bundle.progress import as_it_stands, not_begun
from domain.record import PartRecord, PartState
from domain.telling import PART_STATES
from storage import parts
from workflows.messages import CaseStart

router = APIRouter(prefix="/v1", tags=["bundles"])


class PartView(BaseModel):
    """An item of a bundle, and how its case stands."""

    id: str = Field(examples=["food_permit"])
    item: str = Field(examples=["440199001000"])
    name: str
    unit: str
    after: list[str] = Field(description="在哪些事项出结果之后开始", examples=[["licence"]])
    state: PartState
    says: str = Field(examples=["办理中"])
    ending: str | None = None
    planned: date | None = Field(description="各事项都用满时限时，最迟哪日办结；空为尚未受理")
    on_path: bool = Field(description="是否在决定整件事期限的最长路径上")
    case: CaseView | None = Field(description="该事项的办件；空为尚未开始")


class BundleCaseView(CaseView):
    """A bundle's case with all its items."""

    parts: list[PartView]
    path: list[str] = Field(description="决定整件事期限的最长路径", examples=[["licence", "food_permit"]])


@router.post("/bundles/{code}/cases", status_code=201, summary="“一件事”申请：一张表、一套材料、一张回执")
async def submit(
    code: Annotated[str, Path(pattern=r"^[0-9]{12}$")],
    body: BundleSubmission,
    key: Key,
    here: Here,
    response: Response,
    me: Annotated[Identity, Depends(holding(*APPLYING))],
) -> Receipt:
    """One number and one receipt for the whole (gz:11.2); 202 when the engine opens the case a little later."""
    door = Door(code, f"/v1/bundles/{code}/cases", is_bundle=True)
    receipt = await taken_in(here, me, key, door, body, response)
    response.headers["Location"] = f"/v1/bundle-cases/{receipt.number}"
    return receipt


@router.get("/bundle-cases/{number}", summary="“一件事”办件：各事项进展、最长路径、整件事的期限")
async def one(number: str, me: Me, here: Here, language: InLanguage) -> BundleCaseView:
    """How the whole stands and each of its items; acts on it are those of /v1/cases/{number}/acts."""
    case = await visible_case(here, me, number)
    start = CaseStart.model_validate(case.start)
    if start.bundle is None:
        zh, en = (
            f"{number} 不是“一件事”办件；请查询 /v1/cases/{number}",
            f"{number} is no bundle; see /v1/cases/{number}",
        )
        raise Trouble(404, "not_a_bundle", zh, en)
    async with here.database.begin() as session:
        begun = {row.number: row for row in await parts.parts_of(session, case.number)}
    on_file = [PartRecord.model_validate(record) for record in case.parts] or not_begun(start.bundle)
    records = [
        as_it_stands(record, begun[record.number].ending) if record.number in begun else record for record in on_file
    ]
    return BundleCaseView(
        **view(here, case).model_dump(),
        parts=[
            PartView(
                **record.model_dump(exclude={"number"}),
                after=list(start.bundle.part(record.id).after),
                says=PART_STATES[record.state].said_in(language),
                case=view(here, begun[record.number]) if record.number in begun else None,
            )
            for record in records
        ],
        path=[record.id for record in records if record.on_path],
    )
