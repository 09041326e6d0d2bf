"""The runner with bundles: it says what does not stand as written, moves all cases in step, and draws what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.simulation.batch import Job, jobs_in
from cli.simulation.picturing import picture_of
from cli.simulation.reading import Unreadable
from domain.record import EventKind
from domain.values import SHANGHAI
from tests.cases.conftest import SAMPLES, Play
from tests.cases.test_runner import said, simulate

BUNDLES = Path(__file__).parent / "bundles"
Case = Callable[[str], Job]

ACCEPTED = """\
  - name: 受理
    basis: ["gz:11"]
    received: 2026-03-02 09:00
    situations: {sells_tobacco: "no", uses_gas: "yes"}
    acts:
      - {on: 2026-03-02 10:00, task: check, answer: accept}
      - ACT
    expect: EXPECTED
"""
WAIT = "{on: 2026-03-02 11:00, wait: true}"


def accepted(expected: str = "{stage: examination}", act: str = WAIT) -> str:
    return ACCEPTED.replace("ACT", act).replace("EXPECTED", expected)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """The job of a case that is written in a test; the bundle is the sample's."""

    def written(text: str) -> Job:
        file = tmp_path / "written.cases.yaml"
        (tmp_path / "sample.yaml").write_bytes((BUNDLES / "sample.yaml").read_bytes())
        file.write_text(f"kind: cases\nbundle: sample.yaml\ncases:\n{text}", encoding="utf-8")
        return jobs_in([file])[0]

    return written


@pytest.mark.parametrize(
    ("wrong", "tells"),
    [
        (
            "{path: [licence, power]}",
            "最长路径：应为 licence、power，实际为 licence、fire_check、gas",
        ),
        ("{parts: {power: {state: result}}}", "事项 power，进展：应为 已有结果，实际为 办理中"),
        ("{parts: {gas: {begins: 2026-03-10}}}", "事项 gas，计划开始日：应为 2026-03-10，实际为 2026-03-12"),
        ("{parts: {gas: {planned: null}}}", "事项 gas，计划办结日：应为 无，实际为 2026-03-17"),
        ("{parts: {power: {on_path: true}}}", "事项 power，在最长路径上：应为 是，实际为 否"),
        (
            "{parts: {power: {due: {promised: 2026-03-11}}}}",
            "事项 power，承诺办结时限到期日：应为 2026-03-11，实际为 2026-03-12",
        ),
        (
            "{parts: {power: {ending: granted}}}",
            "事项 power，办结情况：应为 准予，实际为 尚未办结，处于“审查与决定”，等待 用电申请（签约）（sign）",
        ),
        ("{parts: {gas: {light: red}}}", "事项 gas，尚未开始办理，没有自己的办件"),
    ],
)
async def test_a_wrong_expectation_of_an_item_names_it_and_says_what_came(
    case: Case, play: Play, wrong: str, tells: str
) -> None:
    course = await play(case(accepted(wrong)))

    assert said(course) == [f"最后：{tells}"]


async def test_an_item_that_has_not_begun_is_expected_to_have_no_ending(case: Case, play: Play) -> None:
    course = await play(case(accepted("{parts: {gas: {state: waiting, ending: null, due: {}}}}")))

    assert said(course) == []


@pytest.mark.parametrize(
    ("act", "tells"),
    [
        ("part: gas, task: survey, answer: pass}", "事项 gas 此时尚未开始办理；已经开始的是：licence、power"),
        (
            "part: licence, task: survey, answer: pass}",
            "本事项在所选情形下没有任务 survey；有的是：check、issue、deliver、extend、decide",
        ),
        (
            "part: tobacco, task: review, answer: pass}",
            "此次申请没有事项 tobacco；有的是：licence、food_permit、fire_check、gas、power",
        ),
        ("task: issue, answer: issued}", "本事项在所选情形下没有任务 issue；有的是：check、deliver"),
        (
            "act: withdraw_parts, parts: [gas, water]}",
            "此次申请没有事项 water；有的是：licence、food_permit、fire_check、gas、power",
        ),
        (
            "wait: true, expect: {path: [tobacco]}}",
            "此次申请没有事项 tobacco；有的是：licence、food_permit、fire_check、gas、power",
        ),
        (
            "part: power, act: withdraw, person: somebody-else}",
            "被拒绝（not_the_applicant）：只有申请人本人或者受理窗口可以代为办理此操作",
        ),
    ],
)
async def test_an_act_that_cannot_be_done_is_told_with_its_item(case: Case, play: Play, act: str, tells: str) -> None:
    course = await play(case(accepted(act="{on: 2026-03-02 11:00, " + act)))

    (only,) = said(course)
    assert only.startswith("第2步")
    assert only.endswith(f"：{tells}")


async def test_an_act_on_an_item_that_is_over_is_told_so(case: Case, play: Play) -> None:
    acts = "{on: 2026-03-02 11:00, part: power, act: withdraw}\n      - "
    acts += "{on: 2026-03-02 12:00, part: power, task: sign, answer: pass}"

    course = await play(case(accepted(act=acts)))

    assert said(course) == ["第3步（2026-03-02 12:00 power sign pass）：被拒绝（case_closed）：办件已经办结"]


def test_an_item_that_is_not_in_force_on_the_day_is_a_fault_of_the_case(case: Case) -> None:
    with pytest.raises(Unreadable) as refused:
        case(accepted().replace("received: 2026-03-02", "received: 2025-06-02").replace("on: 2026", "on: 2027"))

    (fault,) = refused.value.faults
    assert fault.line == 4
    assert fault.text.zh == "2025-06-02 没有施行中的事项 food_permit（440199001000）"


@pytest.mark.parametrize(
    ("key", "name", "tells"),
    [
        ("bundle", "kiosk.yaml", "kiosk.yaml 是 item 的定义，不是 bundle"),
        ("item", "sample.yaml", "sample.yaml 是 bundle 的定义，不是 item"),
        ("bundle", "none.yaml", "bundle：找不到定义"),
    ],
)
def test_a_definition_of_another_kind_is_a_fault_of_the_file(tmp_path: Path, key: str, name: str, tells: str) -> None:
    for file in (SAMPLES / "kiosk.yaml", BUNDLES / "sample.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    cases = tmp_path / "written.cases.yaml"
    cases.write_text(f"kind: cases\n{key}: {name}\ncases:\n{accepted()}", encoding="utf-8")

    with pytest.raises(Unreadable) as refused:
        jobs_in([cases])

    assert refused.value.faults[0].text.zh.startswith(tells)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


async def test_what_time_does_in_one_case_reaches_the_others_at_its_moment(case: Case, play: Play) -> None:
    acts = "{on: 2026-03-02 10:10, part: licence, task: decide, answer: grant}\n      - "
    acts += "{on: 2026-03-02 10:20, part: licence, task: issue, answer: issued}\n      - ACT"
    text = ACCEPTED.replace("ACT", acts).replace("ACT", "{on: 2026-03-20 10:00, wait: true}")
    text = text.replace("EXPECTED", "{stage: examination}").replace("answer: accept}", "answer: accept_deferred}")
    text = text.replace("    acts:", "    hands_in: {all_but: [training]}\n    promise: true\n    acts:")

    course = await play(case(text))

    assert said(course) == []
    (ended,) = [event for event in course.found.events if event.kind is EventKind.PART_ENDED]
    (lapsed,) = [e for e in course.parts["food_permit"].found.events if e.kind is EventKind.PROMISE_LAPSED]
    for event in (ended, lapsed):
        assert 0 <= (event.at - moment("2026-03-06 00:00")).total_seconds() < 60


async def test_items_begin_at_the_moment_at_which_silence_accepts_the_whole(case: Case, play: Play) -> None:
    text = accepted(act="{on: 2026-03-20 10:00, wait: true}").replace(
        "      - {on: 2026-03-02 10:00, task: check, answer: accept}\n", ""
    )

    course = await play(case(text))

    assert set(course.parts) == {"licence", "power"}
    begun = [event for event in course.found.so_far if event.kind is EventKind.PART_BEGUN]
    assert [event.data["part"] for event in begun] == ["licence", "power"]
    assert all(0 <= (event.at - moment("2026-03-10 00:00")).total_seconds() < 60 for event in begun)


async def test_the_picture_shows_what_came_of_the_case(case: Case, play: Play) -> None:
    course = await play(
        case(accepted(act="{on: 2026-03-03 10:00, part: power, act: pause, procedure: external_works, days: 2}"))
    )

    picture = picture_of(course)

    assert picture is not None
    assert [row.id for row in picture.path] == ["licence", "fire_check", "gas"]
    power = picture.items[-1]
    assert [str(day) for day in power.due] == ["2026-03-12", "2026-03-16"]
    assert [(str(pause.first), str(pause.last)) for pause in power.paused] == [("2026-03-03", "2026-03-04")]
    assert str(picture.whole.due_day) == "2026-03-16"


async def test_the_command_tells_one_timeline_and_draws_the_picture(case: Case, tmp_path: Path) -> None:
    file, out = case(accepted()).scenario.file, tmp_path / "out.svg"

    ran = await asyncio.to_thread(simulate, str(file), "--svg", str(out))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "整件事  │ 2026-03-02 周一 10:00  窗口人员     受理申请" in ran.stdout
    assert "power   │ 2026-03-02 周一 10:00  系统         受理申请" in ran.stdout
    assert "* 营业执照信息核验" in ran.stdout
    assert "@@" in ran.stdout
    assert ElementTree.parse(out).getroot().tag == "{http://www.w3.org/2000/svg}svg"


async def test_a_picture_is_that_of_one_case_of_a_bundle(case: Case, tmp_path: Path) -> None:
    file = case(accepted() + accepted().replace("name: 受理", "name: 另一个")).scenario.file
    out = str(tmp_path / "out.svg")

    several = await asyncio.to_thread(simulate, str(file), "--svg", out)
    of_an_item = await asyncio.to_thread(simulate, str(SAMPLES / "kiosk.yaml"), "--case", "逾期未补正", "--svg", out)

    assert (several.returncode, of_an_item.returncode) == (1, 1)
    assert "--svg 只画一个案例，选中了 2 个；用 --case 选定一个" in several.stderr
    assert "只有“一件事”的案例可以画图" in of_an_item.stderr
