"""A client as the counter asks for: what is turned away or not answered is sent again with the same key, until it is answered."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2

from bench.lifecycles import STEPS, UNIT, application
from cli.token import issue

AGAIN = frozenset({429, 500, 502, 503, 504})
PAUSE_SECONDS = 0.3


class Patient:
    """People with tokens who carry cases from receipt to delivery, whatever goes down meanwhile."""

    def __init__(self, api: str, home: Path, dice: random.Random) -> None:
        self.http = httpx2.AsyncClient(base_url=api, timeout=30, limits=httpx2.Limits(max_connections=200))
        self.tokens = {
            role: issue(home, f"{role}-1", [role], [] if role == "applicant" else [UNIT])
            for role in ("applicant", "window", "examiner", "approver", "supervisor")
        }
        self.dice = dice
        self.answers: Counter[str] = Counter()
        """What came of every request: its status, or `unanswered`."""
        self.longest = 0.0
        """The longest time in seconds until a request was answered, repeats included."""

    async def send(self, method: str, who: str, path: str, body: Any = None) -> Any:
        """The answer, however long it takes. Raises `RuntimeError` for a refusal: nothing here is wrong by rule."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": uuid.uuid4().hex}
        began = time.monotonic()
        while True:
            try:
                response = await self.http.request(method, path, json=body, headers=headers)
            except httpx2.TransportError:
                self.answers["unanswered"] += 1
            else:
                self.answers[str(response.status_code)] += 1
                if response.is_success:
                    self.longest = max(self.longest, time.monotonic() - began)
                    return response.json()
                if response.status_code not in AGAIN:
                    raise RuntimeError(f"{path}: {response.status_code} {response.text[:300]}")
            await asyncio.sleep(PAUSE_SECONDS * (1 + self.dice.random()))

    async def lifecycle(self) -> str:
        """One case to its end; its number."""
        number = str((await self.send("POST", "applicant", "/v1/cases", application()))["number"])
        for _, who, slot, body in STEPS:
            await self.send("POST", who, f"/v1/tasks/{await self._open_task(number, slot)}/answer", body)
        return number

    async def _open_task(self, number: str, slot: str) -> str:
        while True:
            for task in await self.send("GET", "supervisor", f"/v1/cases/{number}/tasks"):
                if task["id"].endswith(f".{slot}"):
                    return str(task["id"])
            await asyncio.sleep(PAUSE_SECONDS)
