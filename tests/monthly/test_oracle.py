"""Some hundred lives of cases that dice made: the report counts what was counted as they were made."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import chinese_calendar
import pytest

from activities.monthly import Monthly
from domain.monthly.month import Month
from domain.values import SHANGHAI
from storage.database import Database
from tests.monthly.writing import FOOD, OTHER, A, B, File

SEED, MANY = 20261019, 400
MONTHS = (Month(2026, 1), Month(2026, 2), Month(2026, 3))
FIRST = datetime(2025, 12, 1, 8, tzinfo=SHANGHAI)
Tally = Counter[tuple[str, str]]


@dataclass
class Diced:
    """A life as the dice made it, and what of it counts in which month."""

    dice: random.Random
    tally: Tally
    took: dict[str, list[int]]
    at: datetime = FIRST
    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def happens(self, kind: str, counts: str = "", **data: Any) -> None:
        self.events.append((kind, f"{self.at:%Y-%m-%d %H:%M:%S}", data))
        if counts:
            self.tally[f"{self.at:%Y-%m}", counts] += 1

    def wait(self, most_days: int) -> None:
        self.at += timedelta(seconds=self.dice.randrange(60, most_days * 86400))

    def live(self) -> None:
        dice = self.dice
        self.at = FIRST + timedelta(seconds=dice.randrange(110 * 86400))
        received = self.at
        self.happens("received", "received")
        self.wait(4)
        if dice.random() < 0.2:
            self.happens("notified", "one_time_notices")
            self.wait(8)
        if dice.random() < 0.15:
            self.happens("not_accepted", "not_accepted", ground="item_law")
            return self.end("not_accepted", received)
        kind = dice.choice(("accepted", "accepted_deferred", "deemed_accepted"))
        self.happens(kind, "accepted", accepted_on=f"{self.at:%Y-%m-%d}")
        accepted = self.at
        late = ""
        for clock, chance in (("promised", 0.4), ("statutory", 0.5)):
            self.wait(9)
            if dice.random() >= chance:
                break
            taken_back = dice.random() < 0.3
            self.happens("limit_passed", "", clock=clock)
            month = f"{self.at:%Y-%m}"
            if taken_back:
                self.wait(9)
                self.happens("lateness_withdrawn", clock=clock)
                if month != f"{self.at:%Y-%m}":  # at the cut it was late still
                    self.tally[month, "limits"] += 1
                break
            self.tally[month, "limits"] += 1
            late = clock
        if dice.random() < 0.3:
            self.wait(3)
            self.happens("urged", "urged", nth=1)
        self.wait(20)
        if dice.random() < 0.2:  # nobody decides
            return self.stay(received)
        self.happens(*(("granted", "granted") if dice.random() < 0.8 else ("refused", "refused")))
        self.tally[f"{self.at:%Y-%m}", f"concluded {late}"] += 1
        self.took.setdefault(f"{self.at:%Y-%m}", []).append(_worked(accepted, self.at))
        self.wait(5)
        return self.end("granted", received)

    def end(self, ending: str, received: datetime) -> None:
        self.happens("closed", "closed", ending=ending)
        self._open(received, self.at)

    def stay(self, received: datetime) -> None:
        self._open(received, None)

    def _open(self, received: datetime, closed: datetime | None) -> None:
        for month in MONTHS:
            if received < month.ends and (closed is None or closed >= month.ends):
                self.tally[str(month), "open"] += 1


def _worked(after: datetime, until: datetime) -> int:
    days = (until.date() - after.date()).days
    return sum(chinese_calendar.is_workday(after.date() + timedelta(days=n)) for n in range(1, days + 1))


@pytest.mark.shows(66, "N19")
async def test_report_counts_what_the_dice_counted(maker: Monthly, file: Database) -> None:
    dice = random.Random(SEED)
    tallies: dict[str, Tally] = {A: Counter(), B: Counter()}
    took: dict[str, dict[str, list[int]]] = {A: {}, B: {}}
    written = File()
    for _ in range(MANY):
        unit = dice.choice((A, B))
        life = Diced(dice, tallies[unit], took[unit])
        life.live()
        written.case(unit, dice.choice((FOOD, OTHER)), *life.events)
    await written.write(file)

    compared = 0
    for month in MONTHS:
        report = await maker.reckon("gz-thr", month)
        for unit, tally in tallies.items():
            found = report.unit(unit)
            assert found is not None
            figures, days = found.figures, took[unit][str(month)]
            late = {name: tally[str(month), f"concluded {name}"] for name in ("", "promised", "statutory")}
            expected = {
                name: tally[str(month), name]
                for name in (
                    "received",
                    "one_time_notices",
                    "accepted",
                    "urged",
                    "granted",
                    "refused",
                    "closed",
                    "open",
                )
            } | {
                "on_time": late[""],
                "late_promised": late["promised"],
                "late_statutory": late["statutory"],
                "concluded": sum(late.values()),
                "days_p90": sorted(days)[(9 * len(days) + 9) // 10 - 1],
                "days_cases": len(days),
            }
            assert {name: getattr(figures, name) for name in expected} == expected
            assert sum(figures.not_accepted.values()) == tally[str(month), "not_accepted"]
            assert sum(figures.limits_passed.values()) == tally[str(month), "limits"]
            assert figures.days_mean == pytest.approx(sum(days) / len(days), abs=0.051)
            assert (
                min(expected["concluded"], expected["open"], expected["late_promised"], expected["late_statutory"]) > 0
            )
            compared += len(expected) + 3
    assert compared == 6 * 17
