"""`make features`: every feature with the tests that prove it, read from the marks `@pytest.mark.shows(...)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "features.yaml"
TESTS = ROOT / "tests"
NOT_YET = "not shown yet"


def feature_names() -> dict[str, str]:
    """The features by their numbers, in the order of the list."""
    listed = YAML(typ="safe", pure=True).load(LIST.read_text(encoding="utf-8"))["features"]
    return {str(number): name for number, name in listed.items()}


def shown_by(tests: Path = TESTS, mark: str = "shows") -> dict[str, list[str]]:
    """The tests that name a feature, by its number; a mark on a module or a class stands for all that is in it."""
    found: dict[str, list[str]] = {}
    for file in sorted(tests.rglob("test_*.py")):
        name = file.relative_to(tests.parent).as_posix()
        for test, number in _marks(ast.parse(file.read_text(encoding="utf-8")), name, mark):
            found.setdefault(number, []).append(test)
    return {number: list(dict.fromkeys(tests)) for number, tests in found.items()}


def _marks(scope: ast.Module | ast.ClassDef, name: str, mark: str) -> Iterator[tuple[str, str]]:
    for node in scope.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                inside = f"{name}::{node.name}"
                yield from ((inside, number) for one in node.decorator_list for number in _numbers(one, mark))
                if isinstance(node, ast.ClassDef):
                    yield from _marks(node, inside, mark)
            case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                yield from ((name, number) for number in _numbers(value, mark))


def _numbers(decorator: ast.expr, mark: str) -> Iterator[str]:
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == mark:
            yield from (str(ast.literal_eval(argument)) for argument in node.args)


def features(
    missing: Annotated[bool, typer.Option(help="只列出尚未证明的。Only those not shown yet.")] = False,
) -> None:
    """List every feature with the tests that prove it."""
    names, shown = feature_names(), shown_by()
    for number, name in names.items():
        tests = shown.get(number, [])
        if tests and missing:
            continue
        typer.echo(f"{number:>4}  {name}{'' if tests else f' — {NOT_YET}'}")
        for test in tests:
            typer.echo(f"        {test}")
    count = sum(number in shown for number in names)
    typer.echo(f"\n{count} of {len(names)} features are shown by a test; the others are not shown yet.")


if __name__ == "__main__":
    typer.run(features)
