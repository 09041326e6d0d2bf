"""Open cases in words: names of units, districts and roles, the sentence of the cause, and the days that are left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.services import Services
from api.supervision_views import MarkView, PaperOpen, Standing, Waits
from api.views import links
from domain.supervision.stuck import CAUSES, LATE, LIGHTS, STUCK, Mark, StandingCause, marked, stands, working_days_left
from domain.telling import ROLES, STAGES, clock_name
from domain.values import SHANGHAI
from domain.words import Language, Text
from storage.calendars import InForce
from storage.overview.beside import FILED
from storage.overview.counts import Grouping
from storage.overview.rows import beside
from storage.overview.standing import marks_of
from workflows.messages import workflow_id

CLOCK_OF = {
    Mark.ACCEPTANCE_LATE: "acceptance",
    Mark.STEP_LATE: "step",
    Mark.HEARING_LATE: "hearing",
    Mark.PROMISED_LATE: "promised",
    Mark.STATUTORY_LATE: "statutory",
    Mark.DELIVERY_LATE: "delivery",
    Mark.ORDER_LATE: "order",
}
NONE = Text("未填", "none")
LISTS = {
    "late_by_limit": Text("超过的期限", "late by limit"),
    "late_by_step": Text("超期的环节", "late by step"),
    "late_by_unit": Text("超期的单位", "late by unit"),
    "late_by_item": Text("超期的事项", "late by item"),
    "told_again": Text("未一次性告知", "not told once"),
    "transferred": Text("转办", "transfers"),
    "pause_overrun": Text("特别程序超过告知的时间", "special procedures beyond the time announced"),
}


class Naming:
    """What things are called in the reader's language."""

    def __init__(self, here: Services, language: Language) -> None:
        self._here, self.language = here, language
        self.unit, self.role, self.mark = cache(self._unit), cache(self._role), cache(self._mark)

    def said(self, words: Text) -> str:
        """The words in the reader's language."""
        return words.said_in(self.language)

    def _unit(self, code: str) -> str:
        """The unit's name; its code where it is not listed."""
        return self._here.units.unit(code).name

    def _role(self, role: str) -> str:
        """What the role is called."""
        return self.said(ROLES.get(role, Text(role, role)))

    def _mark(self, mark: Mark, day: date | None) -> MarkView:
        """The mark with what it means, and the day that was missed."""
        return MarkView(mark=mark, says=self.said(marked(mark, day)))

    def district(self, code: str) -> str:
        """The district's name."""
        known = self._here.reference.known.districts
        district = known.named(code) if known else None
        return self.said(Text(district.zh, district.en)) if district else code

    def group(self, by: Grouping, key: str | None, item_name: str | None) -> str:
        """What a group of counts is called."""
        if key is None:
            return self.said(NONE)
        match by:
            case Grouping.UNIT:
                return self.unit(key)
            case Grouping.ITEM:
                return item_name or key
            case Grouping.DISTRICT:
                return self.district(key)
            case Grouping.LIGHT:
                return self.said(LIGHTS[key])
            case Grouping.STAGE:
                return self.said(STAGES[key])
            case Grouping.CAUSE:
                return self.said(CAUSES[StandingCause(key)])

    def trouble(self, name: str, key: str | None, called: str | None) -> str:
        """What a line of the list of causes is called."""
        if key is None:
            return self.said(NONE)
        if name in ("late_by_unit", "told_again", "transferred"):
            return self.unit(key)
        if name == "late_by_limit":
            return self.said(clock_name(key))
        step = f" / {key.partition('/')[2]}" if name == "late_by_step" else ""
        return f"{called or key}{step}"


class _Left:
    """The working days that are left of due days, each reckoned once."""

    def __init__(self, in_force: InForce, today: date) -> None:
        self._in_force, self._today = in_force, today
        self._known: dict[tuple[str, date], int] = {}

    def of(self, unit: str, due_day: date | None) -> int | None:
        if due_day is None:
            return None
        if (unit, due_day) not in self._known:
            is_worked = self._in_force.calendar(unit).is_worked
            self._known[unit, due_day] = working_days_left(self._today, due_day, is_worked)
        return self._known[unit, due_day]


async def shown(
    session: AsyncSession, here: Services, language: Language, page: Sequence[dict[str, Any]], named: dict[str, Any]
) -> list[Standing]:
    """The open cases of a page as supervisors read them."""
    naming, left = Naming(here, language), _Left(await here.calendars.in_force(session), named["today"])
    open_there = await beside(session, [row["number"] for row in page])
    return [
        _standing(
            row,
            (open_there.tasks.get(row["number"], []), open_there.papers.get(row["number"], [])),
            open_there.late.get(row["number"], []),
            naming,
            left,
            here,
        )
        for row in page
    ]


def _standing(
    row: dict[str, Any],
    is_open: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    late: list[dict[str, Any]],
    naming: Naming,
    left: _Left,
    here: Services,
) -> Standing:
    tasks, papers = is_open
    units = list(dict.fromkeys(task["unit"] for task in tasks))
    same = ("number", "provincial_number", "item_name", "unit", "district", "bundle", "stage", "light", "cause")
    marks, missed = marks_of(row["flags"]), _missed(late)
    since = row["since"].astimezone(SHANGHAI).date()
    at = units if row["cause"] in ROLES or row["cause"] == StandingCause.EXTENSION else ()
    return Standing(
        **{name: row[name] for name in (*same, "since", "due_day", "paused_until")},
        item=row["item_code"],
        unit_name=naming.unit(row["unit"]),
        stage_name=naming.said(STAGES[row["stage"]]),
        says=naming.said(stands(StandingCause(row["cause"]), since, at)),
        waiting=_waiting(row, tasks, naming),
        days_left=left.of(row["unit"], row["due_day"]),
        stuck=any(mark in STUCK for mark in marks),
        marks=[naming.mark(mark, missed.get(CLOCK_OF[mark]) if mark in LATE else None) for mark in marks],
        orders=[_waits(task, naming) for task in tasks if task["step"] == "order"],
        papers=[_paper(one) for one in papers],
        links=links(row["number"], here.in_temporal_ui(workflow_id(row["number"]))),
    )


def _waiting(row: dict[str, Any], tasks: list[dict[str, Any]], naming: Naming) -> list[Waits]:
    """Whose move it is; who has no task, such as the applicant, since the cause holds."""
    others = [one for one in row["waiting_for"] if "@" not in one]
    return [
        *(_waits(task, naming) for task in tasks),
        *(Waits(role=role, role_name=naming.role(role), since=row["since"]) for role in others),
    ]


def _waits(task: dict[str, Any], naming: Naming) -> Waits:
    return Waits(
        role=task["role"],
        role_name=naming.role(task["role"]),
        unit=task["unit"],
        unit_name=naming.unit(task["unit"]),
        task=task["id"],
        name=task["name"],
        assignee=task["assignee"],
        since=task["opened_at"],
        due_day=task["due_day"],
    )


def _missed(late: list[dict[str, Any]]) -> dict[str, date]:
    """The first due day that was missed, by the family of limits."""
    return {one["key"].partition(":")[0]: one["due_day"] for one in reversed(late)}


def _paper(paper: dict[str, Any]) -> PaperOpen:
    path = "filings" if paper["paper"] in FILED else "warnings"
    link = f"/v1/{path}/{paper['number']}/{paper['seq']}?paper={paper['paper']}"
    return PaperOpen(paper=paper["paper"], to=paper["addressee"], by=paper["acknowledge_by"], link=link)
