"""The public guides, generated from the definitions in force: open to everybody (gz:5, gz:9)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from api.language import InLanguage
from api.services import Here
from domain.law import carries_out
from registry.guide import guide_of
from registry.guide.parts import Guide
from registry.library import read_library
from storage import catalogue

router = APIRouter(prefix="/v1/guides", tags=["guides"])


class GuideEntry(BaseModel):
    """An item in the list of guides."""

    code: str
    version: date
    name: str
    unit: str
    digest: str
    guide: str


@router.get("", summary="办事指南目录")
async def listed(here: Here) -> list[GuideEntry]:
    """Every item that takes cases today, with the version in force and its digest."""
    async with here.database.begin() as session:
        rows = await catalogue.published(session, here.now().date())
    return [
        GuideEntry(
            **row.model_dump(include={"code", "version", "name", "unit", "digest"}), guide=f"/v1/guides/{row.code}"
        )
        for row in rows
    ]


@router.get("/{code}", summary="办事指南")
@carries_out("gz:5", "gz:9")
async def guide(code: Annotated[str, Path(pattern=r"^[0-9]{12}$")], here: Here, language: InLanguage) -> Guide:
    """The guide of the version in force, from the very definition that new cases are opened under."""
    async with here.database.begin() as session:
        version = await catalogue.in_force(session, code, here.now().date())
        definition, _ = await here.definitions.get(session, code, version)
    return guide_of(definition, read_library(here.settings.definitions), language)
