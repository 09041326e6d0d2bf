"""The case that the demonstration is ashamed of: it lay about for weeks, and finds its own way to the "can't get it done"
window and to the dispatching unit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from cli.counter import Counter
from cli.demonstration.bundle import once
from cli.demonstration.stories import APPLICANT, FOOD, OFFICERS, Visit
from domain.calendar import Calendar
from domain.values import SHANGHAI

TITLE = "迟到的办件：邮寄申请压了八个工作日才登记，系统自己发现，自己走到“办不成事”窗口，直到通报派出单位"
UNIT, WINDOW = "gz-thr-samr", "gz-thr-management"
LAIN_FOR = 8
"""Working days: longer than its promised limit, shorter than its statutory one."""
ENDING = "granted"
MATERIALS = ("application_form", "floor_plan", "training", "safety_rules", "facilities")


class LateVisit(Visit):
    """The case and the grievance that it led to."""

    grievance: dict[str, Any]

    def enter(self, received: date) -> None:
        """The window enters the application with the day on which it came."""
        item, situations = FOOD
        receipt = self.counter.post(
            "window",
            "/v1/cases",
            self.unit,
            item=item,
            applicant=APPLICANT,
            situations=situations,
            materials=[{"material": material, "paper": True} for material in MATERIALS],
            received_at=datetime.combine(received, time(10), SHANGHAI).isoformat(),
            belated="邮寄申请误投其他科室，今日发现。",
        )
        self.number, self.query_code = receipt["number"], receipt["query_code"]

    def tasks_there(self) -> None:
        """Look at the tasks anew: time has laid them, nobody's act."""
        listed = self.counter.get("window", f"/v1/cases/{self.number}/tasks", self.unit)
        self.tasks = tuple(task["id"] for task in listed if task["state"] == "open")

    def at_the_window(self, who: str, act: str, of: str = WINDOW, /, **more: Any) -> None:
        """Somebody acts on the grievance, for the window or department, or for their own unit."""
        self.counter.post(who, f"/v1/grievances/{self.grievance['number']}/acts", of, act=act, **more)

    def opened_by_itself(self) -> None:
        """The grievance is there, though nobody complained."""
        query = {"case": self.number}
        rows = once(lambda: self.counter.get("grievance_window", "/v1/grievances", WINDOW, **query)["rows"] or None)
        self.grievance = once(lambda: row if (row := self._seen(rows[0]["number"]))["seq"] else None)

    def _seen(self, number: str) -> dict[str, Any]:
        seen: dict[str, Any] = self.counter.get("grievance_window", f"/v1/grievances/{number}", WINDOW)
        return seen


def live(visit: LateVisit, calendar: Calendar, today: date) -> None:
    """Late from the first moment on: deemed accepted, past its promise, and taken up by the window without a complaint."""
    visit.enter(calendar.worked_before(today, LAIN_FOR))
    visit.opened_by_itself()
    visit.at_the_window("grievance_window", "classify", klass="complex", grounds=["not_finished"])
    visit.at_the_window("grievance_window", "transfer", unit=UNIT, text="申请已视为受理并超过承诺时限，请核实答复。")
    decide_by = (today + timedelta(days=7)).isoformat()
    visit.at_the_window(
        "chief_representative",
        "answer",
        UNIT,
        said="remedied",
        text="误投属实，即日安排审查和现场核查。",
        remedies=[{"remedy": "decide_by", "due": decide_by}],
    )
    visit.at_the_window("grievance_window", "feedback", text="承办单位已经安排审查，将限期作出决定。")
    visit.at_the_window("grievance_window", "return_visit", reached=True, satisfaction=3)
    visit.at_the_window(
        "supervisor",
        "review",
        conclusion="confirmed",
        text="来件登记不及时，致使超过受理时限和承诺办结时限。",
        improvement="邮寄来件当日登记，由首席事务代表每日核对。",
    )
    visit.at_the_window("supervisor", "notify", text="请于本月内报送改进情况。")
    visit.tasks_there()
    visit.answer("examiner", "review", "pass", text="材料真实完整。")
    visit.answer("examiner", "on_site", "pass", officers=OFFICERS, text="现场与图纸一致。")
    visit.answer("approver", "decide", "grant", text="符合许可条件，同意。")
    visit.finish()


def closed(counter: Counter, number: str) -> dict[str, Any]:
    """The grievance once the ledger has closed."""
    at = f"/v1/grievances/{number}"
    return once(lambda: seen if (seen := counter.get("supervisor", at, WINDOW))["ending"] else None)
