"""Whether the counter can work: its database, and the engine behind it."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from api.services import Here

router = APIRouter(prefix="/v1", tags=["health"])


class Health(BaseModel):
    """Which parts answer."""

    database: bool
    engine: bool


@router.get("/health", summary="各部分是否正常")
async def health(here: Here, response: Response) -> Health:
    """200 when everything answers, else 503 with what does not."""
    try:
        async with here.database.begin() as session:
            await session.execute(text("select 1"))
        database = True
    except Exception:
        database = False
    try:
        engine = await here.temporal.service_client.check_health(timeout=here.timeout)
    except Exception:
        engine = False
    if not (database and engine):
        response.status_code = 503
    return Health(database=database, engine=engine)
