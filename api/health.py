"""Whether the counter can work: its database, and the engine behind it."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from api.services import Here
from observability.traces import quiet

router = APIRouter(prefix="/v1", tags=["health"])


class Health(BaseModel):
    """Which parts answer."""

    database: bool
    engine: bool


@router.get("/health", summary="各部分是否正常")
async def health(here: Here, response: Response) -> Health:
    """200 when everything answers, else 503 with what does not."""
    database = await _has_database(here)
    try:
        engine = await here.temporal.service_client.check_health(timeout=here.timeout)
    except Exception:
        engine = False
    if not (database and engine):
        response.status_code = 503
    return Health(database=database, engine=engine)


class Alive(BaseModel):
    """It answers."""

    alive: bool = True


@router.get("/health/live", summary="进程是否在运行")
async def live() -> Alive:
    """200 as long as the process answers at all; for whoever restarts one that hangs."""
    return Alive()


class Ready(BaseModel):
    """Whether it can take in what people hand in."""

    ready: bool


@router.get("/health/ready", summary="能否收件")
async def ready(here: Here, response: Response) -> Ready:
    """200 where the database answers, else 503. The engine may be away meanwhile: applications are taken in without it."""
    found = await _has_database(here)
    response.status_code = 200 if found else 503
    return Ready(ready=found)


async def _has_database(here: Here) -> bool:
    """Asked beside the connections of requests: where these are all taken, the counter is busy and not gone; if every process
    said it was gone, nobody would be left to serve."""
    try:
        with quiet():
            async with here.beside.at_once() as connection:
                await connection.execute(text("select 1"))
    except Exception:
        return False
    return True
