"""The columns of each list as CSV, with their headings in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.csv import Column
from api.standing import LISTS, Naming
from api.supervision_views import Standing, Waits
from domain.supervision.stuck import MARKS, Mark
from domain.words import Text
from storage.overview.counts import Grouping

GROUPINGS = {
    Grouping.UNIT: Text("承办单位", "unit"),
    Grouping.ITEM: Text("事项", "item"),
    Grouping.DISTRICT: Text("行政区", "district"),
    Grouping.LIGHT: Text("灯", "light"),
    Grouping.STAGE: Text("阶段", "stage"),
    Grouping.CAUSE: Text("停在哪里", "cause"),
}
MEASURED = {
    "open": Text("在办件", "open"),
    "applications": Text("其中申请", "applications"),
    "bundles": Text("申请中的“一件事”", "bundles among them"),
    "items": Text("其中“一件事”的事项", "items of bundles"),
    "stuck": Text("停滞", "stuck"),
    **{mark.value: MARKS[mark] for mark in Mark},
}


def of(zh: str, en: str, name: str) -> Column:
    """A column with the field of this name."""
    return Column(Text(zh, en), lambda row: getattr(row, name))


def overview(by: Sequence[Grouping]) -> list[Column]:
    """Keys with their names, then the measures."""
    keys = [column for one in by for column in _key(one)]
    return keys + [of(title.zh, title.en, name) for name, title in MEASURED.items()]


def _key(by: Grouping) -> tuple[Column, Column]:
    title = GROUPINGS[by]
    code = Text(f"{title.zh}代码", f"{title.en} code")
    return Column(code, lambda row: row.key[by.value]), Column(title, lambda row: row.name[by.value])


def _whose(waiting: Iterable[Waits]) -> list[str]:
    return [f"{one.role}@{one.unit}" if one.unit else one.role for one in waiting]


def _assignees(row: Standing) -> list[str]:
    return [one.assignee for one in row.waiting if one.assignee]


CASES = [
    of("办件编号", "number", "number"),
    of("省统一流水号", "provincial number", "provincial_number"),
    of("事项编码", "item code", "item"),
    of("事项", "item", "item_name"),
    of("承办单位代码", "unit code", "unit"),
    of("承办单位", "unit", "unit_name"),
    of("行政区", "district", "district"),
    of("所属一件事", "bundle", "bundle"),
    of("阶段", "stage", "stage_name"),
    of("灯", "light", "light"),
    of("停在哪里", "cause", "says"),
    of("自何时起", "since", "since"),
    Column(Text("该谁办", "waiting for"), lambda row: _whose(row.waiting)),
    Column(Text("经办人", "assignee"), _assignees),
    of("到期日", "due day", "due_day"),
    of("剩余工作日", "working days left", "days_left"),
    of("暂停至", "paused until", "paused_until"),
    of("停滞", "stuck", "stuck"),
    Column(Text("标记", "marks"), lambda row: [one.says for one in row.marks]),
    Column(Text("未答复督办", "open orders"), lambda row: len(row.orders)),
    Column(Text("未签收文书", "unacknowledged papers"), lambda row: len(row.papers)),
    Column(Text("链接", "link"), lambda row: row.links.case),
    Column(Text("引擎", "Temporal UI"), lambda row: row.links.temporal_ui),
]

WAITING = [
    of("该谁办", "waiting for", "waiting_for"),
    of("角色", "role", "role_name"),
    of("单位", "unit", "unit_name"),
    of("办件", "cases", "cases"),
    of("任务", "tasks", "tasks"),
    of("已签收", "claimed", "claimed"),
    of("最早自何时起", "oldest since", "oldest"),
    of("最近到期日", "first due day", "first_due"),
    of("停滞", "stuck", "stuck"),
    of("岗位空缺", "vacant", "vacant"),
    Column(Text("在岗人员", "holders"), lambda row: [one.name for one in row.holders]),
]

GRIEVANCES = [
    of("反映件编号", "number", "number"),
    of("渠道", "channel", "channel"),
    of("办件编号", "case", "case"),
    of("事项编码", "item code", "item"),
    of("事项", "item", "item_name"),
    of("受理窗口", "window", "window_unit"),
    of("行政区", "district", "district"),
    of("承办单位代码", "unit code", "unit"),
    of("承办单位", "unit", "unit_name"),
    of("情形", "grounds", "grounds_said"),
    of("环节", "leg", "leg_name"),
    of("类别", "class", "klass"),
    of("升级", "level", "level"),
    of("逾期", "late", "late"),
    of("该谁办", "waiting for", "waiting_for"),
    of("到期日", "due day", "due_day"),
    of("办结方式", "ending", "ending"),
    of("满意度", "satisfaction", "satisfaction"),
    of("复核结论", "conclusion", "conclusion"),
    of("反映时间", "received at", "received_at"),
]

GRIEVANCE_COUNTS = [
    of("代码", "key", "key"),
    of("名称", "name", "name"),
    of("反映件", "grievances", "grievances"),
    of("逾期", "late", "late"),
    of("已升级", "escalated", "escalated"),
]

FINDINGS = [
    of("编号", "id", "id"),
    of("情形", "ground", "says"),
    of("办件编号", "case", "case"),
    of("单位代码", "unit code", "unit"),
    of("单位", "unit", "unit_name"),
    of("事项编码", "item code", "item"),
    of("行政区", "district", "district"),
    of("期限", "limit", "clock"),
    of("依据", "article", "article"),
    of("发现时间", "found at", "found_at"),
    of("更正时间", "withdrawn at", "withdrawn_at"),
    of("更正原因", "withdrawn why", "withdrawn_why"),
    of("反映件", "grievance", "grievance"),
    of("链接", "link", "link"),
]


TROUBLES = [
    of("种类", "kind", "kind_name"),
    of("代码", "code", "kind"),
    of("说明", "what is wrong", "says"),
    of("对象", "subject", "subject"),
    of("办件编号", "number", "number"),
    of("单位代码", "unit", "unit"),
    of("自何时起", "since", "since"),
    of("发现时间", "found at", "found_at"),
    of("排除时间", "cleared at", "cleared_at"),
    of("引擎", "Temporal UI", "temporal_ui"),
]


def causes(naming: Naming) -> list[Column]:
    """Each row is a list and one line of it."""
    return [
        Column(Text("原因", "cause"), lambda row: naming.said(LISTS[row[0]])),
        Column(Text("代码", "key"), lambda row: row[1].key),
        Column(Text("名称", "name"), lambda row: row[1].name),
        Column(Text("次数", "times"), lambda row: row[1].times),
        Column(Text("涉及办件", "cases"), lambda row: row[1].cases),
    ]
