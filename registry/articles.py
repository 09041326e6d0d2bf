"""The articles in scope (definitions/articles.yaml), each with one sentence of our own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from ruamel.yaml import YAML

from domain.law import ARTICLE
from domain.values import Value


class Said(Value):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Article(Value):
    """An article, paragraph or item of a law, and whether the engine carries it out."""

    id: str = Field(pattern=ARTICLE.pattern)
    law: str
    article: str
    says: Said
    status: Literal["carried_out", "later", "outside"]
    why: str = ""


class Articles(Value):
    """All articles of the file, and the names of their laws."""

    kind: Literal["articles"]
    laws: dict[str, Said]
    articles: tuple[Article, ...]

    def article(self, article_id: str) -> Article | None:
        """The article with this id."""
        return next((article for article in self.articles if article.id == article_id), None)


@cache
def read_articles(definitions: Path) -> Articles:
    """The articles of the folder of definitions, read once. Raises pydantic's ValidationError on any fault."""
    yaml = YAML(typ="safe", pure=True)
    return Articles.model_validate(yaml.load((definitions / "articles.yaml").read_text(encoding="utf-8")))
