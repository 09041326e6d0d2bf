"""What the fields of a definition are called on screen."""

from __future__ import annotations

from collections.abc import Mapping

from domain.words import Text
from registry.kinds import KindName

LABELS: dict[str, Text] = {
    "kind": Text("定义种类", "kind"),
    "code": Text("编码", "code"),
    "name": Text("名称", "name"),
    "version": Text("施行日期（版本）", "version"),
    "department": Text("承办单位", "department"),
    "lead": Text("牵头部门", "lead department"),
    "level": Text("行使层级", "level"),
    "district": Text("行政区划代码", "district"),
    "credit_code": Text("统一社会信用代码", "credit code"),
    "type": Text("类型", "type"),
    "handling": Text("办件类型", "handling"),
    "audience": Text("服务对象", "audience"),
    "basis": Text("依据", "basis"),
    "law": Text("法律法规名称", "law"),
    "article": Text("条款", "article"),
    "conditions": Text("受理条件", "conditions"),
    "fee": Text("收费标准", "fee"),
    "charged": Text("是否收费", "charged"),
    "standard": Text("收费标准", "standard"),
    "result": Text("办理结果", "result"),
    "valid": Text("有效期", "validity"),
    "electronic": Text("是否电子证照", "electronic"),
    "limits": Text("办结时限", "limits"),
    "acceptance": Text("受理时限", "acceptance limit"),
    "statutory": Text("法定办结时限", "statutory limit"),
    "promised": Text("承诺办结时限", "promised limit"),
    "extension": Text("延期", "extension"),
    "delivery": Text("颁证送达时限", "delivery limit"),
    "supplement": Text("补正期限", "supplement limit"),
    "days": Text("天数", "days"),
    "unit": Text("单位", "unit"),
    "starts": Text("起算", "start"),
    "mode": Text("方式", "mode"),
    "approver": Text("批准人", "approver"),
    "times": Text("次数", "times"),
    "intake": Text("收件规则", "intake"),
    "incomplete": Text("材料不齐时", "when incomplete"),
    "silence": Text("逾期不告知时", "on silence"),
    "situations": Text("情形", "situations"),
    "id": Text("编号", "id"),
    "ask": Text("提问", "question"),
    "answers": Text("答案", "answers"),
    "form": Text("表", "form"),
    "choices": Text("选项", "choices"),
    "required": Text("是否必填", "required"),
    "items": Text("所含事项", "items"),
    "item": Text("事项的基本编码", "code of the item"),
    "duty": Text("配合部门的职责", "duty"),
    "early": Text("是否可以先行领取", "may go out early"),
    "for": Text("用于何处", "used for"),
    "result_of": Text("是哪个事项的结果", "result of"),
    "materials": Text("申请材料", "materials"),
    "need": Text("必要性", "need"),
    "when": Text("适用情形", "when"),
    "main": Text("是否主要材料", "main"),
    "share": Text("共享来源", "share"),
    "register": Text("数据源", "register"),
    "live": Text("是否已开通", "live"),
    "provided_by": Text("来源", "provided by"),
    "copies": Text("份数", "copies"),
    "note": Text("说明", "note"),
    "deferral": Text("容缺受理", "deferral"),
    "allowed": Text("是否允许", "allowed"),
    "supplement_within": Text("补交期限", "supplement within"),
    "examination": Text("办理流程", "process"),
    "role": Text("办理角色", "role"),
    "signers": Text("签署各方", "signers"),
    "officers": Text("人数", "officers"),
    "on_site": Text("是否实地核查", "on site"),
    "after": Text("前置", "after"),
    "limit": Text("时限", "limit"),
    "decides": Text("是否作出决定", "decides"),
    "special_procedures": Text("特别程序", "special procedures"),
    "procedure": Text("程序种类", "procedure"),
    "counted": Text("是否计入时限", "counted"),
    "max": Text("最长时间", "longest time"),
    "notes": Text("说明", "notes"),
    "sources": Text("来源", "sources"),
    "assumed": Text("假定的取值", "assumed values"),
    "at": Text("路径", "path"),
    "why": Text("理由", "reason"),
}

OF_KIND: Mapping[KindName, Mapping[str, Text]] = {
    "item": {
        "code": Text("基本编码", "basic code"),
        "name": Text("事项名称", "name"),
        "type": Text("事项类型", "type"),
        "basis": Text("设定依据", "legal basis"),
        "form": Text("申请表", "application form"),
        "sources": Text("数值的来源", "sources"),
    },
    "bundle": {
        "form": Text("一张表", "the one form"),
        "limit": Text("整件事的办结时限", "limit of the whole"),
        "materials": Text("一套材料", "the one set of materials"),
        "sources": Text("数值的来源", "sources"),
    },
}
"""Where a field at the top of a definition is called otherwise than the same word further down."""

NINE_ELEMENTS = (
    "name",
    "basis",
    "conditions",
    "materials",
    "examination",
    "audience",
    "limits",
    "result",
    "fee",
)
"""What the guide of an item has to have (gz:5)."""

ASKED_BY: Mapping[KindName, Mapping[str, str]] = {
    "item": dict.fromkeys(NINE_ELEMENTS, "gz:5"),
    "bundle": {
        **dict.fromkeys(("name", "basis", "audience", "fee", "acceptance", "delivery"), "gz:5"),
        **dict.fromkeys(("lead", "items"), "gz:11.1"),
        "limit": "gz:13.3",
    },
}
"""Which article wants a definition to have a field."""


def label(path: tuple[str | int, ...], kind: KindName = "item") -> Text:
    """What the field at the path is called; the last name on it that has a label."""
    if len(path) == 1 and path[0] in OF_KIND[kind]:
        return OF_KIND[kind][str(path[0])]
    name = next((str(part) for part in reversed(path) if part in LABELS), "")
    return LABELS.get(name, Text("定义", "the definition"))
