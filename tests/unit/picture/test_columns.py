"""Chinese characters are two columns wide, and lines still end where they should."""

from __future__ import annotations

import pytest

from cli.picture.columns import columns, cut, padded


@pytest.mark.parametrize(
    ("text", "wide"), [("", 0), ("a1", 2), ("许可", 4), ("（新办）", 8), ("◆▓░█╱▏", 6), ("e\u0301", 1)]
)
def test_the_width_of_a_text(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_blanks_fill_up_what_is_missing() -> None:
    assert padded("许可", 6) == "许可  "


@pytest.mark.parametrize(
    ("width", "left"), [(8, "食品许可"), (7, "食品许…"), (6, "食品…"), (5, "食品…"), (2, "…"), (1, "…")]
)
def test_a_text_that_is_too_long_is_cut_where_a_character_ends(width: int, left: str) -> None:
    assert cut("食品许可", width) == left
