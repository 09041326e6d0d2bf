"""Special procedures: which stop the clock, for how many days, and what they leave uncounted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from domain.deadline import Office, due
from domain.item import Item, Procedure
from domain.limits import Limit
from domain.record import Stage
from domain.special import (
    PauseNotAllowed,
    Stop,
    begun,
    check_pause,
    check_resume,
    check_undisturbed,
    open_stop,
    over,
    prolonged,
    stretches,
)
from tests.builders import an_item, an_office, at, natural, working

EXAMINATION = Stage.EXAMINATION


def day(text: str) -> date:
    return date.fromisoformat(text)


def a_procedure(procedure: str = "inspection", **changes: Any) -> Procedure:
    """A special procedure of ten working days at most, whose time is not counted."""
    given = {
        "id": procedure,
        "name": "检验",
        "kind": "inspection",
        "counted": False,
        "max": working(10),
        "basis": "apl:45",
    }
    return Procedure(**{**given, **changes})


def a_stop(since: str = "2026-03-04 10:00", **changes: Any) -> Stop:
    """A procedure that runs since 4 March 2026, three working days announced."""
    given = {
        "procedure": "inspection",
        "since": at(since),
        "first": day("2026-03-04"),
        "days": 3,
        "until": day("2026-03-06"),
    }
    return Stop(**{**given, **changes})


def an_inspected_item(*procedures: Procedure) -> Item:
    """An item that declares a procedure that stops the clock, and one whose time counts."""
    counted = a_procedure("site_visit", name="现场核查", kind="item_law", counted=True)
    return an_item(procedures=procedures or (a_procedure(), counted))


def refusal(check: Callable[..., object], *given: Any) -> tuple[str, str | None] | None:
    """The code and the article with which it is refused."""
    try:
        check(*given)
    except PauseNotAllowed as refused:
        return refused.code, refused.article
    return None


# When the clock stops


@pytest.mark.parametrize("days", [1, 3])
def test_day_of_the_act_is_the_first_that_is_not_counted(days: int) -> None:
    stop = begun(a_procedure(), days, at("2026-03-04 16:00"), an_office())

    assert (stop.first, stop.since, stop.days) == (day("2026-03-04"), at("2026-03-04 16:00"), days)
    assert stop.until == day("2026-03-04" if days == 1 else "2026-03-06")
    assert stop.open


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-03-04 16:59", "2026-03-04"),
        ("2026-03-04 17:00", "2026-03-05"),
        ("2026-03-06 18:00", "2026-03-07"),
    ],
)
def test_clock_that_stops_after_closing_time_stops_with_the_next_day(now: str, first: str) -> None:
    stop = begun(a_procedure(), 1, at(now), an_office(closing_time=time(17)))

    assert stop.first == day(first)
    assert stop.since == at(now)


def test_clock_that_stops_late_in_the_evening_stops_with_the_day_where_no_closing_time_is_set() -> None:
    assert begun(a_procedure(), 1, at("2026-03-04 23:59"), an_office()).first == day("2026-03-04")


@pytest.mark.parametrize(
    ("now", "most", "days", "until"),
    [
        ("2026-03-06", working(10), 1, "2026-03-06"),
        ("2026-03-06", working(10), 2, "2026-03-09"),
        ("2026-03-07", working(10), 1, "2026-03-09"),
        ("2026-02-13", working(10), 3, "2026-02-24"),
        ("2026-02-14", working(10), 1, "2026-02-14"),
        ("2026-03-06", natural(10), 2, "2026-03-07"),
        ("2026-02-13", natural(10), 3, "2026-02-15"),
    ],
)
def test_time_announced_is_counted_in_the_unit_of_the_procedure(now: str, most: Limit, days: int, until: str) -> None:
    assert begun(a_procedure(max=most), days, at(now), an_office()).until == day(until)


def test_procedure_that_needs_longer_is_announced_from_its_first_day_on() -> None:
    stop = prolonged(a_stop(), a_procedure(), 2, an_office())

    assert (stop.first, stop.days, stop.until) == (day("2026-03-04"), 5, day("2026-03-10"))
    assert stop.since == a_stop().since


# What may stop it


@pytest.mark.parametrize("days", [1, 9, 10])
def test_declared_procedure_may_take_any_time_up_to_its_longest(days: int) -> None:
    assert check_pause(an_inspected_item(), EXAMINATION, (), "inspection", days) == a_procedure()


@pytest.mark.parametrize("days", [-1, 0, 11])
def test_procedure_may_take_no_day_at_all_or_more_than_its_longest_time(days: int) -> None:
    found = refusal(check_pause, an_inspected_item(), EXAMINATION, (), "inspection", days)

    assert found == ("procedure_too_long", "apl:45")


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.EXAMINATION])
def test_clock_stops_only_between_acceptance_and_decision(stage: Stage) -> None:
    found = refusal(check_pause, an_inspected_item(), stage, (), "inspection", 1)

    assert found == ("nothing_to_pause", "apl:45")


def test_procedure_whose_time_counts_stops_nothing() -> None:
    found = refusal(check_pause, an_inspected_item(), EXAMINATION, (), "site_visit", 1)

    assert found == ("procedure_counted", "apl:45")


def test_procedure_that_the_item_does_not_declare_stops_nothing() -> None:
    found = refusal(check_pause, an_inspected_item(), EXAMINATION, (), "auction", 1)

    assert found == ("procedure_not_declared", "apl:45")


def test_refusal_names_the_procedures_that_may_stop_the_clock_and_no_other() -> None:
    with pytest.raises(PauseNotAllowed) as refused:
        check_pause(an_inspected_item(), EXAMINATION, (), "auction", 1)

    assert "检验（inspection）" in refused.value.text.zh
    assert "现场核查" not in refused.value.text.zh


def test_item_without_procedures_says_that_none_may_stop_the_clock() -> None:
    with pytest.raises(PauseNotAllowed, match="declares no procedure") as refused:
        check_pause(an_item(), EXAMINATION, (), "inspection", 1)

    assert "没有这类程序" in refused.value.text.zh


@pytest.mark.parametrize(("days", "refused"), [(6, None), (7, None), (8, ("procedure_too_long", "apl:45"))])
def test_days_announced_before_count_towards_the_longest_time(days: int, refused: object) -> None:
    assert refusal(check_pause, an_inspected_item(), EXAMINATION, (a_stop(),), "inspection", days) == refused


@pytest.mark.parametrize(("days", "refused"), [(9, None), (10, ("procedure_too_long", "apl:45"))])
def test_procedure_that_ended_early_has_used_only_the_days_that_it_took(days: int, refused: object) -> None:
    ended = over(a_stop(), a_procedure(), day("2026-03-04"), an_office())

    assert refusal(check_pause, an_inspected_item(), EXAMINATION, (ended,), "inspection", days) == refused


def test_days_of_another_procedure_use_up_nothing() -> None:
    item = an_inspected_item(a_procedure(), a_procedure("expert_review"))

    assert check_pause(item, EXAMINATION, (a_stop(days=10),), "expert_review", 10).id == "expert_review"


def test_refusal_says_how_many_days_are_left_in_the_unit_of_the_procedure() -> None:
    item = an_inspected_item(a_procedure(max=natural(10)))

    with pytest.raises(PauseNotAllowed, match="10 calendar days at most, 7 are left") as refused:
        check_pause(item, EXAMINATION, (a_stop(),), "inspection", 8)

    assert "最长10个自然日，已告知3个自然日，还可以告知7个自然日" in refused.value.text.zh


# When it goes on


@pytest.mark.parametrize("ended_on", [None, "2026-03-04", "2026-03-05", "2026-03-06"])
def test_procedure_may_have_ended_on_any_day_from_its_beginning_to_today(ended_on: str | None) -> None:
    ended = day(ended_on) if ended_on else None

    assert check_resume((a_stop(),), "inspection", ended, day("2026-03-06")) == a_stop()


@pytest.mark.parametrize("ended_on", ["2026-03-03", "2026-03-07"])
def test_procedure_cannot_have_ended_before_it_began_or_after_today(ended_on: str) -> None:
    found = refusal(check_resume, (a_stop(),), "inspection", day(ended_on), day("2026-03-06"))

    assert found == ("end_impossible", "apl:45")


def test_procedure_that_began_after_closing_time_may_have_ended_on_the_same_evening() -> None:
    stop = begun(a_procedure(), 1, at("2026-03-04 18:00"), an_office(closing_time=time(17)))

    assert check_resume((stop,), "inspection", day("2026-03-04"), day("2026-03-04")) == stop


@pytest.mark.parametrize(
    "stops",
    [(), (a_stop(ended=day("2026-03-05")),), (a_stop(procedure="expert_review"),)],
    ids=["none", "ended", "other"],
)
def test_procedure_that_does_not_run_cannot_end(stops: tuple[Stop, ...]) -> None:
    found = refusal(check_resume, stops, "inspection", None, day("2026-03-06"))

    assert found == ("procedure_not_running", "apl:45")


def test_refusal_names_the_procedure_that_does_run() -> None:
    with pytest.raises(PauseNotAllowed) as refused:
        check_resume((a_stop(procedure="expert_review"),), "inspection", None, day("2026-03-06"))

    assert "正在进行的是：expert_review" in refused.value.text.zh


def test_procedure_that_runs_is_found_among_those_that_ended() -> None:
    ended, running = a_stop(ended=day("2026-03-05")), a_stop(first=day("2026-03-09"))

    assert open_stop((ended, running), "inspection") == running
    assert open_stop((ended,), "inspection") is None


# What it leaves uncounted


@pytest.mark.parametrize(
    ("unit_of", "ended_on", "used"),
    [
        (working(10), "2026-03-04", 1),
        (working(10), "2026-03-06", 3),
        (working(10), "2026-03-08", 3),
        (working(10), "2026-03-09", 4),
        (natural(10), "2026-03-08", 5),
    ],
)
def test_procedure_has_used_the_days_that_it_took_not_those_announced(unit_of: Limit, ended_on: str, used: int) -> None:
    ended = over(a_stop(), a_procedure(max=unit_of), day(ended_on), an_office())

    assert (ended.days, ended.ended, ended.until) == (used, day(ended_on), day("2026-03-06"))
    assert not ended.open


def test_days_left_out_are_those_announced_while_it_runs_and_those_it_took_once_it_is_over() -> None:
    running, early, late = a_stop(), a_stop(ended=day("2026-03-05")), a_stop(ended=day("2026-03-11"))

    assert [(one.first.day, one.last.day) for one in stretches((running, early, late))] == [(4, 6), (4, 5), (4, 11)]
    assert [one.since for one in stretches((running,))] == [running.since]


def test_procedure_that_began_and_ended_after_closing_time_leaves_no_day_out_and_has_used_none() -> None:
    stop = begun(a_procedure(), 2, at("2026-03-04 18:00"), an_office(closing_time=time(17)))

    ended = over(stop, a_procedure(), day("2026-03-04"), an_office(closing_time=time(17)))

    assert stretches((ended,)) == ()
    assert ended.days == 0


@pytest.mark.parametrize(
    ("ended_on", "due_on"),
    [(None, "2026-03-19"), ("2026-03-04", "2026-03-17"), ("2026-03-09", "2026-03-20")],
    ids=["running", "early", "late"],
)
def test_due_day_is_first_reckoned_by_the_time_announced_and_settled_by_the_time_it_took(
    ended_on: str | None, due_on: str
) -> None:
    office: Office = an_office()
    stop = begun(a_procedure(), 3, at("2026-03-04"), office)
    if ended_on:
        stop = over(stop, a_procedure(), day(ended_on), office)

    assert due(at("2026-03-02"), working(10), office, stretches((stop,))).day == day(due_on)


# What may not be done meanwhile


@pytest.mark.parametrize("stops", [(), (a_stop(ended=day("2026-03-05")),)], ids=["none", "ended"])
def test_application_may_be_decided_while_no_procedure_runs(stops: tuple[Stop, ...]) -> None:
    assert refusal(check_undisturbed, stops) is None


def test_application_is_not_decided_while_a_procedure_runs() -> None:
    stops = (a_stop(ended=day("2026-03-05")), a_stop(procedure="expert_review"))

    with pytest.raises(PauseNotAllowed) as refused:
        check_undisturbed(stops)

    assert (refused.value.code, refused.value.article) == ("procedure_running", "apl:45")
    assert "expert_review" in refused.value.text.zh
    assert "inspection" not in refused.value.text.zh
