"""One server that skips time for every case of the folder, and all cases at once on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from cli.simulation.batch import AT_ONCE, AnyCourse, AnyJob, Job, jobs_in, office_of, run_job
from cli.simulation.environment import Environment, environment
from domain.deadline import Office

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"

Play = Callable[[AnyJob], Awaitable[AnyCourse]]


@pytest.fixture(scope="package")
async def simulation() -> AsyncIterator[Environment]:
    async with environment() as started:
        yield started


@pytest.fixture(scope="package")
def office() -> Office:
    return office_of(ROOT / "definitions")


@pytest.fixture(scope="package")
def play(simulation: Environment, office: Office) -> Play:
    """Runs one job; never more at once than the machine can carry."""
    free = asyncio.Semaphore(AT_ONCE)

    async def played(job: AnyJob) -> AnyCourse:
        async with free:
            return await run_job(job, office, simulation)

    return played


@pytest.fixture(scope="package")
async def courses(request: pytest.FixtureRequest, play: Play) -> AsyncIterator[dict[str, asyncio.Task[AnyCourse]]]:
    """The courses of every job that was collected, under way side by side; each test waits for its own."""
    jobs = {item.callspec.id: item.callspec.params["job"] for item in request.session.items if _has_job(item)}
    under_way = {name: asyncio.create_task(play(job)) for name, job in jobs.items()}
    yield under_way
    for task in under_way.values():
        task.cancel()
    await asyncio.gather(*under_way.values(), return_exceptions=True)


@pytest.fixture
def case(tmp_path: Path) -> Callable[[str], Job]:
    """The job of a case that is written in a test, in the words of a case file; the item is the sample's."""

    def written(text: str) -> Job:
        file = tmp_path / "written.cases.yaml"
        (tmp_path / "kiosk.yaml").write_bytes((SAMPLES / "kiosk.yaml").read_bytes())
        file.write_text(f"kind: cases\nitem: kiosk.yaml\ncases:\n{text}", encoding="utf-8")
        return jobs_in([file])[0]

    return written


def _has_job(item: pytest.Item) -> bool:
    return "job" in getattr(getattr(item, "callspec", None), "params", {})
