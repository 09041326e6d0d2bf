"""The cases that the demonstration drives: who applies for what, what the office does, and how it should end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.counter import Counter, Refusal


@dataclass
class Visit:
    """One case at the counter, carried on by the people of its unit."""

    counter: Counter
    unit: str
    number: str = ""
    query_code: str = ""
    tasks: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)
    """What happened that leaves no trace in the case: an act that was refused."""

    def apply(
        self, item: str, situations: Mapping[str, str], materials: tuple[str, ...], *, promise: bool = False
    ) -> None:
        """The applicant hands in an application."""
        receipt = self.counter.post(
            "applicant",
            "/v1/cases",
            item=item,
            applicant=APPLICANT,
            situations=dict(situations),
            materials=[{"material": material, "paper": True} for material in materials],
            promise=promise,
        )
        self.number, self.query_code = receipt["number"], receipt["query_code"]
        listed = self.counter.get("window", f"/v1/cases/{self.number}/tasks", self.unit)
        self.tasks = tuple(task["id"] for task in listed if task["state"] == "open")

    def answer(self, who: str, slot: str, outcome: str, **more: Any) -> None:
        """Somebody answers the open task of a slot."""
        task = next(task for task in self.tasks if task.endswith(f".{slot}"))
        done = self.counter.post(who, f"/v1/tasks/{task}/answer", self.unit, outcome=outcome, **more)
        self.tasks = tuple(done["tasks"])

    def refused(self, who: str, slot: str, outcome: str, **more: Any) -> None:
        """Somebody tries what the law does not allow, and hears why."""
        try:
            self.answer(who, slot, outcome, **more)
        except Refusal as refusal:
            problem = refusal.problem
            self.said.append(f"{who} 尝试 {outcome}：被拒绝（{problem['article']}）{problem['detail']}")
            return
        raise AssertionError(f"{outcome} on {slot} of {self.number} should have been refused")

    def supplement(self, *materials: str) -> None:
        """The applicant hands more in."""
        handed = [{"material": material, "paper": True} for material in materials]
        done = self.counter.post("applicant", f"/v1/cases/{self.number}/materials", materials=handed)
        self.tasks = tuple(done["tasks"])

    def withdraw(self) -> None:
        """The applicant takes the application back."""
        self.act("applicant", "withdraw")

    def act(self, who: str, act: str, **more: Any) -> None:
        """Somebody acts on the case; staff do so for the unit."""
        unit = "" if who == "applicant" else self.unit
        done = self.counter.post(who, f"/v1/cases/{self.number}/acts", unit, act=act, **more)
        self.tasks = tuple(done["tasks"])

    def act_refused(self, who: str, act: str, **more: Any) -> None:
        """Somebody tries an act that the law does not allow, and hears why."""
        try:
            self.act(who, act, **more)
        except Refusal as refusal:
            self.said.append(f"{who} 尝试 {act}：被拒绝（{refusal.problem['article']}）{refusal.problem['detail']}")
            return
        raise AssertionError(f"{act} of {self.number} should have been refused")

    def finish(self) -> None:
        """The window issues the result and delivers it."""
        self.answer("window", "issue", "issued")
        self.answer("window", "deliver", "delivered")


APPLICANT = {
    "kind": "person",
    "name": "演示申请人",
    "document": {"kind": "passport", "number": "DEMO000001"},
    "email": "sample@example.com",
}
FOOD = ("440199001000", {"sells_online": "no"})
FOOD_MAIN = ("application_form", "floor_plan")
FOOD_SECONDARY = ("training", "safety_rules", "facilities")
OFFICERS = ["officer-a", "officer-b"]


def granted_at_once(visit: Visit) -> None:
    """An instant item: accepted and granted at the window in one act."""
    visit.apply("440799001000", {"public_offering": "no"}, ("application_form", "premises", "articles", "appointments"))
    visit.answer("window", "check", "grant_at_once", text="申请材料齐全、符合法定形式，予以登记。")
    visit.finish()


def supplemented(visit: Visit) -> None:
    """Something is missing: told once, supplemented, examined in parallel, granted."""
    visit.apply(*FOOD, ("application_form", "training", "safety_rules", "facilities"))
    visit.refused("window", "check", "accept")
    visit.answer("window", "check", "notify")
    visit.supplement("floor_plan")
    visit.refused("window", "check", "notify")
    visit.answer("window", "check", "accept")
    visit.answer("examiner", "review", "pass", text="材料真实完整。")
    visit.answer("examiner", "on_site", "pass", officers=OFFICERS, text="现场与图纸一致。")
    visit.answer("approver", "decide", "grant", text="符合许可条件，同意。")
    visit.finish()


def promised(visit: Visit) -> None:
    """Secondary materials follow on a promise: accepted at once, issued only when they are in."""
    visit.apply(*FOOD, FOOD_MAIN, promise=True)
    visit.answer("window", "check", "accept_deferred")
    visit.answer("examiner", "review", "pass")
    visit.answer("examiner", "on_site", "pass", officers=OFFICERS)
    visit.answer("approver", "decide", "grant", text="符合许可条件，待补齐材料后出证。")
    visit.supplement(*FOOD_SECONDARY)
    visit.finish()


def refused(visit: Visit) -> None:
    """Examined and refused, with reasons and remedies."""
    materials = ("application_form", "capital_report", "premises", "management_rules", "agreement_sample")
    visit.apply("440199004000", {}, materials)
    visit.answer("window", "check", "accept")
    visit.answer("examiner", "on_site", "fail", officers=OFFICERS, text="办公设施与申报清单不一致。")
    visit.answer("examiner", "review", "fail", text="实缴资本未达到二百万元。")
    visit.refused("approver", "decide", "refuse")
    visit.answer("approver", "decide", "refuse", text="注册资本不足二百万元，不符合劳动合同法第五十七条规定的条件。")
    visit.answer("window", "deliver", "delivered")


def withdrawn(visit: Visit) -> None:
    """Accepted, then taken back by the applicant."""
    materials = ("application_form", "drawings", "pretreatment", "test_report")
    visit.apply("440199003000", {"key_polluter": "no"}, materials)
    visit.answer("window", "check", "accept")
    visit.withdraw()


def paused_and_extended(visit: Visit) -> None:
    """The clock stops while the applicant puts the premises right; then the head approves more time, which is filed."""
    materials = ("staff_proof", "organisation", "scope", "premises", "equipment_list", "quality_rules")
    whole = (*materials, "information_system", "agent_letter")
    visit.apply("440199008000", {"visit_needed": "yes"}, whole)
    visit.answer("window", "check", "accept")
    visit.act("examiner", "pause", procedure="rectification", days=10, text="库房温湿度监测须按意见书整改。")
    visit.act("examiner", "resume", procedure="rectification", text="整改已经完成并复查。")
    visit.answer("examiner", "on_site", "pass", officers=OFFICERS, text="整改后符合要求。")
    visit.act_refused("examiner", "extend", days=3, cause="staff_shortage", text="经办人外出学习。")
    visit.act("examiner", "extend", days=5, cause="other_authority", text="须等待生产企业所在地监管部门复函。")
    visit.answer("agency_head", "extend", "approve", text="同意。")
    visit.answer("examiner", "review", "pass", text="材料真实完整。")
    visit.answer("approver", "decide", "grant", text="符合许可条件，同意。")
    visit.finish()


@dataclass(frozen=True)
class Story:
    """A case with its title and the ending it should have."""

    title: str
    unit: str
    live: Callable[[Visit], None]
    ending: str


STORIES = (
    Story("即办件：材料齐全，窗口当场准予", "gz-thr-samr", granted_at_once, "granted"),
    Story("材料不齐：一次性告知，补正后受理，并行审查，准予", "gz-thr-samr", supplemented, "granted"),
    Story("容缺受理：承诺补齐次要材料，补齐后出证", "gz-thr-samr", promised, "granted"),
    Story("审查不合格：说明理由，不予许可，告知救济途径", "gz-thr-hrss", refused, "refused"),
    Story("整改期间暂停计时；经批准延期，同时告知并报备", "gz-samr", paused_and_extended, "granted"),
    Story("受理后申请人撤回", "gz-thr-water", withdrawn, "withdrawn"),
)
