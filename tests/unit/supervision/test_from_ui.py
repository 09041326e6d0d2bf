"""The JSON of acts from Temporal UI: read strictly, and told what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.supervision.from_ui import (
    HoldWord,
    ReassignWord,
    ResumeWord,
    UrgeWord,
    Word,
    WordNotUnderstood,
    example_of,
    understood,
)

WHO = {"by": "overseer-1", "role": "supervisor", "unit": "gz-thr-management"}


@pytest.mark.parametrize("kind", [UrgeWord, ReassignWord, HoldWord, ResumeWord])
def test_example_is_one_that_is_understood_once_the_account_is_ones_own(kind: type[Word]) -> None:
    example = example_of(kind, "chief_representative", "gz-thr-samr").replace("工号", "chief-1")

    word = understood(kind, json.loads(example))

    assert (word.actor.id, word.actor.roles, word.actor.units) == (
        "chief-1",
        ("chief_representative",),
        ("gz-thr-samr",),
    )


def refused(kind: type[Word], raw: Any) -> str:
    with pytest.raises(WordNotUnderstood) as caught:
        understood(kind, raw)
    return caught.value.text.zh


def test_everything_that_is_wrong_is_told_at_once_with_an_example() -> None:
    said = refused(HoldWord, {"by": "chief-1", "role": "chief_representative", "day": 3, "procedure": "testing"})

    assert "缺少 unit" in said
    assert "缺少 days" in said
    assert "没有 day 这一项" in said
    assert '"procedure":"testing","days":3' in said


@pytest.mark.parametrize("raw", [None, "催办", ["overseer-1"], 3])
def test_what_is_no_object_is_refused(raw: Any) -> None:
    assert "须为一个 JSON 对象" in refused(UrgeWord, raw)


@pytest.mark.parametrize("number", ["13800000000", "710000190001010017", "71000019000101001X", "710000190001017"])
def test_a_number_that_tells_who_somebody_is_does_not_get_into_a_history(number: str) -> None:
    assert "不要填手机号、身份证号" in refused(UrgeWord, WHO | {"by": number})


def test_nobody_acts_for_every_unit_at_once() -> None:
    assert "unit 不正确" in refused(UrgeWord, WHO | {"unit": "*"})


@pytest.mark.parametrize("words", ["请尽快办理", "two words", ""])
def test_free_text_does_not_get_into_a_history(words: str) -> None:
    refused(ReassignWord, WHO | {"task": words})
