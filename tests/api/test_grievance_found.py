"""What facts show after a grievance was reported has to be taken up all the same (gz:13.5)."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import pytest
from sqlalchemy import update
from sqlmodel import col

from activities.finding import note
from domain.supervision.rules import Supervision
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from registry.units import read_units
from storage.database import Database
from storage.tables import CaseRow, FindingRow
from tests.conftest import Servers
from tests.counter import UNIT, Counter

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

WINDOW = ("gz-thr-management",)
EXCLUDED = {"act": "classify", "excluded": "own_cause", "text": "因申请人自身原因，请补齐材料后再来。"}


async def found_out(servers: Servers, database: Database, case: str) -> None:
    """A limit of the case turns out to have passed; that is evidence in the grievance that is open about it."""
    finding = FindingRow(
        id=f"{case}:{uuid.uuid4().hex[:8]}",
        shortcoming=Shortcoming.NOT_FINISHED,
        number=case,
        unit=UNIT,
        clock="promised",
        article="gz:13.5",
        found_at=datetime.now(SHANGHAI),
        evidence={},
    )
    units, rules = read_units(servers.settings.definitions), Supervision(version=date(2026, 1, 1))
    async with database.begin() as session:
        await note(session, finding, case=await session.get_one(CaseRow, case), units=units, rules=rules)


async def falls(database: Database, case: str) -> None:
    """A corrected calendar takes the lateness away, and the finding with it."""
    fallen = {"withdrawn_at": datetime.now(SHANGHAI), "withdrawn_why": "cc:203"}
    async with database.begin() as session:
        await session.execute(update(FindingRow).where(col(FindingRow.number) == case).values(fallen))


async def test_window_may_exclude_what_no_fact_shows_any_more(
    counter: Counter, servers: Servers, database: Database
) -> None:
    case = await counter.apply("applicant-fallen")
    await found_out(servers, database, case["number"])
    body = {"case": case["number"], "request": "没有答复。"}
    reported = await counter.post("applicant-fallen", "/v1/grievances", body)
    await falls(database, case["number"])

    path = f"/v1/grievances/{reported.json()['number']}/acts"
    response = await counter.post("grievance_window", path, EXCLUDED, units=WINDOW)

    assert response.status_code == 200, response.text


@pytest.mark.parametrize(("found", "status", "code"), [(True, 409, "must_be_taken_up"), (False, 200, None)])
async def test_window_does_not_exclude_what_was_found_since_it_was_reported(
    counter: Counter, servers: Servers, database: Database, found: bool, status: int, code: str | None
) -> None:
    applicant = f"applicant-found-{found}"
    case = await counter.apply(applicant)
    reported = await counter.post(applicant, "/v1/grievances", {"case": case["number"], "request": "没有答复。"})
    number = reported.json()["number"]
    if found:
        await found_out(servers, database, case["number"])

    response = await counter.post("grievance_window", f"/v1/grievances/{number}/acts", EXCLUDED, units=WINDOW)

    assert (response.status_code, response.json().get("code")) == (status, code)
