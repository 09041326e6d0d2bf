"""Grievances in YAML: what is written down is enough, and the runner says so when one does not go as written."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.simulation.batch import files_in, jobs_in
from cli.simulation.environment import Environment
from cli.simulation.grievance.casefile import GrievanceJob
from cli.simulation.grievance.course import GrievanceCourse
from domain.grievance import checks
from domain.grievance.commands import Conclusion, Exclusion
from domain.grievance.record import GrievanceEventKind, Leg
from domain.supervision.rules import Class
from domain.supervision.shortcomings import Shortcoming
from tests.cases.conftest import ROOT, Play
from tests.cases.test_runner import simulate

FOOD = ROOT / "definitions" / "items" / "food_permit_new.cases.yaml"
FILES = [ROOT / "definitions" / "supervision.cases.yaml", *files_in([ROOT / "definitions" / "grievances"])]
Grievance = Callable[[str], GrievanceJob]

ANSWERED = """\
  - name: 答复
    basis: ["gz:13.5"]
    received: 2026-03-02 10:00
    ABOUT
    acts:
      - {on: 2026-03-03 09:30, act: classify, klass: complex, grounds: [not_taken]}
      - {on: 2026-03-04 08:00, act: transfer, unit: gz-thr-samr}
      - ACT
    expect: EXPECTED
"""
WAIT = "{on: 2026-03-12 00:01, wait: true}"


def answered(expected: str = "{leg: answer}", act: str = WAIT, about: str = "unit: gz-thr-samr") -> str:
    return ANSWERED.replace("ACT", act).replace("EXPECTED", expected).replace("ABOUT", about)


@pytest.fixture
def grievance(tmp_path: Path) -> Grievance:
    """The job of a grievance that is written in a test."""

    def written(text: str) -> GrievanceJob:
        file = tmp_path / "written.cases.yaml"
        file.write_text(f"kind: grievance_cases\ncases:\n{text}", encoding="utf-8")
        (job,) = jobs_in([file])
        assert isinstance(job, GrievanceJob)
        return job

    return written


def said(course: GrievanceCourse) -> list[str]:
    return [failure.said_in("zh") for failure in course.failures]


def refusals() -> set[str]:
    """The codes with which the rules refuse an act on a grievance, as they stand in the source."""
    calls = (one for one in ast.walk(ast.parse(Path(checks.__file__).read_text("utf-8"))) if isinstance(one, ast.Call))
    named = [call for call in calls if getattr(call.func, "id", None) == "GrievanceNotAllowed"]
    return {str(call.args[0].value) for call in named if isinstance(call.args[0], ast.Constant)}


@pytest.mark.shows("N12")
def test_every_leg_ground_class_exclusion_conclusion_and_refusal_is_written_down() -> None:
    cases = [job.scenario.case for job in jobs_in(FILES)]
    acts = [act for case in cases for act in case.acts]
    expected = [one for case in cases for one in (case.expect, *(act.expect for act in case.acts)) if one is not None]

    def given(name: str) -> set[object]:
        return {value for act in acts if not getattr(act, "refused", None) and (value := getattr(act, name, None))}

    assert len(cases) >= 45
    assert {ground for act in acts for ground in getattr(act, "grounds", ())} == set(Shortcoming)
    assert given("klass") == set(Class)
    assert given("excluded") == set(Exclusion)
    assert given("conclusion") == set(Conclusion)
    assert {case.channel for case in cases} == {"window", "online", "hotline", "system"}
    legs = set(Leg) - {Leg.CLOSED}
    assert {leg for one in expected for leg in one.late} == legs
    assert {leg for one in expected for leg, day in one.due.items() if day} == legs
    looked_for = {kind for one in expected for kind in (*one.happened, *one.times, *one.last_at)}
    assert looked_for >= set(GrievanceEventKind) - {GrievanceEventKind.REGISTERED}
    assert {act.refused for act in acts if getattr(act, "refused", None)} == refusals()


async def test_everything_as_it_is_goes_as_written(grievance: Grievance, play: Play) -> None:
    right = """{leg: answer, ending: null, klass: complex, grounds: [not_taken], unit: gz-thr-samr, level: 1,
      waiting_for: [chief_representative@gz-thr-samr], due: {answer: 2026-03-11, transfer: 2026-03-04, review: null},
      due_at: {answer: 2026-03-11 24:00}, late: [answer], provisional: [], satisfaction: null, conclusion: null,
      responsible: null, happened: [leg_late], times: {leg_near: 3, escalated: 0}, last_at: {leg_near: 2026-03-10 09:00},
      papers: [escalation], without: [grievance_feedback], addressed: {escalation: gz-thr-samr, grievance_receipt: reporter}}"""

    course = await play(grievance(answered(right, about="unit: gz-thr-samr")))

    assert said(course) == ["最后：“环节临近期限”的次数：应为 3，实际为 2"]
    assert said(await play(grievance(answered(right.replace("leg_near: 3", "leg_near: 2"))))) == []


@pytest.mark.parametrize(
    ("wrong", "tells"),
    [
        ("{leg: feedback}", "环节：应为 反馈，实际为 承办单位答复"),
        ("{ending: settled}", "办结情况：应为 办结归档，实际为 无"),
        ("{klass: simple}", "类别：应为 简单，实际为 复杂"),
        ("{grounds: [difficult]}", "反映的情形：应为 复杂、疑难问题，实际为 不接收申请材料"),
        ("{unit: gz-thr-health}", "责任单位：应为 gz-thr-health，实际为 gz-thr-samr"),
        ("{unit: null}", "责任单位：应为 无，实际为 gz-thr-samr"),
        ("{level: 2}", "升级到第几级：应为 2，实际为 1"),
        ("{waiting_for: []}", "该谁办：应为 无，实际为 chief_representative@gz-thr-samr"),
        ("{due: {answer: 2026-03-12}}", "“承办单位答复”环节到期日：应为 2026-03-12，实际为 2026-03-11"),
        ("{due: {answer: null}}", "“承办单位答复”环节到期日：应为 从未起算，实际为 2026-03-11"),
        ("{due: {review: 2026-03-12}}", "“复核评估”环节到期日：应为 2026-03-12，实际为 从未起算"),
        (
            "{due_at: {answer: 2026-03-11 17:00}}",
            "“承办单位答复”环节到期时刻：应为 2026-03-11 17:00，实际为 2026-03-12 00:00",
        ),
        ("{late: []}", "超期的环节：应为 无，实际为 承办单位答复"),
        ("{provisional: [answer]}", "到期日为暂定的环节：应为 承办单位答复，实际为 无"),
        ("{satisfaction: 1}", "满意度：应为 非常满意，实际为 无"),
        ("{conclusion: confirmed}", "复核结论：应为 属实，实际为 无"),
        ("{responsible: gz-thr-samr}", "认定的责任单位：应为 gz-thr-samr，实际为 无"),
        ("{happened: [answered]}", "应当发生而没有发生：答复"),
        ("{times: {leg_late: 0}}", "“环节超期，已升级”的次数：应为 0，实际为 1"),
        ("{last_at: {leg_late: 2026-03-13 00:00}}", "“环节超期，已升级”的时刻：应为 2026-03-13 00:00，实际为 2026-03-12 00:00"),
        ("{last_at: {escalated: 2026-03-13 00:00}}", "“仍未办理，再升一级”的时刻：应为 2026-03-13 00:00，实际为 没有发生"),
        (
            "{papers: [negative_answer]}",
            "应当出具文书 negative_answer，没有出具；出具了的是："
            "grievance_receipt、grievance_reminder、grievance_transfer、escalation",
        ),
        ("{without: [escalation]}", "不应出具文书 escalation，却出具了"),
        ("{addressed: {escalation: gz-thr-management}}", "文书 escalation 的收件人：应为 gz-thr-management，实际为 gz-thr-samr"),
        ("{addressed: {grievance_notice: reporter}}", "文书 grievance_notice 的收件人：应为 reporter，实际为 无"),
        ("{case: {stage: acceptance}}", "没有一并办理的办件（case.cases）"),
    ],
)  # fmt: skip
async def test_a_wrong_expectation_is_told_with_what_came(
    grievance: Grievance, play: Play, wrong: str, tells: str
) -> None:
    course = await play(grievance(answered(wrong)))

    assert said(course) == [f"最后：{tells}"]


@pytest.mark.parametrize(
    ("act", "tells"),
    [
        ("act: feedback}", "被拒绝（not_this_leg）：该反映件正在“承办单位答复”环节"),
        ("act: answer, said: remedied, refused: no_case}", "应被拒绝（no_case），却办成了"),
        (
            "act: answer, said: remedied, by: window@gz-thr-health, refused: no_case}",
            "应以 no_case 被拒绝，实际以 not_your_grievance 被拒绝：",
        ),
        ("act: calendar, closed: [2027-03-01]}", "2027年的放假安排尚未公布"),
    ],
)
async def test_an_act_that_does_not_come_off_as_written_is_told(
    grievance: Grievance, play: Play, act: str, tells: str
) -> None:
    course = await play(grievance(answered(act="{on: 2026-03-05 10:00, " + act)))

    (only,) = said(course)
    assert only.startswith("第3步（2026-03-05 10:00 ")
    assert tells in only


async def test_nobody_acts_on_a_grievance_that_is_closed(grievance: Grievance, play: Play) -> None:
    acts = (
        "{on: 2026-03-05 10:00, act: withdraw}\n      - {on: 2026-03-05 11:00, act: review, conclusion: not_confirmed}"
    )
    acts += "\n      - {on: 2026-03-05 12:00, act: notify}\n      - {on: 2026-03-05 13:00, act: feedback}"

    course = await play(grievance(answered("{leg: closed}", acts)))

    assert said(course) == [
        "第6步（2026-03-05 13:00 feedback）：反映件已经办结，没有人可以再办理",
    ]


NOT_TOLD = "第二次告知要求补签第一次就在手里的申请书，记为未一次性告知"
BESIDE = f"""channel: system
    grounds: [not_told_once]
    case: {{cases: {FOOD}, name: {NOT_TOLD}}}"""


async def test_what_the_system_did_not_find_at_that_moment_is_told(grievance: Grievance, play: Play) -> None:
    course = await play(grievance(answered(about=BESIDE)))

    assert said(course) == ["最后：系统此时没有发现所写的情形；发现的是：—"]


async def test_a_case_that_is_led_off_its_own_course_is_told(grievance: Grievance, play: Play) -> None:
    text = answered(about=BESIDE).replace("2026-03-02 10:00", "2026-03-06 10:00")
    text = text.replace("2026-03-03 09:30", "2026-03-06 10:10").replace("2026-03-04 08:00", "2026-03-06 10:20")
    text = text.replace(
        WAIT,
        "{on: 2026-03-06 11:00, act: answer, said: remedied, remedies: [{remedy: withdraw_notice}, {remedy: accept_now}]}\n      - "
        "{on: 2026-03-10 10:00, wait: true, expect: {case: {stage: examination}}}",
    ).replace("{leg: answer}", "{times: {remedy_done: 2}}")

    course = await play(grievance(text))

    assert len(said(course)) == 1
    assert said(course)[0].startswith("最后：关联办件没有照其实例办理：")


async def test_the_file_of_a_simulation_takes_repeats_and_complains_of_gaps(
    grievance: Grievance, play: Play, simulation: Environment
) -> None:
    course = await play(grievance(answered()))
    first, second, *_ = course.found.batches
    found = simulation.grievances.files["repeated"]

    for batch in (first, second, first, second):
        found.keep(batch)
    assert (found.events, found.faults) == ([*first.events, *second.events], [])

    found.keep(second.model_copy(update={"first": 90, "last": 90}))
    assert [fault.zh for fault in found.faults] == [f"记录 90–90 接不上第 {second.last} 号事件"]


@pytest.mark.shows("N12", 84)
async def test_the_command_prints_the_timeline_in_both_languages(grievance: Grievance) -> None:
    file = grievance(answered()).scenario.file

    zh = await asyncio.to_thread(simulate, str(file))
    en = await asyncio.to_thread(simulate, str(file), "--language", "en")

    assert (zh.returncode, en.returncode) == (0, 0), zh.stderr + en.stderr
    assert "来源：窗口 · 没有关联办件 · gz-thr-samr" in zh.stdout
    assert (
        "2026-03-12 周四 00:00  时限届满                   环节超期，已升级：承办单位答复；首席事务代表；2026-03-11"
        in zh.stdout
    )
    assert "⏱ 反映件“承办单位答复”环节的期限：5个工作日，2026-03-11 24:00 到期" in zh.stdout
    assert "等待：首席事务代表（gz-thr-samr）" in zh.stdout
    assert "2026-03-03 Tue 09:30  “can't get it done” window Classified: complex" in en.stdout
    assert "waiting for: chief representative of gz-thr-samr" in en.stdout
    assert "✓ 1 cases, 1 went as written" in en.stdout


async def test_the_command_fails_with_file_line_and_reason(grievance: Grievance, tmp_path: Path) -> None:
    file = grievance(answered("{leg: feedback}")).scenario.file

    ran = await asyncio.to_thread(simulate, str(tmp_path), "--language", "en")

    assert ran.returncode == 1
    assert f"{file}:3 in the end: leg: expected feedback, found answer of the unit" in ran.stdout
    assert "Traceback" not in ran.stderr


async def test_a_grievance_has_no_picture(grievance: Grievance, tmp_path: Path) -> None:
    file = grievance(answered()).scenario.file

    ran = await asyncio.to_thread(simulate, str(file), "--svg", str(tmp_path / "out.svg"))

    assert ran.returncode == 1
    assert "只有“一件事”的案例可以画图" in ran.stderr
