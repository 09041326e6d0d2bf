"""The format of files of grievances: what officials may write, and how a slip of the pen is shown."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from cli.simulation.batch import jobs_in
from cli.simulation.grievance.casefile import GrievanceJob
from cli.simulation.grievance.opening import rules_for, start_of
from cli.simulation.grievance.scenario import ClassifyAct, WaitAct
from cli.simulation.opening import NoSuchCase
from cli.simulation.reading import Unreadable
from domain.deadline import Office
from domain.supervision.rules import Class
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from tests.papers.builders import DEFINITIONS

CASE = """\
  - name: 一个反映件
    basis: ["gz:13.5"]
    received: 2026-03-16 09:30
    unit: gz-thr-samr
    acts:
      - {on: 2026-03-16 10:00, act: classify, klass: simple, grounds: [not_taken]}
    expect: {leg: transfer}
"""
HEAD = "kind: grievance_cases\ncases:\n"
ACT = "{on: 2026-03-16 10:00, act: classify, klass: simple, grounds: [not_taken]}"
ITEM = f"item: {DEFINITIONS}/items/food_permit_new.yaml"
FOOD = f"cases: {DEFINITIONS}/items/food_permit_new.cases.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.cases.yaml"


def job(file: Path, text: str = CASE) -> GrievanceJob:
    file.write_text(HEAD + text, encoding="utf-8")
    (only,) = jobs_in([file])
    assert isinstance(only, GrievanceJob)
    return only


def faults(file: Path, text: str) -> list[str]:
    """Line and words of every fault."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        jobs_in([file])
    return [f"{fault.line} {fault.text.zh}" for fault in refused.value.faults]


def about(text: str) -> str:
    return CASE.replace("    unit: gz-thr-samr\n", f"    case: {{{text}}}\n")


def test_a_grievance_is_read_with_its_places(file: Path) -> None:
    scenario = job(file).scenario

    assert scenario.name == "一个反映件"
    assert scenario.case.acts == (
        ClassifyAct(
            on=datetime(2026, 3, 16, 10, tzinfo=SHANGHAI), act="classify", klass=Class.SIMPLE, grounds=("not_taken",)
        ),
    )
    assert (scenario.line, scenario.line_of(0), scenario.line_of(None)) == (3, 8, 3)


def test_waiting_and_due_days_are_read_as_in_the_cases_of_items(file: Path) -> None:
    (wait,) = job(file, CASE.replace(ACT, "{on: 2026-03-16 10:00, wait: true, expect: {due: {answer: null, transfer: 2026-03-17}}}")).scenario.case.acts  # fmt: skip

    assert isinstance(wait, WaitAct)
    assert wait.expect is not None
    assert wait.expect.due == {"answer": None, "transfer": date(2026, 3, 17)}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("act: classify", "act: clasify", ["8 cases.0.acts.0：没有这样的步骤；可以写：act: classify | approve_class"]),
        ("klass: simple", "class: simple", ["8 cases.0.acts.0.class：没有这个键"]),
        ("klass: simple", "klass: easy", ["8 cases.0.acts.0.klass：不能是 'easy'，只能是"]),
        ("grounds: [not_taken]}", "grounds: [lazy]}", ["8 cases.0.acts.0.grounds.0：不能是 'lazy'"]),
        (
            "grounds: [not_taken]}",
            "by: window, grounds: [not_taken]}",
            ["8 cases.0.acts.0.by：'window' 写法不对"],
        ),
        ("{leg: transfer}", "{}", ["9 cases.0.expect：预期须写明至少一项"]),
        ("{leg: transfer}", "{legs: transfer}", ["9 cases.0.expect.legs：没有这个键"]),
        ("{leg: transfer}", "{times: {happened: 1}}", ["9 cases.0.expect.times.happened：不能是 'happened'"]),
        ("{leg: transfer}", "{level: 3}", ["9 cases.0.expect.level："]),
        ("received: 2026-03-16 09:30", "received: 2026-03-16", ["5 cases.0.received：需要日期和时刻"]),
        ("received: 2026-03-16 09:30", "received: 2023-03-16 09:30", ["3 cases.0：登记须在 2024 至 2027 年之间"]),
        ("2026-03-16 10:00", "2026-03-16 09:00", ["8 这一步早于前一步（或早于收件）"]),
        ("    unit: gz-thr-samr\n", "", ["3 cases.0：case、unit、window 至少写一个"]),
        ("unit: gz-thr-samr", "unit: gz-thr-samr\n    channel: letter", ["7 cases.0.channel：不能是 'letter'"]),
        (
            "unit: gz-thr-samr",
            "unit: gz-thr-samr\n    channel: system\n    grounds: [difficult]",
            ["3 cases.0：系统发现的须写明 grounds"],
        ),
        (
            "unit: gz-thr-samr",
            "unit: gz-thr-samr\n    rules: {anwser: {complex: 3}, attempts: 0}",
            ["7 cases.0.rules.anwser：没有这个键", "7 cases.0.rules.attempts："],
        ),
        (CASE, CASE + CASE, ["10 本文件中已有同名的案例"]),
        (
            "kind: grievance_cases",
            "kind: grievances",
            ["1 kind：不能是 'grievances'，只能是 'cases' 或 'grievance_cases'"],
        ),
    ],
)
def test_a_slip_of_the_pen_is_shown_at_its_line(file: Path, right: str, wrong: str, told: list[str]) -> None:
    found = faults(file, (HEAD + CASE).replace(right, wrong, 1))

    assert all(any(one.startswith(start) for one in found) for start in told), found


@pytest.mark.parametrize(
    ("its", "told"),
    [
        ("item: none.yaml", "6 找不到文件"),
        (f"{ITEM}, part: gas", "6 cases.0.case：单个事项没有 part"),
        (f"bundle: {DEFINITIONS}/bundles/restaurant.yaml, part: gas", "6 没有事项 gas；有的是：licence、"),
        (f"bundle: {DEFINITIONS}/items/food_permit_new.yaml", "1 food_permit_new.yaml 是 item 的定义，不是 bundle"),
        (f"{ITEM}, bundle: b.yaml", "6 cases.0.case：item、bundle、cases 须写其中一个"),
        (FOOD, "6 cases.0.case：cases 须与 name 一起写"),
        (f"{FOOD}, name: 没有的", "6 其中没有这个案例；有：材料齐全"),
        (f"{FOOD}, name: 审查期间申请人撤回申请", "5 登记早于关联办件的收件"),
        (f"{ITEM}, until: 2026-03-17 10:00", "6 cases.0.case：until 与 cases 一起写"),
        (
            f"{FOOD}, name: 审查期间申请人撤回申请, refuses: {{accept_now: no}}",
            "6 cases.0.case：真实办理的办件自己决定",
        ),
    ],
)
def test_a_case_that_is_not_there_is_shown_at_its_line(file: Path, its: str, told: str) -> None:
    (only,) = faults(file, HEAD + about(its))

    assert only.startswith(told), only


def test_all_faults_are_told_at_once(file: Path) -> None:
    text = HEAD + CASE.replace("leg:", "lag:").replace("klass: simple", "klass: easy") + about("item: a.yaml")

    assert [line.split()[0] for line in faults(file, text)] == ["8", "9"]
    assert [line.split()[0] for line in faults(file, HEAD + CASE + about("item: a.yaml"))] == ["10", "13"]


def test_the_rules_are_those_of_the_place_but_for_what_is_written(file: Path) -> None:
    written = job(file, CASE.replace("unit:", "rules: {answer: {complex: 3}, attempts: 1}\n    unit:")).scenario.case

    rules = rules_for(written, "gz-thr-samr")

    assert (rules.answer.simple, rules.answer.complex, rules.answer.very_complex) == (0, 3, 10)
    assert (rules.attempts, rules.classification, rules.return_visit) == (1, 1, 4)


@pytest.mark.parametrize(
    ("channel", "by"),
    [("window", "grievance_window-1"), ("online", "applicant-1"), ("hotline", "hotline-1"), ("system", None)],
)
def test_who_reports_it_follows_from_the_channel(file: Path, channel: str, by: str | None) -> None:
    read = job(file, CASE.replace("unit:", f"channel: {channel}\n    grounds: [not_taken]\n    unit:"))
    office = Office(calendar=read_calendar(DEFINITIONS / "calendar"))

    start = start_of("SIM", read, office, datetime(2026, 3, 1, tzinfo=SHANGHAI), None)

    assert (start.by.id if start.by else None) == by
    assert start.found is (channel == "system")
    assert (start.window, start.unit, start.case) == ("gz-thr-management", "gz-thr-samr", None)


def test_a_place_that_nobody_oversees_needs_a_window(file: Path) -> None:
    read = job(file, CASE.replace("gz-thr-samr", "sz-samr"))
    office = Office(calendar=read_calendar(DEFINITIONS / "calendar"))

    with pytest.raises(NoSuchCase, match="say `window`"):
        start_of("SIM", read, office, datetime(2026, 3, 1, tzinfo=SHANGHAI), None)
