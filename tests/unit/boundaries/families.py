"""Writes the rows that are alike for every break and every make-up day of the real years: holidays.yaml, make_up.yaml.

    python -m tests.unit.boundaries.families

Run it when a year is added (the oracle has to know it: `published`); what it changes in rows that were there is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

import chinese_calendar

from tests.unit.boundaries.oracle import DAY, HERE, REAL, answer, published, sheet
from tests.unit.boundaries.table import row_of

HEAD = "# Written by families.py, not by hand; the due days are the oracle's.\n"
Line = dict[str, object]


def breaks() -> Iterator[list[date]]:
    """Every run of days off with a holiday in it, weekends at its ends included, that lies within the real years."""
    days = [day for day in sheet(REAL) if day.year in published(REAL)]
    for worked, run in groupby(days, key=sheet(REAL).__getitem__):
        found = list(run)
        if not worked and any(day.weekday() < 5 for day in found):
            yield found


def make_up_days() -> list[date]:
    """Every Saturday and Sunday that is worked."""
    return [day for day, worked in sheet(REAL).items() if worked and day.weekday() > 4]


def name_of(run: list[date]) -> str:
    """The holiday, by the library's name for it, and the year."""
    found = (chinese_calendar.get_holiday_detail(day)[1] for day in run)
    return f"{next(name for name in found if name)} {run[-1].year}"


def of_holidays() -> Iterator[Line]:
    """What happens around a break."""
    for run in breaks():
        name, eve, middle = name_of(run), _worked_before(run[0]), run[len(run) // 2]
        yield _line(
            eve, "1 working", f"{name}: one working day from the last day before it", "the break does not count"
        )
        yield _line(
            middle, "1 working", f"{name}: begins on a day off", "day 0 may be a day off; day 1 is the first worked"
        )
        yield _line(
            run[0] - DAY * 3, "3 natural", f"{name}: the third natural day is a day off", "moved past the break"
        )
        paused = {"pauses": [f"{run[0]}..{run[-1]}"]}
        yield _line(
            eve, "5 working", f"{name}: paused for just the break", "no working day is left out twice", **paused
        )


def of_make_up_days() -> Iterator[Line]:
    """What happens around a weekend that is worked."""
    for day in make_up_days():
        eve, name = _worked_before(day), f"Make-up day {day}"
        yield _line(eve, "1 working", f"{name}: is the due day", "a make-up day is a working day")
        yield _line(day, "1 working", f"{name}: is day 0", "begun on it, the next working day is day 1")
        yield _line(eve, "3 working", f"{name}: is paused", "a pause of it moves by one", pauses=[f"{day}..{day}"])


def _worked_before(day: date) -> date:
    return max(one for one, worked in sheet(REAL).items() if worked and one < day)


def _line(start: date, limit: str, name: str, why: str, **more: object) -> Line:
    return {"start": start, "limit": limit, **more, "name": name, "why": why}


def written(line: Line) -> str:
    """The line as it stands in the table: figures first, then the words."""
    found = answer(row_of(line))
    due = {"due": found.day, **({"provisional": "true"} if found.provisional else {})}
    figures = {key: value for key, value in line.items() if key not in ("name", "why")} | due
    shown = ", ".join(f"{key}: {_shown(value)}" for key, value in figures.items())
    return f'- {{{shown},\n   name: "{line["name"]}", why: "{line["why"]}"}}\n'


def _shown(value: object) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def main() -> None:
    """Write both files."""
    for file, lines in (("holidays", of_holidays()), ("make_up", of_make_up_days())):
        (HERE / f"{file}.yaml").write_text(HEAD + "".join(written(line) for line in lines), "utf-8")


if __name__ == "__main__":
    main()
