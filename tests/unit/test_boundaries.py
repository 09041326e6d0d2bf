"""The table of boundary cases in `boundaries/`: the product agrees with it, and so does an oracle that knows no product."""

from __future__ import annotations

import ast
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from domain.calendar import Calendar
from domain.deadline import Due, Office, Stretch, due
from domain.limits import Limit, Unit
from domain.values import SHANGHAI
from tests.builders import the_calendar
from tests.unit.boundaries import families, oracle, table
from tests.unit.boundaries.oracle import REAL, Days, Pause
from tests.unit.boundaries.table import Case


def calendar_of(name: str) -> Calendar:
    """The published calendar up to 2026, so that a new notice changes no row; or one that nobody published."""
    if name == REAL:
        years = tuple(year for year in the_calendar().years if year.year in oracle.published(REAL))
        return Calendar(version=name, years=years)
    found = oracle.invented()[name]
    runs = {year: [run.split("..") for run in given["off"]] for year, given in found.items()}
    years_given = [
        {
            "year": year,
            "holidays": [{"name": "假日", "from": first, "to": last} for first, last in runs[year]],
            "make_up": given["make_up"],
        }
        for year, given in found.items()
    ]
    return Calendar.model_validate({"version": name, "years": years_given})


def limit_of(days: Days) -> Limit:
    return Limit(days=days[0], unit=Unit(days[1]))


def stretch_of(pause: Pause) -> Stretch:
    since = pause.since.replace(tzinfo=SHANGHAI)
    return Stretch(procedure="inspection", since=since, first=pause.first, last=pause.last)


def found_by_the_product(case: Case) -> Due:
    row = case.row
    office = Office(calendar=calendar_of(row.calendar), closing_time=row.closing)
    pauses, more = [stretch_of(pause) for pause in row.pauses], [limit_of(days) for days in row.more]
    return due(row.start.replace(tzinfo=SHANGHAI), limit_of(row.limit), office, pauses, more)


@pytest.mark.parametrize("case", table.cases(), ids=str)
def test_due_day_is_the_one_of_the_table(case: Case) -> None:
    found = found_by_the_product(case)

    assert found.day == case.expected.day
    assert found.at == case.expected.at.replace(tzinfo=SHANGHAI)
    assert found.provisional is case.expected.provisional


def test_oracle_comes_to_every_due_day_of_the_table() -> None:
    differing = [case for case in table.cases() if oracle.answer(case.row) != case.expected]

    assert differing == []


@pytest.mark.parametrize(("file", "lines"), [("holidays", families.of_holidays), ("make_up", families.of_make_up_days)])
def test_rows_of_every_break_and_make_up_day_are_those_that_are_written_anew(file: str, lines: object) -> None:
    assert callable(lines)

    written = families.HEAD + "".join(families.written(line) for line in lines())

    assert (oracle.HERE / f"{file}.yaml").read_text("utf-8") == written


def test_oracle_knows_nothing_of_the_product() -> None:
    of_the_product = {"domain", "workflows", "activities", "storage", "registry", "api", "worker", "cli"}

    imported = {
        name.split(".")[0]
        for file in Path(oracle.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }

    assert not imported & of_the_product


def test_table_is_as_wide_as_it_says() -> None:
    cases = table.cases()
    kinds = {
        "pauses": sum(bool(case.row.pauses) for case in cases),
        "extensions": sum(bool(case.row.more) for case in cases),
        "natural": sum(case.row.limit[1] == "natural" for case in cases),
        "hours": sum(0 < case.row.limit[0] < 1 for case in cases),
        "closing": sum(case.row.closing is not None for case in cases),
        "provisional": sum(case.expected.provisional for case in cases),
    }

    assert len(cases) >= 240
    assert sum(case.row.calendar == REAL for case in cases) * 2 >= len(cases)
    assert {kind for kind, count in kinds.items() if count < 15} == set()
    assert [name for name, count in Counter(case.row.name for case in cases).items() if count > 1] == []


def test_every_file_of_the_folder_is_read() -> None:
    files = {path.stem for path in oracle.HERE.glob("*.yaml")} - {"calendars"}

    assert files == set(table.FILES)


def test_real_years_have_as_many_working_days_as_the_facts_say() -> None:
    worked = Counter(day.year for day, works in oracle.sheet(REAL).items() if works)

    assert {year: worked[year] for year in (2024, 2025, 2026)} == {2024: 251, 2025: 248, 2026: 248}


def test_oracle_and_product_agree_on_every_day_of_every_calendar_of_the_table() -> None:
    for name in (REAL, *oracle.invented()):
        ours, theirs = calendar_of(name), oracle.sheet(name)
        differing = [day for day, works in theirs.items() if day >= date(2024, 1, 1) and ours.is_worked(day) != works]
        assert differing == [], name
