"""What papers of supervision say of an event: who urged or ordered, which limit is late, which card was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from activities.papers.facts import OversightFacts
from activities.papers.terms import Term
from domain.commands import Actor
from domain.law import carries_out
from domain.record import Event
from domain.telling import ROLES, clock_name
from registry.units import Units

FOR_THE_APPLICANT = "窗口人员代申请人"


@carries_out("gz:8.3", "gz:13.5", "gz:19")
def oversight_of(event: Event, clocks: Mapping[str, Term], units: Units) -> OversightFacts:
    """The facts of the event that supervision is about; nothing is known where it is about none."""
    data, card = event.data, event.data.get("card") or {}
    key = str(data.get("clock") or "")
    term = clocks.get(key)
    addressee = data.get("addressee")
    return OversightFacts(
        n=int(data.get("n") or data.get("nth") or 0) or _number_in(key),
        by=_who(event.by, data),
        to_name=units.unit(addressee).name if addressee else "",
        units="、".join(units.unit(code).name for code in data.get("units") or ()),
        waiting="、".join(_waits(data.get("waiting_for") or (), units)),
        limit=(term.name if term else clock_name(key).zh) if key else "",
        limit_days=term.limit if term else "",
        due=_day(data.get("due_day") or data.get("until")),
        after=f"{data['after']}个工作日" if data.get("after") else "",
        left=int(data.get("left") or 0),
        grievance=str(data.get("grievance") or ""),
        colour=card.get("colour", ""),
        card=card.get("name", ""),
        held=int(data.get("held") or 0),
        appeal_until=_day(card.get("appeal_until")),
    )


def _who(by: Actor | None, data: Mapping[str, Any]) -> str:
    role = by.roles[0] if by and by.roles else ""
    if role == "window" and data.get("nth"):
        return FOR_THE_APPLICANT
    return ROLES[role].zh if role in ROLES else ""


def _waits(waiting_for: Iterable[str], units: Units) -> Iterable[str]:
    for one in waiting_for:
        role, _, unit = one.partition("@")
        named = ROLES[role].zh if role in ROLES else role
        yield f"{units.unit(unit).name}{named}" if unit else named


def _number_in(key: str) -> int:
    family, _, number = key.partition(":")
    return int(number) if family == "order" and number.isdecimal() else 0


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
