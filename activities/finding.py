"""What a batch shows goes on file as a finding, in the batch's own transaction; with it the grievance that it opens."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from activities.grievance.opening import lay_for
from domain.record import Batch
from domain.supervision.findings import SHOWN_BY, CaseStanding, Finding, findings_in, withdrawals_in
from domain.supervision.rules import Supervision
from registry.units import Units
from storage import findings
from storage.tables import CaseRow, FindingRow


def may_show(batch: Batch) -> bool:
    """Whether there may be a finding in the batch, or one may fall with it."""
    return any(event.kind in SHOWN_BY for event in batch.events)


async def note_findings(
    session: AsyncSession, batch: Batch, case: CaseRow, *, units: Units, rules: Supervision
) -> None:
    """The findings of the batch are on file; those that fall with it are withdrawn."""
    if not may_show(batch):
        return
    standing = await findings.standing_of(session, batch, case)
    for finding in findings_in(batch, standing, rules):
        await note(session, _row(finding, standing), case=case, units=units, rules=rules)
    for withdrawn in withdrawals_in(batch):
        await findings.withdraw(session, batch.number, withdrawn)


async def note(
    session: AsyncSession,
    row: FindingRow,
    *,
    case: CaseRow | None,
    units: Units,
    rules: Supervision,
    reporter: dict[str, Any] | None = None,
) -> bool:
    """Whether the finding is new on file; it opens a grievance where the place wants that, or joins the open one of its
    case."""
    if not await findings.keep(session, row):
        return False
    if row.shortcoming in rules.grievances.opened_by_system:
        row.grievance = await lay_for(session, row, case=case, units=units, rules=rules, reporter=reporter)
        await findings.belongs_to(session, row.id, row.grievance)
    return True


def _row(finding: Finding, case: CaseStanding) -> FindingRow:
    return FindingRow(
        id=findings.key_of(case.number, finding.seq),
        number=case.number,
        item_code=case.item_code,
        district=case.district,
        **finding.model_dump(),
    )
