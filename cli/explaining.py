"""Why a due day is the day it is, in one or two lines: which days were counted and which were not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from domain.certified import office_of
from domain.deadline import Office, Reason, WalkedDay, walk
from domain.english import holiday_in_english
from domain.limits import Limit
from domain.record import ClockRecord, ClockState
from domain.summary import limit_in_words
from domain.telling import clock_name
from domain.values import SHANGHAI
from domain.words import Language, Text


class Term(NamedTuple):
    """A limit of a case with every day between its start and its due day."""

    key: str
    limit: Limit
    article: str
    started_at: datetime
    due_day: date
    due_at: datetime
    provisional: bool
    passed: bool
    void: bool
    days: tuple[WalkedDay, ...]
    more: tuple[Limit, ...] = ()


def term_of(clock: ClockRecord, office: Office) -> Term:
    """The limit as it is on record, with the walk that set its timer; `office` is that which its case was opened with."""
    return Term(
        key=clock.key,
        limit=clock.limit,
        article=clock.article,
        started_at=clock.started_at.astimezone(SHANGHAI),
        due_day=clock.due_day,
        due_at=clock.due_at.astimezone(SHANGHAI),
        provisional=clock.provisional,
        passed=clock.passed,
        void=clock.state is ClockState.VOID,
        days=walk(clock.started_at, clock.limit, office_of(clock, office, None), clock.pauses, clock.more)[0],
        more=clock.more,
    )


def term_from(certificate: Mapping[str, Any]) -> Term:
    """The limit as `GET /v1/cases/{number}/deadline` shows it."""
    days = [
        WalkedDay(
            date.fromisoformat(day["day"]),
            day["number"],
            Reason(day["reason"]),
            day["holiday"],
            day["provisional"],
            day["extended"],
        )
        for day in certificate["days"]
    ]
    return Term(
        key=certificate["clock"],
        limit=Limit.model_validate(certificate["limit"]),
        article=certificate["article"],
        started_at=datetime.fromisoformat(certificate["started_at"]).astimezone(SHANGHAI),
        due_day=date.fromisoformat(certificate["due_day"]),
        due_at=datetime.fromisoformat(certificate["due_at"]).astimezone(SHANGHAI),
        provisional=certificate["provisional"],
        passed=certificate["passed"],
        void=certificate["state"] == ClockState.VOID,
        days=tuple(days),
        more=tuple(Limit.model_validate(limit) for limit in certificate["more"]),
    )


def limit_name(key: str, names: Mapping[str, str]) -> Text:
    """What a limit is called; that of a step by the step's name."""
    step = key.removeprefix("step:")
    return Text(f"“{names[step]}”环节时限", f"limit of “{names[step]}”") if step in names else clock_name(key)


def explained(term: Term, names: Mapping[str, str], language: Language) -> list[str]:
    """The due day with its reasons, as lines."""
    name, words, until = limit_name(term.key, names), limit_in_words(term.limit), _until(term)
    passed = Text("，已超过" if term.passed else "", ", passed" if term.passed else "")
    provisional = (
        Text("（暂定：放假安排尚未公布）", " (provisional: no calendar yet)") if term.provisional else Text("", "")
    )
    longer = Text("", "")
    for limit in term.more:
        more = limit_in_words(limit)
        longer = Text(f"{longer.zh}，延长{more.zh}", f"{longer.en}, extended by {more.en}")
    head = Text(
        f"{name.zh}：{words.zh}{longer.zh}，{until} 到期{provisional.zh}{passed.zh}",
        f"{name.en}: {words.en}{longer.en}, due {until}{provisional.en}{passed.en}",
    )
    return [head.said_in(language), *(text.said_in(language) for text in (_why(term),) if text.zh)]


def _until(term: Term) -> str:
    if term.due_at.date() == term.due_day:
        return f"{term.due_at:%Y-%m-%d %H:%M}"
    return f"{term.due_day} 24:00"


def _why(term: Term) -> Text:
    """Which days count; the make-up days among them; which do not, holidays by name."""
    start = term.started_at
    counted = [day for day in term.days if day.number is not None]
    parts = [Text(f"自 {start:%m-%d} 起，当日不计", f"from {start:%m-%d}, that day not counted")]
    if term.limit.is_part_of_a_day:
        parts = [Text(f"自 {start:%m-%d %H:%M} 起按办公时间计算", f"counted in office hours from {start:%m-%d %H:%M}")]
        if len(term.days) == 1:
            return parts[0]
    if counted:
        parts.append(_framed("计入 ", _spans(counted), "", en=("counted ", "")))
    if made_up := [day for day in counted if day.reason is Reason.MAKE_UP]:
        parts.append(
            _framed("其中 ", _spans(made_up), " 为调休上班", en=("of them ", " worked to make up for a holiday"))
        )
    if extended := [day for day in counted if day.extended]:
        parts.append(_framed("其中 ", _spans(extended), " 属延长的期限", en=("of them ", " are of the extension")))
    parts += _not_counted(term)
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _not_counted(term: Term) -> Iterator[Text]:
    uncounted = [day for day in term.days[1:] if day.number is None]
    if paused := [day for day in uncounted if day.reason is Reason.PAUSED]:
        yield _framed("特别程序 ", _spans(paused), " 不计", en=("special procedure ", " not counted"))
    off = [day for day in uncounted if day.reason not in (Reason.MOVED, Reason.PAUSED)]
    for name, days in groupby((day for day in off if day.holiday), key=lambda day: day.holiday or ""):
        yield _framed(f"{name} ", _spans(days), " 放假不计", en=(f"{holiday_in_english(name)} ", " not counted"))
    if weekends := sum(day.holiday is None for day in off):
        yield Text(f"周末 {weekends} 日不计", f"{weekends} weekend days not counted")
    if moved := [day for day in term.days if day.reason is Reason.MOVED]:
        yield Text(
            f"末日逢休息日，顺延至 {moved[-1].day:%m-%d}", f"the last day was off: moved to {moved[-1].day:%m-%d}"
        )


def _spans(days: Iterable[WalkedDay]) -> Text:
    """Runs of days that follow one another."""
    runs: list[list[date]] = []
    for walked in days:
        if runs and walked.day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(walked.day)
        else:
            runs.append([walked.day])
    ends = [dict.fromkeys((f"{run[0]:%m-%d}", f"{run[-1]:%m-%d}")) for run in runs]
    return Text("、".join("至".join(end) for end in ends), ", ".join(" to ".join(end) for end in ends))


def _framed(before: str, text: Text, after: str, *, en: tuple[str, str]) -> Text:
    return Text(f"{before}{text.zh}{after}", f"{en[0]}{text.en}{en[1]}")
