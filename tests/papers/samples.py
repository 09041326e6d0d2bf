"""One event for each kind of paper, as the workflow writes it, with the limits that run then."""

from datetime import date

from activities.papers.facts import Facts, Reference
from activities.papers.gathering import facts_of, standing_of
from activities.papers.terms import limits_of, term_of
from activities.papers.writing import Written, write
from domain.definition import ItemDefinition
from domain.record import ClockRecord, ClockState, Event, EventKind, Paper
from tests.papers.builders import a_case, a_clock, an_applicant, an_event, the_units

TEXTS = {
    "t-plan": "平面布局图未标注操作间与就餐区的分隔",
    "t-photo": "请一并提供店面照片",
    "t-why": "现场核查发现后厨未设置独立的清洗消毒区",
    "t-where": "上午9时30分，区政务服务中心三楼听证室",
    "t-record": "申请人陈述了经营场所的改造情况，审查人员说明了审查意见",
}
MOVED = [
    {"clock": "promised", "old": "2026-02-26", "new": "2026-03-02", "provisional": False},
    {"clock": "statutory", "old": "2026-03-18", "new": "2026-03-20", "provisional": True},
    {"clock": "step:review", "old": "2026-02-14", "new": "2026-02-25", "provisional": False},
]
DEMANDS = [
    {"material": "floor_plan", "defect": "t-plan"},
    {"material": "application_form", "defect": None},
    {"material": None, "defect": "t-photo"},
]
CLOCKS = (
    a_clock("acceptance", 5, date(2026, 2, 26)),
    a_clock("supplement", 15, date(2026, 3, 9)),
    a_clock("promised", 5, date(2026, 2, 26)),
    a_clock("statutory", 20, date(2026, 3, 18)),
    a_clock("promise", 3, date(2026, 2, 24)),
    a_clock("delivery", 10, date(2026, 3, 12), state=ClockState.RUNNING),
    a_clock("hearing_request", 5, date(2026, 2, 26)),
)
TESTING = {"procedure": "testing", "name": "检验", "special": "2", "unit": "working"}
PAPERS = {
    "one_time_notice": Reference("一次性告知通知书", "穗天河市监 告知〔2026〕3号", date(2026, 2, 12)),
    "grant": Reference("准予行政许可决定书", "穗天河市监 准予〔2026〕8号", date(2026, 2, 26)),
}
EXTENDED = {
    "limit": "statutory",
    "days": 2,
    "unit": "working",
    "cause": "complex",
    "text": "t-why",
    "special": "1",
    "old": "2026-03-18",
    "new": "2026-03-20",
    "moved": MOVED,
}
OF_OTHER_FILES = frozenset(
    {
        *(Paper.NOT_TAKEN, Paper.VISIT_ANSWER, Paper.UNANSWERED_VISIT),
        *(Paper.GRIEVANCE_RECEIPT, Paper.GRIEVANCE_TRANSFER, Paper.GRIEVANCE_FEEDBACK, Paper.NEGATIVE_ANSWER),
        *(Paper.GRIEVANCE_REMINDER, Paper.ESCALATION, Paper.GRIEVANCE_NOTICE),
        *(Paper.CARD_APPEAL, Paper.CARD_DECISION, Paper.VACANCY),
        *(Paper.MONTHLY_NOTICE, Paper.MONTHLY_REPORT),
    }
)
"""Papers of visits, grievances, cards and alarms: their own tests write them."""
OF_CASES = tuple(paper for paper in Paper if paper not in OF_OTHER_FILES)
DELAYED = {"until": "2026-04-10", "cause": "staff_shortage", "text": "t-why"}


def event_for(paper: Paper, definition: ItemDefinition) -> Event:
    """The event that gives this paper."""
    ids = [material.id for material in definition.materials]
    secondary = [material.id for material in definition.materials if not material.main]
    accepted = {"accepted_on": "2026-02-12", "missing": []}
    kinds: dict[Paper, tuple[EventKind, dict[str, object]]] = {
        Paper.RECEIPT: (EventKind.RECEIVED, {"materials": ids[:2], "missing": ids[2:], "channel": "window"}),
        Paper.ONE_TIME_NOTICE: (EventKind.NOTIFIED, {"round": 1, "demands": DEMANDS}),
        Paper.ACCEPTANCE: (EventKind.ACCEPTED, accepted),
        Paper.ACCEPTANCE_AFTER_SUPPLEMENT: (EventKind.ACCEPTED, accepted),
        Paper.DEEMED_ACCEPTANCE: (EventKind.DEEMED_ACCEPTED, {**accepted, "missing": ids[:1]}),
        Paper.PROMISE_LETTER: (EventKind.PROMISED, {"missing": secondary}),
        Paper.DEFERRED_MATERIALS: (EventKind.ACCEPTED_DEFERRED, {**accepted, "missing": secondary}),
        Paper.NOT_REQUIRED: (EventKind.NOT_REQUIRED, {"text": "t-why"}),
        Paper.NON_ACCEPTANCE: (
            EventKind.NOT_ACCEPTED,
            {"ground": "other_authority", "authority": "gz-thr-culture", "text": "t-why"},
        ),
        Paper.RETURN_OF_MATERIALS: (EventKind.SENT_BACK, {"demands": DEMANDS}),
        Paper.GRANT: (EventKind.GRANTED, {"text": None}),
        Paper.REFUSAL: (EventKind.REFUSED, {"text": "t-why"}),
        Paper.RESULT_READY: (EventKind.ISSUED, {}),
        Paper.PROOF_OF_SERVICE: (EventKind.DELIVERED, {}),
        Paper.WITHDRAWAL: (EventKind.WITHDRAWN, {}),
        Paper.DEEMED_WITHDRAWAL: (EventKind.SUPPLEMENT_LAPSED, {}),
        Paper.REMINDER: (EventKind.PROMISE_REMINDED, {"missing": secondary}),
        Paper.LATENESS: (EventKind.LIMIT_PASSED, {"clock": "promised"}),
        Paper.TOLD_LATE: (EventKind.BREACH_FOUND, {"round": 2, "demands": DEMANDS[:2]}),
        Paper.SPECIAL_PROCEDURE: (
            EventKind.PAUSED,
            {**TESTING, "days": 2, "first": "2026-02-12", "until": "2026-02-13", "text": "t-why", "moved": MOVED},
        ),
        Paper.DUE_DAY_CHANGED: (
            EventKind.RESUMED,
            {**TESTING, "days": 2, "first": "2026-02-12", "ended": "2026-02-13", "text": None, "moved": MOVED},
        ),
        Paper.EXTENSION: (EventKind.EXTENDED, EXTENDED),
        Paper.DELAY: (EventKind.DELAY_TOLD, DELAYED),
        Paper.FILING: (EventKind.EXTENDED, EXTENDED),
        Paper.OVERRUN: (EventKind.PAUSE_OVERRUN, {**TESTING, "days": 2, "until": "2026-02-13"}),
        Paper.PARTS_GO_ON: (
            EventKind.PART_ENDED,
            {"name": "烟草专卖零售许可", "how": "refused", "dropped": ["后一事项"], "goes_on": ["消防安全检查"]},
        ),
        Paper.ENDANGERED: (
            EventKind.PART_ENDANGERS,
            {"part": "tobacco", "name": "烟草专卖零售许可", "latest": "2026-02-25", "whole_due": "2026-02-26"},
        ),
        Paper.URGE: (
            EventKind.URGED,
            {"nth": 2, "waiting_for": ["examiner@gz-thr-samr", "items"], "text": "t-why"},
        ),
        Paper.ORDER: (EventKind.ORDERED, {"n": 1, "until": "2026-02-25", "text": "t-why"}),
        Paper.ORDER_LATE: (EventKind.LIMIT_PASSED, {"clock": "order:1", "due_day": "2026-02-25"}),
        Paper.JOINT_HANDLING: (
            EventKind.JOINT_HANDLING,
            {
                "addressee": "gz-thr-health",
                "units": ["gz-thr-health", "gz-thr-fire"],
                "held_on": "2026-03-04",
                "text": "t-where",
            },
        ),
        Paper.STILL_LATE: (
            EventKind.STILL_LATE,
            {"clock": "promised", "due_day": "2026-02-26", "after": 5, "waiting_for": ["approver@gz-thr-samr"]},
        ),
        Paper.NOTICE_WITHDRAWN: (
            EventKind.NOTICE_WITHDRAWN,
            {"round": 2, "demands": DEMANDS[:1], "left": 1, "grievance": "FY20260212-000001-1", "text": None},
        ),
        Paper.CARD: (
            EventKind.LIMIT_PASSED,
            {
                "clock": "promised",
                "due_day": "2026-02-26",
                "addressee": "gz-thr-samr",
                "card": {"colour": "yellow", "name": "超过承诺办结时限", "appeal_until": "2026-03-05"},
            },
        ),
        Paper.HEARING_RIGHTS: (EventKind.HEARING_OFFERED, {"text": None, "person": None}),
        Paper.HEARING_NOTICE: (
            EventKind.HEARING_SCHEDULED,
            {"text": "t-where", "person": "host-1", "held_on": "2026-03-04"},
        ),
        Paper.HEARING_RECORD: (EventKind.HEARING_HELD, {"text": "t-record", "person": None}),
    }
    kind, data = kinds[paper]
    return an_event(kind, paper, **data)


def facts_for(
    event: Event,
    definition: ItemDefinition,
    *,
    clocks: tuple[ClockRecord, ...] = CLOCKS,
    papers: dict[str, Reference] | None = None,
    unit: str = "gz-thr-samr",
    accepted_on: date | None = date(2026, 2, 12),
    **applicant_changes: object,
) -> Facts:
    applicant = an_applicant(**applicant_changes)
    case = a_case(applicant, "GZ202602120001", unit=unit)
    units = the_units()
    limits = limits_of(definition)
    return facts_of(
        event,
        standing_of(case, applicant, definition, units.unit(unit), "https://gov.example"),
        accepted_on=accepted_on,
        texts=TEXTS,
        clocks={clock.key: term_of(clock, limits.get(clock.key)) for clock in clocks},
        papers=PAPERS if papers is None else papers,
        units=units,
    )


def written(event: Event, definition: ItemDefinition, **changes: object) -> Written:
    return write(event.papers[0], facts_for(event, definition, **changes))  # type: ignore[arg-type]


def said_in(paper: Written) -> str:
    """All text of a paper, to look into."""
    rows = "\n".join(" | ".join(row) for row in paper.items.rows) if paper.items else ""
    return "\n".join([paper.title, paper.salutation, *paper.paragraphs, rows, *paper.closing, paper.unit_name])
