"""How a refusal of the rules travels to the one who asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError

from domain.law import Refused


@contextmanager
def refusals() -> Iterator[None]:
    """Let a `Refused` reach the caller as an error with its code, article and words; nothing enters history."""
    try:
        yield
    except Refused as refused:
        details = {"zh": refused.text.zh, "en": refused.text.en, "article": refused.article}
        raise ApplicationError(refused.text.en, details, type=refused.code, non_retryable=True) from refused
