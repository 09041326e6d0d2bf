"""Bundles as lead departments write them: read like items, every slip located and explained, held against their items."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from domain.bundle.definition import BundleDefinition
from domain.definition import ItemDefinition
from registry.digest import canonical_json, digest_of
from registry.items import by_code, items_for, read_items
from registry.kinds import BUNDLE, ITEM, KINDS, kind_of
from registry.labels import label
from registry.reading import Judge, Written, checked_definition, read_definition
from registry.schema import definition_schema
from registry.source import read_source
from tests.bundles.sample import (
    FILE,
    RESTAURANT,
    a_bundle_definition,
    a_bundle_text,
    checked_bundle,
    its_items,
    the_items,
)
from tests.definitions import DEFINITIONS, HERE, SAMPLE, Change, a_definition, a_definition_text, the_reference

FOOD_PERMIT = '- {id: food_permit, item: "440199001000", after: [licence], duty: 作出食品经营许可决定, early: true}'
GAS_USE = "{id: gas_use, name: 用气用途, type: choice, choices: [餐饮, 商业, 工业], for: [gas.gas_use]}"

FORM: dict[str, tuple[list[Change], str, str, str | None]] = {
    "the lead is left out": (
        [('lead: {code: gz-thr-samr, name: 天河区市场监督管理局, level: 4, district: "440106"}\n', ""), ("kind: bundle", "¦kind: bundle")],
        "missing", "lead", "gz:11.1",
    ),
    "the limit of the whole is left out": (
        [('limit: {days: 10, unit: working, starts: acceptance, basis: "gz:13.3"}\n', ""), ("kind: bundle", "¦kind: bundle")],
        "missing", "limit", "gz:13.3",
    ),
    "a field of an entry is not one": (
        [(FOOD_PERMIT, FOOD_PERMIT.replace("after:", "¦afther:"))], "unknown_key", "items.food_permit.afther", None,
    ),
    "a field belongs to items only": ([("type: 行政许可", "type: 行政许可\n¦handling: promised")], "unknown_key", "handling", None),
    "a feed names no item": (
        [(GAS_USE, GAS_USE.replace("[gas.gas_use]", "[¦gas_use]"))], "wrong_form", "form.gas_use.for.0", None,
    ),
    "a material is for nothing": (
        [("main: true, for: [food_permit.floor_plan]", "main: true, for: ¦[]")], "too_short", "materials.floor_plan.for", None,
    ),
    "a code is no code": ([('item: "442199009000"', 'item: ¦"4421"')], "wrong_form", "items.licence.item", None),
    "a version is no day": (
        [(FOOD_PERMIT, FOOD_PERMIT.replace("duty:", "version: ¦20260101, duty:"))], "not_a_date", "items.food_permit.version", None,
    ),
    "days are a word": ([("limit: {days: 10,", "limit: {days: ¦ten,")], "not_days", "limit.days", None),
}  # fmt: skip


def place_of_mark(text: str) -> tuple[int, int]:
    before = text[: text.index(HERE)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_the_sample_is_sound() -> None:
    read = checked_bundle()

    assert read.faults == ()
    assert isinstance(read.definition, BundleDefinition)


@pytest.mark.parametrize("what", FORM)
def test_a_slip_of_form_is_said_where_it_stands(what: str) -> None:
    changes, code, path, article = FORM[what]

    found = checked_bundle(*changes)

    place = place_of_mark(a_bundle_text(*changes))
    assert [(f.code, f.path, (f.line, f.column), f.article) for f in found.faults] == [(code, path, place, article)]
    assert all((*found.faults[0].wrong, *found.faults[0].right))


def test_an_unknown_field_is_answered_with_the_one_that_was_meant() -> None:
    (fault,) = checked_bundle((FOOD_PERMIT, FOOD_PERMIT.replace("early:", "eraly:"))).faults

    assert (fault.right.zh, fault.right.en) == ("应为 early", "perhaps early")


def test_what_breaks_rules_is_found_where_it_stands_and_all_at_once() -> None:
    changes: tuple[Change, ...] = (
        (FOOD_PERMIT, FOOD_PERMIT.replace("[licence]", "[lisence]")),
        ("limit: {days: 10,", "limit: {days: 30,"),
        ('item: "442199006000"', 'item: "442199006999"'),
        ("name: 授权委托书, main: false", "name: 授权委托书, main: true"),
        ("{at: limit,", "{at: limits,"),
    )

    found = checked_bundle(*changes)

    lines = a_bundle_text(*changes).splitlines()
    told = {fault.code: lines[fault.line - 1][fault.column - 1 :] for fault in found.faults}
    assert told["after_unknown"].startswith("lisence]")
    assert told["item_unknown"].startswith('"442199006999"')
    assert told["main_differs"].startswith("true, for: [food_permit.agent_letter]")
    assert told["assumed_nowhere"].startswith("limits, why")
    assert [(f.line, f.column) for f in found.faults] == sorted((f.line, f.column) for f in found.faults)


def test_a_limit_over_the_longest_way_is_told_with_the_way_in_its_file() -> None:
    (fault,) = checked_bundle(("limit: {days: 10,", "limit: {days: 11,")).faults

    assert (fault.code, fault.path, fault.article) == ("bundle_over_path", "limit", "gz:13.3")
    assert "营业执照信息核验当日（当场） → 烟草专卖零售许可（新办）10个工作日" in fault.said_in("zh")


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (("basis: \"gz:13.3\"}", "basiss: \"gz:13.3\"}"), "unknown_key"),
        (("audience: [企业法人, 个体工商户]", "audience: []"), "too_short"),
        (("sources: [样品]", "source: [样品]"), "unknown_key"),
    ],
)  # fmt: skip
def test_rules_on_sound_parts_run_beside_a_part_that_cannot_be_read(spoilt: Change, code: str) -> None:
    found = checked_bundle(spoilt, (FOOD_PERMIT, FOOD_PERMIT.replace("[licence]", "[lisence]")))

    assert {code, "after_unknown"} <= {fault.code for fault in found.faults}


def test_rules_that_look_at_a_broken_part_wait() -> None:
    found = checked_bundle(
        (FOOD_PERMIT, FOOD_PERMIT.replace("early: true", "early: maybe")), ("days: 10,", "days: 30,")
    )

    assert [fault.code for fault in found.faults] == ["wrong_type"]


# Kinds


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("kind: bundel\n", ("not_among", "kind", "应为 item、bundle 之一，是否为 bundle")),
        ("kind:\n", ("empty_value", "kind", "填写item、bundle，没有的删去这一行")),
        ("", ("missing", "kind", "补写 kind：item、bundle")),
        ("kind: calendar\n", ("not_among", "kind", "写 kind: item（事项定义） 或 写 kind: bundle（“一件事”定义）")),
        ("kind: 7\n", ("not_among", "kind", "写 kind: item（事项定义） 或 写 kind: bundle（“一件事”定义）")),
        ("kind: [bundle]\n", ("not_among", "kind", "应为 item、bundle 之一")),
    ],
)
def test_a_kind_that_is_missing_or_unknown_is_one_clear_fault(kind: str, told: tuple[str, str, str]) -> None:
    found = checked_definition(RESTAURANT.replace("kind: bundle\n", kind), "x.yaml", the_reference(), the_items())

    assert [(fault.code, fault.path, fault.right.zh) for fault in found.faults] == [told]
    assert found.definition is None


def test_a_definition_without_its_kind_is_taken_for_the_one_that_it_looks_like() -> None:
    item, bundle = read_source(SAMPLE).data, read_source(RESTAURANT).data

    assert kind_of({name: value for name, value in item.items() if name != "kind"}) is ITEM
    assert kind_of({name: value for name, value in bundle.items() if name != "kind"}) is BUNDLE


def test_faults_beside_a_kind_that_is_misspelt_are_told_too() -> None:
    text = RESTAURANT.replace("kind: bundle", "kind: bundel").replace("limit: {days: 10,", "limit: {days: 11,")

    found = checked_definition(text, "x.yaml", the_reference(), the_items())

    assert [fault.code for fault in found.faults] == ["not_among", "bundle_over_path"]


def test_items_are_read_as_before() -> None:
    assert isinstance(checked_definition(SAMPLE, "x.yaml", the_reference()).definition, ItemDefinition)


def test_the_form_alone_can_be_read_without_any_item() -> None:
    assert isinstance(read_definition(RESTAURANT, "x.yaml").definition, BundleDefinition)


def test_every_stand_in_is_a_definition_of_its_kind() -> None:
    for kind in KINDS.values():
        assert kind.model.model_validate(kind.stand_in).kind == kind.name


# The items that a bundle is held against


def test_the_items_named_are_known_before_any_rule_is_asked() -> None:
    named = Written.of(RESTAURANT, "x.yaml").items_named

    assert named == ("442199009000", "440199001000", "440199006000", "440199007000", "440199003000", "442199006000")


@pytest.mark.parametrize(
    "text", ["kind: bundle\nitems: 3\n", "kind: bundle\nitems: [1, {item: 2}, {item: [x]}]\n", SAMPLE, "- x", ""]
)
def test_no_items_are_named_where_none_can_be_read(text: str) -> None:
    assert Written.of(text, "x.yaml").items_named == ()


def test_a_bundle_is_held_against_its_items_as_they_are_on_a_day() -> None:
    changed = a_definition_text(
        ("version: 2026-01-01", "version: 2026-06-01"), ('code: "449999999000"', 'code: "442199009000"')
    )
    later = read_definition(changed, "x.yaml").definition
    assert isinstance(later, ItemDefinition)
    items = by_code([*(item for its in the_items().values() for item in its), later])
    text = Written.of(RESTAURANT, "x.yaml")

    now = text.held_to(Judge(the_reference(), items))
    then = text.held_to(Judge(the_reference(), items, later.version))

    assert now.faults == ()
    assert "need_unfed" in {fault.code for fault in then.faults}


def test_items_of_a_folder_are_read_without_cases_and_what_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "items"
    folder.mkdir()
    (folder / "a.yaml").write_text(a_definition_text(("2026-01-01", "2026-05-01")), "utf-8")
    (folder / "b.json").write_text(json.dumps(read_source(SAMPLE).data), "utf-8")
    (folder / "c.yaml").write_text("kind: [item", "utf-8")
    (folder / "a.cases.yaml").write_text("kind: cases\n", "utf-8")

    items = read_items(tmp_path)

    assert {code: [str(item.version) for item in its] for code, its in items.items()} == {
        "449999999000": ["2026-01-01", "2026-05-01"]
    }


def test_items_beside_the_bundle_come_first_and_those_given_with_it_count_over_them(tmp_path: Path) -> None:
    beside, given = a_definition(name="beside"), a_definition(name="given")
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "a.json").write_text(json.dumps(beside.model_dump(mode="json", by_alias=True)), "utf-8")
    bundle, elsewhere = tmp_path / "bundles" / "x.yaml", FILE

    assert items_for(bundle, [], DEFINITIONS) == {beside.code: (beside,)}
    assert items_for(bundle, [given], DEFINITIONS) == {beside.code: (given,)}
    assert items_for(elsewhere, [given], DEFINITIONS).keys() == {*the_items(), given.code}


# What is made of it


def test_the_schema_accepts_the_sample_and_names_every_field() -> None:
    schema = definition_schema(BUNDLE)

    jsonschema.validate(read_source(RESTAURANT).data, schema)

    fields = [field for model in (schema, *schema["$defs"].values()) for field in model.get("properties", {}).values()]
    assert all(field["title"] and field["description"] for field in fields)
    assert schema["title"] == "“一件事”定义 bundle"
    assert schema["properties"]["limit"]["title"] == "整件事的办结时限 limit of the whole"


def test_the_schema_of_a_bundle_refuses_an_item() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(read_source(SAMPLE).data, definition_schema(BUNDLE))


def test_a_field_is_called_by_the_words_of_its_kind() -> None:
    assert (label(("form",), "item").zh, label(("form",), "bundle").zh) == ("申请表", "一张表")
    assert label(("items", 0, "after"), "bundle").zh == "前置"


def test_canonical_json_is_the_definition_and_the_digest_holds_its_every_value() -> None:
    bundle = a_bundle_definition()

    assert BundleDefinition.model_validate_json(canonical_json(bundle)) == bundle
    assert digest_of(bundle) != digest_of(a_bundle_definition(("early: true", "early: false")))
    assert digest_of(bundle) == digest_of(a_bundle_definition(("early: true}", "'early':   true} # the same")))


def test_the_sample_has_an_item_for_each_of_its_ids() -> None:
    bundle = a_bundle_definition()

    assert list(its_items(bundle)) == [one.id for one in bundle.items]
