"""Ready queries for Temporal UI, as links (docs/temporal-ui.md)."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.language import InLanguage
from api.overseeing import Overseen
from api.services import Here
from domain.law import carries_out
from domain.supervision.saved_views import VIEWS, SavedView, of_my_own, unassigned
from storage.overview.snapshot import snapshot
from storage.overview.waiting import vacant_roles

router = APIRouter(prefix="/v1/supervision", tags=["supervision"])


class TemporalView(BaseModel):
    """A query that may be opened in Temporal UI."""

    key: str
    name: str
    says: str
    query: str = Field(description="可见性查询语句，可以粘贴到 Temporal UI 的筛选框")
    link: str = Field(description="在 Temporal UI 中打开")


@router.get("/temporal-views", summary="Temporal UI 的现成查询：临近、超期、停滞、无人可办、报备未签收……")
@carries_out("gz:19")
async def temporal_views(scope: Overseen, here: Here, language: InLanguage) -> list[TemporalView]:
    """Each with a link; what is vacant is as of now, and what is yours follows your token."""
    async with snapshot(here.database) as session:
        vacant = await vacant_roles(session)
    own = None if scope.everything else of_my_own(scope.units, (place for place, _ in scope.places))
    views = (
        *([own] if own else []),
        *VIEWS,
        unassigned(role for role in vacant if scope.covers(role.partition("@")[2])),
    )
    settings = here.settings

    def shown(view: SavedView) -> TemporalView:
        link = f"{settings.temporal_ui_url.rstrip('/')}{view.link(settings.temporal_namespace)}"
        name, says = view.name.said_in(language), view.says.said_in(language)
        return TemporalView(key=view.key, name=name, says=says, query=view.query, link=link)

    return [shown(view) for view in views]
