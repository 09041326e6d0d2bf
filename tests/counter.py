"""The counter as tests use it: by HTTP, with real tokens, as the people of an office and their applicants."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from api.app import create_app
from cli.token import issue
from settings import Settings

UNIT = "gz-thr-samr"
FOOD_PERMIT = "440199001000"
FOOD_MATERIALS = ("application_form", "floor_plan", "training", "safety_rules", "facilities")
FOOD_MAIN = ("application_form", "floor_plan")


class Counter:
    """Speaks to the API for a person with a role."""

    def __init__(self, client: httpx2.AsyncClient, home: Path) -> None:
        self.client, self.home = client, home
        self._tokens: dict[tuple[str, str, tuple[str, ...]], str] = {}

    def headers(self, who: str, units: tuple[str, ...] = (UNIT,), **more: str) -> dict[str, str]:
        """The headers of a person such as `examiner` or `examiner-2`; the role is the word before the hyphen."""
        role = who.split("-")[0]
        known = (who, role, units)
        if known not in self._tokens:
            self._tokens[known] = issue(self.home, who, [role], [] if role == "applicant" else list(units))
        return {"Authorization": f"Bearer {self._tokens[known]}", **more}

    async def get(self, who: str, path: str, units: tuple[str, ...] = (UNIT,), **params: Any) -> httpx2.Response:
        """What the person sees there."""
        return await self.client.get(path, headers=self.headers(who, units), params=params)

    async def post(
        self, who: str, path: str, body: Any, key: str | None = None, units: tuple[str, ...] = (UNIT,)
    ) -> httpx2.Response:
        """What the person is answered."""
        key = key or f"test-{uuid.uuid4()}"
        return await self.client.post(path, headers=self.headers(who, units, **{"Idempotency-Key": key}), json=body)

    async def until_answered(self, who: str, path: str, body: Any, units: tuple[str, ...] = (UNIT,)) -> httpx2.Response:
        """What the person is answered at last: the engine may ask a worker first that has just gone, and then the same
        request is sent again with its key, as the API asks."""
        key = f"test-{uuid.uuid4()}"
        while (answer := await self.post(who, path, body, key, units)).status_code == 503:
            assert answer.json()["code"] == "engine_unavailable", answer.text
        return answer

    async def apply(self, who: str = "applicant", key: str | None = None, **changes: Any) -> dict[str, Any]:
        """A case that was taken in; the food permit with everything in hand unless said otherwise."""
        response = await self.post(who, "/v1/cases", an_application(**changes), key)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def open_task(self, number: str, slot: str) -> str:
        """The open task of the slot."""
        tasks = (await self.get("supervisor", f"/v1/cases/{number}/tasks")).json()
        return str(next(t["id"] for t in tasks if t["state"] == "open" and t["id"].endswith(f".{slot}")))

    async def answer(
        self, who: str, number: str, slot: str, outcome: str, units: tuple[str, ...] = (UNIT,), **more: Any
    ) -> httpx2.Response:
        """The person answers the open task of the slot."""
        task = await self.open_task(number, slot)
        return await self.post(who, f"/v1/tasks/{task}/answer", {"outcome": outcome, **more}, units=units)

    async def answered(self, who: str, number: str, slot: str, outcome: str, **more: Any) -> dict[str, Any]:
        """The person answers, and it is allowed."""
        response = await self.answer(who, number, slot, outcome, **more)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def granted(self, number: str) -> dict[str, Any]:
        """The food permit goes all the way from acceptance to delivery."""
        await self.answered("window", number, "check", "accept")
        await self.answered("examiner", number, "review", "pass")
        await self.answered("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])
        await self.answered("approver", number, "decide", "grant")
        await self.answered("window", number, "issue", "issued")
        return await self.answered("window", number, "deliver", "delivered")


def an_application(
    *,
    item: str = FOOD_PERMIT,
    materials: tuple[str, ...] = FOOD_MATERIALS,
    situations: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An application of a plainly fictitious person, with materials shown on paper."""
    return {
        "item": item,
        "applicant": {"kind": "person", "name": "测试申请人", "document": {"kind": "passport", "number": "TEST000001"}},
        "situations": {"sells_online": "no"} if situations is None else dict(situations),
        "materials": [{"material": material, "paper": True} for material in materials],
        **more,
    }


@asynccontextmanager
async def counter_of(settings: Settings) -> AsyncIterator[Counter]:
    """The API in this process, with every definition of the repository published."""
    app = create_app(settings)
    async with app.router.lifespan_context(app), speaking_to(app, settings.home) as opened:
        for kind in ("items", "bundles"):
            await publish_all(opened, settings.definitions / kind)
        yield opened


@asynccontextmanager
async def speaking_to(app: FastAPI, home: Path) -> AsyncIterator[Counter]:
    """The counter of an application in this process."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://counter", timeout=60) as client:
        yield Counter(client, home)


async def publish_all(counter: Counter, folder: Path) -> None:
    """Register every definition of a folder and have a second person publish it."""
    for file in sorted(folder.glob("*.yaml")):
        if file.name.endswith(".cases.yaml"):
            continue
        headers = {"Content-Type": "application/yaml", "Idempotency-Key": f"register-{file.stem}"}
        registrar = counter.headers("registrar", ("*",), **headers)
        registered = await counter.client.post("/v1/definitions", headers=registrar, content=file.read_bytes())
        assert registered.status_code in (200, 201), registered.text
        where = registered.json()
        path = f"/v1/definitions/{where['code']}/versions/{where['version']}/publication"
        published = await counter.post("publisher", path, {}, units=("*",))
        assert published.status_code == 200, published.text
