"""What supervisors may search cases and grievances by in Temporal UI; none of it says anything about a person.

PostgreSQL's visibility has room for 10 Keyword, 3 KeywordList and 3 Datetime attributes, and a keyword takes 255 characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.deadline import due
from domain.glance import Flag, Glance, Standing, waited_for
from domain.grievance.record import Leg
from domain.grievance.start import GrievanceStart
from domain.grievance.state import WINDOW
from domain.item import Item
from domain.limits import Limit, Starts
from domain.record import Clock, Light, Stage
from domain.running import beginning_at
from domain.values import SHANGHAI
from workflows.messages import CaseStart

LONGEST = 255
ITEM = SearchAttributeKey.for_keyword("AcItemCode")
VERSION = SearchAttributeKey.for_keyword("AcDefVersion")
UNIT = SearchAttributeKey.for_keyword("AcDept")
CHANNEL = SearchAttributeKey.for_keyword("AcChannel")
PLACE = SearchAttributeKey.for_keyword("AcPlace")
BUNDLE = SearchAttributeKey.for_keyword("AcBundleNo")
STATUS = SearchAttributeKey.for_keyword("AcStatus")
STAGE = SearchAttributeKey.for_keyword("AcStage")
LIGHT = SearchAttributeKey.for_keyword("AcLight")
WAITING_FOR = SearchAttributeKey.for_keyword_list("AcWaitingFor")
FLAGS = SearchAttributeKey.for_keyword_list("AcFlags")
TROUBLE = SearchAttributeKey.for_keyword_list("AcTrouble")
DUE_AT = SearchAttributeKey.for_datetime("AcDueAt")
CASE_DUE_AT = SearchAttributeKey.for_datetime("AcCaseDueAt")

SEARCH_ATTRIBUTES = {
    **{key.name: "Keyword" for key in (ITEM, VERSION, UNIT, CHANNEL, PLACE, BUNDLE, STATUS, STAGE, LIGHT)},
    **{key.name: "KeywordList" for key in (WAITING_FOR, FLAGS, TROUBLE)},
    **{key.name: "Datetime" for key in (DUE_AT, CASE_DUE_AT)},
}
"""What has to be registered in the namespace before the first case is opened, with its type."""

Value = str | tuple[str, ...] | datetime | None


def values_of(glance: Glance) -> dict[SearchAttributeKey[Any], Value]:
    """What changes in the life of a case, as it stands; None where there is nothing to say."""
    return {
        STATUS: str(glance.status),
        STAGE: str(glance.stage),
        LIGHT: glance.light.value,
        WAITING_FOR: glance.waiting_for or None,
        FLAGS: glance.flags or None,
        DUE_AT: glance.due_at,
        CASE_DUE_AT: glance.case_due_at,
    }


def _pairs(values: dict[SearchAttributeKey[Any], Value]) -> Iterator[SearchAttributePair[Any]]:
    for key, value in values.items():
        if isinstance(value, str):
            yield SearchAttributePair(key, value[:LONGEST])
        elif isinstance(value, tuple):
            yield SearchAttributePair(key, list(value))
        elif value is not None:
            yield SearchAttributePair(key, value)


def attributes_of(item: Item, channel: str) -> dict[SearchAttributeKey[Any], Value]:
    """What a case is opened with and never changes."""
    return {ITEM: item.code, VERSION: f"{item.code}@{item.version}", UNIT: item.unit, CHANNEL: channel}


def at_start(start: CaseStart) -> TypedSearchAttributes:
    """The attributes with which a case is opened: it need not say of itself at once what is known here already."""
    values = attributes_of(start.item, start.channel)
    if start.semantics:
        bundle = start.part_of.bundle if start.part_of is not None else start.number if start.bundle else None
        values |= {PLACE: start.shown.place, BUNDLE: bundle}
        if start.part_of is None:  # an item of a bundle is accepted when it begins, and says how it stands then
            values |= values_of(_received(start))
    return TypedSearchAttributes([*_pairs(values)])


def _received(start: CaseStart) -> Glance:
    """How a case stands that was received a moment ago."""
    begun = beginning_at(Starts.RECEIPT, start.item)
    received = start.received_at.astimezone(SHANGHAI)
    reckoned = {one.key: due(received, one.limit, start.office) for one in begun}
    shift = timedelta(seconds=start.clock_shift_seconds)
    ends = {key: one.at - shift for key, one in reckoned.items()}
    return Glance(
        status=Standing.OPEN,
        stage=Stage.ACCEPTANCE,
        light=Light.GREEN,
        waiting_for=waited_for([f"window@{start.item.unit}"]),
        flags=(Flag.PROVISIONAL,) if any(one.provisional for one in reckoned.values()) else (),
        due_at=min(ends.values(), default=None),
        case_due_at=ends.get(Clock.PROMISED) or ends.get(Clock.STATUTORY),
    )


def of_grievance_at_start(start: GrievanceStart) -> TypedSearchAttributes:
    """The attributes with which a grievance is opened."""
    values: dict[SearchAttributeKey[Any], Value] = {CHANNEL: start.channel, UNIT: start.unit or start.window}
    values[ITEM] = start.item
    if start.semantics:
        received, limit = start.received_at.astimezone(SHANGHAI), Limit(days=start.rules.classification)
        reckoned = due(received, limit, start.office)
        glance = Glance(
            status=Standing.OPEN,
            stage=Leg.CLASSIFICATION,
            light=Light.GREEN,
            waiting_for=waited_for([f"{WINDOW}@{start.window}"]),
            flags=(Flag.PROVISIONAL,) if reckoned.provisional else (),
            due_at=reckoned.at - timedelta(seconds=start.clock_shift_seconds),
        )
        values |= {PLACE: start.shown.place, **values_of(glance)}
    return TypedSearchAttributes([*_pairs(values)])
