"""Whatever a workflow has done for it says in words what it is, for those who look at it in Temporal UI."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAYS = {
    "execute_activity": "summary",
    "start_activity": "summary",
    "execute_local_activity": "summary",
    "sleep": "summary",
    "start_child_workflow": "static_summary",
    "execute_child_workflow": "static_summary",
}


def calls(source: str) -> Iterator[tuple[int, str, bool]]:
    """Each call of the engine's that may have a summary: its line, its name, and whether it has one."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="workflow"), attr=name)) if name in SAYS:
                yield node.lineno, name, any(keyword.arg == SAYS[name] for keyword in node.keywords)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="workflow"), attr="wait_condition")):
                given = {keyword.arg for keyword in node.keywords}
                yield node.lineno, "wait_condition", "timeout" not in given or "timeout_summary" in given


def test_every_timer_activity_and_child_has_a_summary() -> None:
    silent = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file in sorted((ROOT / "workflows").rglob("*.py"))
        for line, name, says in calls(file.read_text(encoding="utf-8"))
        if not says
    ]

    assert silent == []


@pytest.mark.parametrize(
    "call", ["workflow.sleep(1)", "workflow.execute_activity(x)", "workflow.wait_condition(f, timeout=1)"]
)
def test_a_call_without_words_is_found(call: str) -> None:
    assert [says for _, _, says in calls(call)] == [False]
