"""Cases, events and notices for the tests, with defaults for all that a test does not care about."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from ruamel.yaml import YAML

from domain.deadline import Office
from domain.definition import ItemDefinition
from domain.limits import Limit, Unit
from domain.record import Batch, ClockRecord, ClockState, Event, EventKind, Light, Paper, Stage
from domain.running import Policy
from domain.values import SHANGHAI
from registry.calendars import read_calendar
from registry.units import Units, read_units
from storage.database import Database
from storage.tables import ApplicantRow, CaseRow, DeliveryRow, NoticeRow
from storage.tables.notice import DeliveryState

DEFINITIONS = Path(__file__).resolve().parents[2] / "definitions"
RECEIVED = datetime(2026, 2, 12, 10, 30, tzinfo=SHANGHAI)


@cache
def the_definition(name: str = "food_permit_new") -> ItemDefinition:
    yaml = YAML(typ="safe", pure=True)
    body = yaml.load((DEFINITIONS / "items" / f"{name}.yaml").read_text(encoding="utf-8"))
    return ItemDefinition.model_validate(body)


def the_units() -> Units:
    return read_units(DEFINITIONS)


@cache
def a_start() -> Mapping[str, Any]:
    """What papers need of a case's input: the days it counts by, and what the law leaves open."""
    office = Office(calendar=read_calendar(DEFINITIONS / "calendar"))
    return {"office": office.model_dump(mode="json", by_alias=True), "policy": Policy().model_dump(mode="json")}


def an_applicant(**changes: Any) -> ApplicantRow:
    known: dict[str, Any] = {
        "id": uuid4(),
        "kind": "person",
        "name": "张三",
        "document_kind": "resident_id",
        "document_number": "710000190001010017",
        "mobile": "13800000000",
        "email": "zhangsan@example.test",
        "recorded_at": RECEIVED,
    }
    return ApplicantRow(**known | changes)


def a_case(applicant: ApplicantRow, number: str | None = None, **changes: Any) -> CaseRow:
    known: dict[str, Any] = {
        "number": number or f"GZ{uuid4().hex[:12].upper()}",
        "query_code": "7K3M9P",
        "item_code": "440199001000",
        "item_version": date(2026, 1, 1),
        "item_name": "食品经营许可",
        "unit": "gz-thr-samr",
        "channel": "window",
        "applicant": applicant.id,
        "applied_by": "a-1",
        "situations": {},
        "form": {},
        "start": dict(a_start()),
        "received_at": RECEIVED,
        "calendar_version": "2026",
        "stage": Stage.ACCEPTANCE,
        "light": Light.GREEN,
        "changed_at": RECEIVED,
    }
    return CaseRow(**known | changes)


def an_event(
    kind: EventKind, *papers: Paper, seq: int = 1, at: datetime = RECEIVED, article: str | None = None, **data: Any
) -> Event:
    return Event(seq=seq, kind=kind, at=at, papers=papers, article=article, data=data)


def a_clock(
    key: str, days: float = 5, due: date = date(2026, 2, 26), *, unit: Unit = Unit.WORKING, **changes: Any
) -> ClockRecord:
    known: dict[str, Any] = {
        "key": key,
        "limit": Limit(days=days, unit=unit),
        "article": "gz:13.1",
        "started_at": RECEIVED,
        "due_day": due,
        "due_at": datetime.combine(due + timedelta(days=1), datetime.min.time(), SHANGHAI),
        "provisional": False,
        "state": ClockState.RUNNING,
    }
    return ClockRecord(**known | changes)


def a_batch(number: str, *events: Event, clocks: tuple[ClockRecord, ...] = (), **changes: Any) -> Batch:
    known: dict[str, Any] = {
        "number": number,
        "first": events[0].seq,
        "last": events[-1].seq,
        "stage": Stage.ACCEPTANCE,
        "ending": None,
        "light": Light.GREEN,
        "waiting_for": (),
        "due_day": None,
        "accepted_on": None,
        "events": events,
        "tasks": (),
        "clocks": clocks,
    }
    return Batch(**known | changes)


def a_notice(number: str = "GZ1", **changes: Any) -> NoticeRow:
    body: Mapping[str, Any] = {
        "salutation": "张三",
        "paragraphs": ["你（单位）提出的“食品经营许可”申请，本单位现决定予以受理。"],
        "items": None,
        "closing": ["如有疑问，可以到综合窗口咨询。"],
        "unit_name": "广州市天河区市场监督管理局",
        "date": "2026年2月12日",
        "sealed": True,
        "qr": "",
    }
    known: dict[str, Any] = {
        "number": number,
        "seq": 1,
        "paper": Paper.ACCEPTANCE,
        "document_number": f"穗天河市监 受理〔2026〕{uuid4().int % 10**9}号",
        "unit": "gz-thr-samr",
        "title": "受理通知书",
        "body": body,
        "given_on": date(2026, 2, 12),
        "given_at": RECEIVED,
    }
    return NoticeRow(**known | changes)


async def on_file(database: Database, **changes: Any) -> tuple[CaseRow, ApplicantRow]:
    """A case that is on file, with its applicant."""
    applicant = an_applicant(**{k: v for k, v in changes.items() if k in ApplicantRow.model_fields and k != "number"})
    case = a_case(applicant, **{k: v for k, v in changes.items() if k in CaseRow.model_fields})
    async with database.begin() as session:
        session.add(applicant)
        await session.flush()
        session.add(case)
    return case, applicant


async def a_delivery(database: Database, channel: str, address: str = "zhangsan@example.test", **changes: Any) -> str:
    """A delivery that is due now, of a notice on file; its id."""
    case, _ = await on_file(database)
    row = DeliveryRow(
        id=f"{case.number}:1:acceptance:{channel}",
        number=case.number,
        seq=1,
        paper="acceptance",
        channel=channel,
        address=address,
        state=DeliveryState.WAITING,
        next_attempt_at=datetime.now(SHANGHAI) - timedelta(seconds=1),
        **changes,
    )
    async with database.begin() as session:
        session.add_all([a_notice(case.number), row])
    return row.id
