"""The words of the trade (definitions/glossary.yaml): one official term for each identifier."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from ruamel.yaml import YAML

from domain.values import Value
from domain.words import Text
from registry.articles import Said


class Term(Value):
    """An identifier with what it is called and what it means."""

    term: str
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    means: Said


class Glossary(Value):
    """All terms of the file."""

    kind: Literal["glossary"]
    terms: tuple[Term, ...]

    def word(self, term: str) -> Text:
        """What the term is called. Raises KeyError for one that the glossary does not have."""
        for one in self.terms:
            if one.term == term:
                return Text(one.zh, one.en)
        raise KeyError(f"{term} is not in the glossary")


@cache
def read_glossary(definitions: Path) -> Glossary:
    """The glossary of the folder of definitions, read once. Raises pydantic's ValidationError on any fault."""
    yaml = YAML(typ="safe", pure=True)
    return Glossary.model_validate(yaml.load((definitions / "glossary.yaml").read_text(encoding="utf-8")))
