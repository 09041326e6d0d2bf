"""What the counter shows of a case, a task, an event and a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from domain.certificate import Certificate
from domain.record import BY_TIME
from domain.telling import told
from domain.words import Language
from storage.tables import CaseRow, EventRow, TaskRow


class Links(BaseModel):
    """Where to go on from a case."""

    case: str
    timeline: str
    deadline: str
    notices: str
    temporal_ui: str | None = None


class CaseView(BaseModel):
    """A case as its applicant and its units see it."""

    number: str = Field(examples=["GZ20261124-000123-3"])
    provincial_number: str | None
    item: str
    item_name: str
    definition: str
    unit: str
    channel: str
    received_at: datetime
    accepted_on: date | None
    stage: str
    ending: str | None
    light: str
    waiting_for: list[str]
    due_day: date | None
    situations: dict[str, str]
    seq: int
    links: Links


class Receipt(CaseView):
    """What the one who applied gets at once: the number and the code for the public progress page."""

    query_code: str


class EventView(BaseModel):
    """One thing that happened."""

    seq: int
    at: datetime
    kind: str
    cause: Literal["person", "time", "system"] = Field(description="人的行为、时限届满，或者系统据此办结")
    by: str | None = Field(None, description="行为人的角色")
    person: str | None = None
    article: str | None
    papers: list[str]
    data: dict[str, Any]
    says: str
    text: str | None = Field(None, description="意见或者理由；申请人从文书中得知")


class TaskView(BaseModel):
    """A task as an inbox shows it."""

    id: str
    case: str
    step: str
    name: str
    role: str
    unit: str
    assignee: str | None
    state: str
    outcomes: list[str]
    opened_at: datetime
    closed_at: datetime | None
    due_day: date | None
    provisional: bool


class Deadlines(BaseModel):
    """The certificates of every limit of a case."""

    number: str
    certificates: list[RunningCertificate]


class RunningCertificate(Certificate):
    """A certificate, and how its limit stands."""

    state: str
    passed: bool
    stopped_at: datetime | None


class Progress(BaseModel):
    """What the public progress page tells: no names, nothing but how far it is."""

    number: str
    item_name: str
    stage: str
    ending: str | None
    waiting_for: str
    due_day: date | None
    provisional: bool
    received_at: datetime
    accepted_on: date | None
    says: str
    steps: list[str]


def links(case: CaseRow, ui: str, namespace: str) -> Links:
    """Where to go on from the case."""
    at = f"/v1/cases/{case.number}"
    return Links(
        case=at,
        timeline=f"{at}/timeline",
        deadline=f"{at}/deadline",
        notices=f"{at}/notices",
        temporal_ui=f"{ui}/namespaces/{namespace}/workflows/case:{case.number}",
    )


def case_fields(case: CaseRow, to: Links) -> dict[str, Any]:
    """The fields that every view of a case shows."""
    return {
        "number": case.number,
        "provincial_number": case.provincial_number,
        "item": case.item_code,
        "item_name": case.item_name,
        "definition": f"{case.item_code}@{case.item_version}",
        "unit": case.unit,
        "channel": case.channel,
        "received_at": case.received_at,
        "accepted_on": case.accepted_on,
        "stage": case.stage,
        "ending": case.ending,
        "light": case.light,
        "waiting_for": list(case.waiting_for),
        "due_day": case.due_day,
        "situations": dict(case.situations),
        "seq": case.seq,
        "links": to,
    }


def event_view(event: EventRow, language: Language, texts: Mapping[str, str], *, staff: bool) -> EventView:
    """The event in words; who of the staff it was is shown to staff only."""
    by = event.by or {}
    return EventView(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        cause="person" if event.by else "time" if event.kind in BY_TIME else "system",
        by=(by.get("roles") or [None])[0],
        person=by.get("id") if staff else None,
        article=event.article,
        papers=list(event.papers),
        data=event.data,
        says=told(event.kind, event.data).said_in(language),
        text=texts.get(event.data.get("text") or ""),
    )


def task_view(task: TaskRow) -> TaskView:
    """The task as an inbox shows it."""
    fields = task.model_dump(exclude={"number"})
    return TaskView(case=task.number, **fields)
