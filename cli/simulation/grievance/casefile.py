"""A file of grievances read: each with the case that it is about, or every fault that the file has, at its line."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from cli.simulation.faults import doubled, faults_of, out_of_order
from cli.simulation.grievance.scenario import GrievanceScenario, ItsCase, WrittenGrievance, WrittenGrievances
from cli.simulation.jobs import Job, case_jobs
from cli.simulation.reading import Sheet, Unreadable, read
from cli.simulation.subject import BundleOnDay, Subject, read_about
from domain.bundle.definition import BundleDefinition
from domain.definition import ItemDefinition
from domain.words import Text

ACTS = (
    "act: classify | approve_class | transfer | pass_on | send_back | answer | feedback | return_visit | withdraw | review | "
    "notify | calendar, wait: true"
)


class GrievanceJob(NamedTuple):
    """A grievance and what its case is about."""

    scenario: GrievanceScenario
    matter: ItemDefinition | BundleDefinition | None = None
    """That of its case; None where there is none."""
    plays: Job | None = None
    """The case that is really played beside it."""


def grievance_jobs(sheet: Sheet) -> list[GrievanceJob]:
    """The grievances of a file. Raises `Unreadable` with every fault, each at its line."""
    try:
        written = WrittenGrievances.model_validate(sheet.said)
    except ValidationError as error:
        raise Unreadable(faults_of(sheet, error, ACTS)) from None
    faults = [*out_of_order(sheet, written.cases), *doubled(sheet, written.cases)]
    jobs: list[GrievanceJob] = []
    for n, case in enumerate(written.cases):
        try:
            jobs.append(_job(sheet, n, case))
        except Unreadable as unreadable:
            faults += unreadable.faults
    if faults:
        raise Unreadable(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    return jobs


def _job(sheet: Sheet, n: int, case: WrittenGrievance) -> GrievanceJob:
    scenario = GrievanceScenario(
        case=case,
        file=sheet.file,
        line=sheet.place(("cases", n))[0],
        act_lines=tuple(sheet.place(("cases", n, "acts", m))[0] for m in range(len(case.acts))),
    )
    if case.case is None:
        return GrievanceJob(scenario)
    place = ("cases", n, "case")
    _check_file(sheet, place, case.case)
    if case.case.cases is None:
        subject = _subject(sheet, case.case, case.received.date(), sheet.place(place)[0])
        return GrievanceJob(scenario, _matter(sheet, place, case.case.part, subject))
    plays = _played(sheet, place, case.case)
    if plays.scenario.case.received > case.received:
        text = Text("登记早于关联办件的收件", "this is before the receipt of its case")
        raise Unreadable([sheet.fault(("cases", n, "received"), text)])
    return GrievanceJob(scenario, _matter(sheet, place, case.case.part, plays.subject), plays)


def _check_file(sheet: Sheet, place: tuple[str | int, ...], its: ItsCase) -> None:
    key = next(name for name in ("item", "bundle", "cases") if getattr(its, name) is not None)
    file = sheet.file.parent / getattr(its, key)
    if not file.is_file():
        raise Unreadable([sheet.fault((*place, key), Text(f"找不到文件 {file}", f"there is no file {file}"))])


def _subject(sheet: Sheet, its: ItsCase, day: date, line: int) -> Subject:
    name = its.item or its.bundle or ""
    return read_about(sheet.file.parent / name, sheet.file, bundle=its.bundle is not None).on(day, sheet.file, line)


def _matter(
    sheet: Sheet, place: tuple[str | int, ...], part: str | None, subject: Subject
) -> ItemDefinition | BundleDefinition:
    """The item or bundle that the case is of. Raises `Unreadable` for an item that the bundle does not have."""
    if isinstance(subject, ItemDefinition) and part is None:
        return subject
    if isinstance(subject, BundleOnDay) and (part is None or part in subject.items):
        return subject.definition if part is None else subject.items[part]
    known = "、".join(subject.items) if isinstance(subject, BundleOnDay) else "无"
    raise Unreadable(
        [sheet.fault((*place, "part"), Text(f"没有事项 {part}；有的是：{known}", f"no item {part} there; {known}"))]
    )


def _played(sheet: Sheet, place: tuple[str | int, ...], its: ItsCase) -> Job:
    """The case of the other file. Raises `Unreadable`, also for the faults of that file."""
    jobs = case_jobs(read(sheet.file.parent / (its.cases or "")))
    for job in jobs:
        if job.scenario.name == its.name:
            return job
    names = "；".join(job.scenario.name for job in jobs)
    raise Unreadable([sheet.fault((*place, "name"), Text(f"其中没有这个案例；有：{names}", f"no such case; {names}"))])
