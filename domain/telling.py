"""What happened, told in a sentence to the people concerned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.grievance.telling import LEGS as GRIEVANCE_LEGS
from domain.record import Clock, EventKind, PartState, Stage
from domain.words import Text

EVENTS: dict[str, Text] = {
    EventKind.RECEIVED: Text("收到申请，出具收件回执", "The application was received and a receipt given"),
    EventKind.MATERIALS_RECEIVED: Text("收到补交的材料", "Further materials were received"),
    EventKind.PROMISED: Text("申请人承诺按期补齐次要材料", "The applicant promised to hand the secondary materials in"),
    EventKind.NOTIFIED: Text("一次性告知需要补正的全部内容", "A one-time notice named everything to be supplemented"),
    EventKind.BREACH_FOUND: Text(
        "再次告知了首次本可告知的内容，记为未一次性告知；申请人可以到“办不成事”反映窗口反映",
        "The notice demands what the first one could have said; the applicant may go to the “can't get it done” window",
    ),
    EventKind.ACCEPTED: Text(
        "受理申请，办结时限自当日起算", "The application was accepted; its limits run from this day"
    ),
    EventKind.ACCEPTED_DEFERRED: Text("容缺受理，次要材料随后补齐", "Accepted, with secondary materials to follow"),
    EventKind.DEEMED_ACCEPTED: Text(
        "逾期未告知，自收到材料之日起即为受理", "Nobody said anything in time: accepted as of the day of receipt"
    ),
    EventKind.NOT_REQUIRED: Text("告知此事项不需要申请", "The applicant was told that nothing needs applying for"),
    EventKind.NOT_ACCEPTED: Text("决定不予受理", "Acceptance was refused"),
    EventKind.SENT_BACK: Text(
        "退回材料并一次性告知，补齐后可重新提交", "Materials returned with all that is to be put right"
    ),
    EventKind.STEP_ANSWERED: Text("环节办理完毕", "A step was answered"),
    EventKind.STEP_RETURNED: Text("退回此前的环节", "The case was returned to an earlier step"),
    EventKind.HELPER_ADDED: Text("请他人协助审查", "Another opinion was asked for"),
    EventKind.HELPER_ANSWERED: Text("协助审查意见已答复", "The other opinion was given"),
    EventKind.HELPER_DROPPED: Text("不再等待协助意见", "The other opinion is no longer waited for"),
    EventKind.TASK_CLAIMED: Text("任务已签收", "The task was claimed"),
    EventKind.TASK_RELEASED: Text("任务已退回待办", "The task was given back"),
    EventKind.TASK_TRANSFERRED: Text("任务已转办", "The task was transferred"),
    EventKind.GRANTED: Text("决定准予", "Granted"),
    EventKind.REFUSED: Text("决定不予准予", "Refused"),
    EventKind.PROMISE_REMINDED: Text("提醒申请人补齐容缺材料", "The applicant was reminded of the promise"),
    EventKind.PROMISE_KEPT: Text("容缺材料已经补齐", "The promise was kept"),
    EventKind.PROMISE_LAPSED: Text("逾期未补齐容缺材料，视为撤回申请", "The promise lapsed: deemed withdrawn"),
    EventKind.SUPPLEMENT_LAPSED: Text("逾期未补正，视为撤回申请", "The supplement lapsed: deemed withdrawn"),
    EventKind.LIMIT_NEAR: Text("临近时限", "A limit is near"),
    EventKind.LIMIT_PASSED: Text("超过时限，仍须继续办理", "A limit was passed; the duty goes on"),
    EventKind.ISSUED: Text("结果已制作，可以领取", "The result is ready"),
    EventKind.DELIVERED: Text("结果已送达", "The result was delivered"),
    EventKind.WITHDRAWN: Text("申请人撤回申请", "The applicant withdrew"),
    EventKind.CLOSED: Text("办结", "Closed"),
    EventKind.PAUSED: Text("开展特别程序，时限暂停计算", "A special procedure began; the limits stand still"),
    EventKind.PAUSE_PROLONGED: Text("特别程序所需时间延长", "The special procedure needs more time"),
    EventKind.RESUMED: Text("特别程序结束，时限继续计算", "The special procedure is over; the limits go on"),
    EventKind.PAUSE_OVERRUN: Text("特别程序超过告知的时间", "The special procedure takes longer than announced"),
    EventKind.EXTENSION_ASKED: Text("承办单位申请延长办理期限", "The department asked for more time"),
    EventKind.EXTENDED: Text("经批准延长办理期限，并已报备", "More time was approved, and filed"),
    EventKind.EXTENSION_DISAPPROVED: Text("未批准延长办理期限", "More time was not approved"),
    EventKind.EXTENSION_LAPSED: Text("期限届满前未获批准，延期申请失效", "The request for more time lapsed unapproved"),
    EventKind.DELAY_TOLD: Text("告知不能按时办结的情况，并已报备", "The delay was explained, and filed"),
    EventKind.HEARING_OFFERED: Text("告知听证权利", "The right to a hearing was told"),
    EventKind.HEARING_REQUESTED: Text("申请人要求听证", "A hearing was asked for"),
    EventKind.HEARING_DECLINED: Text("申请人放弃听证", "The hearing was declined"),
    EventKind.HEARING_WAIVED: Text("逾期未要求听证", "No hearing was asked for in time"),
    EventKind.HEARING_ORDERED: Text("决定举行听证", "A hearing was ordered"),
    EventKind.HEARING_SCHEDULED: Text("通知听证的时间地点", "Time and place of the hearing were notified"),
    EventKind.HEARING_HELD: Text("听证结束，笔录在案", "The hearing was held; its record is on file"),
    EventKind.CALENDAR_CHANGED: Text(
        "按新的放假安排重新计算期限", "The limits were reckoned anew by the changed calendar"
    ),
    EventKind.LATENESS_WITHDRAWN: Text(
        "按新的放假安排并未超期，予以更正", "By the changed calendar nothing was late; corrected"
    ),
    EventKind.PART_BEGUN: Text("事项开始办理", "An item of the bundle began"),
    EventKind.PART_RESULT: Text("事项已有结果，待统一出件", "An item has its result, which waits for the others"),
    EventKind.PART_ENDED: Text("事项终止，没有结果", "An item ended without a result"),
    EventKind.PART_WITHDRAWAL: Text("申请人撤回部分事项", "The applicant withdrew some items"),
    EventKind.PART_ENDANGERS: Text(
        "事项将影响整件事按时办结，已预警牵头部门",
        "An item endangers the due day of the whole; the lead department is warned",
    ),
    EventKind.PARTS_HANDED_OVER: Text("各事项结果已在窗口交付", "Results were handed over at the window"),
    EventKind.COLLECTION_ASKED: Text("事项结果先行送达", "The result of an item goes out before the others"),
    EventKind.DUE_DAY_MOVED: Text(
        "按各事项的实际情况重新计算整件事的办结期限", "The due day of the whole was reckoned anew"
    ),
    EventKind.URGED: Text("催办", "Urged"),
    EventKind.ORDERED: Text("发出督办单", "A supervision order was given"),
    EventKind.ORDER_ANSWERED: Text("督办已答复", "The supervision order was answered"),
    EventKind.JOINT_HANDLING: Text("召集联合办理", "Joint handling was called"),
    EventKind.STILL_LATE: Text("超过期限后仍未办结", "Still late"),
    EventKind.NOTICE_WITHDRAWN: Text("撤销告知中不应当再提的要求", "Demands that came too late were withdrawn"),
}

WITH_A_BUNDLE = Text("随“一件事”申请收到，材料自该申请转来", "Received with the bundle, materials and all")
"""How an item of a bundle is received."""

CLOCKS: dict[str, Text] = {
    Clock.ACCEPTANCE: Text("受理时限", "limit of acceptance"),
    Clock.SUPPLEMENT: Text("补正期限", "limit of the supplement"),
    Clock.PROMISED: Text("承诺办结时限", "promised limit"),
    Clock.STATUTORY: Text("法定办结时限", "statutory limit"),
    Clock.PROMISE: Text("容缺补齐期限", "limit of the promise"),
    Clock.DELIVERY: Text("颁证送达时限", "limit of delivery"),
    Clock.HEARING_REQUEST: Text("要求听证的期限", "limit for asking for a hearing"),
    Clock.HEARING: Text("组织听证的期限", "limit for holding the hearing"),
}

STAGES: dict[str, Text] = {
    Stage.ACCEPTANCE: Text("受理审查", "acceptance"),
    Stage.SUPPLEMENT: Text("等待申请人补正", "waiting for the supplement"),
    Stage.EXAMINATION: Text("审查与决定", "examination"),
    Stage.PROMISE: Text("等待申请人补齐容缺材料", "waiting for deferred materials"),
    Stage.ISSUE: Text("制证出件", "issue"),
    Stage.DELIVERY: Text("送达", "delivery"),
    Stage.CLOSED: Text("已办结", "closed"),
}

PART_STATES: dict[str, Text] = {
    PartState.WAITING: Text("等待前序事项", "waits for those before it"),
    PartState.RUNNING: Text("办理中", "is handled"),
    PartState.RESULT: Text("已有结果", "has its result"),
    PartState.HANDED_OVER: Text("已交付", "handed over"),
    PartState.ENDED: Text("已终止", "ended without a result"),
    PartState.DROPPED: Text("不再办理", "not handled"),
}

OUTCOMES: dict[str, Text] = {
    "accept": Text("受理", "accept"),
    "accept_deferred": Text("容缺受理", "accept with deferral"),
    "notify": Text("一次性告知补正", "one-time notice"),
    "not_required": Text("不受理（无需办理）", "nothing to apply for"),
    "refuse_acceptance": Text("不予受理", "refuse acceptance"),
    "grant_at_once": Text("当场准予", "grant at once"),
    "issued": Text("已出件", "issued"),
    "delivered": Text("已送达", "delivered"),
    "return": Text("退回", "returned"),
    "pass": Text("通过", "passed"),
    "fail": Text("不通过", "not passed"),
    "grant": Text("同意准予", "for granting"),
    "refuse": Text("不同意准予", "for refusing"),
    "advised": Text("已提出意见", "advised"),
    "approve": Text("批准", "approved"),
    "disapprove": Text("不批准", "not approved"),
    "reported": Text("已答复督办", "reported"),
}

CAUSES: dict[str, Text] = {
    "complex": Text("事项复杂，须进一步审查", "the matter is complex"),
    "other_authority": Text("须等待其他机关答复或者确认", "another authority has to answer first"),
    "major_interest": Text("涉及重大利益，须进一步核实", "major interests have to be looked into"),
    "site_unreachable": Text("现场客观上暂不具备核查条件", "the site cannot be checked for the time being"),
    "force_majeure": Text("不可抗力", "force majeure"),
    "system_failure": Text("信息系统故障", "an information system failed"),
    "staff_shortage": Text("人员不足或者负责人外出", "staff shortage or an absent head"),
    "other": Text("其他原因", "another cause"),
}

ROLES: dict[str, Text] = {
    "applicant": Text("申请人", "applicant"),
    "window": Text("窗口人员", "window clerk"),
    "examiner": Text("审查人员", "examiner"),
    "approver": Text("决定人", "approver"),
    "agency_head": Text("本机关负责人", "head of the agency"),
    "government_head": Text("本级人民政府负责人", "head of the government"),
    "chief_representative": Text("首席事务代表", "chief representative"),
    "grievance_window": Text("“办不成事”反映窗口", "“can't get it done” window"),
    "supervisor": Text("政务服务管理部门", "overseeing department"),
    "items": Text("各事项的承办单位", "the units of its items"),
}

ANSWERED_WITH: dict[str, Text] = {
    "demands": Text("补正要求", "demands"),
    "ground": Text("不予受理的情形", "ground"),
    "authority": Text("应当向其申请的机关", "competent authority"),
    "officers": Text("核查人员", "officers"),
    "return_to": Text("退回的环节", "step to return to"),
}

ENDINGS: dict[str, Text] = {
    "granted": Text("准予", "granted"),
    "partly_granted": Text("部分事项准予", "granted in part"),
    "refused": Text("不予准予", "refused"),
    "not_required": Text("无需申请", "nothing to apply for"),
    "not_accepted": Text("不予受理", "not accepted"),
    "resubmit": Text("退回，补齐后重新提交", "returned, to be submitted anew"),
    "withdrawn": Text("申请人撤回", "withdrawn"),
    "supplement_lapsed": Text("逾期未补正，视为撤回", "supplement lapsed, deemed withdrawn"),
    "promise_lapsed": Text("逾期未补齐容缺材料，视为撤回", "promise lapsed, deemed withdrawn"),
}


LAWS: dict[str, str] = {
    "gz": "条例",
    "apl": "许可法",
    "cc": "民法典",
    "gdbe": "广东营商条例",
    "be": "营商条例",
    "mer": "市场主体登记条例",
    "merr": "市场主体登记细则",
    "rer": "不动产登记条例",
    "od": "在线政务规定",
    "sc": "许可案件规定",
    "fsl": "消防法",
}
"""Short names of the laws of `definitions/articles.yaml`, for places where there is little room."""


def cited(article: str) -> str:
    """The article in a word: 条例13.1 for `gz:13.1`; what is no article of ours stays as it is."""
    law, _, number = article.partition(":")
    return f"{LAWS[law]}{number}" if law in LAWS and number else article


def whose_move(waiting: str) -> Text:
    """Whose move it is in words: 申请人, or 窗口人员（gz-thr-samr） for `window@gz-thr-samr`."""
    role, _, unit = waiting.partition("@")
    named = ROLES.get(role, Text(role, role))
    return Text(f"{named.zh}（{unit}）", f"{named.en} of {unit}") if unit else named


def clock_name(key: str) -> Text:
    """What a limit is called, or the time announced for a special procedure."""
    if key.startswith("procedure:"):
        procedure = key.removeprefix("procedure:")
        return Text(f"特别程序 {procedure} 告知的时间", f"time announced for {procedure}")
    if key.startswith("delivery:"):
        part = key.removeprefix("delivery:")
        return Text(f"事项 {part} 的颁证送达时限", f"limit of delivery of {part}")
    if key.startswith("leg:"):
        leg = GRIEVANCE_LEGS[key.rpartition(".")[2]]
        return Text(f"反映件“{leg.zh}”环节的期限", f"limit of the leg {leg.en} of a grievance")
    if key.startswith("order:"):
        number = key.removeprefix("order:")
        return Text(f"第{number}号督办的答复期限", f"limit of supervision order {number}")
    if key.startswith("late:"):
        limit = clock_name(key.removeprefix("late:"))
        return Text(f"{limit.zh}已过、仍未办结", f"{limit.en} passed and not met")
    if key.startswith("part:"):
        part = key.removeprefix("part:")
        return Text(f"事项 {part} 不影响整件事的最后一日", f"last day of {part} that does not delay the whole")
    return CLOCKS.get(key) or Text(
        f"环节 {key.removeprefix('step:')} 的时限", f"limit of step {key.removeprefix('step:')}"
    )


DAYS: dict[str, Text] = {
    "working": Text("个工作日", "working days"),
    "natural": Text("日（自然日）", "calendar days"),
}


def told(kind: str, data: Mapping[str, Any]) -> Text:
    """The event in one sentence, with what matters of its facts."""
    said = WITH_A_BUNDLE if kind == EventKind.RECEIVED and "bundle" in data else EVENTS[kind]
    if "clock" in data:
        clock = clock_name(data["clock"])
        return Text(f"{said.zh}：{clock.zh}（{data['due_day']}）", f"{said.en}: {clock.en} ({data['due_day']})")
    if "outcome" in data:
        outcome = OUTCOMES.get(data["outcome"], Text("", ""))
        step = data.get("return_to") or data.get("name") or data["step"]
        return Text(f"{said.zh}：{step} {outcome.zh}".rstrip(), f"{said.en}: {step} {outcome.en}".rstrip())
    if "ending" in data:
        ending = ENDINGS[data["ending"]]
        return Text(f"{said.zh}：{ending.zh}", f"{said.en}: {ending.en}")
    if facts := list(_facts_of_time(data)):
        zh, en = "；".join(fact.zh for fact in facts), "; ".join(fact.en for fact in facts)
        return Text(f"{said.zh}（{zh}）", f"{said.en} ({en})")
    return said


def _facts_of_time(data: Mapping[str, Any]) -> Iterator[Text]:
    """What stops, extends or delays a limit: which procedure, how long, why, and until when."""
    if named := data.get("name") or "、".join(data.get("parts", ())) or data.get("procedure"):
        yield Text(str(named), str(named))
    if number := data.get("n"):
        yield Text(f"第{number}号", f"no. {number}")
    if nth := data.get("nth"):
        yield Text(f"申请人第{nth}次", f"the applicant's no. {nth}")
    if unit := data.get("addressee"):
        yield Text(str(unit), str(unit))
    if ending := data.get("how"):
        yield ENDINGS[ending]
    if dropped := "、".join(data.get("dropped", ())):
        yield Text(f"不再办理：{dropped}", f"not handled any more: {dropped}")
    if latest := data.get("latest"):
        yield Text(f"最迟须于 {latest} 办结", f"has to be done by {latest}")
    if data.get("days") and data.get("unit"):
        zh, en = DAYS[data["unit"]]
        yield Text(f"{data['days']}{zh}", f"{data['days']} {en}")
    if cause := data.get("cause"):
        yield CAUSES[cause]
    if until := data.get("until") or data.get("new"):
        yield Text(f"至 {until}", f"until {until}")
    if entered_on := data.get("entered_on"):
        yield Text(f"{entered_on} 补录", f"entered on {entered_on}")
    if held_on := data.get("held_on"):
        yield Text(f"定于 {held_on}", f"on {held_on}")
