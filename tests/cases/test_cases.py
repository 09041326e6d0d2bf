"""Every case that officials wrote beside the definitions, on the real workflow."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cli.simulation.batch import ENDING, AnyCourse, AnyJob, files_in, jobs_in

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "definitions", Path(__file__).parent / "samples", Path(__file__).parent / "bundles")


def _id(job: AnyJob) -> str:
    return f"{job.scenario.file.name.removesuffix(ENDING)}:{job.scenario.line}"


@pytest.mark.shows(84)
@pytest.mark.parametrize("job", [pytest.param(job, id=_id(job)) for job in jobs_in(files_in(FOLDERS))])
async def test_case_goes_as_written(
    job: AnyJob, courses: dict[str, asyncio.Task[AnyCourse]], request: pytest.FixtureRequest
) -> None:
    course = await courses[request.node.callspec.id]

    said = [f"{failure.place} {failure.said_in('zh')}" for failure in course.failures]
    assert not said, "\n".join([job.scenario.name, *said])
