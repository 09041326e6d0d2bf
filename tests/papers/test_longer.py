"""What tells of pauses, extensions, delays, hearings and changed calendars says how long, until when, and under which article."""

from datetime import date, datetime
from typing import Any

import pytest
from jinja2 import UndefinedError

from activities.papers.changes import TOLD
from activities.papers.facts import Reference
from activities.papers.terms import term_of
from activities.papers.words import provision_in_words
from domain.deadline import Stretch
from domain.limits import Limit
from domain.record import EventKind, Paper
from domain.values import SHANGHAI
from registry.articles import read_articles
from tests.papers.builders import DEFINITIONS, a_clock, an_event, the_definition
from tests.papers.samples import DELAYED, EXTENDED, MOVED, TESTING, event_for, said_in, written
from workflows.stages.recount import OF_THE_APPLICANT

WINDOW = "广州市天河区政务服务中心“办不成事”反映窗口"


def said(event: Any, **changes: Any) -> str:
    return said_in(written(event, the_definition(), **changes))


def said_of(paper: Paper, **changes: Any) -> str:
    return said(event_for(paper, the_definition()), **changes)


def test_papers_tell_the_days_of_the_limits_that_a_change_of_the_calendar_tells_of() -> None:
    assert set(TOLD) == set(OF_THE_APPLICANT)


@pytest.mark.parametrize("paper", [Paper.SPECIAL_PROCEDURE, Paper.DUE_DAY_CHANGED, Paper.EXTENSION])
def test_days_that_moved_are_shown_of_what_the_applicant_was_told_and_of_no_step(paper: Paper) -> None:
    changed = written(event_for(paper, the_definition()), the_definition())

    assert changed.items is not None
    assert [row[1:3] for row in changed.items.rows] == [
        ("承诺办结时限", "2026年2月26日"),
        ("法定办结时限", "2026年3月18日"),
    ]
    assert changed.items.rows[0][3] == "2026年3月2日"
    assert changed.items.rows[1][3].startswith("2026年3月20日（暂定，")


def test_notice_of_a_special_procedure_says_what_it_is_how_long_it_takes_and_that_it_is_not_counted() -> None:
    moved = {**TESTING, "days": 4, "first": "2026-02-12", "until": "2026-02-24", "text": "t-why", "moved": MOVED}

    text = said(an_event(EventKind.PAUSED, Paper.SPECIAL_PROCEDURE, article="apl:45", **moved))

    assert "需要进行“检验”，所需时间为4个工作日，自2026年2月12日起至2026年2月24日" in text
    assert "根据《中华人民共和国行政许可法》第四十五条的规定，上述时间不计入办结时限" in text
    assert "说明：现场核查发现" in text


def test_procedure_that_goes_on_longer_is_told_as_that() -> None:
    more = {**TESTING, "days": 2, "first": "2026-02-12", "until": "2026-02-26", "text": None, "moved": []}

    text = said(an_event(EventKind.PAUSE_PROLONGED, Paper.SPECIAL_PROCEDURE, **more))

    assert "还需要2个工作日，自2026年2月12日起延续至2026年2月26日" in text
    assert "期限的变更" not in text


def test_end_of_a_procedure_says_which_days_were_left_out_and_when_counting_goes_on() -> None:
    text = said_of(Paper.DUE_DAY_CHANGED)

    assert "“检验”已于2026年2月13日结束，自2026年2月12日至2026年2月13日的时间不计入办结时限" in text
    assert "自2026年2月13日的次日起恢复计时" in text


def test_procedure_that_was_over_before_it_took_a_day_left_none_out() -> None:
    over = {**TESTING, "days": 0, "first": "2026-02-13", "ended": "2026-02-12", "text": None, "moved": []}

    text = said(an_event(EventKind.RESUMED, Paper.DUE_DAY_CHANGED, **over))

    assert "没有占用办结时限以内的时间" in text
    assert "有关期限与此前告知的相同，没有变更" in text


def test_changed_calendar_is_named_and_takes_back_what_was_told_of_lateness() -> None:
    change = an_event(
        EventKind.CALENDAR_CHANGED, Paper.DUE_DAY_CHANGED, article="cc:203", source="国办发明电〔2026〕9号", moved=MOVED
    )
    late = {"lateness": Reference("未按时办结情况告知书", "穗天河市监 未按时〔2026〕2号", date(2026, 3, 1))}

    text = said(change, papers=late)

    assert "安排发生变更（国办发明电〔2026〕9号）" in text
    assert "《中华人民共和国民法典》第二百零三条" in text
    assert "（穗天河市监 未按时〔2026〕2号）所述期限，按新的安排计算没有超过的，以本告知书为准" in text
    assert "特别程序" not in said(change)


def test_order_that_nobody_can_name_is_left_out() -> None:
    change = an_event(EventKind.CALENDAR_CHANGED, Paper.DUE_DAY_CHANGED, source="17", moved=MOVED)

    assert "安排发生变更，本单位" in said(change)


def test_extension_says_which_limit_how_long_until_when_and_why() -> None:
    text = said(an_event(EventKind.EXTENDED, Paper.EXTENSION, article="apl:42.1", **EXTENDED))

    assert "因事项复杂，须进一步审查，不能在原定期限内办结" in text
    assert "《中华人民共和国行政许可法》第四十二条第一款、《广州市政务服务条例》第十三条第四款" in text
    assert "将法定办结时限延长2个工作日，由2026年3月18日延至2026年3月20日（暂定，" in text
    assert "理由：现场核查发现后厨未设置独立的清洗消毒区" in text
    assert "已于同日向广州市天河区政务服务管理部门报备" in text


@pytest.mark.parametrize("paper", [Paper.EXTENSION, Paper.FILING])
def test_no_extension_is_told_or_filed_without_its_reasons(paper: Paper) -> None:
    with pytest.raises(UndefinedError):
        said(an_event(EventKind.EXTENDED, paper, **{**EXTENDED, "text": None}))


def test_delay_says_that_it_is_no_extension_and_where_to_complain() -> None:
    text = said_of(Paper.DELAY)

    assert "因人员不足或者负责人外出，不能在办结时限内办结，预计于2026年4月10日前（含当日）办结" in text
    assert "本告知不是延长办理期限" in text
    assert f"有权依照《广州市政务服务条例》第十三条第五款的规定到{WINDOW}反映" in text


def test_delay_of_what_is_late_already_says_so() -> None:
    late = (a_clock("promised", passed=True),)

    assert "未能在办结时限内办结" in said_of(Paper.DELAY, clocks=late)


def test_filing_holds_what_the_regulation_asks_for_and_nobodys_name() -> None:
    notice = {"extension": Reference("延长办理期限通知书", "穗天河市监 延期〔2026〕4号", date(2026, 2, 12))}

    filing = written(event_for(Paper.FILING, the_definition()), the_definition(), papers=notice)

    assert filing.salutation == "广州市天河区政务服务管理部门"
    assert filing.items is not None
    rows = dict(filing.items.rows)
    assert rows["办件编号"] == "GZ202602120001"
    assert rows["原期限"] == "法定办结时限10个工作日，至2026年3月18日届满"
    assert rows["新期限"].startswith("延长2个工作日，至2026年3月20日（暂定，")
    assert rows["原因"] == "事项复杂，须进一步审查"
    assert rows["说明"] == "现场核查发现后厨未设置独立的清洗消毒区"
    assert rows["告知申请人"] == "2026年2月12日，《延长办理期限通知书》（穗天河市监 延期〔2026〕4号）"
    assert "张三" not in said_in(filing)


def test_filing_of_a_delay_says_that_it_is_no_extension_and_stays_late() -> None:
    late = (a_clock("promised", passed=True), a_clock("statutory", 20, date(2026, 3, 18)))

    filing = written(an_event(EventKind.DELAY_TOLD, Paper.FILING, **DELAYED), the_definition(), clocks=late)

    assert filing.title == "延期报备表（延误）"
    assert filing.items is not None
    rows = dict(filing.items.rows)
    assert rows["报备类型"] == "延误（不是延期，届满仍未办结的属于超期）"
    assert rows["原期限"] == (
        "承诺办结时限5个工作日，至2026年2月26日届满（已届满）；法定办结时限20个工作日，至2026年3月18日届满"
    )
    assert rows["新期限"] == "期限不变；预计2026年4月10日前（含当日）办结"
    assert rows["告知申请人"] == "2026年2月12日，《延误情况告知书》"


def test_warning_of_an_overrun_tells_the_unit_what_to_do_and_names_nobody() -> None:
    text = said_of(Paper.OVERRUN)

    assert "广州市天河区市场监督管理局（首席事务代表、经办人员）" in text
    assert "告知申请人的时间为2个工作日，已于2026年2月13日届满" in text
    assert "登记结束日" in text
    assert "张三" not in text


def test_rights_to_a_hearing_say_until_when_to_ask_and_that_it_is_free() -> None:
    text = said_of(Paper.HEARING_RIGHTS)

    assert "五个工作日内，即在2026年2月26日前（含当日），向本单位提出" in text
    assert "不承担组织听证的费用" in text
    assert "视为放弃听证" in text


def test_notice_of_a_hearing_names_day_time_and_place_but_no_chair() -> None:
    text = said_of(Paper.HEARING_NOTICE)

    assert "定于2026年3月4日举行听证" in text
    assert "时间和地点：上午9时30分，区政务服务中心三楼听证室" in text
    assert "主持人由审查本申请的工作人员以外的人员担任" in text
    assert "申请其回避" in text
    assert "host-1" not in text


def test_record_of_a_hearing_is_there_to_be_signed() -> None:
    record = written(event_for(Paper.HEARING_RECORD, the_definition()), the_definition())

    assert record.items is not None
    rows = dict(record.items.rows)
    assert rows["听证内容"].startswith("申请人陈述了")
    assert rows["听证日期"] == "2026年2月12日"
    assert rows["参加人确认并签字或者盖章"] == ""


def test_limit_is_said_with_its_extensions_and_with_the_days_that_it_leaves_out() -> None:
    since = datetime(2026, 2, 12, 10, 30, tzinfo=SHANGHAI)
    days = (
        Stretch(procedure="testing", since=since, first=date(2026, 2, 12), last=date(2026, 2, 24)),
        Stretch(procedure="hearing", since=since, first=date(2026, 3, 4), last=date(2026, 3, 4)),
    )
    clock = a_clock("statutory", 20, more=(Limit(days=10), Limit(days=2)), pauses=days)

    term = term_of(clock, clock.limit)

    assert term.limit == (
        "20个工作日，延长10个工作日，延长2个工作日，扣除特别程序所需时间（2026年2月12日至2026年2月24日、2026年3月4日）"
    )


@pytest.mark.parametrize(
    ("basis", "cited"),
    [
        ("apl:42.1", "《中华人民共和国行政许可法》第四十二条第一款"),
        ("be:36", "《优化营商环境条例》第三十六条"),
        ("劳务派遣行政许可实施办法 第12条", "《劳务派遣行政许可实施办法》第十二条"),
        ("食品经营许可和备案管理办法（条文未读到）", "《食品经营许可和备案管理办法》"),
        ("《护照法》第六条", "《护照法》第六条"),
        ("", ""),
    ],
)
def test_provision_is_cited_as_papers_do_however_it_is_noted(basis: str, cited: str) -> None:
    assert provision_in_words(basis, read_articles(DEFINITIONS)) == cited
