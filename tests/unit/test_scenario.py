"""The format of case files: what officials may write, and how a slip of the pen is shown."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from cli.simulation.casefile import read_cases
from cli.simulation.reading import Unreadable
from cli.simulation.scenario import AllBut, AnswerAct, DemandLine, Scenario, SupplementAct, WaitAct
from domain.commands import Outcome
from domain.values import SHANGHAI

HEAD = """\
kind: cases
item: some_item.yaml
cases:
"""
CASE = """\
  - name: 一个案例
    basis: ["gz:13.1"]
    received: 2026-03-16 09:00
    acts:
      - {on: 2026-03-16 10:00, task: check, answer: accept}
    expect: {stage: examination}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some_item.cases.yaml"


def scenario(file: Path, text: str) -> Scenario:
    file.write_text(HEAD + text, encoding="utf-8")
    (only,) = read_cases(file).scenarios
    return only


def faults(file: Path, text: str) -> list[str]:
    """Line and words of every fault."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        read_cases(file)
    return [f"{fault.line} {fault.text.zh}" for fault in refused.value.faults]


def with_act(act: str) -> str:
    return CASE.replace("{on: 2026-03-16 10:00, task: check, answer: accept}", act)


def test_a_case_is_read_with_its_places(file: Path) -> None:
    read = scenario(file, CASE)

    assert read.name == "一个案例"
    assert read.case.received == datetime(2026, 3, 16, 9, tzinfo=SHANGHAI)
    assert (read.case.hands_in, read.case.promise, read.case.situations) == ("all", False, {})
    assert read.case.acts == (
        AnswerAct(on=datetime(2026, 3, 16, 10, tzinfo=SHANGHAI), task="check", answer=Outcome.ACCEPT),
    )
    assert (read.line, read.line_of(0), read.line_of(None)) == (4, 8, 4)


def test_the_definition_lies_beside_the_cases(file: Path) -> None:
    file.write_text(HEAD + CASE, encoding="utf-8")

    assert read_cases(file).definition == file.parent / "some_item.yaml"


def test_no_without_quotes_is_a_word(file: Path) -> None:
    read = scenario(file, CASE.replace("    acts:", "    situations: {sells_online: no}\n    acts:"))

    assert read.case.situations == {"sells_online": "no"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("all", "all"), ("[form, plan]", ("form", "plan")), ("{all_but: [form]}", AllBut(all_but=("form",)))],
)
def test_what_is_handed_in_is_said_in_three_ways(file: Path, written: str, meant: object) -> None:
    read = scenario(file, CASE.replace("    acts:", f"    hands_in: {written}\n    acts:"))

    assert read.case.hands_in == meant


def test_demands_are_materials_defects_or_requirements(file: Path) -> None:
    act = "{on: 2026-03-16 10:00, task: check, answer: notify, demands: [plan, {material: form, defect: 未签名}, {defect: 另需说明}]}"

    (read,) = scenario(file, with_act(act)).case.acts

    assert isinstance(read, AnswerAct)
    assert read.demands == ("plan", DemandLine(material="form", defect="未签名"), DemandLine(defect="另需说明"))


def test_acts_other_than_answers(file: Path) -> None:
    acts = """\
{on: 2026-03-16 10:00, act: supplement, materials: [plan]}
      - {on: 2026-03-16 10:00, wait: true, expect: {due: {"step:review": 2026-03-17}}}"""

    supplement, wait = scenario(file, with_act(acts)).case.acts

    assert isinstance(supplement, SupplementAct)
    assert isinstance(wait, WaitAct)
    assert wait.expect is not None
    assert wait.expect.due == {"step:review": date(2026, 3, 17)}


def test_midnight_may_be_written_as_the_end_of_the_day(file: Path) -> None:
    read = scenario(file, CASE.replace("{stage: examination}", "{due_at: {promised: 2026-03-23 24:00}}"))

    assert read.case.expect.due_at == {"promised": datetime(2026, 3, 24, tzinfo=SHANGHAI)}


def test_an_expectation_looks_only_at_what_it_names(file: Path) -> None:
    expect = scenario(file, CASE.replace("{stage: examination}", "{ending: null, late: []}")).case.expect

    assert [name for name in type(expect).model_fields if expect.names(name)] == ["ending", "late"]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            "task: check,",
            "tsk: check,",
            ["8 cases.0.acts.0.task：缺少这一项", "8 cases.0.acts.0.tsk：没有这个键，请核对拼写"],
        ),
        ("answer: accept}", "answer: acept}", ["8 cases.0.acts.0.answer：不能是 'acept'，只能是"]),
        ("task: check, answer: accept", "act: wthdraw", ["8 cases.0.acts.0：没有这样的步骤"]),
        ("stage: examination", "stages: examination", ["9 cases.0.expect.stages：没有这个键"]),
        ("{stage: examination}", "{}", ["9 cases.0.expect：预期须写明至少一项"]),
        (
            "{stage: examination}",
            "{due: {promise_: 2026-03-16}}",
            ["9 cases.0.expect.due.promise_：'promise_' 写法不对"],
        ),
        ("{stage: examination}", "{breach: maybe}", ["9 cases.0.expect.breach：只能写 true 或 false"]),
        ("{stage: examination}", "{accepted: 16.3.2026}", ["9 cases.0.expect.accepted：需要日期"]),
        ("received: 2026-03-16 09:00", "received: 2026-03-16", ["6 cases.0.received：需要日期和时刻"]),
        ("received: 2026-03-16 09:00", "received: 2023-03-16 09:00", ["4 cases.0：收件须在 2024 至 2027 年之间"]),
        ("2026-03-16 10:00", "2026-03-16 08:00", ["8 这一步早于前一步（或早于收件）"]),
        ("2026-03-16 10:00", "2026-13-16 10:00", ["8 cases.0.acts.0.on："]),
        ('["gz:13.1"]', "[]", ["5 cases.0.basis："]),
        ("answer: accept}", "answer: accept, officers: two}", ["8 cases.0.acts.0.officers："] * 2),
        (CASE, CASE + CASE, ["10 本文件中已有同名的案例"]),
        ("item: some_item.yaml", "item: some_item", ["2 item：'some_item' 写法不对"]),
        ("kind: cases", "kind: case", ["1 kind：不能是 'case'，只能是 'cases'"]),
    ],
)
def test_a_slip_of_the_pen_is_shown_at_its_line(file: Path, right: str, wrong: str, told: list[str]) -> None:
    found = faults(file, (HEAD + CASE).replace(right, wrong, 1))

    assert len(found) == len(told), found
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True)), found


def test_all_faults_are_told_at_once(file: Path) -> None:
    text = (HEAD + CASE).replace("stage:", "stag:").replace("answer: accept", "answer: yes").replace("name:", "nam:")

    assert [line.split()[0] for line in faults(file, text)] == ["4", "4", "8", "9"]


def test_what_is_no_yaml_is_told_with_its_line(file: Path) -> None:
    (only,) = faults(file, HEAD + "  - name: [一个案例\n")

    assert "YAML" in only


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="can't be read"):
        read_cases(tmp_path / "none.cases.yaml")


@pytest.mark.parametrize(
    "act",
    [
        "{on: 2026-03-16 10:00, act: pause, procedure: hearing, days: 5}",
        "{on: 2026-03-16 10:00, act: resume, procedure: hearing, ended_on: 2026-03-13, person: examiner-2}",
        "{on: 2026-03-16 10:00, act: extend, clock: promised, days: 5, cause: complex, by: agency_head}",
        "{on: 2026-03-16 10:00, act: delay, until: 2026-03-20, cause: staff_shortage, unit: gz-thr-other}",
        "{on: 2026-03-16 10:00, act: hearing, move: schedule, held_on: 2026-03-26, host: chair-1}",
        "{on: 2026-03-16 10:00, act: calendar, publish: 2027, closed: [2027-01-01], worked: [2027-01-02]}",
    ],
)
def test_every_act_on_the_limits_of_a_case_may_be_written(file: Path, act: str) -> None:
    read = scenario(file, with_act(act))

    (only,) = read.case.acts
    assert f"act: {only.model_dump()['act']}," in act


@pytest.mark.parametrize(
    ("act", "tells"),
    [
        ("act: paws, procedure: hearing, days: 5", "没有这样的步骤"),
        ("act: extend, days: 5, cause: tired", "'tired'"),
        ("act: extend, clock: delivery, days: 5", "'promised'"),
        ("act: delay", "缺少这一项"),
        ("act: hearing, move: postpone", "'schedule'"),
        ("act: calendar, closed: [2026-13-01]", "acts.0.closed.0"),
    ],
)
def test_a_slip_in_an_act_on_the_limits_is_told_at_its_line(file: Path, act: str, tells: str) -> None:
    (only,) = faults(file, HEAD + with_act("{on: 2026-03-16 10:00, " + act + "}"))

    assert only.startswith("8 ")
    assert tells in only
