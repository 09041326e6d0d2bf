"""What a document about working days has to say, and who signs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from domain.calendar import Calendar, CalendarYear
from domain.law import Refused, carries_out

SEED = "seed"
"""Who submitted and signed what came with the system."""
YEARS = range(2000, 2101)


class CalendarRefused(Refused):
    """The document can't be a calendar, or may not be signed like this."""


@carries_out("apl:82")
def check_calendar(year: CalendarYear) -> None:
    """Raise `CalendarRefused` where the document has no source, names days outside its year, or contradicts itself."""
    if not year.source.strip():
        raise CalendarRefused(
            "source_missing",
            "须写明依据（source）：公布文件的名称、文号和日期，或者临时停工、调休的决定",
            "Say where the days are taken from (source): the notice with number and date, or the order",
            article="apl:82",
        )
    if year.year not in YEARS:
        raise CalendarRefused(
            "year_impossible",
            f"年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间，写的是 {year.year}",
            f"The year lies between {YEARS[0]} and {YEARS[-1]}, not {year.year}",
        )
    _check_lie_in(year)
    _check_days(year, [day for holiday in year.holidays for day in holiday.days()])


@carries_out("apl:82")
def check_makes_up(year: CalendarYear, city: Calendar) -> None:
    """Raise `CalendarRefused` where a unit is to work on a day on which it works with all others."""
    if wrong := [day for day in year.make_up if city.is_worked(day)]:
        raise CalendarRefused(
            "make_up_on_weekday",
            f"{_said(wrong)}全市本来上班；make_up 只写该单位在全市放假时上班的日子",
            f"The whole city works on {_said(wrong)}; make_up names days on which the unit works while the city is off",
        )


def _check_lie_in(year: CalendarYear) -> None:
    ends = (end for holiday in year.holidays for end in (holiday.first, holiday.last))
    if outside := [day for day in (*ends, *year.make_up) if day.year != year.year]:
        raise CalendarRefused(
            "day_outside_year",
            f"{_said(outside)}不在 {year.year} 年内；跨年的假期分别写入两年",
            f"{_said(outside)} lies outside {year.year}; write a holiday over New Year into both years",
        )


def _check_days(year: CalendarYear, off: list[date]) -> None:
    if twice := _doubled(off):
        raise CalendarRefused("day_twice", f"{_said(twice)}重复列为放假", f"{_said(twice)} is listed as off twice")
    if twice := _doubled(year.make_up):
        raise CalendarRefused("day_twice", f"{_said(twice)}重复列为上班", f"{_said(twice)} is listed as worked twice")
    if both := sorted(set(off) & set(year.make_up)):
        raise CalendarRefused(
            "day_off_and_worked",
            f"{_said(both)}既列为放假又列为上班；请核对",
            f"{_said(both)} is listed as off and as worked; look again",
        )
    wrong = [day for day in year.make_up if day.weekday() < 5]
    if wrong and year.unit is None:
        raise CalendarRefused(
            "make_up_on_weekday",
            f"{_said(wrong)}本来就是周一至周五；make_up 只写调休上班的周六、周日",
            f"{_said(wrong)} is a weekday anyway; make_up names worked Saturdays and Sundays only",
        )


@carries_out("gz:5")
def check_signature(submitted_by: str, signs: str) -> None:
    """Raise `CalendarRefused` where nobody but the one who submitted the document has looked at it."""
    if submitted_by == signs:
        raise CalendarRefused(
            "second_person_needed",
            "须由提交人以外的第二人审核签发",
            "A second person signs, not the one who submitted it",
            article="gz:5",
        )


def _doubled(days: Iterable[date]) -> list[date]:
    return sorted(day for day, times in Counter(days).items() if times > 1)


def _said(days: list[date]) -> str:
    return "、".join(f"{day:%Y-%m-%d}" for day in days[:5])
