"""The report of a month as a spreadsheet: every figure of every unit and item, and the method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from activities.papers.monthly import trouble
from activities.spreadsheet import Cell, Sheet, workbook
from domain.grievance.telling import LEGS
from domain.monthly.figures import Figures
from domain.monthly.method import FIGURES, GRIEVANCES, SPOTS
from domain.monthly.report import Report


def month_as_xlsx(report: Report, digest: str, author: str) -> bytes:
    """The file, the same bytes each time."""
    title = f"{report.place_name}政务服务月度报告 {report.month}"
    return workbook(list(sheets_of(report, digest)), title, author, report.ends)


def sheets_of(report: Report, digest: str) -> Iterator[Sheet]:
    """The sheets in their order."""
    parts = _parts(report)
    heads = [f"{FIGURES[name].name.zh}{f'：{part}' if part else ''}" for name, part in parts]
    yield Sheet("总体", ("数字", "分项", "当月", "上月"), list(_total(report)))
    units = [[one.name, one.unit, *_cells(one.figures, parts)] for one in report.units]
    yield Sheet("单位", ("单位", "代码", *heads), units)
    items = [[one.name, one.item, *_cells(one.figures, parts)] for one in report.items]
    yield Sheet("事项", ("事项", "编码", *heads), items)
    if report.inside:
        inside = [[one.name, one.place, *_cells(one.figures, parts)] for one in report.inside]
        yield Sheet("市内各区（不计入）", ("地方", "代码", *heads), inside)
    yield Sheet("反映", ("数字", "分项", "当月", "上月"), list(_grievances(report)))
    yield Sheet("热点", ("列表", "名称", "代码", "次数"), list(_hot(report)))
    yield Sheet("难点", ("单位", "单位代码", "事项", "事项编码", "件数", "问题"), list(_difficult(report)))
    yield Sheet("方法", ("数字", "含义"), list(_method(report, digest)))


def _split(value: Any) -> dict[str, Cell]:
    return {str(key): one for key, one in sorted(value.items())} if isinstance(value, Mapping) else {"": value}


def _pairs(name: str, now: Any, before: Any) -> Iterator[list[Cell]]:
    mine, theirs = _split(now), _split(before)
    for part in dict.fromkeys((*mine, *theirs)):
        nothing = 0 if part else None
        yield [name, part, mine.get(part, nothing), theirs.get(part, nothing)]


def _total(report: Report) -> Iterator[list[Cell]]:
    for name, figure in FIGURES.items():
        yield from _pairs(figure.name.zh, getattr(report.total, name), getattr(report.before, name))


def _parts(report: Report) -> list[tuple[str, str]]:
    """Each column: a figure, or one of its parts that occurs anywhere in the report."""
    all_ = [report.total, *(one.figures for one in report.units), *(one.figures for one in report.items)]
    all_ += [one.figures for one in report.inside]
    parts = {name: {part for one in all_ for part in _split(getattr(one, name))} for name in FIGURES}
    return [(name, part) for name in FIGURES for part in sorted(parts[name])]


def _cells(figures: Figures, parts: Sequence[tuple[str, str]]) -> list[Cell]:
    return [_split(getattr(figures, name)).get(part, 0) for name, part in parts]


def _grievances(report: Report) -> Iterator[list[Cell]]:
    now, before = report.grievances, report.grievances_before
    for name, figure in GRIEVANCES.items():
        if name != "legs":
            yield from _pairs(figure.name.zh, getattr(now, name), getattr(before, name))
    for leg in (leg for leg in LEGS if leg in now.legs):
        for part, zh in (("ended", "结束"), ("mean_days", "平均工作日"), ("late", "逾期")):
            yield [f"环节：{LEGS[leg].zh}", zh, getattr(now.legs[leg], part), getattr(before.legs[leg], part)]


def _hot(report: Report) -> Iterable[list[Cell]]:
    for name in ("items", "urged", "reported", "visited", "causes", "units"):
        for one in getattr(report.hot, name):
            yield [SPOTS[name].name.zh, _called(report, name, one.key), one.key, one.times]


def _called(report: Report, list_: str, key: str) -> str:
    if list_ == "causes":
        return trouble(key)
    unit = report.unit(key)
    return (unit.name if unit else key) if list_ == "units" else report.item_name(key)


def _difficult(report: Report) -> Iterable[list[Cell]]:
    for one in report.difficult:
        causes = "、".join(f"{trouble(cause)}{times}件" for cause, times in one.causes.items())
        unit = _called(report, "units", one.unit)
        yield [unit, one.unit, report.item_name(one.item), one.item, one.troubled, causes]


def _method(report: Report, digest: str) -> Iterable[list[Cell]]:
    yield ["方法", f"第{report.method}号"]
    yield ["月份", f"{report.begins.isoformat()} 至 {report.ends.isoformat()}（不含）"]
    yield ["放假安排版本", report.calendar]
    yield ["数据摘要（SHA-256）", digest]
    for zh, _ in report.general:
        yield ["说明", zh]
    for one in report.means:
        yield [one.zh, one.means_zh]
