"""What a case carries of its definition, settled for the applicant's situations."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

from domain.checklist import Checklist
from domain.definition import ItemDefinition, Role
from domain.item import Item, Sitting, item_of
from domain.situations import SituationUnclear
from tests.definitions import a_definition

DEPARTMENT = "gz-thr-sample"


def step(name: str, *after: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "role": "examiner", "after": list(after), "limit": {"days": 1}, **changes}


def material(name: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "need": "required", "main": True, **changes}


def definition(**changes: Any) -> ItemDefinition:
    """A permit that asks one question; on `online: "no"` whatever is marked so does not apply."""
    given: dict[str, Any] = {
        "situations": [{"id": "online", "ask": "是否从事网络经营？", "answers": ["yes", "no"]}],
        "form": [],
        "materials": [material("form")],
        "deferral": {"allowed": False},
        "examination": [step("review"), step("decide", "review", role="approver", decides=True)],
    }
    return ItemDefinition.model_validate({**_sample(), **given, **changes})


@cache
def _sample() -> dict[str, Any]:
    return a_definition().model_dump(by_alias=True)


ONLINE = {"when": {"online": "yes"}}


def settled(online: str = "no", **changes: Any) -> Item:
    return item_of(definition(**changes), "d" * 64, {"online": online})


def ways(item: Item) -> dict[str, tuple[str, ...]]:
    return {one.id: one.after for one in item.steps}


def test_application_whose_situations_are_not_answered_has_no_item() -> None:
    with pytest.raises(SituationUnclear):
        item_of(definition(), "d" * 64, {})


# Materials


def test_item_asks_for_what_is_required_and_for_what_the_situation_asks() -> None:
    materials = [
        material("form"),
        material("filing", need="when", main=False, **ONLINE),
        material("letter", need="optional", main=False),
    ]

    assert [needed.id for needed in settled("no", materials=materials).materials] == ["form", "letter"]
    assert [needed.id for needed in settled("yes", materials=materials).materials] == ["form", "filing", "letter"]


def test_optional_material_of_the_guide_may_be_handed_in_but_is_never_missing() -> None:
    materials = [material("form"), material("letter", need="optional", main=False)]

    checklist = Checklist(needed=settled(materials=materials).materials)

    assert "letter" in checklist
    assert [needed.id for needed in checklist.missing] == ["form"]


@pytest.mark.parametrize(
    ("changes", "from_register"),
    [
        ({}, False),
        ({"share": {"register": "电子证照", "type": "营业执照"}}, True),
        ({"share": {"register": "电子证照", "type": "营业执照", "live": False}}, False),
        ({"share": {"register": "电子证照", "type": "营业执照"}, "provided_by": "applicant"}, False),
        ({"provided_by": "register"}, True),
    ],
    ids=["no register", "a live register", "a register not yet connected", "the applicant", "the unit itself"],
)
def test_material_that_a_live_register_holds_is_not_asked_of_the_applicant(
    changes: dict[str, Any], from_register: bool
) -> None:
    item = settled(materials=[material("licence", **changes)])

    assert item.materials[0].from_register is from_register
    assert (not Checklist(needed=item.materials).missing) is from_register


def test_field_of_the_form_that_has_to_be_filled_in_is_needed_like_a_main_material() -> None:
    fields = [{"id": "shop", "name": "字号"}, {"id": "remark", "name": "备注", "required": False}]

    (form, shop) = settled(form=fields).materials

    assert (form.id, shop.id, shop.name, shop.main) == ("form", "form.shop", "申请表“字号”", True)


# Limits


def test_item_carries_the_limits_with_their_basis() -> None:
    item = settled()

    assert item.statutory is not None
    assert (item.statutory.days, item.statutory.basis) == (20, "apl:42.1")
    assert (item.acceptance.starts, item.promised.starts, item.delivery.starts) == ("receipt", "acceptance", "decision")


@pytest.mark.parametrize(("allowed", "days"), [(True, 3), (False, None)])
def test_promise_has_a_limit_only_where_deferral_is_allowed(allowed: bool, days: int | None) -> None:
    item = settled(deferral={"allowed": allowed, "supplement_within": {"days": 3}})

    assert (item.promise.days if item.promise else None) == days


# Steps


def test_step_that_a_situation_leaves_out_is_spliced_out_of_the_chain() -> None:
    examination = [step("a"), step("b", "a", **ONLINE), step("c", "b", decides=True)]

    assert ways(settled("yes", examination=examination)) == {"a": (), "b": ("a",), "c": ("b",)}
    assert ways(settled("no", examination=examination)) == {"a": (), "c": ("a",)}


def test_several_steps_left_out_in_a_row_are_spliced_out_together() -> None:
    examination = [step("a"), step("b", "a", **ONLINE), step("c", "b", **ONLINE), step("d", "c", decides=True)]

    assert ways(settled(examination=examination)) == {"a": (), "d": ("a",)}


def test_step_left_out_at_the_beginning_leaves_its_followers_to_begin_at_acceptance() -> None:
    examination = [step("a", **ONLINE), step("b", "a", decides=True)]

    assert ways(settled(examination=examination)) == {"b": ()}


def test_step_left_out_where_branches_meet_hands_all_of_them_on_once() -> None:
    examination = [
        step("a"),
        step("b"),
        step("join", "a", "b", **ONLINE),
        step("decide", "a", "join", decides=True),
    ]

    assert ways(settled(examination=examination))["decide"] == ("a", "b")


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = [f"s{n}" for n in range(draw(st.integers(1, 7)))]
    steps = []
    for number, name in enumerate(names):
        after = draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        steps.append(step(name, *after, **(ONLINE if draw(st.booleans()) else {})))
    return [*steps, step("decide", *names, decides=True)]


@given(examination=graphs())
@settings(deadline=None)
def test_what_remains_keeps_its_order_whatever_is_left_out(examination: list[dict[str, Any]]) -> None:
    whole, rest = ways(settled("yes", examination=examination)), ways(settled("no", examination=examination))

    assert list(rest) == [one["id"] for one in examination if "when" not in one]
    assert {name: _before(rest, name) for name in rest} == {name: _before(whole, name) & set(rest) for name in rest}


def _before(after: dict[str, tuple[str, ...]], name: str) -> set[str]:
    return set(after[name]).union(*(_before(after, one) for one in after[name]))


@pytest.mark.parametrize(
    ("changes", "sittings"),
    [
        ({}, [(Role.EXAMINER, DEPARTMENT)]),
        ({"unit": "gz-thr-fire"}, [(Role.EXAMINER, "gz-thr-fire")]),
        (
            {"mode": "all", "signers": [{"role": "examiner"}, {"role": "approver", "unit": "gz-thr-fire"}]},
            [(Role.EXAMINER, DEPARTMENT), (Role.APPROVER, "gz-thr-fire")],
        ),
        (
            {"mode": "ordered", "unit": "gz-thr-fire", "signers": [{"role": "examiner"}]},
            [(Role.EXAMINER, "gz-thr-fire")],
        ),
        ({"mode": "any"}, [(Role.EXAMINER, DEPARTMENT)]),
    ],
    ids=["the department", "another unit", "signers", "signers of another unit", "no signers named"],
)
def test_step_is_answered_by_its_signers_in_its_unit_or_the_department(
    changes: dict[str, Any], sittings: list[tuple[str, str]]
) -> None:
    item = settled(examination=[step("a", **changes), step("decide", "a", decides=True)])

    assert item.steps[0].sittings == tuple(Sitting(role=role, unit=unit) for role, unit in sittings)


def test_item_is_the_same_after_it_travelled_into_a_workflow() -> None:
    item = settled("yes", deferral={"allowed": True, "supplement_within": {"days": 3}})

    assert Item.model_validate_json(to_json(item)) == item
    assert (item.code, item.version, item.digest) == ("449999999000", "2026-01-01", "d" * 64)
