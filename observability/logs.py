"""Log lines for machines or people; never with a person's data in them."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from observability import subject

OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
ENGINE = "temporal"
"""Logger of what the library of the engine says itself; it would write to standard output otherwise."""
WHERE = ("temporal_workflow", "temporal_activity")
"""What the engine's loggers add: where in which workflow a line was written."""
UNTOLD = ("failure",)
"""What the library repeats of an exception, which our own loggers tell more discreetly."""
QUOTING = (ValueError, KeyError, UnicodeDecodeError, UnicodeEncodeError)
"""Python's own, which repeat what they were given: `int()` does, and a person's number may be that."""
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
KEPT = {"workflow_type": "workflow", "activity_type": "activity", "attempt": "attempt", "update_name": "update"}

logging.getLogger("httpx2").setLevel(logging.WARNING)  # it logs addresses, and that of a register's GET names a person

active_span: Callable[[], dict[str, str]] = dict
"""Trace and span that are under way now, as `trace_id` and `span_id`; nothing where there are no traces."""


def span_from(source: Callable[[], dict[str, str]]) -> None:
    """Ask this for the trace and span of each line from now on."""
    global active_span
    active_span = source


class Context(logging.Filter):
    """Adds to a record, where it was written, the number of the case and the trace that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        said = vars(record)
        _fold_engine(said)
        if "case" not in said and "grievance" not in said and (case := _case_of(said)):
            said["case"] = case
        for name, value in active_span().items():
            said.setdefault(name, value)
        return True


def _fold_engine(said: dict[str, Any]) -> None:
    for name in WHERE:
        where = said.pop(name, None)
        if isinstance(where, dict):
            said.update({short: where[long] for long, short in KEPT.items() if where.get(long)})
            if case := subject.number_in(str(where.get("workflow_id", ""))):
                said.setdefault("case", case)
    if (core := said.pop("temporal_log", None)) is not None:
        for name, value in core.fields.items():
            if name not in UNTOLD:
                said.setdefault(f"core_{name}", value)


def _case_of(said: dict[str, Any]) -> str | None:
    return subject.number() or subject.number_in(str(said.get("core_workflow_id", "")))


class JsonLine(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and what the record carries besides."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in OWN},
        }
        if record.exc_info:
            line["error"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLine(logging.Formatter):
    """A line for people, with the same discretion about exceptions."""

    def formatException(self, ei: Any) -> str:
        """The exception as `told`."""
        return told(ei[1])


def told(error: BaseException | None) -> str:
    """Where an exception was raised and what it says, and those that led to it; a fault of validation without the value that was
    at fault, which may be a person's."""
    parts: list[str] = []
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}: {_words(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(parts))


def _words(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        return "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['type']}" for fault in faults)
    said = str(error)
    return QUOTED.sub("…", said) if type(error) in QUOTING else said


def set_up_logs(*, json_lines: bool) -> None:
    """Send the log of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    plain = PlainLine("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLine() if json_lines else plain)
    handler.addFilter(Context())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
