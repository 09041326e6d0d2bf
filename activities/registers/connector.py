"""What every way to a register is given, and how it answers."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Found(NamedTuple):
    """The document as the register holds it; what it really is, is told by its content."""

    content: bytes
    media_type: str


class NotFound(NamedTuple):
    """The register answered, and holds no such document of the applicant."""


class SourceDown(Exception):
    """No answer that could be used; asked again later. The words are kept on file: no personal data in them."""


class Connector(Protocol):
    """A way to a register."""

    async def fetch(self, register: str, type: str, applicant_document_number: str, reference: str) -> Found | NotFound:
        """The document of this type; `reference` is our number of the request. Raises `SourceDown`."""

    async def close(self) -> None:
        """Give back what is held open."""
