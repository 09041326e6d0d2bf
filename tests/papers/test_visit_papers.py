"""The papers of a visit say what happened, why, and how to get to the window, whatever is known of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from activities.papers.words import GROUNDS
from activities.papers.writing import Written, filled_in
from domain.commands import Ground
from domain.record import Paper
from tests.papers.builders import the_units
from tests.papers.samples import said_in

SLIPS = ("None", "{{", "{%", "Undefined", "  ", "。。", "，。", "、。", "《》", "（）", "；；")
KNOWN: dict[str, Any] = {
    "visit": {"id": "DF20260302-000001-1"},
    "visitor": "测试到访人",
    "came_on": date(2026, 3, 2),
    "answer_by": date(2026, 3, 3),
    "item": "食品经营许可（新办，餐饮服务）",
    "grievances": "https://gov.example/v1/grievances",
    "objected": False,
    "ground": GROUNDS[Ground.OTHER_AUTHORITY],
    "text": "该事项由市级部门办理",
    "authority": "广州市市场监督管理局",
    "acknowledge_by": date(2026, 3, 5),
}


def written(paper: Paper, unit: str = "gz-thr-samr", **changes: Any) -> Written:
    signer = the_units().unit(unit)
    return filled_in(paper, {**KNOWN, "unit": signer, **changes}, date(2026, 3, 4), signed_by=signer.name)


@pytest.mark.parametrize("paper", [Paper.NOT_TAKEN, Paper.VISIT_ANSWER, Paper.UNANSWERED_VISIT])
@pytest.mark.parametrize("unit", ["gz-thr-samr", "gz-gas-co", "sz-nowhere"])
@pytest.mark.parametrize("objected", [True, False])
@pytest.mark.parametrize("least", [{}, {"item": "", "authority": "", "ground": GROUNDS[Ground.ITEM_LAW]}])
def test_paper_of_a_visit_is_written_whatever_is_known(
    paper: Paper, unit: str, objected: bool, least: dict[str, Any]
) -> None:
    said = said_in(written(paper, unit, objected=objected, **least))

    assert [slip for slip in SLIPS if slip in said] == []
    assert said.count("（") == said.count("）")
    assert "DF20260302-000001-1" in said
    assert "2026年3月2日" in said


@pytest.mark.parametrize("paper", [Paper.NOT_TAKEN, Paper.VISIT_ANSWER])
def test_visitor_is_told_the_way_to_the_window(paper: Paper) -> None:
    said = said_in(written(paper))

    assert "广州市天河区政务服务中心“办不成事”反映窗口" in said
    assert "凭到访编号和查询码" in said
    assert "https://gov.example/v1/grievances" in said
    assert "第十三条" in said


def test_refusal_to_take_names_ground_reason_authority_and_remedies() -> None:
    said = said_in(written(Paper.VISIT_ANSWER))

    assert "申请事项依法不属于本单位职权范围" in said
    assert "第三十二条第一款第（二）项" in said
    assert "具体理由：该事项由市级部门办理" in said
    assert "该事项由广州市市场监督管理局负责办理" in said
    assert "行政复议" in said


def test_unit_is_told_by_when_to_acknowledge_and_that_its_duty_goes_on() -> None:
    said = said_in(written(Paper.UNANSWERED_VISIT))

    assert "请于2026年3月5日前（含当日）签收" in said
    assert "认定不因此撤销" in said
