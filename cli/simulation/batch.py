"""Many scenarios at once: the files of a folder, read and run side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from cli.simulation.course import Course
from cli.simulation.environment import Environment
from cli.simulation.grievance.casefile import GrievanceJob, grievance_jobs
from cli.simulation.grievance.course import GrievanceCourse
from cli.simulation.grievance.runner import run_grievance
from cli.simulation.grievance.scenario import KIND
from cli.simulation.jobs import Job, case_jobs
from cli.simulation.reading import Fault, Sheet, Unreadable, read
from cli.simulation.runner import run
from domain.deadline import Office
from domain.words import Text
from registry.calendars import read_calendar

AT_ONCE = 8
ENDING = ".cases.yaml"
AnyJob = Job | GrievanceJob
AnyCourse = Course | GrievanceCourse
READERS: Mapping[str, Callable[[Sheet], Sequence[AnyJob]]] = {"cases": case_jobs, KIND: grievance_jobs}
"""Who reads a file, by the kind that it says it is."""


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


def jobs_in(files: Iterable[Path]) -> list[AnyJob]:
    """The scenarios of the files. Raises `Unreadable` with the faults of all of them."""
    jobs: list[AnyJob] = []
    faults: list[Fault] = []
    for file in files:
        try:
            sheet = read(file)
            jobs += READERS[_kind_of(sheet)](sheet)
        except Unreadable as unreadable:
            faults += unreadable.faults
    if faults:
        raise Unreadable(faults)
    return jobs


def _kind_of(sheet: Sheet) -> str:
    """What the file holds; what says nothing is read as cases. Raises `Unreadable` for a kind that there is not."""
    kind = sheet.said.get("kind", "cases") if isinstance(sheet.said, dict) else "cases"
    if kind not in READERS:
        known = [f"'{one}'" for one in READERS]
        says = Text(
            f"kind：不能是 {kind!r}，只能是 {' 或 '.join(known)}", f"kind: {kind!r} is not {' or '.join(known)}"
        )
        raise Unreadable([sheet.fault(("kind",), says)])
    return str(kind)


def office_of(definitions: Path) -> Office:
    """The office whose working days the folder of definitions publishes."""
    return Office(calendar=read_calendar(definitions / "calendar"))


async def run_job(job: AnyJob, office: Office, env: Environment) -> AnyCourse:
    """The course of one job; what is not as written is in its failures, never raised."""
    if isinstance(job, GrievanceJob):
        return await run_grievance(job, office, env)
    return await run(*job, office, env)


async def run_all(
    jobs: Sequence[AnyJob],
    office: Office,
    env: Environment,
    *,
    at_once: int = AT_ONCE,
    done: Callable[[AnyCourse], None] = lambda course: None,
) -> list[AnyCourse]:
    """The courses of the jobs in their order; each is also told as soon as it is done."""
    free = asyncio.Semaphore(at_once)

    async def course(job: AnyJob) -> AnyCourse:
        async with free:
            ran = await run_job(job, office, env)
            done(ran)
            return ran

    return await asyncio.gather(*map(course, jobs))
