"""A case file made ready to be played."""

from __future__ import annotations

from typing import NamedTuple

from cli.simulation.casefile import cases_on
from cli.simulation.reading import Sheet
from cli.simulation.scenario import Scenario
from cli.simulation.subject import Subject, read_about


class Job(NamedTuple):
    """A scenario and what it is about."""

    scenario: Scenario
    subject: Subject


def case_jobs(sheet: Sheet) -> list[Job]:
    """The scenarios of a case file. Raises `Unreadable`."""
    cases = cases_on(sheet)
    about = read_about(cases.definition, sheet.file, bundle=cases.of_bundle)
    return [Job(one, about.on(one.case.received.date(), sheet.file, one.line)) for one in cases.scenarios]
