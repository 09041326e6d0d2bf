"""A part that is down delays and never loses: what can be taken in is on file, for the rest the same key is good later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select, text
from sqlmodel import col

from api.app import create_app
from api.services import Services
from settings import Settings
from storage.database import Database
from storage.tables import ActUnderWayRow, CaseRow
from tests.api.evidence import ENGLISH, nothing_changes, the_english_problem
from tests.conftest import Servers
from tests.counter import Counter, an_application

NOBODY_LISTENS = "postgresql+psycopg://postgres@127.0.0.1:9/postgres"
PAPER = {"materials": [{"material": "training", "paper": True}]}


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Counter, Services]]:
    """A counter of these settings, and what stands behind it."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://counter", timeout=30) as client:
            yield Counter(client, settings.home), app.state.services


@pytest.fixture
async def without_engine(files_settings: Settings, files_database: Database) -> AsyncIterator[Counter]:
    """A counter where nobody listens at the address of the engine."""
    async with opened(files_settings.model_copy(update={"temporal_address": "127.0.0.1:9"})) as (counter, _):
        yield counter


@pytest.fixture
async def without_database(servers: Servers) -> AsyncIterator[tuple[Counter, Services]]:
    """A counter whose database went away after it had started."""
    async with opened(servers.settings) as (counter, services):
        there, services.database = services.database, Database(NOBODY_LISTENS, pool=1)
        yield counter, services
        await services.database.close()
        services.database = there


@pytest.mark.shows(70)
async def test_application_is_on_file_with_its_number_while_the_engine_is_down(
    without_engine: Counter, files_database: Database
) -> None:
    key, body = f"down-{uuid4()}", an_application()

    first = await without_engine.post("applicant", "/v1/cases", body, key)
    async with nothing_changes(files_database):
        again = await without_engine.post("applicant", "/v1/cases", body, key)

    assert (first.status_code, again.status_code) == (202, 202)
    receipt = first.json()
    assert again.json() == receipt
    assert first.headers["location"] == f"/v1/cases/{receipt['number']}"
    async with files_database.begin() as session:
        case = await session.get_one(CaseRow, receipt["number"])
    assert (case.seq, case.stage, case.query_code) == (0, "acceptance", receipt["query_code"])


@pytest.mark.shows(87)
async def test_applicant_sees_what_was_handed_in_while_the_engine_is_down(without_engine: Counter) -> None:
    receipt = (await without_engine.post("applicant", "/v1/cases", an_application())).json()

    shown = await without_engine.get("applicant", f"/v1/cases/{receipt['number']}")
    progress = await without_engine.client.get(
        "/v1/progress", params={"number": receipt["number"], "code": receipt["query_code"]}
    )
    listed = (await without_engine.get("applicant", f"/v1/cases/{receipt['number']}/materials")).json()

    assert (shown.status_code, shown.json()["seq"]) == (200, 0)
    assert progress.json()["stage"] == "acceptance"
    assert len([material for material in listed if material["source"] == "paper"]) == 5


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("applicant", "/v1/cases/{}/acts", {"act": "withdraw"}),
        ("window", "/v1/tasks/{}.1.check/answer", {"outcome": "accept"}),
        ("window", "/v1/tasks/{}.1.check/claim", {}),
        ("window", "/v1/tasks/{}.1.check/transfer", {"unit": "gz-thr-samr", "text": "请办理"}),
    ],
)
async def test_act_is_asked_for_again_while_the_engine_is_down(
    without_engine: Counter, who: str, path: str, body: dict[str, object]
) -> None:
    number = (await without_engine.post("applicant", "/v1/cases", an_application())).json()["number"]
    headers = without_engine.headers(who, **{"Idempotency-Key": f"down-{uuid4()}", **ENGLISH})

    response = await without_engine.client.post(path.format(number), headers=headers, json=body)

    the_english_problem(response, 503, "engine_unavailable")
    assert int(response.headers["retry-after"]) >= 1


@pytest.mark.shows(70)
async def test_materials_count_as_received_while_the_engine_is_down(
    without_engine: Counter, files_database: Database
) -> None:
    number = (await without_engine.post("applicant", "/v1/cases", an_application())).json()["number"]
    key = f"down-{uuid4()}"

    first = await without_engine.post("applicant", f"/v1/cases/{number}/materials", PAPER, key)
    again = await without_engine.post("applicant", f"/v1/cases/{number}/materials", PAPER, key)
    other = await without_engine.post(
        "applicant", f"/v1/cases/{number}/materials", {"materials": [], "final": True}, key
    )

    assert (first.status_code, again.status_code) == (202, 202)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    async with files_database.begin() as session:
        act = (await session.execute(select(ActUnderWayRow).where(col(ActUnderWayRow.number) == number))).scalar_one()
    assert act.command is not None
    assert act.command["received_at"] == first.json()["at"], "the first time counts, however often it is repeated"


async def test_counter_that_is_busy_stays_ready_and_one_without_its_database_does_not(servers: Servers) -> None:
    async with opened(servers.settings.model_copy(update={"database_pool": 1})) as (counter, services):
        async with services.database.begin() as session:
            await session.execute(text("select 1"))
            busy = await counter.client.get("/v1/health/ready")
        there, services.beside = services.beside, Database(NOBODY_LISTENS, pool=1)
        gone, alive = await counter.client.get("/v1/health/ready"), await counter.client.get("/v1/health/live")
        await services.beside.close()
        services.beside = there

    assert [busy.status_code, gone.status_code, alive.status_code] == [200, 503, 200]


async def test_health_says_which_part_is_down(without_engine: Counter) -> None:
    response = await without_engine.client.get("/v1/health")

    assert (response.status_code, response.json()) == (503, {"database": True, "engine": False})


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("applicant", "POST", "/v1/cases", an_application()),
        ("applicant", "GET", "/v1/cases", None),
        ("window", "GET", "/v1/tasks", None),
        ("applicant", "GET", "/v1/notices", None),
        ("applicant", "GET", "/v1/progress?number=GZ20200101-000001-9&code=AAAAAAAA", None),
        ("applicant", "POST", "/v1/cases/GZ20200101-000001-9/materials", PAPER),
        ("window", "POST", "/v1/tasks/GZ20200101-000001-9.1.check/answer", {"outcome": "accept", "text": "同意"}),
        ("publisher", "POST", "/v1/definitions/440199001000/withdrawal", {"reason": "法律废止"}),
    ],
)
async def test_request_is_asked_for_again_while_the_database_is_down(
    without_database: tuple[Counter, Services], who: str, method: str, path: str, body: object
) -> None:
    counter, _ = without_database
    headers = counter.headers(who, **{"Idempotency-Key": f"down-{uuid4()}", **ENGLISH})

    response = await counter.client.request(method, path, headers=headers, json=body)

    the_english_problem(response, 503, "database_unavailable")
    assert int(response.headers["retry-after"]) >= 1


async def test_error_nobody_foresaw_is_a_problem_that_gives_nothing_away(
    without_database: tuple[Counter, Services],
) -> None:
    counter, services = without_database
    services.keys = None  # type: ignore[assignment]

    response = await counter.client.get("/v1/cases", headers=counter.headers("window", **ENGLISH))

    problem = the_english_problem(response, 500, "internal_error")
    assert "NoneType" not in str(problem)
