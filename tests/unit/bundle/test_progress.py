"""How the items of a bundle stand: which begin, which never will, what may be withdrawn and handed over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bundle.plan import planned
from domain.bundle.progress import (
    PartNotAllowed,
    Progress,
    as_it_stands,
    check_collect_early,
    check_is_part,
    check_withdraw_parts,
    counted,
    ending_of,
    never,
    not_begun,
    report,
    startable,
)
from domain.bundle.settling import Bundle, Part
from domain.limits import Limit
from domain.record import Ending, PartState
from tests.builders import an_office, at, working
from tests.unit.bundle.building import a_part, a_running_bundle

WAITING, RUNNING, RESULT = PartState.WAITING, PartState.RUNNING, PartState.RESULT
HANDED_OVER, ENDED, DROPPED = PartState.HANDED_OVER, PartState.ENDED, PartState.DROPPED

RESTAURANT = a_running_bundle(
    a_part("check", 1), a_part("food", 5, "check"), a_part("fire", 3, "check"), a_part("open", 1, "food", "fire"),
    a_part("sign", 2),
)  # fmt: skip
"""`open` comes after food and fire, which come after `check`; `sign` stands alone."""


def standing(bundle: Bundle = RESTAURANT, **states: PartState | Ending) -> Progress:
    """The items as they stand; an ending stands for an item that ended so, others wait."""
    progress = Progress.of(bundle)
    for id_, state in states.items():
        progress = progress.ended(id_, state) if isinstance(state, Ending) else progress.now(state, id_)
    return progress


def ids(parts: tuple[Part, ...]) -> list[str]:
    return [part.id for part in parts]


# Which begin


def test_at_first_all_that_comes_after_nothing_begins_at_once() -> None:
    progress = Progress.of(RESTAURANT)

    assert progress.are(WAITING) == ("check", "food", "fire", "open", "sign")
    assert ids(startable(RESTAURANT, progress)) == ["check", "sign"]


@pytest.mark.parametrize("state", [RESULT, HANDED_OVER])
def test_an_item_begins_with_the_result_of_the_one_before_it(state: PartState) -> None:
    assert ids(startable(RESTAURANT, standing(check=state, sign=RUNNING))) == ["food", "fire"]


@pytest.mark.parametrize("state", [RUNNING, Ending.REFUSED, DROPPED])
def test_an_item_does_not_begin_without_the_result_of_the_one_before_it(state: PartState | Ending) -> None:
    assert ids(startable(RESTAURANT, standing(check=state))) == ["sign"]


def test_an_item_begins_only_when_everything_that_it_comes_after_has_its_result() -> None:
    assert ids(startable(RESTAURANT, standing(check=RESULT, food=RESULT, fire=RUNNING, sign=RUNNING))) == []
    assert ids(startable(RESTAURANT, standing(check=RESULT, food=RESULT, fire=RESULT, sign=RUNNING))) == ["open"]


def test_no_item_begins_twice() -> None:
    assert ids(startable(RESTAURANT, standing(check=RUNNING, sign=RESULT))) == []


# Which never will


@pytest.mark.parametrize("how", [Ending.REFUSED, Ending.WITHDRAWN, Ending.PROMISE_LAPSED, DROPPED])
def test_what_comes_after_an_item_without_a_result_never_begins(how: PartState | Ending) -> None:
    assert never(RESTAURANT, standing(check=how)) == ("food", "fire", "open")


def test_a_refusal_ends_only_what_depends_on_it() -> None:
    assert never(RESTAURANT, standing(check=RESULT, food=Ending.REFUSED, fire=RUNNING)) == ("open",)
    assert never(RESTAURANT, standing(sign=Ending.REFUSED)) == ()


def test_what_has_begun_already_is_not_among_those_that_never_begin() -> None:
    assert never(RESTAURANT, standing(check=Ending.WITHDRAWN, food=RUNNING)) == ("fire", "open")


def test_while_nothing_ended_everything_may_still_begin() -> None:
    assert never(RESTAURANT, standing(check=RESULT, food=RUNNING, sign=HANDED_OVER)) == ()


# What counts for the limit of the whole


def test_all_items_that_run_or_will_run_count() -> None:
    assert ids(counted(RESTAURANT, standing(check=RESULT, food=RUNNING, sign=HANDED_OVER))) == [
        "check",
        "food",
        "fire",
        "open",
        "sign",
    ]


def test_a_refused_item_counts_and_those_that_can_not_begin_after_it_do_not() -> None:
    assert ids(counted(RESTAURANT, standing(check=RESULT, food=Ending.REFUSED, open=DROPPED))) == [
        "check",
        "food",
        "fire",
        "sign",
    ]


@pytest.mark.parametrize("how", [Ending.WITHDRAWN, Ending.PROMISE_LAPSED])
def test_an_item_that_ended_without_a_decision_does_not_count(how: Ending) -> None:
    assert "sign" not in ids(counted(RESTAURANT, standing(sign=how)))


# How the whole stands and ends


def test_results_are_there_before_and_after_they_are_handed_over() -> None:
    progress = standing(check=HANDED_OVER, food=RESULT, fire=RUNNING, sign=Ending.REFUSED)

    assert progress.with_result == ("check", "food")


@pytest.mark.parametrize("open_", [WAITING, RUNNING])
def test_the_whole_is_settled_once_nothing_waits_or_runs(open_: PartState) -> None:
    almost = standing(check=RESULT, food=RESULT, fire=RESULT, sign=HANDED_OVER)

    assert not almost.now(open_, "open").settled
    assert almost.now(DROPPED, "open").ended("sign", Ending.REFUSED).settled


TWO = a_running_bundle(a_part("a", 1), a_part("b", 1))


@pytest.mark.parametrize(
    ("a", "b", "ending"),
    [
        (RESULT, RESULT, Ending.GRANTED),
        (HANDED_OVER, RESULT, Ending.GRANTED),
        (RESULT, Ending.REFUSED, Ending.PARTLY_GRANTED),
        (HANDED_OVER, DROPPED, Ending.PARTLY_GRANTED),
        (Ending.WITHDRAWN, RESULT, Ending.PARTLY_GRANTED),
        (Ending.REFUSED, DROPPED, Ending.REFUSED),
        (Ending.WITHDRAWN, Ending.REFUSED, Ending.REFUSED),
        (Ending.PROMISE_LAPSED, Ending.REFUSED, Ending.REFUSED),
        (Ending.PROMISE_LAPSED, Ending.WITHDRAWN, Ending.PROMISE_LAPSED),
        (Ending.PROMISE_LAPSED, DROPPED, Ending.PROMISE_LAPSED),
        (Ending.WITHDRAWN, DROPPED, Ending.WITHDRAWN),
        (Ending.WITHDRAWN, Ending.WITHDRAWN, Ending.WITHDRAWN),
    ],
)
def test_the_whole_ends_as_its_items_did(a: PartState | Ending, b: PartState | Ending, ending: Ending) -> None:
    assert ending_of(standing(TWO, a=a, b=b)) is ending


def test_a_step_leaves_what_was_there_before_as_it_was() -> None:
    first = Progress.of(TWO)

    then = first.now(RUNNING, "a", "b").ended("a", Ending.REFUSED).takes_longer("b", (working(3),), (working(1),))

    assert (first.states, first.endings, first.longer) == ({"a": WAITING, "b": WAITING}, {}, {})
    assert (then.states, then.endings) == ({"a": ENDED, "b": RUNNING}, {"a": Ending.REFUSED})


def test_an_item_takes_longer_by_its_extensions_and_its_pauses() -> None:
    progress = Progress.of(TWO).takes_longer("b", (working(3),), (working(1),)).takes_longer("a", (), (working(2),))

    assert progress.longer == {"b": (working(3), working(1)), "a": (working(2),)}


def test_what_is_said_last_of_how_long_an_item_takes_holds() -> None:
    progress = Progress.of(TWO).takes_longer("b", (working(3),), (working(1),)).takes_longer("b", (working(3),), ())

    assert progress.longer == {"b": (working(3),)}


# What the case file shows


def test_an_item_is_shown_with_its_place_in_the_plan() -> None:
    progress = standing(check=RESULT, food=RUNNING).takes_longer("food", (working(3),), (working(1),))
    leg = planned(RESTAURANT, RESTAURANT.parts, at("2026-03-02"), an_office(), progress.longer).legs["food"]

    record = report(RESTAURANT.part("food"), progress, leg, on_path=True)

    assert (record.id, record.state, record.on_path, record.limit) == ("food", RUNNING, True, Limit(days=5))
    assert (f"{record.begins}", f"{record.planned}") == ("2026-03-03", "2026-03-16")
    assert (record.extended, record.paused) == ((working(3),), (working(1),))


def test_before_acceptance_no_item_has_a_day() -> None:
    records = not_begun(RESTAURANT)

    assert [(one.id, one.state) for one in records] == [(part.id, WAITING) for part in RESTAURANT.parts]
    assert {(one.begins, one.planned, one.on_path, one.ending) for one in records} == {(None, None, False, None)}


def test_an_item_that_ended_is_shown_with_how() -> None:
    assert report(RESTAURANT.part("food"), standing(food=Ending.REFUSED)).ending is Ending.REFUSED


@pytest.mark.parametrize("written", [WAITING, RUNNING])
@pytest.mark.parametrize(
    ("ending", "shown"),
    [
        (None, (RUNNING, None)),
        (Ending.GRANTED, (RESULT, None)),
        (Ending.REFUSED, (ENDED, Ending.REFUSED)),
        (Ending.WITHDRAWN, (ENDED, Ending.WITHDRAWN)),
    ],
)
def test_an_item_is_shown_as_its_own_case_stands(
    written: PartState, ending: Ending | None, shown: tuple[PartState, Ending | None]
) -> None:
    record = as_it_stands(report(RESTAURANT.part("food"), standing(food=written)), ending)

    assert (record.state, record.ending) == shown


@pytest.mark.parametrize("written", [RESULT, HANDED_OVER, DROPPED, Ending.REFUSED])
def test_what_the_bundle_has_settled_already_is_shown_as_it_was_written(written: PartState | Ending) -> None:
    record = report(RESTAURANT.part("food"), standing(food=written))

    assert as_it_stands(record, Ending.GRANTED) == record


# What may be withdrawn, and handed over early


def refusal(check: Callable[[], None]) -> tuple[str, str | None] | None:
    try:
        check()
    except PartNotAllowed as refused:
        return refused.code, refused.article
    return None


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        (WAITING, None),
        (RUNNING, None),
        (RESULT, ("part_decided", "apl:29")),
        (HANDED_OVER, ("part_decided", "apl:29")),
        (Ending.REFUSED, ("part_decided", "apl:29")),
        (DROPPED, ("part_decided", "apl:29")),
    ],
)
def test_an_item_may_be_withdrawn_until_it_is_decided(
    state: PartState | Ending, refused: tuple[str, str] | None
) -> None:
    assert refusal(lambda: check_withdraw_parts(standing(food=state), ["check", "food"], [])) == refused


def test_an_item_that_the_counter_knows_to_be_decided_may_not_be_withdrawn() -> None:
    running = standing(TWO, a=RUNNING, b=RUNNING)

    assert refusal(lambda: check_withdraw_parts(running, ["a"], decided=["b"])) is None
    assert refusal(lambda: check_withdraw_parts(running, ["a", "b"], decided=["b"])) == ("part_decided", "apl:29")


def test_an_item_that_this_application_does_not_have_is_named_with_those_that_it_has() -> None:
    with pytest.raises(PartNotAllowed) as refused:
        check_is_part(Progress.of(TWO), "tobacco")

    assert refused.value.code == "no_such_part"
    assert "a、b" in refused.value.text.zh
    assert refusal(lambda: check_withdraw_parts(Progress.of(TWO), ["a", "tobacco"], [])) == ("no_such_part", None)
    assert refusal(lambda: check_is_part(Progress.of(TWO), "b")) is None


EARLY = a_running_bundle(a_part("a", 1, early=True), a_part("b", 1))


@pytest.mark.parametrize(
    ("id_", "state", "refused"),
    [
        ("a", RESULT, None),
        ("b", RESULT, ("not_early", "gz:11.2")),
        ("a", RUNNING, ("no_result_yet", None)),
        ("a", WAITING, ("no_result_yet", None)),
        ("a", HANDED_OVER, ("no_result_yet", None)),
        ("a", Ending.REFUSED, ("no_result_yet", None)),
        ("b", RUNNING, ("not_early", "gz:11.2")),
    ],
)
def test_a_result_goes_out_early_if_the_definition_says_so_and_it_is_there(
    id_: str, state: PartState | Ending, refused: tuple[str, str | None] | None
) -> None:
    assert refusal(lambda: check_collect_early(EARLY, standing(EARLY, **{id_: state}), id_)) == refused


def test_a_result_of_an_item_that_there_is_not_can_not_go_out_early() -> None:
    assert refusal(lambda: check_collect_early(EARLY, Progress.of(EARLY), "c")) == ("no_such_part", None)


# Whatever happens


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """Up to eight items in any order, each after some of those drawn before it."""
    parts: list[Part] = []
    for id_ in "abcdefgh"[: draw(st.integers(1, 8))]:
        earlier = [part.id for part in parts]
        after = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
        parts.append(a_part(id_, 1, *after))
    return a_running_bundle(*draw(st.permutations(parts)))


@given(bundles(), st.data())
@settings(max_examples=150, deadline=None)
def test_every_item_begins_after_all_before_it_or_never_and_the_whole_comes_to_an_end(
    bundle: Bundle, data: st.DataObject
) -> None:
    progress, begun = Progress.of(bundle), []
    without_result: set[str] = set()
    while not progress.settled:
        starting = startable(bundle, progress)
        assert all(set(part.after) <= set(progress.with_result) for part in starting)
        begun += ids(starting)
        progress = progress.now(RUNNING, *ids(starting))
        dropped = never(bundle, progress)
        assert all(without_result & set(bundle.part(id_).after) for id_ in dropped if not chained(id_, dropped, bundle))
        without_result |= set(dropped)
        progress = progress.now(DROPPED, *dropped)
        running = progress.are(RUNNING)
        assert running or progress.settled  # or the whole would wait for ever
        if running:
            one = data.draw(st.sampled_from(running))
            ending = data.draw(st.sampled_from([None, None, Ending.REFUSED, Ending.WITHDRAWN]))
            without_result |= {one} if ending else set()
            progress = progress.ended(one, ending) if ending else progress.now(RESULT, one)

    assert sorted(begun) == sorted(set(begun))
    assert set(begun) | set(progress.are(DROPPED)) == {part.id for part in bundle.parts}
    assert set(progress.with_result).isdisjoint(without_result)
    assert ids(counted(bundle, progress)) == [
        part.id
        for part in bundle.parts
        if part.id not in progress.are(DROPPED) and progress.endings.get(part.id) is not Ending.WITHDRAWN
    ]


def chained(id_: str, dropped: tuple[str, ...], bundle: Bundle) -> bool:
    """Whether the item never begins because another one does not."""
    return bool(set(dropped) & set(bundle.part(id_).after))
