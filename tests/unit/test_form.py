from __future__ import annotations

from typing import Any

import pytest

from domain.definition import FormField
from domain.form import FormInvalid, checked_form, filled_in

FIELDS = tuple(
    FormField.model_validate(field)
    for field in (
        {"id": "shop", "name": "字号"},
        {"id": "area", "name": "面积", "type": "number"},
        {"id": "opens", "name": "开业日期", "type": "date"},
        {"id": "kind", "name": "业态", "type": "choice", "choices": ["餐厅", "小吃店"]},
        {"id": "online", "name": "网络经营", "type": "yes_no"},
        {"id": "remark", "name": "备注", "required": False},
    )
)
FILLED: dict[str, Any] = {"shop": "小店", "area": 60, "opens": "2026-03-02", "kind": "餐厅", "online": False}


def test_filled_form_comes_back_in_the_order_of_its_fields() -> None:
    shuffled = dict(reversed(FILLED.items()))

    assert list(checked_form(FIELDS, shuffled).items()) == list(FILLED.items())


def test_field_that_is_not_required_may_be_left_out_or_filled_in() -> None:
    assert "remark" not in checked_form(FIELDS, FILLED)
    assert checked_form(FIELDS, {**FILLED, "remark": "周末营业"})["remark"] == "周末营业"


@pytest.mark.parametrize("field", FILLED)
def test_required_field_that_is_not_filled_in_is_missing_like_a_material_and_no_fault(field: str) -> None:
    values = {name: value for name, value in FILLED.items() if name != field}

    assert checked_form(FIELDS, values) == values
    assert filled_in(FIELDS, values) == tuple(f"form.{name}" for name in values)


def test_field_that_is_not_required_is_never_missing() -> None:
    assert "form.remark" not in filled_in(FIELDS, {**FILLED, "remark": "周末营业"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shop", ""),
        ("shop", "   "),
        ("shop", 5),
        ("shop", "x" * 2001),
        ("shop", None),
        ("area", "60"),
        ("area", True),
        ("area", float("nan")),
        ("area", float("inf")),
        ("opens", "2026-02-30"),
        ("opens", "20260302"),
        ("opens", "2026-03-02T10:00"),
        ("opens", 20260302),
        ("kind", "超市"),
        ("kind", ["餐厅"]),
        ("online", "yes"),
        ("online", 1),
    ],
)
def test_value_that_does_not_fit_its_field_is_refused(field: str, value: object) -> None:
    with pytest.raises(FormInvalid) as refused:
        checked_form(FIELDS, {**FILLED, field: value})

    assert f"（{field}）应为" in refused.value.text.zh


@pytest.mark.parametrize(
    ("field", "value"), [("area", 59.5), ("area", 0), ("shop", "x" * 2000), ("opens", "2028-02-29")]
)
def test_value_at_the_edge_of_its_field_is_taken(field: str, value: object) -> None:
    assert checked_form(FIELDS, {**FILLED, field: value})[field] == value


def test_form_asks_nothing_that_it_does_not_list() -> None:
    with pytest.raises(FormInvalid) as refused:
        checked_form(FIELDS, {**FILLED, "marital_status": "single"})

    assert refused.value.article == "apl:31"
    assert "marital_status" in refused.value.text.zh


def test_every_fault_of_a_form_is_named_at_once() -> None:
    with pytest.raises(FormInvalid) as refused:
        checked_form(FIELDS, {"area": "60", "kind": "超市", "extra": 1})

    named = [name for name in ("shop", "area", "opens", "kind", "online", "extra") if name in refused.value.text.zh]
    assert named == ["area", "kind", "extra"]


def test_item_without_form_asks_nothing() -> None:
    assert checked_form((), {}) == {}
