"""The public progress page: the number and the query code of the receipt, and nothing about a person."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Query

from api.language import InLanguage
from api.problems import Trouble
from api.requests import number_of
from api.services import Here
from api.views import Progress
from domain.certificate import in_chinese
from domain.record import Stage
from domain.telling import ENDINGS, STAGES, told
from domain.words import Text
from storage import case_file
from storage.tables import CaseRow, ClockRow

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
    """How far the case is, whose turn it is and the date; the same answer for a wrong number and a wrong code."""
    number = number_of(number)
    async with here.database.begin() as session:
        case = await case_file.case_of(session, number)
        if case is None or not secrets.compare_digest(case.query_code.encode(), code.strip().upper().encode()):
            zh, en = (
                "编号或者查询码不正确；请对照收件回执核对",
                "The number or the code is wrong; look at the receipt again",
            )
            raise Trouble(404, "case_not_found", zh, en)
        events = await case_file.events_of(session, number)
        clocks = await case_file.clocks_of(session, number)
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
        steps=steps,
    )


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
