"""Keeps the search attributes of a case or grievance as it stands: at most once with each batch, and only what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.glance import Glance
from workflows.search_attributes import LONGEST, TROUBLE, UNIT, Value, values_of

MOST, LONGEST_CODE = 20, 40
"""More troubles than there are, and longer. What comes by a signal may be anything; a list of more than 2 KB would stop the case."""


class Showing:
    """What Temporal was told last, so that nothing is told twice: an upsert is an event of the history, and work for the
    database of the engine. Workflows of releases that told nothing (`semantics` 0) tell nothing on replay either."""

    def __init__(self, semantics: int) -> None:
        self._tells = semantics >= 1
        self._told: dict[str, Any] = {}
        if self._tells:
            told = workflow.info().typed_search_attributes
            self._told = {pair.key.name: _comparable(pair.value) for pair in told}
        self.troubles: tuple[str, ...] = ()
        """Codes of what the liveness probe found wrong with it."""

    def show(self, glance: Glance, unit: str | None = None) -> None:
        """Tell what is other than what was told last; `unit` is the one that answers for it, where that may change."""
        if self._tells:
            answers: dict[SearchAttributeKey[Any], Value] = {} if unit is None else {UNIT: unit}
            self._tell({**answers, **values_of(glance), TROUBLE: self.troubles or None})

    def note(self, troubles: Iterable[str]) -> None:
        """The probe found these, and no others any more; a workflow of an earlier release tells this alone."""
        self.troubles = tuple(sorted({code[:LONGEST_CODE] for code in troubles}))[:MOST]
        if self._tells or workflow.patched("troubles-are-shown"):
            self._tell({TROUBLE: self.troubles or None})

    def _tell(self, values: dict[SearchAttributeKey[Any], Value]) -> None:
        changed: list[SearchAttributeUpdate[Any]] = []
        for key, value in values.items():
            said = value[:LONGEST] if isinstance(value, str) else value
            if self._told.get(key.name) == said:
                continue
            self._told[key.name] = said
            changed.append(_update(key, said))
        if changed:
            workflow.upsert_search_attributes(changed)


def _update(key: SearchAttributeKey[Any], value: Value) -> SearchAttributeUpdate[Any]:
    if value is None:
        return key.value_unset()
    return key.value_set(list(value) if isinstance(value, tuple) else value)


def _comparable(value: str | list[str] | datetime | Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
