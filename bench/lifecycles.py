"""Complete lifecycles of a real item by HTTP, with real tokens: submit, accept, two parallel steps, decide, issue,
deliver."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx2

from cli.token import issue

UNIT = "gz-thr-samr"
ITEM = "440199001000"
MATERIALS = ("application_form", "floor_plan", "training", "safety_rules", "facilities")
STEPS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("accept", "window", "check", {"outcome": "accept"}),
    ("review", "examiner", "review", {"outcome": "pass"}),
    ("on_site", "examiner", "on_site", {"outcome": "pass", "officers": ["officer-a", "officer-b"]}),
    ("decide", "approver", "decide", {"outcome": "grant", "text": "符合条件，同意准予。"}),
    ("issue", "window", "issue", {"outcome": "issued"}),
    ("deliver", "window", "deliver", {"outcome": "delivered"}),
)


class Office:
    """People with tokens who carry cases from receipt to delivery."""

    def __init__(self, api: str, home: Path, clients: int) -> None:
        limits = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)
        self.http = httpx2.AsyncClient(base_url=api, timeout=60, limits=limits)
        self.tokens = {
            role: issue(home, f"{role}-1", [role], [] if role == "applicant" else [UNIT])
            for role in ("applicant", "window", "examiner", "approver")
        }
        self.seconds: dict[str, list[float]] = defaultdict(list)

    async def post(self, name: str, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A timed call; anything but success ends the run."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": uuid.uuid4().hex}
        begun = time.perf_counter()
        response = await self.http.post(path, json=body, headers=headers)
        self.seconds[name].append(time.perf_counter() - begun)
        if response.status_code not in (200, 201):
            raise RuntimeError(f"{name}: {response.status_code} {response.text[:300]}")
        return dict(response.json())

    async def lifecycle(self) -> str:
        """One case from receipt to delivery; its number."""
        done = await self.post("submit", "applicant", "/v1/cases", application())
        number = str(done["number"])
        task = f"{number}.1.check"
        for name, who, slot, body in STEPS:
            if slot != "check":
                task = next(t for t in [*done["tasks"]] if t.endswith(f".{slot}"))
            done = await self.post(name, who, f"/v1/tasks/{task}/answer", body)
        if done["ending"] != "granted":
            raise RuntimeError(f"{number} ended as {done['ending']}")
        return number


def application() -> dict[str, Any]:
    """An application of a plainly fictitious person."""
    return {
        "item": ITEM,
        "applicant": {"kind": "person", "name": "测试申请人", "document": {"kind": "passport", "number": "TEST000001"}},
        "situations": {"sells_online": "no"},
        "materials": [{"material": material, "paper": True} for material in MATERIALS],
    }
