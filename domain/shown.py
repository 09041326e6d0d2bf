"""What a workflow is told at its start so that it can show itself to supervisors in Temporal UI."""

from __future__ import annotations

from domain.values import Message

SEMANTICS = 1
"""What workflows that are opened now do beyond those of earlier releases, which replay as they were: from 1 on they keep
their search attributes up to date."""


class Shown(Message):
    """Where a case or a grievance belongs, and where more is to be seen of it."""

    place: str | None = None
    """The place of the unit (`gz-thr`); None where none is listed."""
    overseen_by: str | None = None
    """The department that oversees the services of that place."""
    pages: str = ""
    """Where the API shows it: the address in front of its number; empty where nobody knows."""

    def page_of(self, number: str) -> str:
        """The address of the case or grievance; empty where nobody knows."""
        return f"{self.pages}{number}" if self.pages else ""
