"""`python -m cli.traceability`: docs/traceability.md, made anew: which rules and cases stand behind each article."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from cli.features import shown_by
from domain.law import ARTICLE, RULES

ROOT = Path(__file__).parents[1]
DEFINITIONS = ROOT / "definitions"
PAGE = ROOT / "docs" / "traceability.md"
WITH_RULES = ("domain", "workflows", "storage")
WITH_STAGES = ("domain", "workflows")
SHOWN = 3
"""How many cases of an article the table names; the others are counted."""


class Article(NamedTuple):
    """An article in scope, in our own words."""

    id: str
    title: str
    zh: str
    en: str
    status: str
    why: str | None


class Trace(NamedTuple):
    """Everything that cites articles: by article, who does."""

    rules: dict[str, list[str]]
    """Rules marked with `@carries_out`."""
    stages: dict[str, list[str]]
    """Files of domain and workflows that give the article as the reason of a refusal or the basis of an event."""
    definitions: dict[str, list[str]]
    """Definitions that name it as a basis."""
    cases: dict[str, list[str]]
    """Names of the cases that show it, or of tests where it is about what comes after a case."""


def _read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@cache
def articles() -> tuple[Article, ...]:
    """The articles of definitions/articles.yaml."""
    return tuple(
        Article(
            one["id"],
            f"{one['law']}{one['article']}",
            one["says"]["zh"],
            one["says"]["en"],
            one["status"],
            one.get("why"),
        )
        for one in _read(DEFINITIONS / "articles.yaml")["articles"]
    )


@cache
def trace() -> Trace:
    """Who cites which article, today."""
    return Trace(_rules(), _stages(), _bases(), _cases())


def _rules() -> dict[str, list[str]]:
    for name in WITH_RULES:
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            if not module.name.startswith("storage.migrations."):  # those run when they are imported
                importlib.import_module(module.name)
    ours = tuple(f"{name}." for name in WITH_RULES)
    return {article: sorted({rule for rule in rules if rule.startswith(ours)}) for article, rules in RULES.items()}


def _stages() -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for name in WITH_STAGES:
        for file in sorted((ROOT / name).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            marks = {id(argument) for mark in _marks(tree) for argument in mark.args}
            for node in ast.walk(tree):
                if id(node) not in marks and (article := _cited(node)):
                    found.setdefault(article, set()).add(file.relative_to(ROOT).as_posix())
    return {article: sorted(files) for article, files in found.items()}


def _marks(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "carries_out":
            yield node


def _cited(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and ARTICLE.match(node.value):
        return node.value
    return None


def _bases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted((DEFINITIONS / "items").glob("*.yaml")):
        if not file.name.endswith(".cases.yaml"):
            for basis in sorted({text for text in _basis_fields(_read(file)) if ARTICLE.match(text)}):
                found.setdefault(basis, []).append(file.name)
    return found


def _basis_fields(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "basis" and isinstance(value, str):
                yield value
            yield from _basis_fields(value)
    elif isinstance(part, list):
        for value in part:
            yield from _basis_fields(value)


def _cases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted(DEFINITIONS.glob("**/*.cases.yaml")):
        for case in _read(file)["cases"]:
            for article in case["basis"]:
                found.setdefault(article, []).append(f"{file.name.removesuffix('.cases.yaml')}：{case['name']}")
    for article, tests in shown_by(mark="law").items():
        found.setdefault(article, []).extend(f"`{test}`" for test in tests)
    return found


def table() -> str:
    """The page as it stands today."""
    found = trace()
    rows = [_row(article, found) for article in articles()]
    return "\n".join(
        [
            "# From the law to the code and back",
            "",
            "Made by `python -m cli.traceability` from `definitions/articles.yaml`, the marks `@carries_out` and the",
            "cases beside the definitions (for what comes after a case, tests marked `law`); do not edit. A test keeps it up to date.",
            "",
            "| article | says | status | rules | cases |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(article: Article, found: Trace) -> str:
    status = article.status.replace("_", " ") + (f": {article.why}" if article.why else "")
    rules = [f"`{rule}`" for rule in found.rules.get(article.id, [])]
    rules += [f"`{file}`" for file in found.stages.get(article.id, [])]
    if bases := found.definitions.get(article.id):
        rules.append(f"{len(bases)} definitions" if len(bases) > 1 else f"`{bases[0]}`")
    cases = found.cases.get(article.id, [])
    shown = cases[:SHOWN] + ([f"and {len(cases) - SHOWN} more"] if len(cases) > SHOWN else [])
    cells = [
        f"`{article.id}` {article.title}",
        f"{article.zh} {article.en}",
        status,
        "<br>".join(rules),
        "<br>".join(shown),
    ]
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(table(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(articles())} articles")


if __name__ == "__main__":
    main()
