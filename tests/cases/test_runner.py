"""The runner says so when a case does not go as written: no case passes because nobody looked."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.simulation.batch import Job
from cli.simulation.course import Course
from cli.simulation.environment import Environment
from tests.cases.conftest import ROOT, SAMPLES, Play

Case = Callable[[str], Job]

ACCEPTED = """\
  - name: 受理
    basis: ["gz:13.1"]
    received: 2026-03-16 09:00
    situations: {signing: simple}
    acts:
      - {on: 2026-03-16 10:00, task: check, answer: accept}
      - ACT
    expect: EXPECTED
"""
WAIT = "{on: 2026-03-16 11:00, wait: true}"


def said(course: Course) -> list[str]:
    return [failure.said_in("zh") for failure in course.failures]


def accepted(expected: str = "{stage: examination}", act: str = WAIT) -> str:
    return ACCEPTED.replace("ACT", act).replace("EXPECTED", expected)


async def test_everything_as_it_is_goes_as_written(case: Case, play: Play) -> None:
    right = """{ending: null, stage: examination, accepted: 2026-03-16, due: {promised: 2026-03-23, promise: null},
      due_at: {promised: 2026-03-23 24:00, promise: null}, late: [], provisional: [], papers: [acceptance, receipt],
      breach: false, light: green}"""

    assert said(await play(case(accepted(right)))) == []


@pytest.mark.parametrize(
    ("wrong", "tells"),
    [
        ("{ending: granted}", "办结情况：应为 准予，实际为 尚未办结，处于“审查与决定”，等待 资料审查（review）"),
        ("{stage: issue}", "阶段：应为 制证出件，实际为 审查与决定"),
        ("{accepted: 2026-03-17}", "受理日期：应为 2026-03-17，实际为 2026-03-16"),
        ("{accepted: null}", "受理日期：应为 无，实际为 2026-03-16"),
        ("{due: {promised: 2026-03-24}}", "承诺办结时限到期日：应为 2026-03-24，实际为 2026-03-23"),
        ("{due: {promise: 2026-03-19}}", "容缺补齐期限到期日：应为 2026-03-19，实际为 从未起算"),
        ("{due: {promised: null}}", "承诺办结时限到期日：应为 从未起算，实际为 2026-03-23"),
        (
            '{due: {"step:review": 2026-03-18}}',
            "“资料审查”环节时限到期日：应为 2026-03-18，实际为 2026-03-17",
        ),
        (
            "{due_at: {promised: 2026-03-23 17:00}}",
            "承诺办结时限到期时刻：应为 2026-03-23 17:00，实际为 2026-03-24 00:00",
        ),
        ("{late: [promised]}", "超过的时限：应为 承诺办结时限，实际为 无"),
        ("{provisional: [statutory]}", "到期日为暂定的时限：应为 法定办结时限，实际为 无"),
        ("{papers: [refusal]}", "应当出具文书 refusal，没有出具；出具了的是：receipt、acceptance"),
        (
            "{told: {promised: [2026-03-23, 2026-03-24]}}",
            "承诺办结时限先后的到期日：应为 2026-03-23、2026-03-24，实际为 2026-03-23",
        ),
        ("{told: {promise: [2026-03-19]}}", "容缺补齐期限先后的到期日：应为 2026-03-19，实际为 无"),
        ("{happened: [accepted, extension_lapsed]}", "应当发生而没有发生：期限届满前未获批准，延期申请失效"),
        ("{paused: 2026-03-19}", "暂停计时至：应为 2026-03-19，实际为 无"),
        ("{breach: true}", "未一次性告知的记录：应为 有，实际为 没有"),
        ("{light: red}", "亮灯：应为 红牌，实际为 绿灯"),
        ("{cards: [near, near]}", "发出的牌：应为 near、near，实际为 无"),
    ],
)
async def test_a_wrong_expectation_fails_and_says_what_came(case: Case, play: Play, wrong: str, tells: str) -> None:
    course = await play(case(accepted(wrong)))

    assert said(course) == [f"最后：{tells}"]


async def test_a_wrong_expectation_in_between_names_its_act_and_line(case: Case, play: Play) -> None:
    act = "{on: 2026-03-16 11:00, wait: true, expect: {light: red}}"

    course = await play(case(accepted(act=act)))

    assert said(course) == ["第2步（2026-03-16 11:00 wait）：亮灯：应为 红牌，实际为 绿灯"]
    assert course.failures[0].place.endswith("written.cases.yaml:10")


@pytest.mark.parametrize(
    ("act", "tells"),
    [
        ("task: review, answer: pass, refused: must_accept}", "应被拒绝（must_accept），却办成了"),
        (
            "task: review, answer: fail, reasons: false, refused: must_accept}",
            "应以 must_accept 被拒绝，实际以 reasons_missing 被拒绝：不予同意或者不予许可须说明理由",
        ),
        (
            "task: review, answer: fail, reasons: false}",
            "被拒绝（reasons_missing）：不予同意或者不予许可须说明理由",
        ),
        ("task: decide, answer: grant}", "此时没有待办的任务 decide；待办的是：review"),
    ],
)
async def test_an_act_that_goes_otherwise_fails_the_case_and_ends_the_play(
    case: Case, play: Play, act: str, tells: str
) -> None:
    course = await play(case(accepted(expected="{ending: refused}", act="{on: 2026-03-16 11:00, " + act)))

    (only,) = said(course)
    assert only.endswith(f"：{tells}")
    assert only.startswith("第2步")


async def test_a_day_of_a_year_that_is_not_published_is_neither_closed_nor_worked(case: Case, play: Play) -> None:
    course = await play(case(accepted(act="{on: 2026-03-16 11:00, act: calendar, closed: [2027-01-04]}")))

    (only,) = said(course)
    assert only.endswith("2027年的放假安排尚未公布，不能改动其中一天；请同时写 publish: 2027")


@pytest.mark.shows(45)
async def test_a_make_up_day_that_is_closed_by_order_is_not_worked_any_more(case: Case, play: Play) -> None:
    act = "{on: 2026-03-16 11:00, act: calendar, worked: [2026-03-21]}\n      - "
    act += "{on: 2026-03-16 12:00, act: calendar, closed: [2026-03-21], expect: {due: {promised: 2026-03-23}}}"

    course = await play(case(accepted("{told: {promised: [2026-03-23, 2026-03-21, 2026-03-23]}}", act)))

    assert said(course) == []


async def test_an_unknown_task_is_a_fault_of_the_file_and_nothing_is_run(case: Case, play: Play) -> None:
    course = await play(case(accepted(act="{on: 2026-03-16 11:00, task: visit, answer: pass}")))

    assert said(course) == [
        "第2步（2026-03-16 11:00 visit pass）：本事项在所选情形下没有任务 visit；有的是：check、issue、deliver、extend、review、decide"
    ]
    assert course.found.events == []


async def test_an_act_after_the_end_is_told_so(case: Case, play: Play) -> None:
    acts = "{on: 2026-03-16 11:00, act: withdraw}\n      - {on: 2026-03-16 12:00, task: review, answer: pass}"

    course = await play(case(accepted(act=acts)))

    assert said(course) == ["第3步（2026-03-16 12:00 review pass）：被拒绝（case_closed）：办件已经办结"]


@pytest.mark.parametrize(
    ("right", "wrong", "tells"),
    [
        ("{signing: simple}", "{signing: maybe}", "“签署方式？”（signing）请在 simple、several 中选一"),
        ("{signing: simple}", "{}", "“签署方式？”（signing）请在 simple、several 中选一"),
        (
            "acts:",
            "hands_in: {all_but: [licence]}\n    acts:",
            "hands_in：此次申请不向申请人收取 licence；收取的是：form、plan、training",
        ),
    ],
)
async def test_what_the_definition_does_not_know_is_a_fault_of_the_file(
    case: Case, play: Play, right: str, wrong: str, tells: str
) -> None:
    course = await play(case(accepted().replace(right, wrong)))

    assert said(course) == [f"最后：{tells}"]


DECIDED = """\
  - name: 决定
    basis: ["gz:13.1"]
    received: {received}
    situations: {{signing: simple}}
    acts:
      - {{on: {accepted}, task: check, answer: accept}}
      - {{on: {accepted}, task: review, answer: pass}}
      - {{on: {decided}, task: decide, answer: grant}}
    expect: {{stage: issue, due: {{promised: {due}}}, late: {late}, provisional: {provisional}}}
"""


@pytest.mark.shows(34)
@pytest.mark.parametrize(
    ("decided", "late"),
    [("2026-02-26 23:59", '["step:decide"]'), ("2026-02-27 00:01", '["step:decide", promised]')],
)
async def test_the_due_day_ends_at_midnight(case: Case, play: Play, decided: str, late: str) -> None:
    course = await play(
        case(
            DECIDED.format(
                received="2026-02-12 09:00",
                accepted="2026-02-12 10:00",
                decided=decided,
                due="2026-02-26",
                late=late,
                provisional="[]",
            )
        )
    )

    assert said(course) == []


@pytest.mark.shows(45)
@pytest.mark.parametrize(
    ("received", "accepted_", "decided", "due", "provisional"),
    [
        ("2024-01-02 09:00", "2024-01-02 10:00", "2024-01-03 10:00", "2024-01-09", "[]"),
        ("2025-12-31 09:00", "2025-12-31 10:00", "2026-01-04 10:00", "2026-01-08", "[]"),
        ("2026-09-30 09:00", "2026-09-30 10:00", "2026-10-08 10:00", "2026-10-13", "[]"),
        (
            "2027-12-30 09:00",
            "2027-12-30 10:00",
            "2027-12-31 10:00",
            "2028-01-06",
            '[acceptance, promised, statutory, "step:review", "step:decide", delivery]',
        ),
    ],
)
async def test_cases_of_every_year_run_on_the_server_of_today(
    case: Case, play: Play, received: str, accepted_: str, decided: str, due: str, provisional: str
) -> None:
    written = DECIDED.format(
        received=received, accepted=accepted_, decided=decided, due=due, late="[]", provisional=provisional
    )

    course = await play(case(written))

    assert said(course) == []


@pytest.mark.shows(45)
async def test_acts_happen_at_their_moment_and_never_before(case: Case, play: Play) -> None:
    acts = "\n      - ".join(
        ["{on: 2026-03-16 11:00, wait: true}"] * 2 + ["{on: 2026-03-19 16:45, task: review, answer: pass}"]
    )

    course = await play(case(accepted(act=acts)))

    at = {event.kind: event.at for event in course.found.events}
    assert f"{at['received']:%Y-%m-%d %H:%M}" == "2026-03-16 09:00"
    assert f"{at['accepted']:%Y-%m-%d %H:%M}" == "2026-03-16 10:00"
    assert f"{at['step_answered']:%Y-%m-%d %H:%M}" == "2026-03-19 16:45"
    assert course.found.clocks[0].started_at == course.scenario.case.received


async def test_the_record_takes_repeats_and_complains_of_gaps(case: Case, play: Play, simulation: Environment) -> None:
    course = await play(case(accepted()))
    first, second, *_ = course.found.batches
    found = simulation.recorder.cases["repeated"]

    for batch in (first, second, first, second):
        found.keep(batch)
    assert (found.events, found.faults) == ([*first.events, *second.events], [])

    found.keep(second.model_copy(update={"first": 9, "last": 9}))
    assert [fault.zh for fault in found.gaps] == [f"记录 9–9 接不上第 {second.last} 号事件"]


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", "simulate", *arguments]
    environment = {**os.environ, "LC_ALL": "zh_CN.UTF-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)


@pytest.mark.shows(45, 84)
async def test_the_command_prints_the_timeline_of_a_single_case() -> None:
    ran = await asyncio.to_thread(simulate, str(SAMPLES / "kiosk.yaml"), "--case", "逾期未补正")

    assert ran.returncode == 0, ran.stderr
    assert "2026-10-23 周五 00:00  时限届满     逾期未补正，视为撤回申请" in ran.stdout
    assert "补正期限：15个工作日，2026-10-22 24:00 到期" in ran.stdout
    assert "其中 10-10 为调休上班；中秋节 09-25至09-27 放假不计；国庆节 10-01至10-07 放假不计" in ran.stdout
    assert "✓ 1 个案例，1 个与所写一致，0 个不一致" in ran.stdout


@pytest.mark.shows(84)
async def test_the_command_fails_with_file_line_and_reason(case: Case, tmp_path: Path) -> None:
    file = case(accepted("{stage: issue}")).scenario.file

    ran = await asyncio.to_thread(simulate, str(tmp_path), "--language", "en")

    assert ran.returncode == 1
    assert f"{file}:4 in the end: stage: expected issue, found examination" in ran.stdout
    assert "Traceback" not in ran.stderr


async def test_the_command_refuses_a_file_with_every_fault_at_its_line(case: Case, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="answr"):
        case(accepted(act="{on: 2026-03-16 11:00, task: review, answr: pass}"))

    ran = await asyncio.to_thread(simulate, str(tmp_path))

    assert ran.returncode == 1
    assert "written.cases.yaml:10:46 cases.0.acts.1.answr：没有这个键" in ran.stderr
    assert "written.cases.yaml:10:9 cases.0.acts.1.answer：缺少这一项" in ran.stderr
    assert len(ran.stderr.splitlines()) == 2
