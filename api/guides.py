"""The public guides, generated from the definitions in force: open to everybody (gz:5, gz:9)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from api.language import InLanguage
from api.services import Here
from domain.law import carries_out
from registry.guide import BundleGuide, Guide, guide_of, guide_of_bundle
from registry.kinds import KindName
from registry.library import read_library
from storage import catalogue
from storage.tables.catalogue import DefinitionKind

router = APIRouter(prefix="/v1/guides", tags=["guides"])


class GuideEntry(BaseModel):
    """An item or a bundle in the list of guides."""

    kind: KindName
    code: str
    version: date
    name: str
    unit: str
    digest: str
    guide: str


@router.get("", summary="办事指南目录：事项和“一件事”")
async def listed(here: Here) -> list[GuideEntry]:
    """Every item and bundle that takes cases today, with the version in force and its digest."""
    async with here.database.begin() as session:
        rows = await catalogue.published(session, here.now().date())
    fields = set(GuideEntry.model_fields)
    return [GuideEntry(**row.model_dump(include=fields), guide=f"/v1/guides/{row.code}") for row in rows]


@router.get("/{code}", summary="办事指南")
@carries_out("gz:5", "gz:9", "gz:11.1")
async def guide(
    code: Annotated[str, Path(pattern=r"^[0-9]{12}$")], here: Here, language: InLanguage
) -> Guide | BundleGuide:
    """The guide of the version in force, from the very definition that new cases are opened under; that of a bundle with the
    items as they are for an application of today."""
    today, library = here.now().date(), read_library(here.settings.definitions)
    async with here.database.begin() as session:
        version = await catalogue.in_force(session, code, today)
        if await catalogue.kind_of(session, code) is DefinitionKind.ITEM:
            definition, _ = await here.definitions.get(session, code, version)
            return guide_of(definition, library, language)
        bundle, _ = await here.definitions.bundle(session, code, version)
        items = await here.definitions.items_of_bundle(session, bundle, today)
    return guide_of_bundle(bundle, items, library, here.reference.office, language)
