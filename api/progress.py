"""The public progress page: the number and the query code of the receipt, and nothing about a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.grievances import INTERNAL as INTERNAL_OF_GRIEVANCE
from api.grievances import grievance_number_of
from api.language import InLanguage
from api.requests import WrongCode, code_fits, number_of
from api.services import Here, Services
from api.views import Progress
from domain.case_number import is_grievance_number
from domain.certificate import in_chinese
from domain.grievance.telling import LEGS
from domain.grievance.telling import told as told_of_grievance
from domain.record import Stage
from domain.supervision.telling import said
from domain.telling import ENDINGS, STAGES, cited, told
from domain.values import SHANGHAI
from domain.words import Language, Text
from storage import case_file, findings, grievances
from storage.tables import CaseRow, ClockRow, FindingRow, GrievanceRow

router = APIRouter(prefix="/v1", tags=["progress"])

INTERNAL = frozenset(
    {
        *("task_claimed", "task_released", "task_transferred", "helper_added", "helper_answered", "helper_dropped"),
        *("extension_asked", "extension_disapproved", "extension_lapsed", "pause_overrun"),
    }
)
"""Internal moves of an office; the public page leaves them out."""


@router.get("/progress", summary="办理进度（凭回执上的编号和查询码）")
async def progress(
    here: Here,
    language: InLanguage,
    number: Annotated[str, Query(max_length=60)],
    code: Annotated[str, Query(max_length=20)],
) -> Progress:
    """How far the case or grievance is, whose turn it is and the date; the same answer for a wrong number and a wrong
    code."""
    if is_grievance_number(number):
        return await _of_grievance(here, number, code, language)
    number = number_of(number)
    async with here.database.reading() as session:
        case = await case_file.case_of(session, number)
        if case is None or not code_fits(case.query_code, code):
            raise WrongCode()
        events = await case_file.events_of(session, number)
        clocks = await case_file.clocks_of(session, number)
        found = await findings.of_case(session, number)
    steps = [
        f"{event.at:%Y-%m-%d %H:%M} {told(event.kind, event.data).said_in(language)}"
        for event in events
        if event.kind not in INTERNAL
    ]
    waiting = _waiting(case)
    provisional = any(c.provisional for c in clocks if c.due_day == case.due_day)
    return Progress(
        number=case.number,
        item_name=case.item_name,
        stage=case.stage,
        ending=case.ending,
        waiting_for=waiting.said_in(language),
        due_day=case.due_day,
        provisional=provisional,
        received_at=case.received_at,
        accepted_on=case.accepted_on,
        says=_says(case, clocks, language == "en"),
        findings=[_found(one, language) for one in found if one.withdrawn_at is None],
        steps=steps,
    )


async def _of_grievance(here: Services, number: str, code: str, language: Language) -> Progress:
    """How far the grievance is; moves inside the office are left out."""
    number = grievance_number_of(number)
    async with here.database.reading() as session:
        row = await grievances.grievance_of(session, number)
        if row is None or not code_fits(row.query_code, code):
            raise WrongCode()
        events = await grievances.events_of(session, number)
    leg = LEGS[row.leg]
    said = f"现在：{leg.zh}" if row.ending is None else "已办结归档"
    due = f"，本环节最迟{in_chinese(row.due_day)}办理" if row.due_day else ""
    said_en = f"now: {leg.en}" if row.ending is None else "closed"
    due_en = f"; due on {row.due_day}" if row.due_day else ""
    return Progress(
        number=row.number,
        item_name=row.item_name or "",
        stage=row.leg,
        ending=row.ending,
        waiting_for=_whose(row).said_in(language),
        due_day=row.due_day,
        provisional=any(clock.get("provisional") for clock in row.clocks[-1:]),
        received_at=row.received_at,
        accepted_on=row.received_at.astimezone(SHANGHAI).date(),
        says=Text(said + due, said_en + due_en).said_in(language),
        steps=[
            f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {told_of_grievance(event.kind, event.data).said_in(language)}"
            for event in events
            if event.kind not in INTERNAL_OF_GRIEVANCE
        ],
    )


def _whose(row: GrievanceRow) -> Text:
    if row.ending is not None:
        return Text("无（已办结）", "nobody (closed)")
    if row.leg == "answer":
        return Text("承办单位", "the responsible unit")
    return Text("“办不成事”反映窗口及管理部门", "the window and the overseeing department")


def _found(row: FindingRow, language: Language) -> str:
    """The ground of gz:13.5 with its date and article."""
    what = said(row.shortcoming, row.clock, row.evidence).said_in(language)
    article = row.article if language == "en" else cited(row.article)
    return f"{row.found_at.astimezone(SHANGHAI):%Y-%m-%d} {what}{', ' if language == 'en' else '，'}{article}"


def _waiting(case: CaseRow) -> Text:
    """Whose move it is, as far as the public is told."""
    if case.stage is Stage.CLOSED:
        return Text("无（已办结）", "nobody (closed)")
    return Text("申请人", "applicant") if case.waiting_for == ["applicant"] else Text("办理单位", "office")


def _says(case: CaseRow, clocks: list[ClockRow], english: bool) -> str:
    if case.stage is Stage.CLOSED and case.ending is not None:
        ending = ENDINGS[case.ending]
        return f"Closed: {ending.en}" if english else f"已办结：{ending.zh}"
    stage = STAGES[case.stage]
    said = (
        stage.en if english else f"正在{stage.zh}" if case.stage not in (Stage.SUPPLEMENT, Stage.PROMISE) else stage.zh
    )
    if case.due_day is None:
        return said
    late = any(clock.passed for clock in clocks if clock.state == "running")
    due = f"; due on {case.due_day}" if english else f"，最近的期限是{in_chinese(case.due_day)}"
    passed = "; a limit was passed, the duty goes on" if english else "，已有时限超过，单位仍须继续办理"
    return said + _standing_still(case, english) + due + (passed if late else "")


def _standing_still(case: CaseRow, english: bool) -> str:
    """That the clock stands still, and until when as it was announced (apl:45)."""
    if case.paused_until is None:
        return ""
    if english:
        return f"; a special procedure runs, announced until {case.paused_until}, and is not counted"
    return f"，特别程序进行中，期间不计入时限，告知至{in_chinese(case.paused_until)}"
