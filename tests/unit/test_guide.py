"""The public guide: the nine elements in words, and a mark on every value that is only assumed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.definition import ItemDefinition
from registry.digest import canonical_json, digest_of
from registry.guide import Guide, guide_of
from registry.labels import NINE_ELEMENTS
from registry.library import read_library
from registry.reading import read_definition
from tests.definitions import DEFINITIONS, SAMPLE, a_definition
from tests.people import a_credit_code

LIBRARY = read_library(DEFINITIONS)
ITEMS = [file for file in sorted((DEFINITIONS / "items").glob("*.yaml")) if not file.stem.endswith(".cases")]


def guide(language: Any = "zh", **changes: Any) -> Guide:
    return guide_of(a_definition(**changes), LIBRARY, language)


def item(file: Path) -> ItemDefinition:
    read = read_definition(file.read_bytes(), file.name)
    assert read.definition is not None
    return read.definition


def test_guide_has_the_nine_elements_of_the_regulation() -> None:
    said = guide().model_dump()

    assert all(said["process" if element == "examination" else element] for element in NINE_ELEMENTS)


def test_limits_are_said_with_start_length_and_provision() -> None:
    said = {limit.id: (limit.name, limit.said, limit.basis) for limit in guide().limits}

    assert said["acceptance"] == (
        "受理时限",
        "收到申请材料之日起5个工作日",
        "《中华人民共和国行政许可法》第三十二条第一款第（四）项",
    )
    assert said["statutory"] == ("法定办结时限", "受理之日起20个工作日", "《中华人民共和国行政许可法》第四十二条第一款")
    assert said["promised"] == ("承诺办结时限", "受理之日起5个工作日（假定，待核实：未查到）", "")
    assert said["extension"][1] == "经本行政机关负责人批准，可以延长10个工作日，限1次，并书面告知理由"
    assert said["delivery"][1] == "作出决定之日起10个工作日"


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        ({"days": 0}, "受理之日当日（当场）"),
        ({"days": 0.5}, "受理起0.5个工作日"),
        ({"days": 3, "unit": "natural", "starts": "receipt"}, "收到申请材料之日起3个自然日"),
    ],
)
def test_limits_of_every_kind_are_said(promised: dict[str, Any], said: str) -> None:
    limits = a_definition().limits.model_dump(by_alias=True) | {
        "promised": promised,
        "statutory": None,
        "extension": None,
    }

    found = {limit.id: limit.said for limit in guide(limits=limits, assumed=[]).limits}

    assert found["promised"] == said
    assert found["statutory"] == "法律没有规定"
    assert "extension" not in found


def test_extension_to_a_length_is_not_said_as_an_addition() -> None:
    extension = {"days": 30, "unit": "natural", "mode": "to", "approver": "agency_head", "basis": "护照法第六条"}
    limits = a_definition().limits.model_dump(by_alias=True) | {"extension": extension}

    assert "可以延长至30个自然日" in next(
        limit.said for limit in guide(limits=limits).limits if limit.id == "extension"
    )


def test_materials_say_who_brings_them_and_which_may_follow() -> None:
    form, licence, training, filing = guide().materials

    assert (form.need, form.main, form.source) == ("必要", "主要材料", "由申请人提交")
    assert licence.source == "由部门通过共享获取，无需提交（电子证照：营业执照）"
    assert training.main == "次要材料，可以容缺后补"
    assert filing.need == "以下情形需要：是否网上销售？是"


def test_a_register_that_is_not_open_leaves_the_material_to_the_applicant() -> None:
    share = {"register": "电子证照", "type": "健康证明", "live": False}
    (material,) = guide(
        materials=[{"id": "health", "name": "健康证明", "need": "required", "main": True, "share": share}]
    ).materials

    assert material.source == "由申请人提交（共享数据源尚未开通）"


def test_process_runs_from_acceptance_to_delivery_and_names_what_runs_side_by_side() -> None:
    steps = guide().process

    assert [(step.order, step.name) for step in steps] == (
        [(1, "受理"), (2, "资料审查"), (2, "现场核查"), (3, "网络核查"), (4, "决定"), (5, "送达")]
    )
    review, on_site, online, decide = steps[1:5]
    assert (review.starts, review.alongside) == ("受理后", ("现场核查",))
    assert (on_site.by, on_site.alongside) == ("审查人员，2名工作人员", ("资料审查", "网络核查"))
    assert (online.starts, online.when) == ("“资料审查”完成后", "是否网上销售？是")
    assert (decide.starts, decide.by, decide.decides) == ("“网络核查”“现场核查”完成后", "决定人", True)


def test_joint_signature_names_every_party() -> None:
    signers = [{"role": "examiner"}, {"role": "examiner", "unit": "gz-thr-police"}]
    decide = {
        "id": "decide",
        "name": "决定",
        "role": "approver",
        "mode": "all",
        "signers": signers,
        "limit": {"days": 1},
        "decides": True,
    }

    assert guide(examination=[decide], assumed=[]).process[1].by.endswith("（会签）")


def test_deferral_fee_result_and_intake_are_said() -> None:
    said = guide()

    assert "所缺次要材料自受理之日起3个工作日内补齐" in said.deferral
    assert (said.fee, said.result) == ("不收费", "样品许可证（证件执照，有效期5年）")
    assert said.intake.endswith("逾期不告知的，自收到申请材料之日起即为受理")
    assert guide(deferral={"allowed": False}).deferral == "不适用容缺受理"
    assert (
        guide(fee={"charged": True, "basis": "某条例第8条", "standard": "10元"}).fee
        == "收费：10元（依据：某条例第8条）"
    )


def test_intake_of_another_kind_names_its_law() -> None:
    intake = {"incomplete": "refuse", "silence": "overdue", "basis": "rer:17"}

    assert (
        guide(intake=intake).intake
        == "材料不齐或者不符合要求的，当场书面不予受理并一次性告知；逾期不告知的，记为超期，仍须答复（依据：《不动产登记暂行条例》第十七条）"
    )


def test_special_procedures_say_whether_their_time_counts() -> None:
    (hearing,) = guide().special_procedures

    assert (hearing.name, hearing.longest) == ("听证", "20个工作日")
    assert hearing.counted == "不计入办结时限，所需时间另行书面告知"
    assert hearing.basis == "《中华人民共和国行政许可法》第四十五条"


def test_remedies_name_the_window_for_what_got_stuck_and_review() -> None:
    stuck, against = guide().remedies

    assert stuck.endswith("可以向广州市天河区政务服务中心“办不成事”反映窗口反映")
    assert "申请行政复议" in against
    assert "提起行政诉讼" in against


def test_implementation_code_is_made_with_the_units_credit_code() -> None:
    code = a_credit_code(register="11")
    unit = {"code": "gz-thr-sample", "name": "样品管理局", "level": 4, "credit_code": code}

    assert guide(department=unit).implementation_code == f"{code}4449999999000"
    assert guide().implementation_code is None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("file", ITEMS, ids=lambda file: file.stem)
def test_every_assumed_value_of_the_real_items_is_marked_where_it_is_said(file: Path, language: Any) -> None:
    definition = item(file)

    said = guide_of(definition, LIBRARY, language)

    texts = list(_texts(said.model_dump(exclude={"assumed"})))
    mark = "（假定，待核实：{}）" if language == "zh" else " (assumed, to be confirmed: {})"
    unmarked = [one.at for one in definition.assumed if not any(mark.format(one.why) in text for text in texts)]
    assert unmarked == []
    assert [one.at for one in said.assumed] == [one.at for one in definition.assumed]


def test_a_mark_stands_at_the_value_and_not_at_its_neighbours() -> None:
    said = guide(assumed=[{"at": "materials.training.main", "why": "划分为假设"}])

    marked = [text for text in _texts(said.model_dump(exclude={"assumed"})) if "假定" in text]

    assert marked == ["次要材料，可以容缺后补（假定，待核实：划分为假设）"]
    assert said.assumed[0].what == "申请材料·培训证明·是否主要材料"


def test_a_mark_on_a_whole_part_stands_at_each_of_its_entries() -> None:
    said = guide(assumed=[{"at": "examination", "why": "指南未读到"}])

    assert ["假定" in step.name for step in said.process] == [False, True, True, True, True, False]


def test_english_guide_says_its_own_words_in_english() -> None:
    said = guide("en")

    assert {limit.id: limit.said for limit in said.limits}["statutory"] == "20 working days from the day of acceptance"
    assert said.process[2].by == "examiner, 2 officers"
    assert said.materials[1].source.startswith("the department gets it itself, nothing to hand in")
    assert said.name == "样品许可"  # what the department wrote stays


def test_digest_does_not_change_with_the_order_of_keys_or_the_writing() -> None:
    lines = SAMPLE.splitlines()
    reordered = "\n".join(["# a comment", *lines[1:8], lines[0], *lines[8:]]).replace(
        "handling: promised", "handling:   'promised'"
    )
    read = read_definition(reordered, "x.yaml").definition

    assert read is not None
    assert digest_of(read) == digest_of(a_definition()) == guide().digest


def test_digest_does_not_change_where_a_default_is_written_out() -> None:
    written = read_definition(
        SAMPLE.replace("name: 申请书, need", "name: 申请书, copies: 1, form: both, need"), "x.yaml"
    ).definition

    assert written is not None
    assert digest_of(written) == digest_of(a_definition())


def test_digest_changes_with_any_value() -> None:
    assert digest_of(a_definition(name="另一许可")) != digest_of(a_definition())
    assert digest_of(a_definition(notes=[])) != digest_of(a_definition())


def test_canonical_json_is_the_definition() -> None:
    assert ItemDefinition.model_validate_json(canonical_json(a_definition())) == a_definition()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in _texts(part)]
