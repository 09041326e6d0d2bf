"""docs/temporal-ui.md says what the code has: ready queries, search attributes, flags, acts, and pictures that exist."""

from __future__ import annotations

import re

from cli.temporal_views import MEANS, PAGE, page
from workflows.search_attributes import SEARCH_ATTRIBUTES


def test_page_is_up_to_date() -> None:
    written = PAGE.read_text("utf-8")

    assert written == page(written), "run `python -m cli.temporal_views`"


def test_every_search_attribute_is_explained() -> None:
    assert set(MEANS) == set(SEARCH_ATTRIBUTES)


def test_a_page_without_its_generated_parts_is_not_up_to_date() -> None:
    written = re.sub(r"(<!-- views -->).*(<!-- end of views -->)", r"\1\2", PAGE.read_text("utf-8"), flags=re.DOTALL)

    assert written != page(written)


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((images/[^)]+)\)", PAGE.read_text("utf-8"))

    assert pictures
    assert [name for name in pictures if not (PAGE.parent / name).is_file()] == []
