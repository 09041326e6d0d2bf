"""Case files of bundles: acts on the cases of their items, and what is expected of those."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.simulation.casefile import read_cases
from cli.simulation.course import in_short
from cli.simulation.expectation import Expectation
from cli.simulation.reading import Unreadable
from cli.simulation.scenario import CollectEarlyAct, WithdrawPartsAct
from domain.record import PartState

HEAD = """\
kind: cases
bundle: shop.yaml
cases:
"""
CASE = """\
  - name: 一个案例
    basis: ["gz:11"]
    received: 2026-03-16 09:00
    acts:
      - {on: 2026-03-16 10:00, part: food, task: decide, answer: grant}
    expect: {path: [licence, food]}
"""
ACT = "{on: 2026-03-16 10:00, part: food, task: decide, answer: grant}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.cases.yaml"


def faults(file: Path, text: str) -> list[str]:
    """Line and words of every fault."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        read_cases(file)
    return [f"{fault.line} {fault.text.zh}" for fault in refused.value.faults]


def test_a_case_file_beside_a_bundle_names_it(file: Path) -> None:
    file.write_text(HEAD + CASE, encoding="utf-8")

    read = read_cases(file)

    assert (read.definition, read.of_bundle) == (file.parent / "shop.yaml", True)


@pytest.mark.parametrize(
    "act",
    [
        "task: decide, answer: grant",
        "act: supplement, materials: [plan]",
        "act: withdraw",
        "act: claim, task: decide",
        "act: transfer, task: decide, unit: gz-thr-other",
        "act: add_helper, task: decide, role: examiner, unit: gz-thr-other",
        "act: pause, procedure: hearing, days: 5",
        "act: resume, procedure: hearing",
        "act: extend, days: 5",
        "act: delay, until: 2026-03-20",
        "act: hearing, move: offer",
    ],
)
def test_every_act_may_be_done_on_the_case_of_an_item(file: Path, act: str) -> None:
    file.write_text(HEAD + CASE.replace(ACT, f"{{on: 2026-03-16 10:00, part: food, {act}}}"), encoding="utf-8")

    (read,) = read_cases(file).scenarios[0].case.acts

    assert read.part == "food"
    assert in_short(read).startswith("food ")


def test_acts_that_only_a_bundle_knows(file: Path) -> None:
    acts = """\
{on: 2026-03-16 10:00, act: withdraw_parts, parts: [food, fire]}
      - {on: 2026-03-16 11:00, act: collect_early, part: licence}"""
    file.write_text(HEAD + CASE.replace(ACT, acts), encoding="utf-8")

    withdraw, collect = read_cases(file).scenarios[0].case.acts

    assert isinstance(withdraw, WithdrawPartsAct)
    assert withdraw.parts == ("food", "fire")
    assert isinstance(collect, CollectEarlyAct)
    assert collect.part == "licence"


def test_an_item_is_expected_to_stand_in_the_plan_and_as_a_case(file: Path) -> None:
    said = "{parts: {food: {state: running, planned: 2026-03-20, begins: null, on_path: true, due: {promised: 2026-03-19}}}}"
    file.write_text(HEAD + CASE.replace("{path: [licence, food]}", said), encoding="utf-8")

    expected = read_cases(file).scenarios[0].case.expect.parts["food"]

    assert (expected.state, expected.planned) == (PartState.RUNNING, date(2026, 3, 20))
    assert (expected.names("begins"), expected.begins) == (True, None)
    assert expected.due == {"promised": date(2026, 3, 19)}
    assert not expected.names("ending")


def test_the_items_that_an_expectation_names_are_those_of_its_parts_and_of_its_path() -> None:
    expected = Expectation.model_validate({"parts": {"food": {"state": "running"}}, "path": ["licence"]})

    assert expected.named_parts == ("food", "licence")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("bundle: shop.yaml", "bundle: shop", ["2 bundle：'shop' 写法不对"]),
        ("bundle: shop.yaml", "bundle: shop.yaml\nitem: food.yaml", ["1 item 与 bundle 须写其中一个"]),
        ("bundle: shop.yaml\n", "", ["1 item 与 bundle 须写其中一个"]),
        ("part: food,", "parts: food,", ["8 cases.0.acts.0.parts：没有这个键"]),
        ("part: food,", "part: Food,", ["8 cases.0.acts.0.part：'Food' 写法不对"]),
        (ACT, "{on: 2026-03-16 10:00, act: withdraw_parts, parts: []}", ["8 cases.0.acts.0.parts："]),
        (ACT, "{on: 2026-03-16 10:00, act: withdraw_parts}", ["8 cases.0.acts.0.parts：缺少这一项"]),
        (ACT, "{on: 2026-03-16 10:00, act: collect_early}", ["8 cases.0.acts.0.part：缺少这一项"]),
        (ACT, "{on: 2026-03-16 10:00, act: collect_erly, part: food}", ["8 cases.0.acts.0：没有这样的步骤"]),
        (ACT, "{on: 2026-03-16 10:00, act: calendar, back: true, part: food}", ["8 cases.0.acts.0.part："]),
        ("{path: [licence, food]}", "{parts: {food: {}}}", ["9 cases.0.expect.parts.food：预期须写明至少一项"]),
        (
            "{path: [licence, food]}",
            "{parts: {food: {state: done}}}",
            ["9 cases.0.expect.parts.food.state：不能是 'done'，只能是"],
        ),
        (
            "{path: [licence, food]}",
            "{parts: {food: {path: [food]}}}",
            ["9 cases.0.expect.parts.food.path：没有这个键"],
        ),
        ("{path: [licence, food]}", "{state: running}", ["9 cases.0.expect.state：没有这个键"]),
    ],
)
def test_a_slip_of_the_pen_is_shown_at_its_line(file: Path, right: str, wrong: str, told: list[str]) -> None:
    found = faults(file, (HEAD + CASE).replace(right, wrong, 1))

    assert len(found) == len(told), found
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True)), found


def test_cases_of_an_item_say_nothing_of_parts(file: Path) -> None:
    acts = f"""\
{ACT}
      - {{on: 2026-03-16 11:00, act: withdraw_parts, parts: [food]}}
      - {{on: 2026-03-16 11:00, act: collect_early, part: food, expect: {{path: [food]}}}}"""
    text = (HEAD + CASE).replace("bundle:", "item:").replace(ACT, acts)

    found = faults(file, text)

    assert [one.split()[0] for one in found] == ["8", "9", "10", "10", "11"]
    assert all("单个事项没有其下的事项" in one for one in found)
