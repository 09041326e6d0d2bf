"""The official words for what the program calls by English names: articles, roles, papers (definitions/)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from domain.telling import ROLES
from domain.words import Language, Text
from registry.articles import read_articles
from registry.glossary import read_glossary


@dataclass(frozen=True)
class Lexicon:
    """Articles by their notation, terms by their name in the glossary; what is not in it goes by its own name."""

    articles: Mapping[str, Text] = field(default_factory=dict)
    terms: Mapping[str, Text] = field(default_factory=dict)

    def article(self, notation: str, language: Language) -> str:
        """The article as officials cite it, followed by our notation."""
        said = self.articles.get(notation)
        if said is None:
            return notation
        return f"{said.zh}（{notation}）" if language == "zh" else f"{said.en} ({notation})"

    def role(self, role: str, language: Language) -> str:
        """What the holder of a role is called."""
        return self.terms.get(f"role.{role}", ROLES.get(role, Text(role, role))).said_in(language)

    def paper(self, paper: str, language: Language) -> str:
        """What a paper is called."""
        return self._term("paper", paper, language)

    def ground(self, ground: str, language: Language) -> str:
        """What a ground of non-acceptance is called."""
        return self._term("ground", ground, language)

    def _term(self, family: str, name: str, language: Language) -> str:
        return self.terms.get(f"{family}.{name}", Text(name, name)).said_in(language)


@cache
def read_lexicon(definitions: Path) -> Lexicon:
    """The words of the folder of definitions, read once."""
    listed = read_articles(definitions)
    articles = {}
    for article in listed.articles:
        law, _, number = article.id.partition(":")
        english = listed.laws[law].en if law in listed.laws else law
        articles[article.id] = Text(f"《{article.law}》{article.article}", f"{english}, art. {number}")
    return Lexicon(articles, {term.term: Text(term.zh, term.en) for term in read_glossary(definitions).terms})
