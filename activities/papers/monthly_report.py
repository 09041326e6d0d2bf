"""The report of a month as PDF: figures, plots that read in black and white, lists, and the method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from activities.papers.monthly import hot_in_words, lines_of, trouble, value_in_words
from activities.papers.pdf import printed_with
from domain.grievance.telling import LEGS, SHORTCOMINGS
from domain.monthly.figures import Figures
from domain.monthly.grievances import GrievanceFigures
from domain.monthly.method import FIGURES, SPOTS
from domain.monthly.month import Month
from domain.monthly.report import Report
from domain.monthly.spots import Spot

TEMPLATE = Path(__file__).with_name("monthly.typ")
COLUMNS = ("received", "accepted", "granted", "refused", "concluded", "on_time_share", "days_mean", "second_notices")
BESIDE = ("open", "cards", "urged", "findings")
"""The columns of the tables of units, items and places."""
SHORT = {
    "on_time_share": "按时率%",
    "days_mean": "平均用时",
    "second_notices": "未一次告知",
    "open": "月末在办",
    "cards": "红黄牌",
    "findings": "认定情形",
}
DRAWN = 40
"""So many units are drawn, those with the most files; the table has all of them."""


async def printed_month(report: Report, digest: str, author: str) -> bytes:
    """The report as PDF/A, stamped with its cut: the same bytes whenever it is asked for."""
    return await printed_with(TEMPLATE, content_of(report, digest, author), report.ends)


def content_of(report: Report, digest: str, author: str) -> dict[str, Any]:
    """What the template prints; text, never markup."""
    month = Month.written(report.month)
    head = [SHORT.get(name, FIGURES[name].name.zh) for name in (*COLUMNS, *BESIDE)]
    drawn = sorted(report.units, key=lambda one: (-one.figures.concluded, one.unit))[:DRAWN]
    concluded = [one for one in drawn if one.figures.concluded]
    ages = report.total.open_by_age
    return {
        "title": f"{report.place_name}政务服务月度报告",
        "subtitle": month.in_chinese,
        "author": author,
        "digest": digest[:16],
        "digest_full": digest,
        "method": report.method,
        "calendar": report.calendar,
        "cut": f"{report.ends.isoformat()}（不含）",
        "summary": _summary(report),
        "main": [[o.name, o.now, o.before, _change(o.now, o.before)] for o in lines_of(report.total, report.before)],
        "decided": [_decided(one.name, one.figures) for one in concluded],
        "decided_most": max((one.figures.concluded for one in concluded), default=1),
        "shares": [_share(one.name, one.figures) for one in concluded],
        "ages": [{"name": f"{name}个工作日", "parts": [[n, "half"]], "says": f"{n}件"} for name, n in _ages(ages)],
        "ages_most": max((*ages.values(), 1)),
        "hot": _hot(report),
        "difficult": [
            [_unit(report, one.unit), report.item_name(one.item), str(one.troubled), _causes(one.causes)]
            for one in report.difficult
        ],
        "grievances_say": _grievances(report.grievances),
        "legs": [
            [LEGS[leg].zh, str(one.ended), value_in_words(one.mean_days), str(one.late)]
            for leg, one in _legs(report.grievances)
            if one.ended or one.late
        ],
        "unit_columns": ["单位", *head],
        "units": [[one.name, *_row(one.figures)] for one in report.units],
        "item_columns": ["事项", *head],
        "items": [[one.name, *_row(one.figures)] for one in report.items],
        "inside_columns": ["地方", *head],
        "inside": [[one.name, *_row(one.figures)] for one in report.inside],
        "general": [zh for zh, _ in report.general],
        "means": [[one.zh, one.means_zh] for one in report.means],
    }


def _ages(ages: Mapping[str, int]) -> list[tuple[str, int]]:
    """From the youngest to the oldest; JSON on file keeps no order."""
    return sorted(ages.items(), key=lambda one: int(one[0].rstrip("+").split("-")[0]))


def _legs(grievances: GrievanceFigures) -> list[tuple[str, Any]]:
    return [(leg, grievances.legs[leg]) for leg in LEGS if leg in grievances.legs]


def _summary(report: Report) -> str:
    now = report.total
    share = "没有审结的办件" if now.on_time_share is None else f"按时率{now.on_time_share}%"
    return (
        f"当月收件{now.received}件（其中申请{now.applications}件），受理{now.accepted}件，审结{now.concluded}件，{share}；"
        f"月末在办{now.open}件。{hot_in_words(report)}。"
    )


def _change(now: str, before: str) -> str:
    try:
        more = round(float(now) - float(before), 1)
    except ValueError:
        return "—"
    return f"{more:+g}" if more else "0"


def _decided(name: str, figures: Figures) -> dict[str, Any]:
    parts = [[figures.on_time, "none"], [figures.late_promised, "half"], [figures.late_statutory, "full"]]
    return {"name": name, "parts": parts, "says": f"{figures.concluded}件"}


def _share(name: str, figures: Figures) -> dict[str, Any]:
    share = figures.on_time_share or 0.0
    return {"name": name, "parts": [[share, "half"]], "says": f"{share}%"}


def _hot(report: Report) -> list[dict[str, str]]:
    lists: tuple[tuple[str, tuple[Spot, ...], str], ...] = (
        ("items", report.hot.items, "件"),
        ("urged", report.hot.urged, "次"),
        ("reported", report.hot.reported, "件"),
        ("visited", report.hot.visited, "次"),
    )
    said = [
        {"name": SPOTS[name].name.zh, "says": _ranked(((report.item_name(o.key), o.times) for o in some), unit)}
        for name, some, unit in lists
    ]
    causes = _ranked(((trouble(one.key), one.times) for one in report.hot.causes), "件")
    units = _ranked(((_unit(report, one.key), one.times) for one in report.hot.units), "件")
    return [
        *said,
        {"name": SPOTS["causes"].name.zh, "says": causes},
        {"name": SPOTS["units"].name.zh, "says": units},
    ]


def _ranked(ranked: Iterable[tuple[str, int]], measure: str) -> str:
    return "；".join(f"{name}（{times}{measure}）" for name, times in ranked) or "无"


def _unit(report: Report, code: str) -> str:
    unit = report.unit(code)
    return unit.name if unit else code


def _causes(causes: Mapping[str, int]) -> str:
    return "、".join(f"{trouble(cause)}{times}" for cause, times in causes.items())


def _grievances(now: GrievanceFigures) -> str:
    grounds = "、".join(f"{SHORTCOMINGS[name].zh}{times}件" for name, times in now.by_ground.items() if times)
    share = "—" if now.satisfied_share is None else f"{now.satisfied_share}%"
    return (
        f"登记{now.registered}件{f'（{grounds}）' if grounds else ''}，办结{now.closed}件，月末在办{now.open}件；"
        f"因逾期升级{now.escalated}次；回访评价{now.asked}件，满意率{share}。"
    )


def _row(figures: Figures) -> list[str]:
    return [value_in_words(getattr(figures, name)) for name in (*COLUMNS, *BESIDE)]
