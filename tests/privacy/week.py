"""Everybody at the counter for a week; wherever a datum of somebody may be given, one is."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.counter import UNIT, Counter, an_application
from tests.privacy.data import Data
from tests.samples import a_pdf

SPECIAL = "442199720000"
OFFICE = ("gz-thr-management",)
PATIENCE = 120.0


class Week:
    """Everybody at the counter, and what they give away."""

    def __init__(self, counter: Counter, data: Data) -> None:
        self.counter, self.data = counter, data
        self.done: list[str] = []

    async def does(
        self, who: str, path: str, body: dict[str, Any], units: tuple[str, ...] = (UNIT,), may_fail: bool = False
    ) -> Any:
        """Somebody does something, which is allowed; or tries what may be refused for its time, but never fails."""
        response = await self.counter.post(who, path, body, units=units)
        assert response.status_code < (500 if may_fail else 300), f"{path} {body} {response.text}"
        if response.status_code < 300:
            self.done.append(f"{path.rpartition('/')[2]} {body.get('act') or body.get('outcome') or ''}".strip())
        return response.json()

    async def acts(self, who: str, number: str, act: str, of: tuple[str, ...] = (UNIT,), **more: Any) -> Any:
        """An act on a case."""
        return await self.does(who, f"/v1/cases/{number}/acts", {"act": act, **more}, of)

    async def answers(
        self, who: str, number: str, slot: str, outcome: str, of: tuple[str, ...] = (UNIT,), **more: Any
    ) -> Any:
        """An answer to a task, as soon as it is there."""
        return await self.does(
            who, f"/v1/tasks/{await self.task(number, slot)}/answer", {"outcome": outcome, **more}, of
        )

    async def task(self, number: str, slot: str) -> str:
        """The open task of a slot."""

        async def there() -> str | None:
            tasks = (await self.counter.get("supervisor", f"/v1/cases/{number}/tasks", ("*",))).json()
            return next((t["id"] for t in tasks if t["state"] == "open" and t["id"].endswith(f".{slot}")), None)

        return str(await once(there))

    async def file(self, who: str) -> dict[str, Any]:
        """A file of somebody, with a name in it and on it."""
        headers = self.counter.headers(who, **{"Idempotency-Key": f"file-{len(self.data.given)}"})
        parts = {"file": (name := self.data.file_name(), a_pdf(self.data.name()), "application/pdf")}
        sent = await self.counter.client.post("/v1/files", headers=headers, files=parts)
        assert sent.status_code == 201, sent.text
        return {"file": sent.json()["digest"], "file_name": name}

    def agent(self) -> dict[str, Any]:
        """One who acts for somebody."""
        document = {"kind": "passport", "number": self.data.passport()}
        return {"name": self.data.name(), "document": document, "mobile": self.data.mobile()}

    def contact(self) -> dict[str, Any]:
        """Where somebody is reached, and by whom they are stood for."""
        data = self.data
        return {"mobile": data.mobile(), "email": data.email(), "address": data.address(), "agent": self.agent()}

    def person(self) -> dict[str, Any]:
        """A person with all that may be known of one."""
        document = {"kind": "resident_id", "number": self.data.resident_id()}
        return {"kind": "person", "name": self.data.name(), "document": document, **self.contact()}

    def organisation(self) -> dict[str, Any]:
        """A body, likewise."""
        data = self.data
        return {"kind": "organisation", "name": data.name(), "credit_code": data.credit_code(), **self.contact()}

    async def applies(self, who: str, **more: Any) -> str:
        """The number of a case that was opened."""
        receipt = await self.does(who, "/v1/cases", an_application(**more))
        await self.looks(receipt)
        return str(receipt["number"])

    async def looks(self, receipt: dict[str, Any]) -> None:
        """Somebody without a token looks with the query code."""
        asked = {"number": receipt["number"], "code": self.data.code(receipt["query_code"])}
        assert (await self.counter.client.get("/v1/progress", params=asked)).status_code == 200


async def once(found: Any) -> Any:
    """What is found, as soon as there is something."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if something := await found():
                return something
            await asyncio.sleep(0.05)
