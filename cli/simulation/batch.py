"""Many scenarios at once: the files of a folder, read and run side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from cli.simulation.casefile import read_cases
from cli.simulation.course import Course
from cli.simulation.environment import Environment
from cli.simulation.reading import Fault, Unreadable
from cli.simulation.runner import run
from cli.simulation.scenario import Scenario
from cli.simulation.subject import Subject, read_about
from domain.deadline import Office
from domain.words import Text
from registry.calendars import read_calendar

AT_ONCE = 8
ENDING = ".cases.yaml"


class Job(NamedTuple):
    """A scenario and what it is about."""

    scenario: Scenario
    subject: Subject


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The case files that are meant: files themselves, those of a folder, those beside a definition. Raises `Unreadable`
    for what leads to none."""
    files: list[Path] = []
    for path in paths:
        beside = path if path.name.endswith(ENDING) else path.with_name(path.stem + ENDING)
        found = sorted(path.rglob("*" + ENDING)) if path.is_dir() else [beside] if beside.is_file() else []
        if not found:
            says = Text("没有办件实例文件（*.cases.yaml）", "there is no case file (*.cases.yaml)")
            raise Unreadable([Fault(path, 1, 1, says)])
        files += found
    return list(dict.fromkeys(files))


def jobs_in(files: Iterable[Path]) -> list[Job]:
    """The scenarios of the files. Raises `Unreadable` with the faults of all of them."""
    jobs: list[Job] = []
    faults: list[Fault] = []
    for file in files:
        try:
            cases = read_cases(file)
            about = read_about(cases.definition, file, bundle=cases.of_bundle)
            jobs += [Job(one, about.on(one.case.received.date(), file, one.line)) for one in cases.scenarios]
        except Unreadable as unreadable:
            faults += unreadable.faults
    if faults:
        raise Unreadable(faults)
    return jobs


def office_of(definitions: Path) -> Office:
    """The office whose working days the folder of definitions publishes."""
    return Office(calendar=read_calendar(definitions / "calendar"))


async def run_all(
    jobs: Sequence[Job],
    office: Office,
    env: Environment,
    *,
    at_once: int = AT_ONCE,
    done: Callable[[Course], None] = lambda course: None,
) -> list[Course]:
    """The courses of the jobs in their order; each is also told as soon as it is done."""
    free = asyncio.Semaphore(at_once)

    async def course(job: Job) -> Course:
        async with free:
            ran = await run(*job, office, env)
            done(ran)
            return ran

    return await asyncio.gather(*map(course, jobs))
