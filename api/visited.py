"""Who may see a visit, and how it ends; a submission ends one in the transaction of its receipt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.identity import Identity
from api.problems import Trouble
from api.requests import code_fits
from domain.case_number import checked_visit_number
from domain.identifiers import InvalidIdentifier
from domain.supervision.visits import VisitOutcome, check_may_end
from storage import visits
from storage.tables import VisitRow
from storage.visits import as_visit


def id_of(text: str) -> str:
    """The number of a visit in its one form; 422 where it cannot be one."""
    try:
        return checked_visit_number(text)
    except InvalidIdentifier as error:
        raise Trouble(422, "identifier_invalid", error.text.zh, error.text.en) from error


def _not_found() -> Trouble:
    zh, en = "没有这次到访，或者查询码不正确；请对照登记凭证", "There is no such visit, or the code is wrong"
    return Trouble(404, "visit_not_found", zh, en)


def _serves(me: Identity, unit: str) -> bool:
    return me.serves(unit) or "supervisor" in me.roles


async def visit_for(
    session: AsyncSession, id_: str, *, me: Identity | None = None, code: str | None = None, to_change: bool = False
) -> VisitRow:
    """The visit for who holds its query code, or serves its unit; 404 where it is not there or the code is wrong."""
    row = await visits.visit_of(session, id_of(id_), to_change=to_change)
    if row is None or (code is not None and not code_fits(row.query_code, code)):
        raise _not_found()
    if code is None and (me is None or not _serves(me, row.unit)):
        zh = f"该到访由 {row.unit} 办理；您的登录凭证中没有该单位"
        raise Trouble(403, "not_your_unit", zh, f"The visit is one of {row.unit}, which is not among your units")
    return row


def end(row: VisitRow, outcome: VisitOutcome, by: str, at: datetime) -> None:
    """The visit has ended so; refused where it had ended before."""
    check_may_end(as_visit(row))
    row.ended_at, row.ended_by, row.outcome = at, by, outcome.value


async def end_with_case(
    session: AsyncSession, visit: str, number: str, *, me: Identity, code: str | None, at: datetime
) -> None:
    """The visit led to this case: it ends with the receipt, in the receipt's own transaction."""
    window = code is None and "window" in me.roles
    row = await visit_for(session, visit, me=me if window else None, code=code, to_change=True)
    end(row, VisitOutcome.CASE, me.id, at)
    row.number = number
    session.add(row)
