"""The words for everything that may happen in a grievance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.grievance.record import GrievanceEventKind as Kind
from domain.grievance.record import Leg
from domain.words import Text

LEGS: dict[str, Text] = {
    Leg.CLASSIFICATION: Text("分类", "classification"),
    Leg.APPROVAL: Text("特别复杂的报批", "approval of the class"),
    Leg.TRANSFER: Text("转办", "transfer"),
    Leg.ANSWER: Text("承办单位答复", "answer of the unit"),
    Leg.FEEDBACK: Text("反馈", "feedback"),
    Leg.RETURN_VISIT: Text("回访", "return visit"),
    Leg.REVIEW: Text("复核评估", "review"),
    Leg.NOTIFICATION: Text("通报派出单位", "notice to the dispatching unit"),
    Leg.CLOSED: Text("已办结", "closed"),
}

SHORTCOMINGS: dict[str, Text] = {
    "not_told_once": Text("未能一次性告知", "not told once"),
    "not_taken": Text("不接收申请材料", "materials not taken"),
    "not_finished": Text("未按时办结", "not finished in time"),
    "difficult": Text("复杂、疑难问题", "a complicated or difficult question"),
}

CLASSES: dict[str, Text] = {
    "simple": Text("简单", "simple"),
    "complex": Text("复杂", "complex"),
    "very_complex": Text("特别复杂", "very complex"),
}

CHANNELS: dict[str, Text] = {
    "window": Text("窗口", "window"),
    "online": Text("线上", "online"),
    "hotline": Text("12345热线", "hotline 12345"),
    "system": Text("系统自动发现", "found by the system"),
}

EXCLUSIONS: dict[str, Text] = {
    "conditions_not_met": Text("申请材料或者条件确不符合要求", "materials or conditions are truly not met"),
    "own_cause": Text("因申请人自身原因", "the applicant's own cause"),
    "legal_proceedings": Text("涉及诉讼、仲裁、复议或者信访", "before a court, in review, or a petition"),
    "outside_remit": Text("不属于政务服务事项", "no matter of government services"),
}

ANSWERS: dict[str, Text] = {
    "remedied": Text("已经办理、纠正", "remedied"),
    "explained": Text("解释说明", "explained"),
    "rejected": Text("不予支持", "rejected"),
}

CONCLUSIONS: dict[str, Text] = {
    "confirmed": Text("属实", "confirmed"),
    "partly": Text("部分属实", "partly confirmed"),
    "not_confirmed": Text("不属实", "not confirmed"),
}

REMEDIES: dict[str, Text] = {
    "accept_now": Text("立即受理", "accept now"),
    "withdraw_notice": Text("撤销再次告知的要求", "withdraw the later demands"),
    "decide_by": Text("限期办结", "decide by a day"),
}

SATISFACTION: dict[int, Text] = {
    1: Text("非常满意", "very satisfied"),
    2: Text("满意", "satisfied"),
    3: Text("基本满意", "fairly satisfied"),
    4: Text("不满意", "dissatisfied"),
    5: Text("非常不满意", "very dissatisfied"),
}
"""GB/T 39046 A.8."""

LEVELS: dict[int, Text] = {
    0: Text("", ""),
    1: Text("首席事务代表", "chief representative"),
    2: Text("政务服务管理部门", "overseeing department"),
}

EVENTS: dict[str, Text] = {
    Kind.REGISTERED: Text("登记反映，出具回执", "Registered, with a receipt"),
    Kind.CLASSIFIED: Text("分类", "Classified"),
    Kind.EXCLUDED: Text("不属于窗口受理范围", "No matter for the window"),
    Kind.CLASS_APPROVED: Text("类别已审批", "The class was decided on"),
    Kind.TRANSFERRED: Text("转办", "Passed to the responsible unit"),
    Kind.PASSED_ON: Text("改由另一单位办理", "Passed on to another unit"),
    Kind.SENT_BACK: Text("退回", "Sent back"),
    Kind.ANSWERED: Text("答复", "Answered"),
    Kind.FEEDBACK_GIVEN: Text("向反映人反馈", "The reporter was told the result"),
    Kind.VISITED: Text("回访", "Return visit"),
    Kind.WITHDRAWN: Text("反映人撤回诉求，继续复核评估", "Withdrawn by the reporter; the review goes on"),
    Kind.REVIEWED: Text("复核评估", "Reviewed"),
    Kind.UNIT_NOTIFIED: Text("通报派出单位", "The dispatching unit was notified"),
    Kind.LEG_NEAR: Text("环节临近期限", "A leg is near its limit"),
    Kind.LEG_LATE: Text("环节超期，已升级", "A leg is late and was escalated"),
    Kind.ESCALATED: Text("仍未办理，再升一级", "Still late, escalated once more"),
    Kind.CALENDAR_CHANGED: Text("按新的放假安排重新计算期限", "The limit was reckoned anew by the changed calendar"),
    Kind.REMEDY_DONE: Text("办件已按要求处理", "The case did what was asked of it"),
    Kind.REMEDY_REFUSED: Text("办件不能按要求处理", "The case could not do what was asked of it"),
    Kind.CLOSED: Text("归入台账，办结", "Closed in the ledger"),
}


def told(kind: str, data: Mapping[str, Any]) -> Text:
    """The event in one sentence, with what matters of its facts."""
    said = EVENTS[kind]
    facts = list(_facts(data))
    if not facts:
        return said
    return Text(f"{said.zh}：{'；'.join(f.zh for f in facts)}", f"{said.en}: {'; '.join(f.en for f in facts)}")


def _facts(data: Mapping[str, Any]) -> list[Text]:
    found: list[Text] = []
    for name, words in (
        ("leg", LEGS),
        ("klass", CLASSES),
        ("excluded", EXCLUSIONS),
        ("said", ANSWERS),
        ("satisfaction", SATISFACTION),
        ("conclusion", CONCLUSIONS),
        ("remedy", REMEDIES),
        ("level", LEVELS),
    ):
        if data.get(name) and data[name] in words:
            found.append(words[data[name]])
    found += [Text(str(data[name]), str(data[name])) for name in ("to", "due_day") if data.get(name)]
    if data.get("reached") is False:
        found.append(Text("未能联系上", "not reached"))
    return found
