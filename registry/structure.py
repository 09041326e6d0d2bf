"""What pydantic finds wrong with the shape of a definition, said so that a department can put it right."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from domain.faults import Fault, Form
from registry.kinds import Kind
from registry.labels import ASKED_BY
from registry.slips import Seen, slip_said


def faults_in(error: ValidationError, kind: Kind) -> Iterator[Fault]:
    """A fault for each error, in the order of the definition's fields."""
    for one in error.errors(include_url=False):
        path = tuple(part for part in one["loc"] if part != "[key]")
        seen = Seen(one, path, kind)
        if _only_left_over(seen):
            continue
        code, wrong, right = slip_said(seen)
        yield Fault(path, code, wrong, right, _article(seen, code))


def _only_left_over(seen: Seen) -> bool:
    """Whether a list is said to be too short only because entries of it, with faults of their own, were not counted."""
    written = seen.error["input"]
    return (
        seen.error["type"] == "too_short"
        and isinstance(written, list)
        and len(written) >= seen.error["ctx"]["min_length"]
    )


def _article(seen: Seen, code: Form) -> str | None:
    """What a law wants has to be there; other slips of writing break no article."""
    absent = code in ("missing", "empty_value", "too_short")
    return ASKED_BY[seen.kind.name].get(str(seen.path[0])) if absent and seen.path else None
