"""Every paper says what the law asks of it, for permits and for other items, and leaves nothing blank."""

from datetime import date
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from activities.papers.gathering import TextMissing
from activities.papers.writing import write
from domain.limits import Unit
from domain.record import EventKind, Paper
from tests.papers.builders import DEFINITIONS, a_clock, an_event, the_definition
from tests.papers.samples import CLOCKS, DEMANDS, OF_CASES, event_for, facts_for, said_in, written

ITEMS = sorted(path.stem for path in (DEFINITIONS / "items").glob("*.yaml") if ".cases" not in path.name)
SAMPLES = [
    "food_permit_new",  # a permit
    "company_setup",  # a confirmation, instant
    "gas_connect",  # a utility's service
    "real_estate_transfer",  # no days of grace
]
WINDOW = "“办不成事”反映窗口"


@pytest.mark.parametrize("paper", OF_CASES)
@pytest.mark.parametrize("item", SAMPLES)
@pytest.mark.parametrize("known", ["everything", "the least"])
def test_every_paper_is_written_whatever_is_known(paper: Paper, item: str, known: str) -> None:
    definition = the_definition(item)
    least = {"clocks": (), "papers": {}} if known == "the least" else {}

    paper_ = written(event_for(paper, definition), definition, unit=definition.department.code, **least)

    said = said_in(paper_)
    assert paper_.title
    assert paper_.paragraphs
    for slip in ("None", "{{", "{%", "Undefined", "  ", "。。", "，。", "、。", "《》", "（）"):
        assert slip not in said
    assert said.count("（") == said.count("）")


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_of_ours_gets_its_papers(item: str) -> None:
    definition = the_definition(item)

    for paper in OF_CASES:
        assert said_in(written(event_for(paper, definition), definition, unit=definition.department.code))


def test_a_receipt_carries_number_query_code_and_the_progress_page() -> None:
    definition = the_definition()

    receipt = written(event_for(Paper.RECEIPT, definition), definition)

    said = said_in(receipt)
    assert "办件编号：GZ202602120001；查询码：7K3M9P" in said
    assert "https://gov.example/v1/progress" in said
    assert receipt.qr == "https://gov.example/v1/progress?number=GZ202602120001&code=7K3M9P"
    assert receipt.items is not None
    assert receipt.items.rows[0] == ("1", "食品经营许可申请书", "主要材料")
    assert "不代表已经受理" in said


def test_a_receipt_for_a_supplement_says_when_that_came() -> None:
    definition = the_definition()
    event = an_event(EventKind.MATERIALS_RECEIVED, Paper.RECEIPT, materials=["training"], missing=["safety_rules"])

    said = said_in(written(event, definition))

    assert "补交材料收件凭证" in said
    assert "请按照承诺，于2026年2月24日前（含当日）补齐" in said
    assert "不代表已经受理" not in said


def test_an_acceptance_carries_both_limits_with_from_and_until() -> None:
    definition = the_definition()

    said = said_in(written(event_for(Paper.ACCEPTANCE, definition), definition))

    assert "现决定自2026年2月12日起予以受理" in said
    assert "承诺办结时限为5个工作日，自受理之日（2026年2月12日，当日不计入）起算，至2026年2月26日届满" in said
    assert "法定办结时限为20个工作日" in said
    assert "不计入法定节假日和休息日，调休上班日计入" in said
    assert "暂定" not in said


def test_a_date_that_may_still_move_is_marked_provisional_with_the_reason() -> None:
    definition = the_definition()
    clocks = (a_clock("promised", 20, date(2027, 1, 12), provisional=True),)

    said = said_in(written(event_for(Paper.ACCEPTANCE, definition), definition, clocks=clocks))

    assert "至2027年1月12日（暂定，当年节假日安排尚未公布，公布后重新计算）届满" in said


def test_a_limit_in_natural_days_says_how_it_ends_on_a_holiday() -> None:
    definition = the_definition("gas_connect")
    clocks = (a_clock("promised", 8, date(2026, 2, 24), unit=Unit.NATURAL),)

    said = said_in(written(event_for(Paper.ACCEPTANCE, definition), definition, clocks=clocks))

    assert "承诺办结时限为8个自然日" in said
    assert "以休假日结束的次日为最后一日" in said
    assert "调休" not in said


def test_a_one_time_notice_lists_every_demand_with_due_day_and_consequence() -> None:
    definition = the_definition()

    notice = written(event_for(Paper.ONE_TIME_NOTICE, definition), definition)

    assert notice.items is not None
    assert notice.items.rows == (
        ("1", "经营场所平面布局图、操作流程（工艺流程）", "平面布局图未标注操作间与就餐区的分隔"),
        ("2", "食品经营许可申请书", "未提交，请补交"),
        ("3", "其他要求", "请一并提供店面照片"),
    )
    said = said_in(notice)
    assert "共3项" in said
    assert "请于2026年3月9日前（含当日）补齐" in said
    assert "逾期未补齐的，视为撤回申请" in said
    assert "第三十二条第一款第（四）项" in said
    assert WINDOW in said


def test_a_second_notice_says_that_it_is_one() -> None:
    definition = the_definition()
    event = an_event(EventKind.NOTIFIED, Paper.ONE_TIME_NOTICE, round=2, demands=DEMANDS)

    said = said_in(written(event, definition))

    assert "第2次补正告知" in said
    assert WINDOW in said


def test_deemed_acceptance_counts_from_the_receipt_because_nobody_told_anything() -> None:
    definition = the_definition()

    said = said_in(written(event_for(Paper.DEEMED_ACCEPTANCE, definition), definition))

    assert "但在该期限内未作任何告知" in said
    assert "自收到申请材料之日，即2026年2月12日起视为受理" in said
    assert WINDOW in said


def test_deferred_materials_have_a_due_day_and_a_consequence() -> None:
    definition = the_definition()

    said = said_in(written(event_for(Paper.DEFERRED_MATERIALS, definition), definition))

    assert "请于2026年2月24日前（含当日）补齐" in said
    assert "材料补齐前，不颁发、不送达办理结果" in said
    assert "逾期未补齐的，视为撤回申请" in said


def test_non_acceptance_names_ground_reason_authority_and_remedies() -> None:
    definition = the_definition()

    said = said_in(written(event_for(Paper.NON_ACCEPTANCE, definition), definition))

    assert "申请事项依法不属于本单位职权范围" in said
    assert "具体理由：" in said
    assert "由广州市天河区文化广电旅游体育局负责办理" in said
    assert "六十日内" in said
    assert "六个月内" in said
    assert WINDOW in said


def test_titles_of_decisions_differ_between_permits_and_other_items() -> None:
    permit, other = the_definition(), the_definition("company_setup")

    assert written(event_for(Paper.GRANT, permit), permit).title == "准予行政许可决定书"
    assert written(event_for(Paper.REFUSAL, permit), permit).title == "不予行政许可决定书"
    assert written(event_for(Paper.GRANT, other), other).title == "登记通知书"
    assert "行政许可法" not in said_in(written(event_for(Paper.REFUSAL, other), other))


def test_a_refusal_has_reasons_and_remedies_and_none_is_written_without_reasons() -> None:
    definition = the_definition()

    said = said_in(written(event_for(Paper.REFUSAL, definition), definition))

    assert "理由：现场核查发现后厨未设置独立的清洗消毒区" in said
    assert "申请行政复议" in said
    assert "提起行政诉讼" in said
    with pytest.raises(UndefinedError):
        written(an_event(EventKind.REFUSED, Paper.REFUSAL, text=None), definition)


def test_against_a_utility_there_is_no_administrative_review() -> None:
    definition = the_definition("gas_connect")

    said = said_in(written(event_for(Paper.REFUSAL, definition), definition, unit="gz-gas-co"))

    assert "行政复议" not in said
    assert "可以要求本单位复核" in said


def test_lateness_names_the_promise_the_duty_the_apology_and_the_window() -> None:
    definition = the_definition()

    said = said_in(written(event_for(Paper.LATENESS, definition), definition))

    assert "承诺办结时限（5个工作日）已于2026年2月26日届满" in said
    assert "期限届满不免除本单位的职责" in said
    assert "诚恳致歉" in said
    assert WINDOW in said


@pytest.mark.parametrize("clock", ["acceptance", "promised", "statutory", "delivery", "step:review"])
def test_lateness_can_be_told_of_every_limit_of_the_unit(clock: str) -> None:
    definition = the_definition()
    clocks = (*CLOCKS, a_clock("step:review", 1, date(2026, 2, 13), passed=True))
    event = an_event(EventKind.LIMIT_PASSED, Paper.LATENESS, clock=clock, due_day="2026-02-26")

    assert "届满" in said_in(written(event, definition, clocks=clocks))


def test_a_lapsed_promise_ends_the_case_in_other_words_than_a_lapsed_supplement() -> None:
    definition = the_definition()
    lapsed = an_event(EventKind.PROMISE_LAPSED, Paper.DEEMED_WITHDRAWAL, missing=["training"])

    said = said_in(written(lapsed, definition))

    assert "食品安全管理员培训、考核合格证明" in said
    assert "未履行承诺的情况已予记录" in said
    assert "一次性告知需要补正的全部内容" not in said


def test_a_persons_number_is_masked_but_on_the_letter_that_the_person_signs() -> None:
    definition = the_definition()

    assert "710***********0017" in said_in(written(event_for(Paper.PROOF_OF_SERVICE, definition), definition))
    letter = written(event_for(Paper.PROMISE_LETTER, definition), definition)
    assert "710000190001010017" in said_in(letter)
    assert letter.unit_name == "张三"
    assert not letter.sealed


def test_the_credit_code_of_a_body_is_public() -> None:
    definition = the_definition()
    body = {"document_kind": "credit_code", "document_number": "91710000MA00000017"}

    said = said_in(written(event_for(Paper.PROOF_OF_SERVICE, definition), definition, **body))

    assert "91710000MA00000017" in said


def test_text_from_people_is_text_and_no_template() -> None:
    definition = the_definition()

    receipt = written(event_for(Paper.RECEIPT, definition), definition, name="{{ 7*7 }} <b>*甲* #panic(1)")

    assert receipt.salutation == "{{ 7*7 }} <b>*甲* #panic(1)"


def test_a_text_that_is_not_on_file_stops_the_paper() -> None:
    definition = the_definition()

    with pytest.raises(TextMissing):
        facts_for(an_event(EventKind.REFUSED, Paper.REFUSAL, text="t-lost"), definition)


def test_a_form_may_not_reach_into_python(tmp_path: Path) -> None:
    from activities.papers.forms import read_forms

    for form in (DEFINITIONS / "papers").glob("*.yaml"):
        (tmp_path / form.name).write_text(form.read_text(encoding="utf-8"), encoding="utf-8")
    evil = 'title: "{{ case.__class__.__mro__ }}"\nmark: 收件\nparagraphs: [一]\n'
    (tmp_path / "receipt.yaml").write_text(evil, encoding="utf-8")
    definition = the_definition()

    with pytest.raises(Exception, match=r"unsafe|not safe|undefined"):
        read_forms(tmp_path)[Paper.RECEIPT].titles["其他事项"].render(
            {"case": facts_for(event_for(Paper.RECEIPT, definition), definition).case}
        )


def test_writing_a_paper_takes_less_than_two_milliseconds() -> None:
    import time

    definition = the_definition()
    facts = facts_for(event_for(Paper.ACCEPTANCE, definition), definition)
    write(Paper.ACCEPTANCE, facts)

    begun = time.process_time()
    for _ in range(50):
        write(Paper.ACCEPTANCE, facts)

    assert (time.process_time() - begun) / 50 < 0.002
