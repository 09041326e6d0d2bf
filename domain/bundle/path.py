"""Why a bundle is due when it is: its items one after the other, and the longest way through them (gz:13.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.law import carries_out
from domain.limits import Limit
from domain.record import Clock, PartRecord
from domain.summary import in_chinese, limit_in_words
from domain.values import Value
from domain.words import Language, Text


class PathLeg(Value):
    """One item of the plan, in words."""

    part: str
    number: str
    name: str
    begins: date
    due_day: date
    on_path: bool
    says: str


@carries_out("gz:13.3")
def path_said(records: Sequence[PartRecord], language: Language) -> tuple[PathLeg, ...]:
    """Every item that counts, in the order in which they are due; nothing before acceptance."""
    legs = [
        PathLeg(
            part=record.id,
            number=record.number,
            name=record.name,
            begins=record.begins,
            due_day=record.planned,
            on_path=record.on_path,
            says=_said(record, record.limit, record.begins, record.planned).said_in(language),
        )
        for record in records
        if record.begins is not None and record.planned is not None and record.limit is not None
    ]
    return tuple(sorted(legs, key=lambda leg: (leg.due_day, leg.part)))


def names_of_deliveries(records: Sequence[PartRecord]) -> dict[str, Text]:
    """What the limits within which results are handed over are called, by their keys."""
    return {
        f"{Clock.DELIVERY}:{record.id}": Text(f"“{record.name}”的颁证送达时限", f"limit of delivery of {record.name}")
        for record in records
    }


def _said(record: PartRecord, limit: Limit, begins: date, due_day: date) -> Text:
    promised = limit_in_words(limit)
    paused = _more(record.paused, Text("另加特别程序", "plus special procedures of"))
    extended = _more(record.extended, Text("另加延长", "extended by"))
    on_path = Text("；在最长路径上", "; on the longest way") if record.on_path else Text("", "")
    return Text(
        f"{record.name}：{promised.zh}{paused.zh}{extended.zh}，自{in_chinese(begins)}起，最迟{in_chinese(due_day)}{on_path.zh}",
        f"{record.name}: {promised.en}{paused.en}{extended.en}, from {begins:%d %b %Y}, by {due_day:%d %b %Y}{on_path.en}",
    )


def _more(limits: Sequence[Limit], what: Text) -> Text:
    said = [limit_in_words(limit) for limit in limits]
    if not said:
        return Text("", "")
    return Text(
        f"（{what.zh}{'、'.join(one.zh for one in said)}）", f" ({what.en} {', '.join(one.en for one in said)})"
    )
