"""The papers of a month: the notice to each unit that handled cases, and the report to the government of the place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.monthly.figures import Figures
from domain.monthly.method import FIGURES, TROUBLES
from domain.monthly.month import Month
from domain.monthly.report import Report, UnitFigures
from domain.monthly.spots import Difficult

SHOWN = (
    *("received", "applications", "accepted", "accepted_deferred", "deemed_accepted", "one_time_notices"),
    *("second_notices", "not_accepted", "granted", "refused", "ended_otherwise", "concluded", "on_time"),
    *("late_promised", "late_statutory", "on_time_share", "days_mean", "days_median", "days_p90", "days_promised"),
    *("paused", "extended", "filings", "filings_late", "open", "findings", "cards", "urged", "orders"),
    *("orders_answered_late", "visits", "visits_unanswered"),
)
"""The figures that papers show; the report in full has them all."""
NAMED_AT_MOST = 3


class Line(NamedTuple):
    """A line of the table: a figure, now and the month before."""

    name: str
    now: str
    before: str


def value_in_words(value: Any) -> str:
    """A figure as papers show it: the sum of counts, a dash where there is nothing to reckon."""
    if isinstance(value, Mapping):
        return str(sum(value.values()))
    return "—" if value is None else str(value)


def lines_of(now: Figures, before: Figures) -> list[Line]:
    """The table of the main figures."""
    return [
        Line(
            FIGURES[name].name.zh.partition("（按")[0],
            value_in_words(getattr(now, name)),
            value_in_words(getattr(before, name)),
        )
        for name in SHOWN
    ]


def notice_facts(report: Report, unit: UnitFigures, digest: str) -> dict[str, Any]:
    """What the notice to a unit says."""
    facts = _facts(report, unit.figures, unit.before, digest)
    own = "；".join(_point(report, one, named=False) for one in unit.difficult[:NAMED_AT_MOST])
    facts["m"] |= {"unit_name": unit.name, "own_difficult": own}
    return facts


def report_facts(report: Report, government: str, digest: str, link: str) -> dict[str, Any]:
    """What the letter says with which the report goes to the government."""
    facts = _facts(report, report.total, report.before, digest)
    facts["m"] |= {
        "unit_name": government,
        "link": link,
        "grievances": report.grievances.registered,
        "grievances_closed": report.grievances.closed,
    }
    return facts


def _facts(report: Report, now: Figures, before: Figures, digest: str) -> dict[str, Any]:
    share = "—" if now.on_time_share is None else f"{now.on_time_share}%"
    said = {name: getattr(now, name) for name in ("received", "accepted", "concluded", "on_time", "open")}
    return {
        "lines": lines_of(now, before),
        "m": {
            **said,
            "share": share,
            "place_name": report.place_name,
            "month": Month.written(report.month).in_chinese,
            "hot": hot_in_words(report),
            "difficult": points_in_words(report, report.difficult),
            "cut": _last_moment(report),
            "method": report.method,
            "digest": digest,
        },
    }


def _last_moment(report: Report) -> str:
    last: date = (report.ends - timedelta(days=1)).date()
    return f"{last.year}年{last.month}月{last.day}日24时"


def hot_in_words(report: Report) -> str:
    """The hot spots in a sentence without its full stop."""
    parts = [
        _named("收件最多的事项为", ((report.item_name(one.key), one.times) for one in report.hot.items), "件"),
        _named("催办最多的事项为", ((report.item_name(one.key), one.times) for one in report.hot.urged), "次"),
        _named("反映最多的事项为", ((report.item_name(one.key), one.times) for one in report.hot.reported), "件"),
    ]
    return "；".join(part for part in parts if part) or "当月没有收件、催办和反映"


def points_in_words(report: Report, points: Iterable[Difficult]) -> str:
    """The difficult points in a sentence without its full stop; empty where there are none."""
    return "；".join(_point(report, one) for one in [*points][:NAMED_AT_MOST])


def _point(report: Report, one: Difficult, *, named: bool = True) -> str:
    unit = report.unit(one.unit)
    whose = (unit.name if unit else one.unit) if named else ""
    causes = "、".join(f"{trouble(cause)}{times}件" for cause, times in one.causes.items())
    return f"{whose}“{report.item_name(one.item)}”出现问题{one.troubled}件（{causes}）"


def trouble(cause: str) -> str:
    """What went wrong, in Chinese."""
    return TROUBLES[cause].zh if cause in TROUBLES else cause


def _named(opening: str, ranked: Iterable[tuple[str, int]], measure: str) -> str:
    named = "、".join(_each([*ranked][:NAMED_AT_MOST], measure))
    return f"{opening}{named}" if named else ""


def _each(ranked: Iterable[tuple[str, int]], measure: str) -> Iterator[str]:
    return (f"“{name}”（{times}{measure}）" for name, times in ranked)
