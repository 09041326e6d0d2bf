"""The public guide of a bundle: who leads, what comes after what, one form, one set of materials, and why it takes so long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.bundle.definition import BundleDefinition
from registry.digest import digest_of
from registry.guide import BundleGuide, guide_of_bundle
from registry.library import read_library
from registry.reading import checked_definition
from tests.bundles.sample import a_bundle_definition, its_items, the_items
from tests.definitions import DEFINITIONS, Change, the_reference

LIBRARY = read_library(DEFINITIONS)
BUNDLES = [file for file in sorted((DEFINITIONS / "bundles").glob("*.yaml")) if not file.stem.endswith(".cases")]
FOOD, FIRE, TOBACCO = (
    "食品经营许可（新办，餐饮服务）",
    "公众聚集场所投入使用、营业前消防安全检查",
    "烟草专卖零售许可（新办）",
)
GAS, LICENCE = "用气报装（非居民，A类：外线工程不超过200米）", "营业执照信息核验"


def guide(*changes: Change, language: Any = "zh") -> BundleGuide:
    bundle = a_bundle_definition(*changes)
    return guide_of_bundle(bundle, its_items(bundle), LIBRARY, the_reference().office, language)


def test_guide_has_the_nine_elements_and_the_digests_it_was_made_from() -> None:
    said, bundle = guide(), a_bundle_definition()

    elements = ("name", "basis", "conditions", "materials", "process", "audience", "limits", "result", "fee")
    assert all(said.model_dump()[element] for element in elements)
    assert said.digest == digest_of(bundle)
    assert {one.id: one.digest for one in said.items} == {id_: digest for id_, (_, digest) in its_items(bundle).items()}


def test_the_lead_department_answers_for_the_whole_and_each_other_for_its_part() -> None:
    lead, *others = guide().departments

    assert (lead.name, lead.role) == ("天河区市场监督管理局", "牵头部门")
    assert lead.duties == ("对全程负责，统一受理、统一出件", LICENCE, f"{FOOD}：作出食品经营许可决定")
    assert {one.role for one in others} == {"配合部门"}
    assert others[0].duties == (f"{FIRE}：检查消防安全",)


def test_process_says_what_comes_after_what_what_runs_side_by_side_and_when() -> None:
    process = guide().process

    assert [(step.order, step.id) for step in process] == (
        [(1, None), (2, "licence"), *((3, id_) for id_ in ("food_permit", "fire_check", "tobacco", "drainage", "gas")), (4, None)]
    )  # fmt: skip
    food, tobacco, delivery = process[2], process[4], process[-1]
    assert food.starts == f"“{LICENCE}”出结果后"
    assert TOBACCO in food.alongside
    assert LICENCE not in food.alongside
    assert (tobacco.when, tobacco.by) == ("是否兼营卷烟？是", "天河区烟草专卖局")
    assert (delivery.starts, delivery.limit) == ("各事项都有结果后，一次交付", "最后一项作出决定之日起5个工作日")


def test_an_item_that_comes_after_several_waits_for_each() -> None:
    (gas,) = (
        step
        for step in guide(
            ("after: [licence], duty: 勘查和通气", "after: [food_permit, fire_check], duty: 勘查和通气")
        ).process
        if step.id == "gas"
    )

    assert (gas.order, gas.starts) == (4, f"“{FOOD}”“{FIRE}”出结果后")
    assert gas.alongside == (TOBACCO, "城镇污水排入排水管网许可")


def test_each_material_is_handed_in_once_and_names_the_items_that_need_it() -> None:
    materials = {material.id: material for material in guide().materials}

    form = materials["application_form"]
    assert form.items == (FOOD, FIRE, TOBACCO, "城镇污水排入排水管网许可")
    assert (form.need, form.main, form.source) == ("必要", "主要材料", "由申请人提交，只交一次")
    assert materials["training"].main == "次要材料，可以容缺后补"
    assert materials["online_filing"].need == "以下情形需要：是否从事网络经营？是"
    assert materials["drawings"].need == "以下情形需要：是否排放餐饮污水？是"
    assert materials["agent_letter"].need == "选交"


def test_what_several_need_in_different_situations_names_each() -> None:
    plan = "{id: fire_plan, name: 消防安全制度和应急疏散预案, main: true, for: [fire_check.fire_plan]}"
    food = "for: [food_permit.application_form, fire_check.declaration, tobacco.application_form, drainage.application_form]"
    said = guide(
        (food, "for: [tobacco.application_form, drainage.application_form]"),
        (
            plan,
            plan
            + "\n  - {id: other, name: 另一申请书, main: true, for: [food_permit.application_form, fire_check.declaration]}",
        ),
    )

    assert next(one for one in said.materials if one.id == "application_form").need == (
        "以下情形需要：是否兼营卷烟？是；或者：是否排放餐饮污水？是"
    )


def test_results_and_what_registers_hold_need_not_be_handed_in() -> None:
    said = guide()

    checked = next(material for material in said.materials if material.id == "licence_checked")
    assert (checked.source, checked.items) == (f"“{LICENCE}”的办理结果，无需提交", (FOOD, FIRE))
    registers = {(one.name, one.register_name): one.items for one in said.from_registers}
    assert FOOD not in registers["营业执照", "电子证照：营业执照"], "it takes the result instead"
    assert TOBACCO in registers["营业执照", "电子证照：营业执照"]
    assert registers["用气地址权属证明", "电子证照：不动产权证书"] == (GAS,)


def test_the_one_form_names_the_items_that_each_field_is_for() -> None:
    use, volume = guide().form

    assert (use.id, use.type, use.choices, use.items) == ("gas_use", "选择", ("餐饮", "商业", "工业"), (GAS,))
    assert (volume.type, volume.required) == ("数字", "必填")


def test_limits_say_the_whole_and_what_the_law_allows_where_permits_meet() -> None:
    said = {limit.id: (limit.said, limit.basis) for limit in guide().limits}

    assert said["limit"] == ("受理之日起10个工作日（假定，待核实：取最长路径）", "《广州市政务服务条例》第十三条第三款")
    assert said["statutory"][0] == "几个部门的行政许可合并办理的，受理之日起45个工作日"
    assert said["acceptance"][0] == "收到申请材料之日起5个工作日"


def test_the_longest_way_is_told_for_each_circumstance_that_changes_it() -> None:
    with_tobacco, without = guide().ways

    assert (with_tobacco.when, without.when) == ("是否兼营卷烟？是", "是否兼营卷烟？否")
    assert with_tobacco.path == (f"{LICENCE} 当日（当场）", f"{TOBACCO} 10个工作日")
    assert without.path == (f"{LICENCE} 当日（当场）", f"{FIRE} 8个工作日")
    assert [way.limit.split("（")[0] for way in guide().ways] == ["受理之日起10个工作日", "受理之日起8个工作日"]
    assert with_tobacco.example == "如2026-03-02受理，最迟2026-03-16办结"
    assert without.example == "如2026-03-02受理，最迟2026-03-12办结"


def test_a_way_that_no_circumstance_changes_is_told_once_without_any() -> None:
    (way,) = guide(('when: {sells_tobacco: "yes"}, ', "")).ways

    assert (way.when, way.path[-1]) == ("", f"{TOBACCO} 10个工作日")


def test_an_example_begins_on_a_working_day() -> None:
    way = guide(("version: 2026-03-02", "version: 2026-02-16")).ways[0]

    assert way.example.startswith("如2026-02-24受理")


def test_items_say_their_fee_result_and_whether_they_go_out_early() -> None:
    items = {one.id: one for one in guide().items}

    assert items["food_permit"].early == "可以应申请人要求先行领取（假定，待核实：演示取值）"
    assert items["tobacco"].early == "与其他结果一并领取"
    assert items["tobacco"].fee == "不收费"
    assert items["food_permit"].result.startswith("食品经营许可证（证件执照")


def test_channels_deferral_and_remedies_are_said() -> None:
    said = guide()

    assert said.channels[0].startswith("广州市天河区政务服务中心综合窗口：")
    assert f"{FOOD}3个工作日" in said.deferral
    assert said.remedies[0].endswith("可以向广州市天河区政务服务中心“办不成事”反映窗口反映")
    assert said.special_procedures[0].id == "gas.external_works"


def test_english_guide_says_its_own_words_in_english() -> None:
    said = guide(language="en")

    assert said.ways[0].path[-1] == f"{TOBACCO} 10 working days"
    assert said.departments[0].role == "lead department"
    assert said.process[2].starts == f"after the result of “{LICENCE}”"
    assert said.name == "样品开办餐饮店一件事"  # what the department wrote stays


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("file", BUNDLES, ids=lambda file: file.stem)
def test_every_assumed_value_of_the_real_bundles_is_marked_where_it_is_said(file: Path, language: Any) -> None:
    bundle = checked_definition(file.read_bytes(), file.name, the_reference(), the_items()).definition
    assert isinstance(bundle, BundleDefinition)

    said = guide_of_bundle(bundle, its_items(bundle), LIBRARY, the_reference().office, language)

    texts = list(_texts(said.model_dump(exclude={"assumed"})))
    mark = "（假定，待核实：{}）" if language == "zh" else " (assumed, to be confirmed: {})"
    unmarked = [one.at for one in bundle.assumed if not any(mark.format(one.why) in text for text in texts)]
    assert unmarked == []
    assert [one.at for one in said.assumed] == [one.at for one in bundle.assumed]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in _texts(part)]
