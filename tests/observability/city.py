"""A whole stack with two workers, and an office that works in it by HTTP."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2

from cli.embedded import Running, launched
from cli.embedded.ports import HOST, free_ports
from tests.counter import Counter
from tests.observability.scrape import Scrape, scraped

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0


class City(NamedTuple):
    """The stack, and where its metrics are."""

    stack: Running
    second: str
    """Metrics of the worker that is not the stack's own."""

    @property
    def pages(self) -> tuple[str, str, str]:
        """Of the API, of the worker, and of the second worker."""
        addresses = self.stack.addresses
        return addresses["metrics_api"], addresses["metrics_worker"], self.second


@contextmanager
def city(home: Path) -> Iterator[City]:
    """It reckons its figures twice a second."""
    with launched(home, durable=False, output=subprocess.DEVNULL) as stack, _second_worker(stack) as address:
        yield City(stack, address)


@contextmanager
def _second_worker(stack: Running) -> Iterator[str]:
    port = free_ports(1)[0]
    env = {**os.environ, **stack.environment, "BANCHENG_METRICS_PORT": str(port), "PYTHONPATH": str(ROOT)}
    with (Path(stack.home) / "log" / "second.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-P", "-m", "worker"], env=env, stdout=log, stderr=log)
        try:
            yield f"http://{HOST}:{port}/metrics"
        finally:
            process.kill()
            process.wait()


@asynccontextmanager
async def office(stack: Running) -> AsyncIterator[Counter]:
    """The food permit is published."""
    async with httpx2.AsyncClient(base_url=stack.addresses["api"], timeout=60) as client:
        counter = Counter(client, Path(stack.home))
        await publish_the_food_permit(counter)
        yield counter


async def publish_the_food_permit(counter: Counter) -> None:
    """One item is enough."""
    headers = {"Content-Type": "application/yaml", "Idempotency-Key": "register-food_permit_new"}
    registrar = counter.headers("registrar", ("*",), **headers)
    text = (ROOT / "definitions/items/food_permit_new.yaml").read_bytes()
    where = (await counter.client.post("/v1/definitions", headers=registrar, content=text)).json()
    path = f"/v1/definitions/{where['code']}/versions/{where['version']}/publication"
    assert (await counter.post("publisher", path, {}, units=("*",))).status_code == 200


async def seen(
    pages: tuple[str, ...],
    holds: Callable[[Scrape], bool],
    told: Callable[[Scrape], object] = lambda page: _short(page),
) -> Scrape:
    """What the pages say once that holds; a page that does not answer yet is asked again. Fails with what is `told`."""
    last: Scrape | Exception | None = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    last = page = await scraped(pages)
                    if holds(page):
                        return page
                except httpx2.TransportError as error:
                    last = error
                await asyncio.sleep(0.3)
    except TimeoutError:
        said = told(last) if isinstance(last, Scrape) else last
        raise AssertionError(f"it did not come true: {said}") from None


def _short(page: Scrape) -> object:
    return {name: points for name, points in page.items() if name.startswith("bancheng_") and "_took" not in name}
