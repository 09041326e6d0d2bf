"""The bundle that the demonstration ends with: 开办餐饮店, from one application to one window."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from cli.counter import Counter
from cli.demonstration.stories import APPLICANT, OFFICERS

CODE, LEAD = "440099001000", "gz-thr-samr"
SITUATIONS = {
    "sells_online": "no",
    "method": "normal",
    "automatic_system": "no",
    "decorated": "no",
    "sets_sign": "no",
    "sells_tobacco": "yes",
    "premises_rented": "no",
    "drains": "no",
    "key_polluter": "no",
}
MATERIALS = (
    "application_form",
    "floor_plan",
    "training",
    "safety_rules",
    "facilities",
    "fire_plan",
    "fire_training",
    "premises",
)
TITLE = "一件事：开办餐饮店，一张表、一套材料、一次受理，核验后三项许可并行，一窗出件"
PATIENCE_SECONDS = 30.0
EVERY_SECONDS = 0.1


class TookTooLong(AssertionError):
    """Something that follows from an act by itself did not come about."""


@dataclass
class BundleVisit:
    """One bundle at the counter, carried on by the people of all its units."""

    counter: Counter
    number: str = ""
    query_code: str = ""

    def apply(self) -> None:
        """One application with one set of materials, shown on paper."""
        receipt = self.counter.post(
            "applicant",
            f"/v1/bundles/{CODE}/cases",
            applicant=APPLICANT,
            situations=SITUATIONS,
            materials=[{"material": material, "paper": True} for material in MATERIALS],
        )
        self.number, self.query_code = receipt["number"], receipt["query_code"]

    def seen(self) -> dict[str, Any]:
        """The bundle with all its items."""
        shown: dict[str, Any] = self.counter.get("window", f"/v1/bundle-cases/{self.number}", LEAD)
        return shown

    def part(self, id_: str) -> dict[str, Any]:
        """The case of an item, once it has begun."""
        return once(lambda: next(part["case"] for part in self.seen()["parts"] if part["id"] == id_))

    def answer(self, case: dict[str, Any] | None, who: str, slot: str, outcome: str, **more: Any) -> None:
        """Somebody of the unit answers the task of a slot, once it is there: of an item's case, or of the bundle."""
        number, unit = (case["number"], case["unit"]) if case else (self.number, LEAD)

        def open_task() -> str | None:
            tasks = self.counter.get(who, f"/v1/cases/{number}/tasks", unit)
            return next((t["id"] for t in tasks if t["state"] == "open" and t["id"].endswith(f".{slot}")), None)

        self.counter.post(who, f"/v1/tasks/{once(open_task)}/answer", unit, outcome=outcome, **more)

    def act(self, case: dict[str, Any] | None, who: str, act: str, **more: Any) -> None:
        """Somebody acts on an item's case, or the applicant on the bundle."""
        number, unit = (case["number"], case["unit"]) if case else (self.number, "")
        self.counter.post(who, f"/v1/cases/{number}/acts", unit, act=act, **more)

    def ended(self) -> dict[str, Any]:
        """The bundle at its end."""
        return once(lambda: seen if (seen := self.seen())["ending"] else None)


Found = TypeVar("Found")


def once(found: Callable[[], Found | None]) -> Found:
    """What is found, as soon as there is anything."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if (something := found()) is not None:
            return something
        time.sleep(EVERY_SECONDS)
    raise TookTooLong("what follows from an act did not come about; see the worker's log")


def live(visit: BundleVisit) -> None:
    """Verified, then three permits side by side; one is paused, one goes out early, one is refused."""
    visit.apply()
    visit.answer(None, "window", "check", "accept")
    licence = visit.part("licence")
    visit.answer(licence, "window", "decide", "grant", text="营业执照有效。")
    visit.answer(licence, "window", "issue", "issued")
    food, fire, tobacco = (visit.part(id_) for id_ in ("food_permit", "fire_check", "tobacco"))
    visit.answer(food, "examiner", "review", "pass")
    visit.answer(food, "examiner", "on_site", "pass", officers=OFFICERS)
    visit.answer(food, "approver", "decide", "grant", text="符合许可条件，同意。")
    visit.answer(food, "window", "issue", "issued")
    visit.act(None, "applicant", "collect_early", part="food_permit")
    visit.answer(None, "window", "deliver.2", "delivered")
    visit.answer(fire, "examiner", "on_site", "pass", officers=OFFICERS)
    visit.answer(fire, "examiner", "review", "pass")
    visit.answer(fire, "approver", "decide", "grant", text="符合消防安全要求，同意。")
    visit.answer(fire, "window", "issue", "issued")
    visit.answer(tobacco, "examiner", "on_site", "fail", officers=OFFICERS, text="与学校出入口的距离不足。")
    visit.answer(tobacco, "examiner", "review", "pass")
    visit.answer(tobacco, "approver", "decide", "refuse", text="经营场所不符合当地烟草制品零售点合理布局规划。")
    visit.answer(tobacco, "window", "deliver", "delivered")
    visit.answer(None, "window", "deliver", "delivered")


ENDING = "partly_granted"
