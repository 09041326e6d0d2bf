"""Everything that texts about an item are made with: the articles, the words of the trade, the units."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from domain.words import Text
from registry.articles import Articles, read_articles
from registry.glossary import Glossary, read_glossary
from registry.units import Units, read_units


class Library(NamedTuple):
    """What is read from the folder of definitions, besides the items."""

    articles: Articles
    glossary: Glossary
    units: Units

    def cited(self, basis: str) -> Text:
        """A basis in words: the name of the law and the article for one in our notation, else as it is written."""
        article = self.articles.article(basis)
        if article is None:
            return Text(basis, basis)
        law = self.articles.laws[basis.partition(":")[0]]
        return Text(f"《{law.zh}》{article.article}", f"{law.en}, art. {basis.partition(':')[2]}")


def read_library(definitions: Path) -> Library:
    """The library in the folder of definitions. Raises pydantic's ValidationError on any fault of it."""
    return Library(read_articles(definitions), read_glossary(definitions), read_units(definitions))
