"""Every rule about bundles: one change to a sound bundle and the one fault that it makes, and the nearest that is right."""

from __future__ import annotations

from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from domain.bundle.checks import RULES, faults_of_bundle
from domain.bundle.checks.choosing import chosen
from domain.bundle.checks.draft import Draft, Rule
from domain.bundle.definition import BundleDefinition
from domain.checks import Known
from domain.checks.rule import READS
from domain.definition import ItemDefinition
from domain.faults import Fault
from registry.located import dotted
from tests.definitions import the_reference
from tests.unit.bundle.building import (
    ABSENT,
    Changes,
    a_bundle,
    an_entry,
    an_item_definition,
    changed,
    code_of,
    found,
    the_sample,
)

DEFERRAL = {"allowed": True, "supplement_within": {"days": 3}}


def material(id_: str, **changes: Any) -> dict[str, Any]:
    return {"id": id_, "name": id_, "need": "required", "main": True, **changes}


def field(id_: str, **changes: Any) -> dict[str, Any]:
    return {"id": id_, "name": id_, **changes}


def entry_of(id_: str, *feeds: str, **changes: Any) -> dict[str, Any]:
    """A field or a material of the bundle."""
    return {"id": id_, "name": id_, "for": list(feeds), **changes}


LIVE = {"register": "电子证照", "type": "身份证"}
ITEMS: dict[str, Any] = {
    "setup": {
        "promised": {"days": 1},
        "department": {"code": "gz-thr-samr", "name": "市场监管局"},
        "form": [field("name"), field("capital", type="number", required=False)],
        "materials": [material("charter"), material("lease", main=False)],
        "deferral": DEFERRAL,
    },
    "food": {
        "promised": {"days": 5},
        "type": "行政许可",
        "department": {"code": "gz-thr-samr", "name": "市场监管局"},
        "situations": [{"id": "sells_online", "ask": "网上？", "answers": ["yes", "no"]}],
        "form": [field("address"), field("kind", type="choice", choices=["甲", "乙"])],
        "materials": [
            material("licence"),
            material("plan"),
            material("filing", need="when", when={"sells_online": "yes"}, main=False),
            material("identity", share=LIVE),
            material("letter", need="optional", main=False),
        ],
        "deferral": DEFERRAL,
    },
    "fire": {
        "promised": {"days": 3},
        "type": "其他行政权力",
        "department": {"code": "gz-thr-fire", "name": "消防"},
        "situations": [{"id": "way", "ask": "哪种方式？", "answers": ["promise", "check"]}],
        "form": [field("address")],
        "materials": [
            material("licence", main=False),
            material("plan", main=False),
            material("letter_of_promise", need="when", when={"way": "promise"}),
            material("owner", main=False, share=LIVE),
        ],
    },
    "tobacco": {
        "promised": {"days": 8},
        "type": "行政许可",
        "department": {"code": "gz-thr-tobacco", "name": "烟草专卖局"},
        "materials": [material("licence"), material("lease", main=False)],
        "deferral": DEFERRAL,
    },
}

BUNDLE: dict[str, Any] = {
    **a_bundle(an_entry("setup"), an_entry("food"), days=9).model_dump(mode="json"),
    "type": "行政许可",
    "situations": [
        {"id": "sells_tobacco", "ask": "卖烟？", "answers": ["yes", "no"]},
        {"id": "sells_online", "ask": "网上？", "answers": ["no", "yes"]},
    ],
    "items": [
        an_entry("setup"),
        an_entry("food", "setup"),
        an_entry("fire", "setup", answers={"way": "check"}),
        an_entry("tobacco", "setup", when={"sells_tobacco": "yes"}),
    ],
    "form": [
        entry_of("name", "setup.name"),
        entry_of("capital", "setup.capital", type="number", required=False),
        entry_of("address", "food.address", "fire.address"),
        entry_of("kind", "food.kind", type="choice", choices=["乙", "甲"]),
    ],
    "materials": [
        entry_of("charter", "setup.charter", main=True),
        entry_of("licence", "food.licence", "fire.licence", "tobacco.licence", main=True, result_of="setup"),
        entry_of("plan", "food.plan", "fire.plan", main=True),
        entry_of("lease", "setup.lease", "tobacco.lease", main=False),
        entry_of("filing", "food.filing", main=False),
    ],
    "assumed": [{"at": "materials.plan.for", "why": "未查到"}],
}


class Example(NamedTuple):
    """What is changed, the fault that it makes, and what else has to be changed for it to be right."""

    bundle: Changes
    code: str
    path: str
    article: str | None
    right: Changes
    items: Changes = MappingProxyType({})
    right_items: Changes = MappingProxyType({})


TWIN = an_entry("again", "setup", item=code_of("food"), when={"sells_tobacco": "no"}, answers={"sells_online": "no"})
TWIN_FEEDS = {
    "form.address.for": ["food.address", "fire.address", "again.address"],
    "form.kind.for": ["food.kind", "again.kind"],
    "materials.licence.for": ["food.licence", "fire.licence", "tobacco.licence", "again.licence"],
    "materials.plan.for": ["food.plan", "fire.plan", "again.plan"],
}
DROP_FIRE = {
    "items.fire": ABSENT,
    "form.address.for": ["food.address"],
    "materials.licence.for": ["food.licence", "tobacco.licence"],
    "materials.plan.for": ["food.plan"],
}
NO_PERMITS = {"food.type": "公共服务", "tobacco.type": "公共服务"}
CHARGED = {"charged": True, "basis": "烟草专卖法第1条", "standard": "10元"}
SEVERAL = [{"id": f"s{n}", "ask": "？", "answers": ["a", "b", "c"]} for n in range(5)]
HANGING = {"sells_tobacco": "yes", **{f"s{n}": "a" for n in range(5)}}

FAULTS: dict[str, Example] = {
    "the lead's credit code has a wrong check digit": Example(
        {"lead.credit_code": "11440100007483172A"}, "credit_code_invalid", "lead.credit_code", None,
        {"lead.credit_code": "11440100007483172Q"},
    ),
    "the lead's district is not of the city": Example(
        {"lead.district": "110101"}, "district_invalid", "lead.district", None, {"lead.district": "440106"},
    ),
    "the bundle has permits and is none": Example(
        {"type": "公共服务"}, "bundle_type", "type", "apl:32.4", {"type": "行政许可"},
    ),
    "the bundle is a permit without one": Example(
        {}, "bundle_type", "type", "apl:32.4", {"type": "其他行政权力"}, items=NO_PERMITS,
    ),
    "an item charges and the bundle does not": Example(
        {}, "bundle_fee", "fee.charged", "apl:58", {"fee": CHARGED}, items={"tobacco.fee": CHARGED},
    ),
    "the bundle charges and no item does": Example(
        {"fee": CHARGED}, "bundle_fee", "fee.charged", "apl:58", {"fee": {"charged": False}},
    ),
    "a fee has no basis": Example(
        {"fee": {**CHARGED, "basis": ""}}, "fee_without_basis", "fee.basis", "apl:58", {"fee": CHARGED},
        items={"tobacco.fee": CHARGED},
    ),
    "a fee has no standard": Example(
        {"fee": {**CHARGED, "standard": ""}}, "fee_without_standard", "fee.standard", "gz:5", {"fee": CHARGED},
        items={"tobacco.fee": CHARGED},
    ),
    "acceptance starts with itself": Example(
        {"acceptance.starts": "acceptance"}, "limit_starts_wrongly", "acceptance.starts", "gz:13.1",
        {"acceptance.starts": "receipt"},
    ),
    "the limit of the whole starts with receipt": Example(
        {"limit.starts": "receipt"}, "limit_starts_wrongly", "limit.starts", "gz:13.1", {"limit.starts": "acceptance"},
    ),
    "delivery starts with acceptance": Example(
        {"delivery.starts": "acceptance"}, "limit_starts_wrongly", "delivery.starts", "gz:13.1",
        {"delivery.starts": "decision"},
    ),
    "permits are accepted in six days": Example(
        {"acceptance.days": 6}, "acceptance_too_long", "acceptance", "apl:32.4", {"acceptance.days": 5},
    ),
    "permits are delivered in eleven days": Example(
        {"delivery.days": 11}, "delivery_too_long", "delivery", "apl:44", {"delivery.days": 10},
    ),
    "permits of two units take 46 days": Example(
        {"limit.days": 46}, "bundle_over_joint_limit", "limit", "apl:42.2", {"limit.days": 45},
        items={"tobacco.promised.days": 60},
    ),
    "permits of two units take natural days that are more than 45 working ones": Example(
        {"limit": {"days": 61, "unit": "natural", "starts": "acceptance"}}, "bundle_over_joint_limit", "limit", "apl:42.2",
        {"limit": {"days": 60, "unit": "natural", "starts": "acceptance"}}, items={"tobacco.promised.days": 90},
    ),
    "the whole takes a day more than the longest way": Example(
        {"limit.days": 10}, "bundle_over_path", "limit", "gz:13.3", {"limit.days": 9},
    ),
    "a situation is declared twice": Example(
        {"situations": [*BUNDLE["situations"], BUNDLE["situations"][1]]}, "id_doubled", "situations.sells_online.id", None,
        {"situations": BUNDLE["situations"]},
    ),
    "a situation has an answer twice": Example(
        {"situations.sells_tobacco.answers": ["yes", "no", "no"]}, "answer_doubled", "situations.sells_tobacco.answers.2",
        None, {"situations.sells_tobacco.answers": ["yes", "no", "perhaps"]},
    ),
    "an item hangs on an unknown situation": Example(
        {"items.tobacco.when": {"sells_wine": "yes"}}, "situation_undeclared", "items.tobacco.when.sells_wine", "apl:31",
        {"items.tobacco.when": {"sells_online": "yes"}},
    ),
    "an item hangs on an answer that is not offered": Example(
        {"items.tobacco.when": {"sells_tobacco": "perhaps"}}, "answer_undeclared", "items.tobacco.when.sells_tobacco",
        "apl:31", {"items.tobacco.when": {"sells_tobacco": "no"}},
    ),
    "the items hang on too many situations": Example(
        {"situations": [*BUNDLE["situations"], *SEVERAL], "items.tobacco.when": HANGING}, "too_many_combinations", "items",
        None, {"items.tobacco.when": {one: HANGING[one] for one in list(HANGING)[:4]}},
    ),
    "the items hang on too many situations for parts of a day": Example(
        {"situations": [*BUNDLE["situations"], *SEVERAL], "limit.days": 8,
         "items.tobacco.when": {one: HANGING[one] for one in list(HANGING)[:4]}}, "too_many_combinations", "items", None,
        {"items.tobacco.when": {one: HANGING[one] for one in list(HANGING)[:3]}}, items={"setup.promised.days": 0.5},
    ),
    "an answer is fixed to a situation that the item does not have": Example(
        {"items.fire.answers": {"way": "check", "sells_online": "no"}}, "situation_undeclared",
        "items.fire.answers.sells_online", "apl:31", {"items.fire.answers": {"way": "check"}},
    ),
    "a fixed answer is none of the item's": Example(
        {"items.fire.answers": {"way": "by_boat"}}, "answer_undeclared", "items.fire.answers.way", "apl:31",
        {"items.fire.answers": {"way": "check"}},
    ),
    "a situation of an item is answered by nobody": Example(
        {"items.fire.answers": {}, "materials.fire_promise": entry_of("fire_promise", "fire.letter_of_promise", main=True)},
        "situation_unanswered", "items.fire.answers", "gz:11.2",
        {"situations": [*BUNDLE["situations"], {"id": "way", "ask": "？", "answers": ["promise", "check"]}]},
    ),
    "a situation of an item has other answers in the bundle": Example(
        {"situations.sells_online.answers": ["yes", "no", "later"]}, "answers_differ", "situations.sells_online.answers",
        "gz:11.2", {"items.food.answers": {"sells_online": "yes"}},
    ),
    "a situation of an item has fewer answers in the bundle": Example(
        {}, "answers_differ", "situations.sells_online.answers", "gz:11.2",
        {"situations.sells_online.answers": ["yes", "no", "later"]},
        items={"food.situations.sells_online.answers": ["yes", "no", "later"]},
    ),
    "two items have one id": Example(
        {"items": [*BUNDLE["items"], an_entry("setup", item=code_of("alone"))]}, "id_doubled", "items.setup.id", None,
        {"items": [*BUNDLE["items"], an_entry("alone")]},
    ),
    "an application has one service item twice": Example(
        {"items.again": TWIN, **TWIN_FEEDS}, "item_doubled", "items.again.item", "gz:11.1",
        {"items.food.when": {"sells_tobacco": "yes"}},
    ),
    "an item comes after one that is not there": Example(
        {"items.food.after": ["setpu", "setup"]}, "after_unknown", "items.food.after.0", None, {"items.food.after": ["setup"]},
    ),
    "items wait for one another": Example(
        {"items.fire.after": ["food", "setup"], "items.food.after": ["setup", "fire"]}, "circle", "items.food.after", None,
        {"items.food.after": ["setup"]},
    ),
    "an item is not published": Example(
        {"items.alone": an_entry("alone", item="440000000000")}, "item_unknown", "items.alone.item", "gz:5",
        {"items.alone.item": code_of("alone")},
    ),
    "a version is named that there is not": Example(
        {"items.setup.version": "2025-12-31"}, "version_unknown", "items.setup.version", "gz:5",
        {"items.setup.version": "2026-01-01"},
    ),
    "an item is not yet in force when the bundle is": Example(
        {}, "item_not_in_force", "items.setup.item", "gz:5", {"version": "2026-02-01"},
        items={"setup.version": "2026-02-01"},
    ),
    "a version is named that is not yet in force when the bundle is": Example(
        {"items.setup.version": "2026-02-01"}, "item_not_in_force", "items.setup.version", "gz:5",
        {"version": "2026-02-01"}, items={"setup.version": "2026-02-01"},
    ),
    "two fields have one id": Example(
        {"form": [*BUNDLE["form"], entry_of("name", "setup.sign")]}, "id_doubled", "form.name.id", None,
        {"form": [*BUNDLE["form"], entry_of("sign", "setup.sign")]},
        items={"setup.form.sign": field("sign")},
    ),
    "a choice offers one thing": Example(
        {"form.kind.choices": ["甲"]}, "choice_without_choices", "form.kind.choices", None,
        {"form.kind.choices": ["甲", "乙"]}, items={"food.form.kind.choices": ["甲"]},
        right_items={"food.form.kind.choices": ["甲", "乙"]},
    ),
    "a text has choices": Example(
        {"form.name.choices": ["甲", "乙"]}, "choices_without_choice", "form.name.choices", None,
        {"form.name.choices": []}, items={"setup.form.name.choices": ["甲", "乙"]},
        right_items={"setup.form.name.choices": []},
    ),
    "two materials have one id": Example(
        {"materials": [*BUNDLE["materials"], entry_of("plan", "fire.map", main=True)]}, "id_doubled", "materials.plan.id",
        None, {"materials": [*BUNDLE["materials"], entry_of("map", "fire.map", main=True)]},
        items={"fire.materials.map": material("map")},
    ),
    "a field goes to an item that is not there": Example(
        {"form.name.for": ["setup.name", "setpu.name"]}, "feed_unknown", "form.name.for.1", "gz:11.2",
        {"form.name.for": ["setup.name"]},
    ),
    "a field goes to a field that the item does not have": Example(
        {"form.name.for": ["setup.name", "setup.title"]}, "feed_unknown", "form.name.for.1", "apl:31",
        {"form.name.for": ["setup.name"]},
    ),
    "a field goes to a material": Example(
        {"form.name.for": ["setup.name", "setup.charter"]}, "feed_unknown", "form.name.for.1", "apl:31",
        {"form.name.for": ["setup.name"]},
    ),
    "a material goes to one that the item does not have": Example(
        {"materials.charter.for": ["setup.charter", "food.charter"]}, "feed_unknown", "materials.charter.for.1", "apl:31",
        {"materials.charter.for": ["setup.charter", "food.letter"]},
    ),
    "a field of an item is filled in twice": Example(
        {"form.capital.for": ["setup.capital", "setup.capital"]}, "fed_twice", "form.capital.for.1", "gz:11.2",
        {"form.capital.for": ["setup.capital"]},
    ),
    "a material of an item comes from two": Example(
        {"materials.charter.for": ["setup.charter", "food.plan"]}, "fed_twice", "materials.plan.for.0", "gz:11.2",
        {"materials.charter.for": ["setup.charter", "food.letter"]},
    ),
    "a field has another type than what it fills in": Example(
        {"form.name.type": "number"}, "field_differs", "form.name.type", "gz:11.2", {"form.name.type": "text"},
    ),
    "a field has other choices than what it fills in": Example(
        {"form.kind.choices": ["甲", "丙"]}, "field_differs", "form.kind.choices", "gz:11.2",
        {"form.kind.choices": ["甲", "乙"]},
    ),
    "a field may be left open that an item requires": Example(
        {"form.address.required": False}, "field_differs", "form.address.required", "apl:31",
        {"form.address.required": True}, items={"fire.form.address.required": False},
    ),
    "a field is required that no item requires": Example(
        {"form.capital.required": True}, "field_differs", "form.capital.required", "apl:31",
        {"form.capital.required": False},
    ),
    "a field of an item is asked by nobody": Example(
        {"form.name": ABSENT}, "need_unfed", "items.setup", "gz:11.2", {"form.name": BUNDLE["form"][0]},
    ),
    "a material of an item is asked for by nobody": Example(
        {"materials.plan.for": ["fire.plan"]}, "need_unfed", "items.food", "gz:11.2",
        {"materials.plan.for": ["fire.plan", "food.plan"]},
    ),
    "a material that an item needs in a situation is asked for by nobody": Example(
        {"materials.filing": ABSENT}, "need_unfed", "items.food", "gz:11.2",
        {"items.food.answers": {"sells_online": "no"}},
    ),
    "a material is asked for that no item needs here": Example(
        {"materials.fire_promise": entry_of("fire_promise", "fire.letter_of_promise", main=True)}, "needed_by_nobody",
        "materials.fire_promise.for", "apl:31", {"items.fire.answers": {"way": "promise"}},
    ),
    "a material is asked for that the situation of the item excludes": Example(
        {"items.food.when": {"sells_online": "no"}}, "needed_by_nobody", "materials.filing.for", "apl:31",
        {"materials.filing": ABSENT},
    ),
    "a material is asked for that both units get from a register": Example(
        {"materials.identity": entry_of("identity", "food.identity", "fire.owner", main=True)}, "shared_material_demanded",
        "materials.identity.for", "gz:17", {"materials.identity.for": ["food.identity", "fire.owner", "food.letter"]},
    ),
    "a main material of an item may follow later": Example(
        {"materials.charter.main": False}, "main_differs", "materials.charter.main", "gdbe:32",
        {"materials.charter.main": True},
    ),
    "a material may follow later for an item that waits for nothing": Example(
        {"materials.fire_map": entry_of("fire_map", "fire.map", main=False)}, "main_differs", "materials.fire_map.main",
        "gdbe:32", {"materials.fire_map.main": True}, items={"fire.materials.map": material("map", main=False)},
    ),
    "a material may not follow later that every item lets follow": Example(
        {"materials.lease.main": True}, "main_differs", "materials.lease.main", "gdbe:32", {"materials.lease.main": False},
    ),
    "a result is one of no item": Example(
        {"materials.licence.result_of": "setpu"}, "result_unknown", "materials.licence.result_of", "gz:11.2",
        {"materials.licence.result_of": "setup"},
    ),
    "an item does not come after the one whose result it needs": Example(
        {"items.fire.after": []}, "result_too_late", "materials.licence.for.1", "gz:13.3", {"items.fire.after": ["food"]},
    ),
    "an item is to use its own result": Example(
        {"materials.licence.for": [*BUNDLE["materials"][1]["for"], "setup.copy"]}, "result_too_late",
        "materials.licence.for.3", "gz:13.3", {"materials.licence.for": BUNDLE["materials"][1]["for"]},
        items={"setup.materials.copy": material("copy", need="optional")},
    ),
    "an item needs a result where there is none": Example(
        {"materials.permit": entry_of("permit", "fire.permit", main=True, result_of="food"),
         "items.food.when": {"sells_tobacco": "yes"}, "items.fire.after": ["food"]},
        "result_not_always", "materials.permit.for.0", "gz:11.2", {"items.fire.when": {"sells_tobacco": "yes"}},
        items={"fire.materials.permit": material("permit")},
    ),
    "an article is cited that is not there": Example(
        {"acceptance.basis": "alp:32.4"}, "article_unknown", "acceptance.basis", "gz:5", {"acceptance.basis": "apl:32.4"},
    ),
    "the permission law is cited by its name": Example(
        {"delivery.basis": "行政许可法第四十四条"}, "cite_by_article", "delivery.basis", "gz:5", {"delivery.basis": "apl:44"},
    ),
    "an assumption points at nothing": Example(
        {"assumed": [{"at": "materials.plan.feeds", "why": "？"}]}, "assumed_nowhere", "assumed.0.at", "gz:5",
        {"assumed": [{"at": "items.food.after", "why": "？"}]},
    ),
}  # fmt: skip


def items_of(changes: Changes) -> list[ItemDefinition]:
    """The service items of the sample, and one more that needs nothing."""
    given = {**changed(ITEMS, changes), "alone": {"promised": {"days": 1}}}
    return [
        an_item_definition(id_, **{"limits": limits_with(item.pop("promised")), **item}) for id_, item in given.items()
    ]


def limits_with(promised: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = the_sample()["limits"]
    return {**limits, "promised": promised}


@cache
def the_known() -> Known:
    return the_reference().known


def faults_in(
    bundle: Changes, items: Changes, broken: tuple[str, ...] = ()
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The changed sample and its faults."""
    data = changed(BUNDLE, bundle)
    versions = {item.code: (item,) for item in items_of(items)}
    definition = BundleDefinition.model_validate(data)
    return data, faults_of_bundle(definition, the_reference().office, the_known(), versions, broken=broken)


def test_the_sample_is_sound() -> None:
    assert faults_in({}, {})[1] == ()


@pytest.mark.parametrize("what", FAULTS)
def test_one_fault_is_found_where_it_is(what: str) -> None:
    example = FAULTS[what]

    data, faults = faults_in(example.bundle, example.items)

    assert [(f.code, dotted(f.path, data), f.article) for f in faults] == [
        (example.code, example.path, example.article)
    ]


@pytest.mark.parametrize("what", FAULTS)
def test_the_nearest_bundle_that_is_right_has_no_fault(what: str) -> None:
    example = FAULTS[what]

    faults = faults_in({**example.bundle, **example.right}, {**example.items, **example.right_items})[1]

    assert faults == ()


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_says_what_is_wrong_and_what_would_be_right(what: str) -> None:
    for fault in faults_in(FAULTS[what].bundle, FAULTS[what].items)[1]:
        assert all((*fault.wrong, *fault.right))
        assert "None" not in "".join((*fault.wrong, *fault.right))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_broken_by_an_example(rule: Rule) -> None:
    assert any(rule in broken_by(what) for what in FAULTS)


@pytest.mark.parametrize("what", FAULTS)
def test_rules_on_parts_that_cannot_be_read_wait(what: str) -> None:
    example = FAULTS[what]
    (rule,) = broken_by(what)
    part = example.path.partition(".")[0]

    assert part in READS[rule]
    assert faults_in(example.bundle, example.items, broken=(part,))[1] == ()


def test_rules_on_other_parts_do_not_wait() -> None:
    faults = faults_in({"limit.days": 10, "materials.lease.main": True}, {}, broken=("limit",))[1]

    assert [fault.code for fault in faults] == ["main_differs"]


def test_all_faults_are_found_at_once() -> None:
    changes = {
        "lead.district": "110101",
        "limit.days": 10,
        "items.fire.answers": {"way": "by_boat"},
        "form.name.type": "number",
        "materials.lease.main": True,
        "acceptance.basis": "alp:32.4",
    }

    assert [fault.code for fault in faults_in(changes, {})[1]] == [
        "district_invalid",
        "bundle_over_path",
        "answer_undeclared",
        "field_differs",
        "main_differs",
        "article_unknown",
    ]


def test_what_hangs_on_an_unknown_item_is_not_judged() -> None:
    unknown = {"items.setup.item": "440000000000", "type": "公共服务", "fee": CHARGED, "limit.days": 40}

    assert [fault.code for fault in faults_in(unknown, {})[1]] == ["item_unknown"]


@cache
def broken_by(what: str) -> tuple[Rule, ...]:
    """The rules that the example breaks."""
    versions = {item.code: (item,) for item in items_of(FAULTS[what].items)}
    definition = BundleDefinition.model_validate(changed(BUNDLE, FAULTS[what].bundle))
    draft = Draft.of(definition, the_reference().office, the_known(), versions)
    return tuple(rule for rule in RULES if list(rule(draft)))


# What a fault says


def said_of(code: str, bundle: Changes, items: Changes | None = None) -> str:
    return "".join(f"{f.wrong.zh}；{f.right.zh}" for f in faults_in(bundle, items or {})[1] if f.code == code)


def test_an_unknown_item_is_told_with_the_codes_that_are_there() -> None:
    near = code_of("setup")[:-1] + "x"

    said = said_of("item_unknown", {"items.setup.item": near.replace("x", str((int(code_of("setup")[-1]) + 1) % 10))})

    assert f"如 {code_of('setup')} setup、" in said
    assert all(code_of(id_) in said for id_ in ITEMS)


def test_an_unknown_version_is_told_with_those_that_are_there() -> None:
    assert "应为 2026-01-01 之一" in said_of("version_unknown", {"items.setup.version": "2026-05-01"})


def test_an_unknown_material_is_told_with_the_nearest_first() -> None:
    said = said_of("feed_unknown", {"materials.plan.for": ["food.plan", "fire.plan", "fire.plans"]})

    assert "应为 plan、" in said


def test_all_that_an_item_lacks_is_named_together() -> None:
    said = said_of("need_unfed", {"form.address.for": ["food.address"], "materials.plan.for": ["food.plan"]})

    assert "form.address（address）、plan（plan）" in said


def test_a_circle_names_the_items_in_the_order_in_which_they_run() -> None:
    said = said_of("circle", {"items.setup.after": ["tobacco"], "items.tobacco.after": ["food"]})

    assert "事项互相等待：setup → food → tobacco → setup" in said


def test_permits_that_are_handled_together_are_named() -> None:
    said = said_of("bundle_over_joint_limit", {"limit.days": 46}, {"tobacco.promised.days": 60})

    assert "（food、tobacco）" in said


# Which version is meant


def versions_of(id_: str, *days: str) -> tuple[ItemDefinition, ...]:
    return tuple(an_item_definition(id_, version=day) for day in days)


def the_versions(entry: dict[str, Any], *days: str, on: date | None = None) -> list[str]:
    bundle = a_bundle(entry, an_entry("other"), version="2026-03-01")
    found_ = chosen(bundle, {code_of("a"): versions_of("a", *days)}, on)
    return [item.version.isoformat() for item in found_.values()]


def test_the_newest_version_in_force_on_the_first_day_of_the_bundle_is_meant() -> None:
    assert the_versions(an_entry("a"), "2026-02-01", "2026-03-01", "2026-03-02", "2025-01-01") == ["2026-03-01"]


def test_the_version_named_is_meant_even_if_there_is_a_newer_one() -> None:
    days = ("2026-03-01", "2026-02-01", "2025-02-01")

    assert the_versions(an_entry("a", version="2026-02-01"), *days) == ["2026-02-01"]
    assert the_versions(an_entry("a", version="2026-02-02"), *days) == []


def test_an_application_of_another_day_may_mean_another_version() -> None:
    days = ("2026-02-01", "2026-03-01", "2026-03-02")

    assert the_versions(an_entry("a"), *days, on=date(2026, 3, 2)) == ["2026-03-02"]
    assert the_versions(an_entry("a"), *days, on=date(2026, 2, 28)) == ["2026-02-01"]


def test_without_a_version_in_force_nothing_is_meant() -> None:
    assert the_versions(an_entry("a"), "2026-03-02") == []


# Items that exclude each other


def test_permits_of_two_units_that_never_meet_are_not_handled_together() -> None:
    changes = {"limit.days": 46, "items.food.when": {"sells_tobacco": "no"}}
    promised = {"tobacco.promised.days": 60, "food.promised.days": 60}

    assert faults_in(changes, promised)[1] == ()


def test_permits_of_one_unit_are_not_handled_jointly() -> None:
    unit = {"tobacco.department": ITEMS["food"]["department"]}

    assert faults_in({"limit.days": 46}, {"tobacco.promised.days": 60, **unit})[1] == ()


# What need not be asked for


def test_a_field_that_an_item_lets_open_need_not_be_asked() -> None:
    assert faults_in({"form.capital": ABSENT}, {})[1] == ()


def test_a_material_that_an_item_gets_itself_or_may_go_without_need_not_be_asked_for() -> None:
    """The sample asks for neither identity nor letter; once the register is closed, the first is needed."""
    closed = {"food.materials.identity.share": {**LIVE, "live": False}}

    assert [fault.code for fault in faults_in({}, closed)[1]] == ["need_unfed"]


def test_a_result_may_go_to_items_that_would_have_it_from_a_register_too() -> None:
    result = entry_of("owner", "food.identity", "fire.owner", main=True, result_of="setup")

    assert faults_in({"materials.owner": result}, {})[1] == ()


def test_a_material_is_no_main_one_for_an_item_that_never_needs_it_here() -> None:
    feeds = ["setup.lease", "tobacco.lease", "fire.letter_of_promise"]

    assert faults_in({"materials.lease.for": feeds}, {})[1] == ()


@pytest.mark.parametrize("feed", ["food.leese", "nobody.lease"])
def test_of_a_material_that_goes_astray_only_that_is_said(feed: str) -> None:
    lease = {"materials.lease.for": ["setup.lease", "tobacco.lease", feed], "materials.lease.main": True}
    licence = {"materials.licence.for": [*BUNDLE["materials"][1]["for"], feed]}

    assert [fault.code for fault in faults_in(lease, {})[1]] == ["feed_unknown"]
    assert [fault.code for fault in faults_in(licence, {})[1]] == ["feed_unknown"]


def test_the_days_of_the_permission_law_hold_for_no_bundle_without_a_permit() -> None:
    changes = {"type": "公共服务", "acceptance.days": 6, "delivery.days": 11}

    assert faults_in(changes, NO_PERMITS)[1] == ()


# Results of items that do not always run


def result_faults(food: dict[str, Any], fire: dict[str, Any], **needed: Any) -> list[str]:
    """The faults where fire comes after food, and needs its permit."""
    changes = {
        "items.food": an_entry("food", "setup", **food),
        "items.fire": an_entry("fire", "food", **{"answers": {"way": "check"}, **fire}),
        "materials.permit": entry_of("permit", "fire.permit", main=True, result_of="food"),
        "materials.fire_promise": entry_of("fire_promise", "fire.letter_of_promise", main=True),
    }
    if fire.get("answers", {"way": "check"}) == {"way": "check"}:
        del changes["materials.fire_promise"]
    situations_ = [*BUNDLE["situations"], {"id": "way", "ask": "？", "answers": ["promise", "check"]}]
    items = {"fire.materials.permit": material("permit", **needed)}
    return [fault.code for fault in faults_in({**changes, "situations": situations_}, items)[1]]


BIG = {"when": {"sells_tobacco": "yes"}}
BY_PROMISE = {"when": {"way": "promise"}}


def test_a_result_is_there_where_the_later_item_runs_in_no_other_situations() -> None:
    assert result_faults({}, BIG) == []
    assert result_faults(BIG, BIG) == []
    assert result_faults(BIG, {"when": {**BIG["when"], "sells_online": "no"}}) == []
    assert result_faults(BIG, {}) == ["result_not_always"]
    assert result_faults(BIG, {"when": {"sells_tobacco": "no"}}) == ["result_not_always"]


def test_a_result_is_needed_only_where_the_material_is() -> None:
    asked: dict[str, Any] = {"answers": {}}

    assert result_faults(BY_PROMISE, asked, need="when", when={"way": "promise"}) == []
    assert result_faults(BY_PROMISE, asked, need="when", when={"way": "check"}) == ["result_not_always"]
    assert result_faults(BIG, asked, need="when", when={"way": "promise"}) == ["result_not_always"]


def test_an_answer_that_is_fixed_for_the_item_says_nothing_about_the_situation_of_the_bundle() -> None:
    fixed = {"answers": {"way": "promise"}}

    assert result_faults(BY_PROMISE, fixed, need="when", when={"way": "promise"}) == ["result_not_always"]


def test_a_result_that_the_later_item_never_needs_may_be_lacking() -> None:
    assert result_faults(BIG, {}, need="when", when={"way": "promise"}) == []


def test_a_result_that_is_optional_or_held_by_a_register_may_be_lacking() -> None:
    assert result_faults(BIG, {}, need="optional") == []
    assert result_faults(BIG, {}, share=LIVE) == []
    assert result_faults(BIG, {}, share={**LIVE, "live": False}) == ["result_not_always"]


def test_a_result_may_come_by_way_of_other_items() -> None:
    changes = {
        "items.tobacco": an_entry("tobacco", "food"),
        "materials.licence.for": ["food.licence", "fire.licence", "tobacco.licence"],
        "limit.days": 13,
    }

    assert faults_in(changes, {})[1] == ()


# The limit of the whole


def over_path(bundle: BundleDefinition, *items: ItemDefinition) -> Fault | None:
    """The fault of a limit over the longest way; no other fault is expected."""
    faults = found(bundle, *items)
    assert {fault.code for fault in faults} <= {"bundle_over_path"}
    return faults[0] if faults else None


def is_over(bundle: BundleDefinition, *items: ItemDefinition) -> bool:
    return over_path(bundle, *items) is not None


A5, B3, C8 = an_item_definition("a", 5), an_item_definition("b", 3), an_item_definition("c", 8)


@pytest.mark.parametrize(("days", "over"), [(7, False), (8, False), (9, True)])
def test_a_chain_takes_no_longer_than_its_sum(days: float, over: bool) -> None:
    assert is_over(a_bundle(an_entry("a"), an_entry("b", "a"), days=days), A5, B3) is over


@pytest.mark.parametrize(("days", "over"), [(5, False), (6, True)])
def test_parallel_items_take_no_longer_than_the_longest(days: float, over: bool) -> None:
    assert is_over(a_bundle(an_entry("a"), an_entry("b"), days=days), A5, B3) is over


@pytest.mark.parametrize(("days", "over"), [(13, False), (14, True)])
def test_items_that_part_and_meet_again_take_the_longest_way(days: float, over: bool) -> None:
    items = (A5, B3, C8, an_item_definition("d", 2))
    entries = (an_entry("d", "b", "c"), an_entry("b", "a"), an_entry("c", "b"), an_entry("a"))

    assert is_over(a_bundle(*entries, days=days + 5), *items) is over


@pytest.mark.parametrize(("days", "over"), [(3, False), (4, True)])
def test_natural_days_are_never_added_to_working_days(days: float, over: bool) -> None:
    """Two working days and four natural ones end on the third working day where 国庆 lies over the natural ones."""
    items = (an_item_definition("a", 2), an_item_definition("b", 4, "natural"))

    assert is_over(a_bundle(an_entry("a"), an_entry("b", "a"), days=days), *items) is over


@pytest.mark.parametrize(("days", "unit", "over"), [(5, "natural", False), (6, "natural", True)])
def test_a_limit_in_natural_days_is_held_against_working_days_on_every_start(
    days: float, unit: str, over: bool
) -> None:
    """Five working days from a Sunday end on the Friday; six natural days would end on the Monday after."""
    items = (an_item_definition("a", 5), an_item_definition("b", 1))

    assert is_over(a_bundle(an_entry("a"), an_entry("b"), days=days, unit=unit), *items) is over


@pytest.mark.parametrize(("days", "over"), [(0.5, False), (0.75, True), (0, True), (1, True)])
def test_parts_of_a_day_are_held_against_each_other_by_the_hour(days: float, over: bool) -> None:
    items = (an_item_definition("a", 0.25), an_item_definition("b", 0.25))

    assert is_over(a_bundle(an_entry("a"), an_entry("b", "a"), days=days), *items) is over


def test_items_that_are_decided_on_the_spot_take_no_day() -> None:
    items = (an_item_definition("a", 0), an_item_definition("b", 0))

    assert not is_over(a_bundle(an_entry("a"), an_entry("b", "a"), days=0), *items)
    assert is_over(a_bundle(an_entry("a"), an_entry("b", "a"), days=1), *items)


def test_a_quarter_of_a_day_that_begins_in_the_afternoon_ends_after_the_same_day() -> None:
    items = (an_item_definition("a", 0), an_item_definition("b", 0))

    assert is_over(a_bundle(an_entry("a"), an_entry("b"), days=0.25), *items)


YES_NO = [{"id": "big", "ask": "？", "answers": ["yes", "no"]}]


def test_the_limit_may_be_right_for_the_largest_combination() -> None:
    entries = (an_entry("a"), an_entry("b", "a", when={"big": "yes"}))

    assert not is_over(a_bundle(*entries, days=8, situations=YES_NO), A5, B3)
    assert is_over(a_bundle(*entries, days=9, situations=YES_NO), A5, B3)


def test_items_that_exclude_each_other_are_never_one_way() -> None:
    entries = (an_entry("a", when={"big": "no"}), an_entry("b", "a", when={"big": "yes"}), an_entry("c", "b"))

    assert not is_over(a_bundle(*entries, days=13, situations=YES_NO), A5, B3, C8)
    assert is_over(a_bundle(*entries, days=14, situations=YES_NO), A5, B3, C8)


def test_an_item_left_out_hands_on_what_it_waits_for() -> None:
    entries = (an_entry("a"), an_entry("b", "a", when={"big": "yes"}), an_entry("c", "b", when={"big": "no"}))

    assert not is_over(a_bundle(*entries, days=13, situations=YES_NO), A5, B3, C8)
    assert is_over(a_bundle(*entries, days=14, situations=YES_NO), A5, B3, C8)


def test_a_limit_counted_from_receipt_is_reckoned_from_the_result_before_it() -> None:
    limits = limits_with({"days": 3, "starts": "receipt"})
    items = (A5, an_item_definition("b", limits=limits))

    assert not is_over(a_bundle(an_entry("a"), an_entry("b", "a"), days=8), *items)
    assert is_over(a_bundle(an_entry("a"), an_entry("b", "a"), days=9), *items)


def test_the_longest_way_is_told_with_its_limits_and_dates_and_what_would_be_right() -> None:
    items = (A5, an_item_definition("b", 4, "natural"), an_item_definition("c", 1))
    entries = (an_entry("a"), an_entry("b", "a"), an_entry("c", "a", when={"big": "yes"}))

    fault = over_path(a_bundle(*entries, days=12, situations=YES_NO), *items)

    assert fault is not None
    assert "：a5个工作日 → b4个自然日；如自2026-01-30起算，到2026-02-24才届满，晚于2026-02-10，" in fault.wrong.zh
    assert "a 5 working days → b 4 natural days; starting on " in fault.wrong.en
    assert fault.right.zh.endswith("请缩短，如 limit: {days: 6, unit: working}")
    assert not is_over(a_bundle(*entries, days=6, situations=YES_NO), *items)
    assert is_over(a_bundle(*entries, days=7, situations=YES_NO), *items)


def test_the_limit_that_would_be_right_may_be_a_part_of_a_day() -> None:
    items = (an_item_definition("a", 0.25), an_item_definition("b", 0.25))

    fault = over_path(a_bundle(an_entry("a"), an_entry("b", "a"), days=3), *items)

    assert fault is not None
    assert "limit: {days: 0.5, unit: working}" in fault.right.zh


def test_a_fault_in_one_situation_only_names_it() -> None:
    entries = (an_entry("a", when={"big": "no"}), an_entry("b", when={"big": "yes"}))

    fault = over_path(a_bundle(*entries, days=6, situations=YES_NO), A5, B3)

    assert fault is not None
    assert "（情形：big=no）：a5个工作日；" in fault.wrong.zh
