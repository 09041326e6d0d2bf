"""A file written straight into the tables: cases with their events, grievances, findings, cards, visits, filings."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlmodel import SQLModel

from domain.grievance.record import Leg
from domain.record import Light, Stage
from domain.supervision.rules import Colour
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from storage.database import Database
from storage.tables import (
    CardRow,
    CaseRow,
    EventRow,
    FindingRow,
    GrievanceEventRow,
    GrievanceRow,
    NoticeRow,
    VisitRow,
)
from tests.papers.builders import an_applicant

A, B, C = "gz-thr-samr", "gz-thr-health", "gz-samr"
FOOD, OTHER, WHOLE = "440199001000", "449900000001", "449900000099"
NAMES = {FOOD: "食品经营许可", OTHER: "测试事项一", WHOLE: "测试一件事"}
TABLES = "notice, delivery, numbering, report, grievance_event, grievance, card, finding, visit, case_event, case_file"


def moment(text_: str, year: int = 2026) -> datetime:
    """`02-09 10:00` as a moment in Shanghai; the year may stand before it."""
    written = text_ if len(text_.split("-")[0]) == 4 else f"{year}-{text_}"
    return datetime.strptime(written, "%Y-%m-%d %H:%M" + (":%S" if written.count(":") == 2 else "")).replace(
        tzinfo=SHANGHAI
    )


class File:
    """Rows to be written at once."""

    def __init__(self) -> None:
        self._serial = count(1)
        self.applicant = an_applicant()
        self._cases: list[SQLModel] = []
        self._rows: list[SQLModel] = []

    def case(
        self, unit: str, item: str, *events: tuple[str, str, dict[str, Any]], promised: int = 5, **more: Any
    ) -> str:
        """A case whose events are (kind, moment, facts); it was received with the first of them."""
        number = f"GZTEST{next(self._serial):06}"
        start: dict[str, Any] = {"item": {"limits": {"promised": {"days": promised, "unit": "working"}}}}
        if more.pop("whole", False):
            start["bundle"] = {"parts": []}
        self._cases.append(
            CaseRow(
                number=number,
                query_code="TEST23",
                item_code=item,
                item_version=date(2026, 1, 1),
                item_name=NAMES[item],
                unit=unit,
                channel="window",
                applicant=self.applicant.id,
                applied_by="test",
                situations={},
                form={},
                start=start,
                received_at=moment(events[0][1]),
                calendar_version="test",
                stage=Stage.ACCEPTANCE,
                light=Light.GREEN,
                changed_at=moment(events[0][1]),
                **more,
            )
        )
        for seq, (kind, at, data) in enumerate(events, 1):
            self._rows.append(EventRow(number=number, seq=seq, kind=kind, at=moment(at), data=data))
        return number

    def filing(self, number: str, seq: int, given: str, by: str, acknowledged: str | None) -> None:
        """A filing of an extension or delay, and when it was acknowledged."""
        self._rows.append(
            NoticeRow(
                number=number,
                seq=seq,
                paper="filing",
                document_number=f"测试〔2026〕{next(self._serial)}号",
                unit=A,
                title="报备单",
                body={},
                given_on=moment(given).date(),
                given_at=moment(given),
                addressee="gz-thr-management",
                acknowledge_by=date.fromisoformat(by),
                acknowledged_at=moment(acknowledged) if acknowledged else None,
            )
        )

    def finding(self, number: str, unit: str, item: str, what: Shortcoming, at: str, withdrawn: str = "") -> None:
        """A finding, and when it was withdrawn."""
        self._rows.append(
            FindingRow(
                id=f"{number}:{next(self._serial)}",
                shortcoming=what,
                number=number,
                unit=unit,
                item_code=item,
                article="gz:13.5",
                found_at=moment(at),
                evidence={},
                withdrawn_at=moment(withdrawn) if withdrawn else None,
            )
        )

    def card(self, number: str, unit: str, item: str, colour: Colour, at: str, **later: Any) -> None:
        """A card; of what came later the moments are written like the others."""
        known = {name: moment(value) if name.endswith("_at") else value for name, value in later.items()}
        seq = next(self._serial)
        self._rows.append(
            CardRow(
                id=f"{number}:{seq}",
                number=number,
                seq=seq,
                colour=colour,
                rule="test",
                name="测试",
                rules_version=date(2026, 1, 1),
                unit=unit,
                item_code=item,
                article="gz:19",
                given_at=moment(at),
                **known,
            )
        )

    def visit(self, unit: str, came: str, by: str, item: str | None = None, ended: str = "") -> None:
        """A visit, and when something came of it."""
        self._rows.append(
            VisitRow(
                id=f"DFTEST{next(self._serial)}",
                unit=unit,
                item_code=item,
                channel="desk",
                came_at=moment(came),
                called_at=moment(came),
                logged_by="test",
                query_code="TEST2345",
                answer_by=date.fromisoformat(by),
                ended_at=moment(ended) if ended else None,
                outcome="answered" if ended else None,
            )
        )

    def grievance(
        self, channel: str, item: str | None, case: str | None, *events: tuple[str, str, dict[str, Any]]
    ) -> str:
        """A grievance at the window of the district."""
        number = f"FYTEST{next(self._serial):06}"
        self._cases.append(
            GrievanceRow(
                number=number,
                query_code="TEST2345",
                channel=channel,
                item_code=item,
                case_number=case,
                window_unit="gz-thr-management",
                start={"rules": {"attempts": 3}},
                evidence=[],
                received_at=moment(events[0][1]),
                calendar_version="test",
                leg=Leg.CLASSIFICATION,
                changed_at=moment(events[0][1]),
                clocks=[],
            )
        )
        for seq, (kind, at, data) in enumerate(events, 1):
            self._rows.append(GrievanceEventRow(number=number, seq=seq, kind=kind, at=moment(at), data=data))
        return number

    async def write(self, database: Database) -> None:
        """Put everything on file."""
        async with database.begin() as session:
            await session.merge(self.applicant)
            await session.flush()
            whole = [row for row in self._cases if isinstance(row, CaseRow) and row.bundle is None]
            session.add_all(whole)
            await session.flush()
            session.add_all([row for row in self._cases if row not in whole])
            await session.flush()
            session.add_all(self._rows)
        self._cases, self._rows = [], []


async def empty(database: Database) -> None:
    """Nothing is on file any more."""
    async with database.begin() as session:
        await session.execute(text(f"TRUNCATE {TABLES} CASCADE"))
