"""What pydantic finds wrong with the shape of a definition, said so that a department can put it right."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from domain.faults import Fault, Form
from registry.labels import NINE_ELEMENTS
from registry.slips import Seen, slip_said


def faults_in(error: ValidationError) -> Iterator[Fault]:
    """A fault for each error, in the order of the definition's fields."""
    for one in error.errors(include_url=False):
        path = tuple(part for part in one["loc"] if part != "[key]")
        seen = Seen(one, path)
        code, wrong, right = slip_said(seen)
        yield Fault(path, code, wrong, right, _article(seen, code))


def _article(seen: Seen, code: Form) -> str | None:
    """The nine elements of a guide have to be there (gz:5); other slips of writing break no article."""
    absent = code in ("missing", "empty_value", "too_short")
    return "gz:5" if absent and seen.path[:1] and seen.path[0] in NINE_ELEMENTS else None
