"""Lives of cases as an office lives them, half of them with a breach; what has to be found is reckoned with nothing but a plain
set of working days."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cli.simulation.scenario import Scenario, WrittenCase
from domain.values import SHANGHAI
from tests.stateful.days import Days

FIRST, LAST = date(2026, 1, 5), date(2026, 9, 30)
FOOD, DEVICE = "food_permit_new", "medical_device_3"
LATENESS = (timedelta(minutes=1), timedelta(hours=10), timedelta(days=1, hours=9))
"""How far past the end of its last day what is late comes."""
EARLY = (timedelta(minutes=1), timedelta(hours=9), timedelta(days=1))


@dataclass
class Life:
    """One life, and what has to be found of it: the limit (None: not told once) with the day on which it was due."""

    name: str
    item: str
    received: datetime
    situations: dict[str, str]
    hands_in: Any = "all"
    acts: list[dict[str, Any]] = field(default_factory=list)
    found: set[tuple[str | None, str | None]] = field(default_factory=set)
    withdrawn: set[tuple[str | None, str | None]] = field(default_factory=set)

    def scenario(self) -> Scenario:
        """The life as the simulation plays it."""
        acts = sorted(self.acts, key=lambda act: act["on"])
        last = acts[-1]["on"] if acts else self.received
        written = {
            "name": self.name,
            "basis": ["gz:13.5"],
            "received": _said(self.received),
            "situations": self.situations,
            "hands_in": self.hands_in,
            "acts": [{**act, "on": _said(act["on"])} for act in [*acts, {"on": last, "wait": True}]],
            "expect": {"papers": []},
        }
        return Scenario(WrittenCase.model_validate(written), Path("seeded.cases.yaml"))


class Lives:
    """Makes lives, each from the same dice; every kind clean and with each breach that it may have."""

    def __init__(self, dice: random.Random, days: Days) -> None:
        self.dice, self.days = dice, days

    def all(self, of_each: int) -> list[Life]:
        """So many of each kind."""
        return [made for _ in range(of_each) for kind in KINDS if (made := kind(self))]

    # Days

    def a_day(self) -> date:
        """Some working day."""
        return self.dice.choice([day for day in sorted(self.days.worked) if FIRST <= day <= LAST])

    def nth(self, day: date, n: int, left_out: frozenset[date] = frozenset()) -> date:
        """The nth working day after the day."""
        return [one for one in sorted(self.days.worked - left_out) if one > day][n - 1]

    def at(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), SHANGHAI)

    def in_time(self, due: date, after: datetime) -> datetime:
        """Some moment before the end of the due day, a minute before it at the latest, and not before `after`."""
        return max(after + timedelta(minutes=5), self.end(due) - self.dice.choice(EARLY))

    def late(self, due: date) -> datetime:
        """Some moment past the due day."""
        return self.end(due) + self.dice.choice(LATENESS)

    def end(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(0), SHANGHAI)

    # Lives

    def food(self, name: str, late: str | None = None) -> Life:
        """A food permit from its receipt to its delivery; `late` is the step that comes late."""
        received = self.at(self.a_day(), self.dice.choice([9, 11, 16]))
        life = Life(name, FOOD, received, {"sells_online": "no"})
        due = self.nth(received.date(), 5)
        checked = self.in_time(due, received) if late is None else received + timedelta(minutes=5)
        life.acts.append({"on": checked, "task": "check", "answer": "accept"})
        self.examined(life, checked, late)
        return life

    def examined(
        self, life: Life, accepted: datetime, late: str | None, left_out: frozenset[date] = frozenset()
    ) -> None:
        """From acceptance on: the steps, the decision, the delivery; what is passed meanwhile is noted."""
        day = accepted.date()
        dues = {key: self.nth(day, n, left_out) for key, n in FOOD_DAYS.items()}
        review = self.late(dues["step:review"]) if late == "step:review" else accepted + timedelta(minutes=10)
        on_site = self.late(dues["step:on_site"]) if late == "step:on_site" else accepted + timedelta(minutes=20)
        both = max(review, on_site)
        dues["step:decide"] = self.nth(both.date(), 1, left_out)
        decided = both + timedelta(minutes=5)
        if late in ("step:decide", "promised", "statutory"):
            decided = self.late(dues[late])
        dues["delivery"] = self.nth(decided.date(), 5)
        delivered = self.late(dues["delivery"]) if late == "delivery" else self.in_time(dues["delivery"], decided)
        stops = {
            **dict.fromkeys(("promised", "statutory", "step:decide"), decided),
            "step:review": review,
            "step:on_site": on_site,
            "delivery": delivered,
        }
        life.found |= {(key, due.isoformat()) for key, due in dues.items() if stops[key] >= self.end(due)}
        life.acts += [
            {"on": review, "task": "review", "answer": "pass"},
            {"on": on_site, "task": "on_site", "answer": "pass", "officers": 2},
            {"on": decided, "task": "decide", "answer": "grant"},
            {"on": decided + timedelta(minutes=1), "task": "issue", "answer": "issued"},
            {"on": delivered, "task": "deliver", "answer": "delivered"},
        ]

    def unanswered_application(self) -> Life:
        """Nobody says anything for five days: accepted by law, and found all the same."""
        received = self.at(self.a_day())
        life = Life("silence accepts", FOOD, received, {"sells_online": "no"})
        due = self.nth(received.date(), 5)
        life.acts.append({"on": self.end(due) + timedelta(minutes=1), "wait": True})
        life.found = {("acceptance", due.isoformat())}
        promised = self.nth(received.date(), 5)
        life.found.add(("promised", promised.isoformat()))
        return life

    def notices(self, *, breach: bool) -> Life:
        """Two notices; the second is about what the first could have said, or about what came in after it."""
        received = self.at(self.a_day(), 9)
        life = Life("two notices", FOOD, received, {"sells_online": "no"}, {"all_but": ["floor_plan"]})
        first = received + timedelta(hours=1)
        handed_in = self.at(self.nth(received.date(), 2))
        about = "application_form" if breach else "floor_plan"
        again = handed_in + timedelta(hours=2)
        life.acts = [
            {"on": first, "task": "check", "answer": "notify", "demands": ["floor_plan"]},
            {"on": handed_in, "act": "supplement", "materials": ["floor_plan"]},
            {"on": again, "task": "check", "answer": "notify", "demands": [{"material": about, "defect": "未签名"}]},
            {"on": again + timedelta(days=1), "act": "withdraw"},
        ]
        life.found = {(None, None)} if breach else set()
        return life

    def extended(self, *, late: bool) -> Life:
        """The promised limit is extended by two days; past the old day nothing is late, past the new one it is."""
        received = self.at(self.a_day(), 9)
        life = Life("extended", FOOD, received, {"sells_online": "no"})
        accepted = received + timedelta(minutes=5)
        old, new = self.nth(received.date(), 5), self.nth(received.date(), 7)
        last_step = self.at(self.nth(received.date(), 3), 9)
        decided = self.late(new) if late else self.in_time(new, self.end(old))
        step = self.nth(last_step.date(), 1)
        life.acts = [
            {"on": accepted, "task": "check", "answer": "accept"},
            {"on": accepted, "task": "review", "answer": "pass"},
            {"on": self.at(received.date(), 15), "act": "extend", "clock": "promised", "days": 2, "by": "agency_head"},
            {"on": last_step, "task": "on_site", "answer": "pass", "officers": 2},
            {"on": decided, "task": "decide", "answer": "grant"},
        ]
        life.found = {("step:decide", step.isoformat())} if decided >= self.end(step) else set()
        if late:
            life.found.add(("promised", new.isoformat()))
        return life

    def paused(self, *, late: bool) -> Life:
        """Three days are left out; past the old day nothing is late, past the new one it is."""
        received = self.at(self.a_day(), 9)
        life = Life("paused", DEVICE, received, {"visit_needed": "no"})
        accepted = received + timedelta(minutes=5)
        begun, ended = self.nth(received.date(), 2), self.nth(received.date(), 4)
        left_out = frozenset(day for day in self.days.worked if begun <= day <= ended)
        promised, review = self.nth(received.date(), 10, left_out), self.nth(received.date(), 4, left_out)
        reviewed = self.in_time(review, self.at(ended, 17))
        decide = self.nth(reviewed.date(), 1)
        decided = self.late(promised) if late else reviewed + timedelta(minutes=5)
        life.acts = [
            {"on": accepted, "task": "check", "answer": "accept"},
            {"on": self.at(begun), "act": "pause", "procedure": "rectification", "days": 3},
            {"on": self.at(ended, 16), "act": "resume", "procedure": "rectification"},
            {"on": reviewed, "task": "review", "answer": "pass"},
            {"on": decided, "task": "decide", "answer": "grant"},
        ]
        if late:
            life.found = {("promised", promised.isoformat()), ("step:decide", decide.isoformat())}
        return life

    def corrected(self) -> Life:
        """The last day is closed by order after it has passed: what was late is late no more."""
        received = self.at(self.a_day(), 9)
        life = Life("corrected calendar", FOOD, received, {"sells_online": "no"})
        accepted, due = received + timedelta(minutes=5), self.nth(received.date(), 5)
        before = self.nth(received.date(), 4)
        both = self.at(before, 11)
        on_site = self.nth(received.date(), 3)
        order = self.end(due) + timedelta(hours=9)
        life.acts = [
            {"on": accepted, "task": "check", "answer": "accept"},
            {"on": accepted, "task": "review", "answer": "pass"},
            {"on": both, "task": "on_site", "answer": "pass", "officers": 2},
            {"on": order, "act": "calendar", "closed": [due.isoformat()]},
        ]
        life.found = {("step:on_site", on_site.isoformat())}
        life.withdrawn = {("promised", due.isoformat()), ("step:decide", due.isoformat())}
        return life


FOOD_DAYS = {"step:review": 2, "step:on_site": 3, "promised": 5, "statutory": 10}
KINDS: tuple[Callable[[Lives], Life], ...] = (
    *[lambda lives: lives.food("food, clean")] * 6,
    *(
        (lambda lives, late=late: lives.food(f"food, late: {late}", late))  # type: ignore[misc]
        for late in ("step:review", "step:on_site", "step:decide", "promised", "statutory", "delivery")
    ),
    Lives.unanswered_application,
    lambda lives: lives.notices(breach=False),
    lambda lives: lives.notices(breach=True),
    lambda lives: lives.extended(late=False),
    lambda lives: lives.extended(late=True),
    lambda lives: lives.paused(late=False),
    lambda lives: lives.paused(late=True),
    Lives.corrected,
)


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
