"""What a batch shows that an applicant may go to the "can't get it done" window for; found from its facts, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from domain.law import carries_out
from domain.record import Batch, ClockRecord, Event, EventKind
from domain.supervision.desks import Desks, owing
from domain.supervision.rules import Supervision
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI, Message, Value

GROUND = "gz:13.5"
SHOWN_BY = frozenset({EventKind.BREACH_FOUND, EventKind.LIMIT_PASSED, EventKind.LATENESS_WITHDRAWN})
"""The events that a finding is made of, or falls with."""
TELLING = (EventKind.NOTIFIED, EventKind.SENT_BACK)
LEADING_TO_A_BREACH = (*TELLING, EventKind.MATERIALS_RECEIVED)
"""What is evidence of a notice that came too late: what was told, and what was handed in between."""


class EarlierAct(Message):
    """An act that is on file already."""

    seq: int
    kind: EventKind
    at: datetime
    papers: tuple[str, ...] = ()


class CaseStanding(Message):
    """What a finding has to say of its case besides the batch."""

    number: str
    unit: str
    item_code: str
    district: str | None = None
    bundle: str | None = None
    """The bundle's case, where this is that of one of its items."""
    part: str | None = None
    earlier: tuple[EarlierAct, ...] = ()
    """What was told and handed in before, as far as a notice is in question."""
    desks: Desks = ()


class Finding(Value):
    """A ground of gz:13.5, with all that shows it."""

    seq: int
    shortcoming: Shortcoming
    clock: str | None = None
    article: str = GROUND
    found_at: datetime
    unit: str
    evidence: dict[str, Any]


class Withdrawal(Value):
    """A lateness that was none: the findings of this run of the limit fall."""

    seq: int
    clock: str
    started_at: datetime | None
    at: datetime
    article: str | None


def counts_as_late(clock: str, rules: Supervision) -> bool:
    """Whether the passing of this limit is a finding; orders, hearings and what the applicant owes never are."""
    return clock.partition(":")[0] in rules.late_clocks


@carries_out("gz:13.5", "gz:13.2")
def findings_in(batch: Batch, case: CaseStanding, rules: Supervision) -> tuple[Finding, ...]:
    """The findings of a batch, in its order.

    Where silence accepts (apl:32.4) a passed acceptance limit is one too: the law spares the applicant the damage, the unit
    still owed an answer within it.
    """
    return tuple(_findings(batch, case, rules))


def _findings(batch: Batch, case: CaseStanding, rules: Supervision) -> Iterator[Finding]:
    for event in batch.events:
        if event.kind is EventKind.BREACH_FOUND:
            yield _not_told_once(event, batch, case)
        elif event.kind is EventKind.LIMIT_PASSED and counts_as_late(event.data["clock"], rules):
            yield _not_finished(event, batch, case)


@carries_out("gz:13.5")
def withdrawals_in(batch: Batch) -> tuple[Withdrawal, ...]:
    """The latenesses that a corrected calendar takes back, in the order of the batch."""
    return tuple(
        Withdrawal(
            seq=event.seq,
            clock=event.data["clock"],
            started_at=record.started_at if (record := _last(event.data["clock"], batch.clocks)) else None,
            at=event.at,
            article=event.article,
        )
        for event in batch.events
        if event.kind is EventKind.LATENESS_WITHDRAWN
    )


def _not_told_once(event: Event, batch: Batch, case: CaseStanding) -> Finding:
    here = [one for one in batch.events if one.seq < event.seq and one.kind in LEADING_TO_A_BREACH]
    acts = [*case.earlier, *(_as_earlier(one) for one in here)]
    late = event.data.get("demands") or ()
    return Finding(
        seq=event.seq,
        shortcoming=Shortcoming.NOT_TOLD_ONCE,
        found_at=event.at,
        unit=case.unit,
        evidence=_evidence(
            case,
            "gz:13.2",
            [*acts, _as_earlier(event)],
            round=event.data.get("round"),
            late=[{"material": demand.get("material"), "defect": demand.get("defect")} for demand in late],
        ),
    )


def _not_finished(event: Event, batch: Batch, case: CaseStanding) -> Finding:
    clock, due_day = event.data["clock"], event.data["due_day"]
    record = _passed(clock, due_day, batch.clocks)
    told = [EarlierAct(seq=one.seq, kind=one.kind, at=one.at) for one in record.told] if record else []
    waiting_for = list(
        event.data.get("waiting_for", batch.waiting_for)
    )  # when it passed; the batch may have gone on since
    facts: dict[str, Any] = {"limit": _limit(clock, due_day, event.at, record), "waiting_for": waiting_for}
    if any(one.kind is EventKind.DEEMED_ACCEPTED and one.seq > event.seq for one in batch.events):
        facts["deemed_accepted"] = True
    return Finding(
        seq=event.seq,
        shortcoming=Shortcoming.NOT_FINISHED,
        clock=clock,
        found_at=event.at,
        unit=owing(clock, case.unit, case.desks),
        evidence=_evidence(case, record.article if record else None, [*told, _as_earlier(event)], **facts),
    )


def _evidence(case: CaseStanding, rests_on: str | None, acts: Iterable[EarlierAct], **facts: Any) -> dict[str, Any]:
    acts = {act.seq: act for act in sorted(acts, key=lambda act: act.seq)}.values()
    whole = {"bundle": case.bundle, "part": case.part} if case.bundle else {}
    return {
        "rests_on": rests_on,
        "events": [{"seq": one.seq, "kind": one.kind.value, "day": _day(one.at)} for one in acts],
        "papers": [{"seq": one.seq, "paper": paper} for one in acts for paper in one.papers],
        "timeline": f"/v1/cases/{case.number}/timeline",
        "certificate": f"/v1/cases/{case.number}/deadline",
        **whole,
        **facts,
    }


def _limit(clock: str, due_day: str, passed_at: datetime, record: ClockRecord | None) -> dict[str, Any]:
    """The dates of the limit; those of a limit that its batch does not carry are in its certificate."""
    known = {"clock": clock, "due_day": due_day, "passed_at": passed_at.isoformat()}
    if record is None:
        return known
    return {
        **known,
        "days": record.limit.days,
        "unit": record.limit.unit.value,
        "started_at": record.started_at.isoformat(),
        "due_at": record.due_at.isoformat(),
        "provisional": record.provisional,
        "paused": len(record.pauses),
        "extended": len(record.more),
    }


def _passed(clock: str, due_day: str, records: Iterable[ClockRecord]) -> ClockRecord | None:
    """The run of the limit that passed: a key may be there twice where the limit began anew in the same batch."""
    runs = [record for record in records if record.key == clock]
    return next((record for record in runs if record.due_day.isoformat() == due_day), runs[0] if runs else None)


def _last(clock: str, records: Iterable[ClockRecord]) -> ClockRecord | None:
    return max((one for one in records if one.key == clock), key=lambda one: one.started_at, default=None)


def _as_earlier(event: Event) -> EarlierAct:
    return EarlierAct(seq=event.seq, kind=event.kind, at=event.at, papers=tuple(str(paper) for paper in event.papers))


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()
