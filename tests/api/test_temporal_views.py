"""Ready queries as links into Temporal UI, and what the counter tells a case for them."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from temporalio.client import Client

from domain.supervision.saved_views import VIEWS
from tests.conftest import Servers
from tests.counter import UNIT, Counter
from workflows.messages import workflow_id

MANAGEMENT = "gz-thr-management"
PATH = "/v1/supervision/temporal-views"


@pytest.mark.shows(63)
async def test_views_are_links_into_the_configured_ui(counter: Counter, servers: Servers) -> None:
    views = {one["key"]: one for one in (await counter.get("supervisor", PATH, units=("*",))).json()}

    assert set(views) == {view.key for view in VIEWS} | {"unassigned"}
    late = views["late"]
    link = urlsplit(late["link"])
    assert late["link"].startswith(servers.settings.temporal_ui_url)
    assert link.path == f"/namespaces/{servers.settings.temporal_namespace}/workflows"
    assert parse_qs(link.query)["query"] == [late["query"]]
    assert late["name"] == "超期未完成"


async def test_views_are_named_in_the_language_asked_for(counter: Counter) -> None:
    headers = counter.headers("supervisor", ("*",), **{"Accept-Language": "en"})

    views = (await counter.client.get(PATH, headers=headers)).json()

    assert views[0]["name"] == "Open cases"


async def test_views_of_ones_own_follow_the_token(counter: Counter) -> None:
    of_place = (await counter.get("supervisor", PATH, units=(MANAGEMENT,))).json()[0]
    of_unit = (await counter.get("chief_representative", PATH, units=(UNIT,))).json()[0]

    assert (of_place["key"], of_unit["key"]) == ("mine", "mine")
    assert 'AcPlace = "gz-thr"' in of_place["query"]
    assert f'AcDept = "{UNIT}" OR AcWaitingFor = "unit:{UNIT}"' in of_unit["query"]


async def test_views_are_for_those_who_oversee(counter: Counter) -> None:
    assert (await counter.get("window", PATH)).status_code == 403


async def shows(temporal: Client, number: str, flag: str, *, there: bool) -> dict[str, Any]:
    """The search attributes of the case, once the flag is there or not."""
    async with asyncio.timeout(30):
        while True:
            described = await temporal.get_workflow_handle(workflow_id(number)).describe()
            found = {pair.key.name: pair.value for pair in described.typed_search_attributes}
            if (flag in found.get("AcFlags", ())) is there:
                return found
            await asyncio.sleep(0.1)


@pytest.mark.shows(48, 63)
async def test_a_filing_is_found_until_the_department_has_acknowledged_it(counter: Counter, temporal: Client) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")
    more = {"act": "extend", "clock": "promised", "days": 1, "cause": "complex", "text": "须进一步核实"}
    extended = await counter.post("agency_head", f"/v1/cases/{number}/acts", more)
    assert extended.status_code == 200, extended.text
    filed = await shows(temporal, number, "filing_unacknowledged", there=True)

    done = await counter.post(
        "supervisor", f"/v1/filings/{number}/{extended.json()['seq']}/acknowledgment", {}, units=(MANAGEMENT,)
    )

    assert done.status_code == 200, done.text
    assert filed["AcPlace"] == "gz-thr"
    await shows(temporal, number, "filing_unacknowledged", there=False)
