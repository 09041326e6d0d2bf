"""The papers that a batch of a grievance gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from activities.papers.addressing import AcknowledgmentDays, to_whom
from activities.papers.facts import Line
from activities.papers.letters import ToPerson, ToUnit, give_letter
from activities.papers.words import day_in_words, moment_in_words
from domain.grievance.record import GrievanceBatch, GrievanceEvent
from domain.grievance.start import GrievanceStart
from domain.grievance.telling import (
    ANSWERS,
    CLASSES,
    CONCLUSIONS,
    EXCLUSIONS,
    LEGS,
    SATISFACTION,
    SHORTCOMINGS,
    told,
)
from domain.record import Paper
from domain.telling import cited, clock_name
from domain.values import SHANGHAI
from domain.words import Text
from registry.units import Unit, Units
from storage import grievances
from storage.tables import GrievanceEventRow, GrievanceRow

ANONYMOUS = "反映人"


@dataclass(frozen=True)
class Reporter:
    """Who is written to, and how they are reached."""

    name: str
    email: str | None = None
    mobile: str | None = None


class Papers:
    """Gives the papers of one batch; every paper has what its form names, in words."""

    def __init__(
        self,
        session: AsyncSession,
        units: Units,
        row: GrievanceRow,
        batch: GrievanceBatch,
        public_url: str,
        filing_days: int,
    ) -> None:
        self._session, self._units, self._row, self._batch = session, units, row, batch
        self._start = GrievanceStart.model_validate(row.start)
        self._signer = units.unit(row.window_unit)
        self._page = f"{public_url.rstrip('/')}/v1/progress"
        self._days = AcknowledgmentDays(self._start.office, filing_days)

    async def give(self) -> None:
        """All of them; those given before are left out."""
        asked = [(event, paper) for event in self._batch.events for paper in event.papers]
        if not asked:
            return
        texts = await grievances.texts_of(self._session, self._row.number)
        events = await grievances.events_of(self._session, self._row.number)
        evidence = await grievances.standing_evidence(self._session, self._row)
        reporter = await self._reporter()
        for event, paper in asked:
            to = self._to(event, paper, reporter)
            await give_letter(
                self._session,
                self._units,
                file=self._row.number,
                seq=event.seq,
                paper=paper,
                signer=self._signer,
                to=to,
                facts={
                    "g": self._facts(event, paper, texts, events, reporter),
                    "text": texts.get(event.data.get("text") or "", ""),
                }
                | {"lines": self._lines(paper, texts, events, evidence)},
                given_at=event.at,
                progress_url=f"{self._page}?{urlencode({'number': self._row.number, 'code': self._row.query_code})}",
            )

    def _to(self, event: GrievanceEvent, paper: Paper, reporter: Reporter) -> ToUnit | ToPerson:
        if to_whom(paper) == "applicant":
            return ToPerson(email=reporter.email, mobile=reporter.mobile)
        code = str(event.data.get("addressee") or self._row.window_unit)
        return ToUnit(code, acknowledge_by=self._days.of(event.at))

    def _facts(
        self,
        event: GrievanceEvent,
        paper: Paper,
        texts: Mapping[str, str],
        events: Iterable[GrievanceEventRow],
        reporter: Reporter,
    ) -> dict[str, Any]:
        row, data = self._row, event.data
        reviewed = next((e.data for e in events if e.kind == "reviewed"), {})
        return {
            "number": row.number,
            "code": row.query_code,
            "progress_page": self._page,
            "registered_on": row.received_at.astimezone(SHANGHAI).date(),
            "reporter": reporter.name,
            "channel": row.channel,
            "order": row.hotline_order or "",
            "case": row.case_number or "",
            "item": row.item_name or "",
            "window_name": self._signer.difficulty_window,
            "unit_name": self._name(row.unit),
            "holder_name": self._name(data.get("holder") or data.get("addressee")),
            "addressee_name": self._name(data.get("addressee")),
            "grounds": "、".join(SHORTCOMINGS[one].zh for one in row.grounds),
            "klass": CLASSES[row.klass].zh if row.klass else "",
            "again": event.kind == "sent_back",
            "leg": LEGS[data.get("leg") or row.leg].zh,
            "due": date.fromisoformat(data["due_day"]) if data.get("due_day") else row.due_day or "",
            "level": int(data.get("level") or 0),
            "said": _zh(ANSWERS, data.get("said")),
            "excluded": _zh(EXCLUSIONS, data.get("excluded")),
            "negative": Paper.NEGATIVE_ANSWER in event.papers,
            "conclusion": _zh(CONCLUSIONS, row.conclusion),
            "satisfaction": SATISFACTION[row.satisfaction].zh if row.satisfaction else "",
            "finding": texts.get(reviewed.get("text") or "", ""),
            "improvement": texts.get(reviewed.get("improvement") or "", ""),
        }

    def _lines(
        self,
        paper: Paper,
        texts: Mapping[str, str],
        events: Iterable[GrievanceEventRow],
        evidence: Iterable[Mapping[str, Any]],
    ) -> tuple[Line, ...]:
        """The evidence for the unit that answers; the whole course for the unit that is notified."""
        if paper is Paper.GRIEVANCE_TRANSFER:
            return tuple(_evidence(one) for one in evidence if one.get("kind") in ("finding", "event"))
        if paper is Paper.GRIEVANCE_NOTICE:
            return tuple(
                Line(
                    told(e.kind, e.data).zh,
                    day_in_words(e.at.astimezone(SHANGHAI)),
                    texts.get(e.data.get("text") or "", ""),
                )
                for e in events
            )
        return ()

    async def _reporter(self) -> Reporter:
        """Who reported it; of a finding about a case, its applicant."""
        row = self._row
        if row.reporter:
            return Reporter(
                **{name: row.reporter.get(name) for name in ("email", "mobile")},
                name=row.reporter.get("name") or ANONYMOUS,
            )
        if row.case_number and (found := await grievances.case_and_applicant(self._session, row.case_number)):
            applicant = found[1]
            return Reporter(applicant.name, applicant.email, applicant.mobile)
        return Reporter(ANONYMOUS)

    def _name(self, code: object) -> str:
        unit: Unit | None = self._units.unit(str(code)) if code else None
        return unit.name if unit else ""


def _zh(words: Mapping[str, Text], word: object) -> str:
    return words[str(word)].zh if word else ""


def _moment(written: str) -> str:
    return moment_in_words(datetime.fromisoformat(written))


def _evidence(one: Mapping[str, Any]) -> Line:
    """One line of evidence in words."""
    if one["kind"] == "finding":
        limit = f"（{clock_name(one['clock']).zh}）" if one.get("clock") else ""
        return Line(
            f"{SHORTCOMINGS[one['shortcoming']].zh}{limit}",
            what=f"{_moment(one['found_at'])}系统发现，依据{cited(one['article'])}",
        )
    return Line(EVENTS_OF_CASE[one["event"]], what=f"办件第{one['seq']}项记录，{_moment(one['at'])}")


EVENTS_OF_CASE = {
    "notified": "一次性告知",
    "sent_back": "退回补正",
    "breach_found": "再次告知首次本可告知的内容",
    "not_accepted": "不予受理",
}
"""What the file of the case shows of how its applicant was told."""
