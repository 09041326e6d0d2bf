"""Puts a package together: of a case, a bundle or an item of one, and of a grievance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from activities.handover.members import Members, as_json, histories, material_path, papers, rows, stored
from activities.papers.limits import certified_limits, limits_on_file
from domain.grievance.telling import told as told_of_grievance
from domain.law import carries_out
from domain.record import Stage
from domain.telling import told
from storage import archive, cards, case_file, findings, grievances, materials, notices, parts
from storage.files import FileStore
from storage.tables import ApplicantRow, CaseRow, DefinitionRow, EventRow, GrievanceEventRow, GrievanceRow, HistoryRow

FORM = "bancheng package 1"
MANIFEST = "manifest.json"
SECRETS = {"query_code"}
"""What opens the public progress page is nothing for an archive."""


class NotOnFile(Exception):
    """There is no case or grievance of this number."""


class StillOpen(Exception):
    """It has not ended."""


class NotArchivedYet(Exception):
    """It has ended, and its history is still in the engine alone."""


@carries_out("od:12")
async def package_of(session: AsyncSession, store: FileStore, number: str) -> Members:
    """Everything on file of the closed case or grievance, by its path, with the manifest; the same facts give the same bytes.

    It holds personal data. Raises `NotOnFile`, `StillOpen`, `NotArchivedYet`, `Damaged`, `StoreUnavailable`.
    """
    if case := await case_file.case_of(session, number):
        return await _of_case(session, store, case)
    if grievance := await grievances.grievance_of(session, number):
        return await _of_grievance(session, store, grievance)
    raise NotOnFile(number)


async def _of_case(session: AsyncSession, store: FileStore, case: CaseRow) -> Members:
    kept = await _archived(session, f"case:{case.number}", ended=case.stage is Stage.CLOSED, at=case.archived_at)
    events, texts = await case_file.events_of(session, case.number), await case_file.texts_of(session, case.number)
    definition = await session.get_one(DefinitionRow, (case.item_code, case.item_version))
    about = await session.execute(_grievances_about(case.number))
    limits = certified_limits(await limits_on_file(session, case, handles=True), "zh")
    handed_in = await materials.of_case(session, case.number)
    paths = {one.material.id: material_path(place, one) for place, one in enumerate(handed_in, 1)}
    files = {path: one.file.digest for one in handed_in if one.file and (path := paths[one.material.id])}
    runs, known = histories(kept)
    listed = [{**one.material.model_dump(mode="json"), "path": paths[one.material.id]} for one in handed_in]
    members = {
        "case.json": as_json(case.model_dump(mode="json", exclude=SECRETS)),
        "applicant.json": as_json((await session.get_one(ApplicantRow, case.applicant)).model_dump(mode="json")),
        "definition.json": as_json(definition.body),
        "timeline.json": as_json([_said(event, told(event.kind, event.data).zh) for event in events]),
        "certificates.json": as_json([one.model_dump(mode="json") for one in limits.certificates]),
        "tasks.json": as_json(rows(await case_file.tasks_of(session, case.number))),
        "texts.json": as_json(texts),
        "findings.json": as_json(rows(await findings.of_case(session, case.number))),
        "cards.json": as_json(rows(await cards.of_case(session, case.number))),
        "materials.json": as_json(listed),
        "histories.json": as_json(known),
        "deliveries.json": as_json(rows(await notices.deliveries_of(session, case.number))),
        **await papers(await notices.notices_of(session, case.number, handles=True)),
        **await stored(store, files | runs),
    }
    known_of = {
        "kind": "item of a bundle" if case.bundle else "bundle" if case.start.get("bundle") else "case",
        "number": case.number,
        "item": {"code": case.item_code, "version": str(case.item_version), "name": case.item_name},
        "definition_digest": definition.digest,
        "unit": case.unit,
        "bundle": case.bundle,
        "items": [part.number for part in await parts.parts_of(session, case.number)],
        "grievances": sorted(about.scalars()),
        "basis": definition.body.get("basis", []),
        "accepted_on": str(case.accepted_on) if case.accepted_on else None,
    }
    articles = [*(event.article for event in events), *(one.article for one in limits.certificates)]
    return _with_manifest(members, case, kept, articles, known_of)


async def _of_grievance(session: AsyncSession, store: FileStore, row: GrievanceRow) -> Members:
    kept = await _archived(session, f"grievance:{row.number}", ended=row.ending is not None, at=row.archived_at)
    events, texts = await grievances.events_of(session, row.number), await grievances.texts_of(session, row.number)
    runs, known = histories(kept)
    members = {
        "grievance.json": as_json(row.model_dump(mode="json", exclude=SECRETS)),
        "timeline.json": as_json([_said(event, told_of_grievance(event.kind, event.data).zh) for event in events]),
        "texts.json": as_json(texts),
        "histories.json": as_json(known),
        "deliveries.json": as_json(rows(await notices.deliveries_of(session, row.number))),
        **await papers(await notices.notices_of(session, row.number, handles=True)),
        **await stored(store, runs),
    }
    known_of = {"kind": "grievance", "number": row.number, "unit": row.unit, "case": row.case_number}
    return _with_manifest(members, row, kept, [event.article for event in events], known_of)


async def _archived(session: AsyncSession, workflow: str, *, ended: bool, at: datetime | None) -> list[HistoryRow]:
    if not ended:
        raise StillOpen(workflow)
    if at is None:
        raise NotArchivedYet(workflow)
    return await archive.histories_of(session, workflow)


def _grievances_about(number: str) -> Any:
    return select(col(GrievanceRow.number)).where(col(GrievanceRow.case_number) == number)


def _said(event: EventRow | GrievanceEventRow, says: str) -> dict[str, Any]:
    return {**event.model_dump(mode="json", exclude={"filed"}), "says": says}


def _with_manifest(
    members: Members,
    row: CaseRow | GrievanceRow,
    kept: Iterable[HistoryRow],
    articles: Iterable[str | None],
    known: dict[str, Any],
) -> Members:
    files = [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(members.items())
    ]
    manifest = {
        **known,
        "form": FORM,
        "personal_data": True,
        "ending": row.ending,
        "articles": sorted({article for article in articles if article}),
        "received_at": row.received_at.isoformat(),
        "ended_at": row.changed_at.isoformat(),
        "archived_at": row.archived_at.isoformat() if row.archived_at else None,
        "history": "archived" if any(one.digest for one in kept) else "gone",
        "files": files,
    }
    return {**members, MANIFEST: as_json(manifest)}
