"""How rules, refusals and articles of the law hang together."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from domain.words import Text

ARTICLE = re.compile(r"^[a-z]+:[0-9]+(?:[.-][0-9]+)*$")
"""An article in our notation: `gz:13.1` (paragraph 1), `apl:32.4` (item 4 of paragraph 1), `apl:32-2` (paragraph 2)."""

RULES: dict[str, list[str]] = {}
"""Which rules carry out an article; filled as the rules are imported, read by the traceability test."""

Rule = TypeVar("Rule", bound=Callable[..., Any] | type)


def carries_out(*articles: str) -> Callable[[Rule], Rule]:
    """Mark a rule with the articles that it carries out."""

    def mark(rule: Rule) -> Rule:
        for article in articles:
            RULES.setdefault(article, []).append(f"{rule.__module__}.{rule.__qualname__}")
        return rule

    return mark


class Refused(Exception):
    """An act that the law or the state of the case does not allow, with the reason a clerk understands."""

    def __init__(self, code: str, zh: str, en: str, *, article: str | None = None) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.text = Text(zh, en)
        self.article = article
