from __future__ import annotations

from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from domain.situations import Situation, SituationUnclear, answered_fully, applies

ONLINE = Situation(id="sells_online", ask="是否从事网络经营？", answers=("yes", "no"))
AREA = Situation(id="area", ask="面积", answers=("small", "large"))


def test_answers_come_back_in_the_order_of_the_definition() -> None:
    answers = answered_fully((ONLINE, AREA), {"area": "small", "sells_online": "no"})

    assert list(answers.items()) == [("sells_online", "no"), ("area", "small")]


def test_item_without_situations_asks_nothing() -> None:
    assert answered_fully((), {}) == {}


@pytest.mark.parametrize(
    ("answered", "named"),
    [
        ({}, ["sells_online", "area"]),
        ({"sells_online": "yes"}, ["area"]),
        ({"sells_online": "maybe", "area": "small"}, ["sells_online"]),
        ({"sells_online": "no", "area": "small", "weather": "fine"}, ["weather"]),
        ({"area": "huge", "weather": "fine"}, ["sells_online", "area", "weather"]),
    ],
)
def test_every_gap_is_named_at_once_in_both_languages(answered: Mapping[str, str], named: list[str]) -> None:
    with pytest.raises(SituationUnclear) as refused:
        answered_fully((ONLINE, AREA), answered)

    for text in refused.value.text:
        assert [name for name in ("sells_online", "area", "weather") if name in text] == named


@pytest.mark.parametrize(
    ("when", "so"),
    [
        ({}, True),
        ({"sells_online": "yes"}, True),
        ({"sells_online": "no"}, False),
        ({"sells_online": "yes", "area": "small"}, True),
        ({"sells_online": "yes", "area": "large"}, False),
        ({"weather": "fine"}, False),
    ],
)
def test_condition_holds_when_everything_it_names_was_answered_so(when: Mapping[str, str], so: bool) -> None:
    assert applies(when, {"sells_online": "yes", "area": "small"}) is so


def test_situation_leaves_something_to_choose() -> None:
    with pytest.raises(ValidationError):
        Situation(id="sells_online", ask="是否？", answers=("yes",))
