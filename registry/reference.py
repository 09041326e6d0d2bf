"""What definitions are judged by: the calendar, the articles, the districts."""

from __future__ import annotations

from datetime import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from domain.checks import Known
from domain.deadline import Office
from registry.articles import read_articles
from registry.calendars import read_calendar
from registry.districts import read_districts


class Reference(NamedTuple):
    """The office whose days are counted, and what a definition may refer to."""

    office: Office
    known: Known


@cache
def read_reference(definitions: Path, closing_time: time | None = None) -> Reference:
    """The reference in the folder of definitions, read once. Raises pydantic's ValidationError on any fault of it."""
    office = Office(calendar=read_calendar(definitions / "calendar"), closing_time=closing_time)
    articles = frozenset(article.id for article in read_articles(definitions).articles)
    return Reference(office, Known(articles=articles, districts=read_districts(definitions)))
