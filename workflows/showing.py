"""Keeps the search attributes of a case or grievance as it stands: at most once with each batch, and only what changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.glance import Glance
from workflows.search_attributes import LONGEST, TROUBLE, Value, values_of


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

    def show(self, glance: Glance) -> None:
        """Tell what is other than what was told last."""
        if self._tells:
            self._tell({**values_of(glance), TROUBLE: self.troubles or None})

    def note(self, troubles: Iterable[str]) -> None:
        """The probe found these, and no others any more; a workflow of an earlier release tells this alone."""
        self.troubles = tuple(sorted({*troubles}))
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
