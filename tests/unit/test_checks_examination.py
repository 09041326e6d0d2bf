"""The examination as a graph: circles, ways, and the longest way held against a reckoning day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.checks import Known, faults_of
from domain.checks.almanac import Excess
from domain.checks.duration import longest_way
from domain.checks.saying import excess_said
from domain.deadline import Office, due
from domain.faults import Fault
from domain.graph import circles
from domain.item import ItemStep, item_of
from domain.limits import Limit, Unit
from domain.values import SHANGHAI
from tests.definitions import a_definition, the_reference

OFFICE = the_reference().office
ONE_YEAR = Office(calendar=Calendar(version="2026", years=tuple(y for y in OFFICE.calendar.years if y.year == 2026)))
NO_MARKS: dict[str, Any] = {"assumed": [], "situations": []}


def a_step(step_id: str, days: float = 0, after: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    limit = {"days": days, "unit": more.pop("unit", "working")}
    return {"id": step_id, "name": step_id, "role": "examiner", "after": list(after), "limit": limit, **more}


def found(steps: list[dict[str, Any]], promised: float = 5, **changes: Any) -> list[Fault]:
    materials = [{"id": "form", "name": "表", "need": "required", "main": True}]
    limits = a_definition().limits.model_dump(by_alias=True) | {"promised": {"days": promised}}
    definition = a_definition(
        **{
            **NO_MARKS,
            "examination": steps,
            "materials": materials,
            "limits": limits,
            "deferral": {"allowed": False},
            **changes,
        }
    )
    return list(faults_of(definition, OFFICE, Known()))


YES_NO = [{"id": "big", "ask": "？", "answers": ["yes", "no"]}]


def test_a_circle_is_named_in_the_order_in_which_its_steps_run() -> None:
    (fault,) = found(
        [
            a_step("a", after=["c"]),
            a_step("b", after=["a"]),
            a_step("c", after=["b"]),
            a_step("d", after=["c"], decides=True),
        ]
    )

    assert fault.wrong.zh == "环节互相等待：a → b → c → a"


def test_two_circles_are_two_faults() -> None:
    steps = [
        a_step("a", after=["b"]),
        a_step("b", after=["a"]),
        a_step("c", after=["c"]),
        a_step("d", after=["a", "c"], decides=True),
    ]

    assert [fault.wrong.en for fault in found(steps)] == [
        "the steps wait for one another: a → b → a",
        "the steps wait for one another: c → c",
    ]


def test_parallel_steps_take_as_long_as_the_longest_of_them() -> None:
    steps = [a_step("a", 4), a_step("b", 4), a_step("c", 4), a_step("d", 1, ["a", "b", "c"], decides=True)]

    assert found(steps, promised=5) == []


def test_steps_one_after_the_other_take_their_sum_and_the_way_is_named() -> None:
    steps = [a_step("a", 2), a_step("b", 2, ["a"]), a_step("c", 1), a_step("d", 2, ["b", "c"], decides=True)]

    (fault,) = found(steps, promised=5)

    assert "a2个工作日 → b2个工作日 → d2个工作日；" in fault.wrong.zh
    assert (
        "；如自2026-02-09起算，到2026-02-24才届满，晚于2026-02-14，多出10天（1个工作日）" in fault.wrong.zh
    )  # across 春节


def test_a_way_that_is_too_long_in_one_situation_names_the_situation() -> None:
    steps = [a_step("a", 2), a_step("b", 4, ["a"], when={"big": "yes"}), a_step("d", 1, ["b"], decides=True)]

    (fault,) = found(steps, promised=5, situations=YES_NO)

    assert "（情形：big=yes）" in fault.wrong.zh
    assert "(when big=yes)" in fault.wrong.en


def test_a_step_left_out_hands_on_what_it_waits_for() -> None:
    steps = [a_step("a", 2), a_step("b", 1, ["a"], when={"big": "yes"}), a_step("d", 2, ["b"], decides=True)]

    assert found(steps, promised=5, situations=YES_NO) == []
    assert [fault.code for fault in found(steps, promised=3, situations=YES_NO)] == ["steps_over_promise"]


def test_another_step_may_decide_in_another_situation() -> None:
    steps = [a_step("a", 1, decides=True, when={"big": "no"}), a_step("b", 2, decides=True, when={"big": "yes"})]

    assert found(steps, situations=YES_NO) == []


def test_natural_days_after_working_days_are_reckoned_as_dates() -> None:
    steps = [a_step("a", 2), a_step("d", 3, ["a"], unit="natural", decides=True)]

    (fault,) = found(steps, promised=4)

    assert fault.code == "steps_over_promise"
    assert found(steps, promised=5) == []


@pytest.mark.parametrize(("days", "promised", "fits"), [((0.5, 0.5), 1, True), ((0.25, 0.25), 0.5, True), ((0.5, 0.5), 0.75, False), ((1, 0.25), 1, False), ((0.5, 1), 2, True), ((0.25, 0), 0.25, False)])  # fmt: skip
def test_parts_of_a_day_are_reckoned_by_the_hour(days: tuple[float, float], promised: float, fits: bool) -> None:
    steps = [a_step("a", days[0]), a_step("d", days[1], ["a"], decides=True)]

    assert [fault.code for fault in found(steps, promised=promised)] == ([] if fits else ["steps_over_promise"])


def test_an_excess_within_a_day_is_told_in_hours() -> None:
    same_day = Excess(*(datetime(2026, 3, 2, hour, tzinfo=SHANGHAI) for hour in (9, 15, 11)))

    assert excess_said(same_day) == (
        "如自2026-03-02 09:00起算，到2026-03-02 15:00才届满，晚于2026-03-02 11:00，多出4小时",
        "starting on 2026-03-02 09:00 it ends on 2026-03-02 15:00, 4 hours after 2026-03-02 11:00",
    )


IDS = ["a", "b", "c", "d", "e"]
LIMITS = st.sampled_from(
    [(0, "working"), (1, "working"), (2, "working"), (3, "natural"), (7, "natural"), (0.5, "working")]
)


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Any]]:
    steps = []
    for step_id in IDS[: draw(st.integers(1, 5))]:
        days, unit = draw(LIMITS)
        when = draw(st.sampled_from([{}, {}, {"big": "yes"}, {"big": "maybe"}]))
        after = draw(st.lists(st.sampled_from(IDS), max_size=2, unique=True))
        steps.append(a_step(step_id, days, after, unit=unit, when=when, decides=draw(st.booleans())))
    return steps


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_no_graph_breaks_the_rules(steps: list[dict[str, Any]]) -> None:
    assert all(isinstance(fault, Fault) for fault in found(steps, situations=YES_NO))


@settings(max_examples=50, deadline=None)
@given(graphs())
def test_circles_are_found_if_and_only_if_no_order_exists(steps: list[dict[str, Any]]) -> None:
    nodes = a_definition(**{**NO_MARKS, "examination": steps}).examination
    waiting = {node.id: [one for one in node.after if one in [n.id for n in nodes]] for node in nodes}
    while free := [step_id for step_id, after in waiting.items() if not after]:
        waiting = {
            step_id: [one for one in after if one not in free]
            for step_id, after in waiting.items()
            if step_id not in free
        }

    assert bool(circles(nodes)) == bool(waiting)


@st.composite
def chains(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Steps that come after earlier ones only, so that they are in order; all lead to the last."""
    steps: list[dict[str, Any]] = []
    for step_id in IDS[: draw(st.integers(1, 4))]:
        days, unit = draw(LIMITS)
        earlier = [step["id"] for step in steps]
        after = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        steps.append(a_step(step_id, days, after, unit=unit))
    return [*steps, a_step("end", 1, [step["id"] for step in steps], decides=True)]


def end_day_by_day(steps: tuple[ItemStep, ...], start: datetime) -> datetime:
    """When the last step ends, walked with `domain.deadline` alone."""
    goes_on: dict[str, datetime] = {}
    ends = []
    for step in steps:
        begins = max([start, *(goes_on[one] for one in step.after)])
        reckoned = due(begins, step.limit, ONE_YEAR)
        closing = datetime.combine(reckoned.day, ONE_YEAR.sessions[-1][1], SHANGHAI)
        goes_on[step.id] = reckoned.at if step.limit.is_part_of_a_day else closing
        ends.append(reckoned.at)
    return max(ends)


@settings(max_examples=15, deadline=None)
@given(chains(), st.integers(1, 9), st.sampled_from(Unit))
def test_the_longest_way_passes_the_promise_if_a_walk_of_all_days_does(
    steps: list[dict[str, Any]], days: int, unit: Unit
) -> None:
    promised = Limit(days=days, unit=unit)
    limits = a_definition().limits.model_dump(by_alias=True) | {"promised": promised.model_dump()}
    definition = a_definition(**{**NO_MARKS, "examination": steps, "limits": limits})
    run = item_of(definition, "", {}).steps
    starts = [
        datetime.combine(date(2026, 1, 1), datetime.min.time(), SHANGHAI) + timedelta(days=n, hours=9)
        for n in range(365)
    ]
    passed = max(end_day_by_day(run, start) - due(start, promised, ONE_YEAR).at for start in starts)

    longest = longest_way(definition, ONE_YEAR)

    if any(step.limit.is_part_of_a_day for step in run):
        assert (longest.excess.by if longest else timedelta()) >= max(passed, timedelta())
    else:
        assert (longest.excess.by if longest else timedelta()) == max(passed, timedelta())
