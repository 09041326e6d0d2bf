"""What was found, said in a sentence to the people concerned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.grievance.telling import SHORTCOMINGS
from domain.supervision.shortcomings import Shortcoming
from domain.telling import clock_name
from domain.words import Text


def said(shortcoming: Shortcoming, clock: str | None, evidence: Mapping[str, Any]) -> Text:
    """What was found, with the limit and its due day, the notice, or the day of the visit."""
    found = SHORTCOMINGS[shortcoming]
    if clock is not None:
        name, due_day = clock_name(clock), evidence.get("limit", {}).get("due_day", "")
        return Text(f"{found.zh}：{name.zh}（{due_day}）", f"{found.en}: {name.en} ({due_day})")
    if (round_ := evidence.get("round")) is not None:
        return Text(f"{found.zh}：第{round_}次补正告知", f"{found.en}: notice {round_}")
    if day := evidence.get("day"):
        return Text(f"{found.zh}：{day} 到访", f"{found.en}: visit on {day}")
    return found
