"""The counter under requests that nobody thought of, made from its own OpenAPI: it answers as it says, and keeps order.

Each operation is sent valid and invalid requests by people of every role, in process, against the real database and
engine. Whatever is refused leaves no row behind; and at the end the case files are as whole as before.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text
from sqlmodel import SQLModel

from api.app import create_app
from settings import Settings
from storage.database import Database
from tests.conftest import Servers
from tests.counter import Counter, an_application
from tests.definitions import a_definition_text

EXAMPLES = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
REFUSALS = ["401", "403", "404", "405", "409", "413", "422"]
PEOPLE = ("applicant", "window", "examiner", "approver", "supervisor", "registrar", "publisher")
ENTITLED = {"/v1/tasks": "window", "/v1/definitions/": "publisher", "/v1/definitions": "registrar", "/": "applicant"}
"""Whose business an address is; the first one that it begins with counts."""
ITEM = "449999999501"


def can_be_sent_otherwise(operation: APIOperation) -> bool:
    """Whether the description rules anything out; what takes any word, or nothing, cannot be sent wrongly."""
    described = operation.definition.raw
    constrained = [set(given["schema"]) - {"type", "title", "description"} for given in described.get("parameters", ())]
    return "requestBody" in described or any(constrained)


CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}})
SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi(), config=CONFIG)
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}

SENT = [
    pytest.param(label, mode, id=f"{label} {named}")
    for label, operation in OPERATIONS.items()
    for mode, named in ((GenerationMode.POSITIVE, "as described"), (GenerationMode.NEGATIVE, "otherwise"))
    if mode is GenerationMode.POSITIVE or can_be_sent_otherwise(operation)
]
COUNT = " + ".join(f'(select count(*) from "{name}")' for name in sorted(SQLModel.metadata.tables))


class Sender:
    """Sends what was generated from a thread of its own to the counter, which lives on the loop of the tests."""

    def __init__(self, counter: Counter, database_url: str) -> None:
        self.counter, self.known = counter, dict[str, str]()
        self.numbers: list[str] = []
        self._loop = asyncio.get_running_loop()
        self._database_url = database_url.replace("+psycopg", "")

    async def know_a_case(self) -> None:
        """Take a fresh case in, for what is sent to be about."""
        number = str((await self.counter.apply())["number"])
        material = (await self.counter.get("applicant", f"/v1/cases/{number}/materials")).json()[0]["id"]
        self.numbers.append(number)
        self.known = {
            "number": number,
            "task": await self.counter.open_task(number, "check"),
            "code": ITEM,
            "version": "2026-01-01",
            "seq": "1",
            "paper": "receipt",
            "material": material,
        }

    def fuzz(self, label: str, mode: GenerationMode) -> None:
        """Send requests for one operation and hold every answer to the checks."""
        strategy = OPERATIONS[label].as_strategy(generation_mode=mode)
        with psycopg.connect(self._database_url, autocommit=True) as self._rows:

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=strategy, who=st.sampled_from(PEOPLE), real=st.booleans())
            def send(case: Case, who: str, real: bool) -> None:
                self._send(case, who, real=real)

            send()

    def _send(self, case: Case, who: str, *, real: bool) -> None:
        if real:
            self._make_real(case)
            who = next(one for start, one in ENTITLED.items() if case.path.startswith(start))
        if mode_of(case) is GenerationMode.POSITIVE and "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = f"fuzz-{uuid4()}"
        prepared = requests.Request(**case.as_transport_kwargs(base_url="http://counter")).prepare()
        headers = {**prepared.headers, **self.counter.headers(who, ("*", "gz-thr-samr"))}
        before = self._count()
        response = asyncio.run_coroutine_threadsafe(self._request(prepared, headers), self._loop).result()
        if 400 <= response.status_code < 500:
            assert self._count() == before, f"{response.status_code} left something behind"
        case.validate_response(response, checks=CHECKS)

    def _make_real(self, case: Case) -> None:
        """Let the request be about something that is there, so that it gets further than to 404."""
        for name in set(case.path_parameters or {}) & set(self.known):
            case.path_parameters[name] = self.known[name]
        if case.operation.label == "POST /v1/cases" and mode_of(case) is GenerationMode.POSITIVE:
            whole = an_application()
            case.body = {**case.body, **{name: whole[name] for name in ("item", "situations", "materials")}, "form": {}}

    async def _request(self, prepared: requests.PreparedRequest, headers: dict[str, str]) -> httpx2.Response:
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        return await self.counter.client.request(
            str(prepared.method), str(prepared.url), headers=encoded, content=prepared.body
        )

    def _count(self) -> int:
        row = self._rows.execute(f"select {COUNT}").fetchone()
        assert row is not None
        return int(row[0])


def mode_of(case: Case) -> GenerationMode:
    assert case.meta is not None
    return case.meta.generation.mode


@pytest.fixture(scope="module")
async def sender(counter: Counter, servers: Servers) -> Sender:
    """A sender, and an item to publish and withdraw."""
    headers = {"Content-Type": "application/yaml", "Idempotency-Key": f"fuzz-{uuid4()}"}
    sample = a_definition_text(("449999999000", ITEM)).encode()
    registrar = counter.headers("registrar", ("*",), **headers)
    assert (await counter.client.post("/v1/definitions", headers=registrar, content=sample)).status_code == 201
    return Sender(counter, servers.settings.database_url)


@pytest.mark.shows(68)
@pytest.mark.parametrize(("label", "mode"), SENT)
async def test_operation_answers_as_it_says_whatever_it_is_sent(
    sender: Sender, label: str, mode: GenerationMode
) -> None:
    await sender.know_a_case()

    await asyncio.to_thread(sender.fuzz, label, mode)


WHOLE = {
    "events that do not add up": """
        select c.number from case_file c left join case_event e on e.number = c.number where c.start <> '{}'
        group by c.number, c.seq having count(e.seq) <> c.seq or coalesce(max(e.seq), 0) <> c.seq""",
    "an open task of a closed case": """
        select t.id from task t join case_file c on c.number = t.number
        where c.number = any(:numbers) and c.stage = 'closed' and t.state = 'open'""",
    "a case that no request opened": """
        select c.number from case_file c where c.start <> '{}'
        and not exists (select 1 from request r where r.subject = coalesce(c.bundle, c.number))""",
    "a request without its case": """
        select r.id from request r where r.subject like 'GZ%'
        and not exists (select 1 from case_file c where c.number = r.subject)""",
    "a text that no event names": """
        select t.id from text t where t.number = any(:numbers) and not exists
        (select 1 from case_event e where e.number = t.number and strpos(e.data::text, t.id) > 0)""",
}
"""What would be wrong with the case files, and the query that finds it."""


@pytest.mark.parametrize("query", [pytest.param(query, id=name) for name, query in WHOLE.items()])
async def test_case_files_are_whole_after_all_that(sender: Sender, database: Database, query: str) -> None:
    numbers = {"numbers": sender.numbers} if ":numbers" in query else {}

    async with database.begin() as session:
        found = (await session.execute(text(query), numbers)).scalars().all()

    assert found == []


def test_every_operation_of_the_interface_is_sent_something() -> None:
    described: dict[str, Any] = create_app(Settings()).openapi()["paths"]

    assert len(OPERATIONS) == sum(len(methods) for methods in described.values())
