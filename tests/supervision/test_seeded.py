"""Whatever went wrong is found, with the evidence that shows it; nothing is invented and nothing doubled."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime

import pytest

from activities.case_file import CaseFile
from cli.simulation.casefile import read_cases
from cli.simulation.environment import Environment
from cli.simulation.subject import read_about
from registry.calendars import read_calendar
from storage.database import Database
from storage.tables import FindingRow
from tests.counter import Counter as Desk
from tests.papers.builders import DEFINITIONS, the_definition
from tests.stateful.days import days_of
from tests.supervision.filing import all_filed, found_of, lived
from tests.supervision.lives import KINDS, Life, Lives

SEED = 20260504
OF_EACH = 4
BUNDLES = ("restaurant", "newborn")
Shown = set[tuple[str | None, str | None]]


def shown(rows: list[FindingRow], *, withdrawn: bool) -> Shown:
    return {
        (row.clock, row.evidence.get("limit", {}).get("due_day"))
        for row in rows
        if (row.withdrawn_at is not None) is withdrawn
    }


@pytest.mark.shows("N5", "N13")
@pytest.mark.timeout(300)
async def test_every_seeded_breach_is_found_once_with_its_evidence_and_none_is_invented(
    counter: Desk, database: Database, case_file: CaseFile, simulation: Environment
) -> None:
    dice = random.Random(SEED)
    lives = Lives(dice, days_of(read_calendar(DEFINITIONS / "calendar"))).all(OF_EACH)
    played = [(life.scenario(), the_definition(life.item)) for life in lives]

    courses = await lived(played, simulation)
    failed = [f"{course.scenario.name}: {one.said_in('en')}" for course in courses for one in course.failures]
    assert failed == []
    filed = await all_filed(courses, database, case_file, dice)

    numbers = [numbers[0] for numbers in filed]
    found = await found_of(database, numbers)
    wrong = [
        f"{life.name} {life.received}: expected {life.found} withdrawn {life.withdrawn}, found "
        f"{shown(found[number], withdrawn=False)} withdrawn {shown(found[number], withdrawn=True)}"
        for life, number in zip(lives, numbers, strict=True)
        if (shown(found[number], withdrawn=False), shown(found[number], withdrawn=True)) != (life.found, life.withdrawn)
    ]
    assert wrong == []
    assert sum(len(rows) for rows in found.values()) == sum(len(life.found) + len(life.withdrawn) for life in lives)
    clean = sum(not life.found and not life.withdrawn for life in lives)
    assert len(lives) == OF_EACH * len(KINDS) >= 80
    assert 0.35 <= clean / len(lives) <= 0.65
    for number, rows in found.items():
        for row in rows:
            _check_evidence(number, row, _life_of(lives, numbers, number))


def _life_of(lives: list[Life], numbers: list[str], number: str) -> Life:
    return lives[numbers.index(number)]


def _check_evidence(number: str, row: FindingRow, life: Life) -> None:
    evidence = row.evidence
    assert evidence["certificate"] == f"/v1/cases/{number}/deadline"
    assert evidence["events"][-1]["seq"] == row.seq
    if row.clock is None:
        assert [one["kind"] for one in evidence["events"]] == [
            "notified",
            "materials_received",
            "notified",
            "breach_found",
        ]
        assert [one["paper"] for one in evidence["papers"]].count("one_time_notice") == 2
        assert [one["material"] for one in evidence["late"]] == ["application_form"]
        return
    limit = evidence["limit"]
    passed_at, due_at = datetime.fromisoformat(limit["passed_at"]), datetime.fromisoformat(limit["due_at"])
    assert 0 <= (passed_at - due_at).total_seconds() < 60
    assert datetime.fromisoformat(limit["started_at"]) >= life.received
    assert limit["paused"] == (1 if life.name == "paused" and row.clock == "promised" else 0)
    assert limit["extended"] == (1 if life.name == "extended" and row.clock == "promised" else 0)


@pytest.mark.shows("N13")
@pytest.mark.timeout(300)
async def test_of_bundles_it_is_found_what_officials_wrote_down_as_late(
    counter: Desk, database: Database, case_file: CaseFile, simulation: Environment
) -> None:
    written = [read_cases(DEFINITIONS / "bundles" / f"{name}.cases.yaml") for name in BUNDLES]
    played = [
        (one, read_about(cases.definition, cases.file, bundle=True).on(one.case.received.date(), cases.file, 1))
        for cases in written
        for one in cases.scenarios
    ]
    dice = random.Random(SEED)

    courses = await lived(played, simulation)
    filed = await all_filed(courses, database, case_file, dice)

    compared: Counter[str] = Counter()
    for course, numbers in zip(courses, filed, strict=True):
        assert course.as_written, course.failures
        found = await found_of(database, numbers)
        expected = course.scenario.case.expect
        said = {
            numbers[0]: expected,
            **{course.parts[id_].number: part for id_, part in expected.parts.items() if id_ in course.parts},
        }
        for number, one in said.items():
            if one.names("late"):
                late = {clock for clock, _ in shown(found[number], withdrawn=False)} - {None}
                assert late == {key for key in one.late if _is_the_offices(key)}, course.scenario.name
                compared["late" if late else "clean"] += 1
            for row in found[number]:
                in_bundle = number != numbers[0]
                assert row.evidence.get("bundle") == (numbers[0] if in_bundle else None)
                compared["of an item" if in_bundle else "of the whole"] += 1
    assert min(compared[kind] for kind in ("late", "clean", "of an item", "of the whole")) >= 2, compared


def _is_the_offices(key: str) -> bool:
    return key.partition(":")[0] in ("acceptance", "promised", "statutory", "delivery", "step")
