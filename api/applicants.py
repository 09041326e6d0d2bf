"""From what somebody typed about themselves to a checked row; every fault at once, none of it repeated aloud."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from api.bodies import Agent, Applicant, Person
from api.problems import Trouble
from domain.identifiers import InvalidIdentifier, credit_code, email, identity_document, mobile
from storage.tables import ApplicantRow


class _Checked:
    """Collects what is wrong with the identifiers of one application."""

    def __init__(self) -> None:
        self.faults: list[dict[str, Any]] = []

    def __call__(self, path: str, check: Callable[[], str]) -> str:
        try:
            return check()
        except InvalidIdentifier as error:
            self.faults.append({"path": path, "code": error.code, "wrong": error.text.zh, "wrong_en": error.text.en})
            return ""

    def maybe(self, path: str, value: str | None, check: Callable[[str], str]) -> str | None:
        return None if value is None else self(path, lambda: check(value))


def applicant_row(applicant: Applicant, row_id: UUID, now: datetime) -> ApplicantRow:
    """The applicant with every identifier checked and written in its one form; 422 names each fault."""
    checked = _Checked()
    today = now.date()
    if isinstance(applicant, Person):
        document = applicant.document
        kind = document.kind.value
        number = checked(
            "applicant.document.number", lambda: identity_document(document.kind, document.number, today).number
        )
    else:
        code = applicant.credit_code
        kind, number = "credit_code", checked("applicant.credit_code", lambda: credit_code(code))
    row = ApplicantRow(
        id=row_id,
        kind=applicant.kind,
        name=applicant.name,
        document_kind=kind,
        document_number=number,
        mobile=checked.maybe("applicant.mobile", applicant.mobile, mobile),
        email=checked.maybe("applicant.email", applicant.email, email),
        address=applicant.address,
        agent=_agent(applicant.agent, checked, now),
        recorded_at=now,
    )
    if checked.faults:
        zh = "；".join(fault["wrong"] for fault in checked.faults)
        en = "; ".join(fault["wrong_en"] for fault in checked.faults)
        raise Trouble(422, "identifier_invalid", zh, en, faults=checked.faults)
    return row


def _agent(agent: Agent | None, checked: _Checked, now: datetime) -> dict[str, Any] | None:
    if agent is None:
        return None
    document = agent.document
    return {
        "name": agent.name,
        "document_kind": document.kind.value,
        "document_number": checked(
            "applicant.agent.document.number",
            lambda: identity_document(document.kind, document.number, now.date()).number,
        ),
        "mobile": checked.maybe("applicant.agent.mobile", agent.mobile, mobile),
    }
