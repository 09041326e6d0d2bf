"""Log lines: what they name, and what they keep to themselves."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from observability.logs import Context, JsonLine, PlainLine, told
from observability.subject import number_in, within

NUMBER = "GZ20260101-000007-5"
PERSON = "测试申请人"


class Applicant(BaseModel):
    """Somebody whose name must not be in a log."""

    name: int


def logged(formatter: logging.Formatter, **more: Any) -> str:
    """A line as it is written, with the exception that is being handled."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    handler.addFilter(Context())
    record = logging.getLogger("test").makeRecord("test", logging.ERROR, "here", 1, "it failed", (), None, extra=more)
    try:
        raise RuntimeError("outer words")
    except RuntimeError as outer:
        try:
            Applicant.model_validate({"name": PERSON})
        except ValueError as error:
            error.__cause__ = outer
            record.exc_info = (type(error), error, error.__traceback__)
    handler.handle(record)
    return out.getvalue()


@pytest.mark.parametrize("formatter", [JsonLine(), PlainLine()], ids=["json", "plain"])
def test_fault_of_validation_is_told_without_the_value(formatter: logging.Formatter) -> None:
    line = logged(formatter)

    assert "name: int_parsing" in line
    assert "outer words" in line
    assert "test_logs.py" in line
    assert PERSON not in line


@pytest.mark.parametrize("fails", [lambda: int(PERSON), lambda: {}[PERSON], lambda: PERSON.encode("ascii")])
def test_fault_of_pythons_own_is_told_without_what_it_was_given(fails: Callable[[], object]) -> None:
    with pytest.raises((ValueError, KeyError)) as raised:
        fails()

    line = told(raised.value)

    assert raised.type.__name__ in line
    assert PERSON not in line
    assert PERSON.encode("unicode_escape").decode() not in line


def test_line_names_the_case_of_what_runs_unless_it_names_one_itself() -> None:
    with within(NUMBER):
        found = json.loads(logged(JsonLine()))
        other = json.loads(logged(JsonLine(), case="GZ20260102-000001-9"))
    without = json.loads(logged(JsonLine()))

    assert (found["case"], other["case"]) == (NUMBER, "GZ20260102-000001-9")
    assert "case" not in without


def test_line_of_a_workflow_names_its_case_and_not_its_run() -> None:
    where = {"workflow_id": f"case:{NUMBER}", "workflow_type": "Case", "run_id": "r", "attempt": 3}

    line = json.loads(logged(JsonLine(), temporal_workflow=where))

    assert (line["case"], line["workflow"], line["attempt"]) == (NUMBER, "Case", 3)
    assert "temporal_workflow" not in line


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"/v1/cases/{NUMBER}/acts", NUMBER),
        (f"/v1/tasks/{NUMBER}.3.check/answer", NUMBER),
        (f"case:{NUMBER}", NUMBER),
        ("grievance:FY20261126-000012-7", "FY20261126-000012-7"),
        ("/v1/cases", None),
        ("/v1/units/GZ2026", None),
    ],
)
def test_number_is_found_where_an_address_or_a_workflow_names_one(text: str, number: str | None) -> None:
    assert number_in(text) == number
