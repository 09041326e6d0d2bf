"""What is said to people, in Chinese and in English."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str

    def said_in(self, language: Language) -> str:
        """The sentence in the language asked for."""
        return self.en if language == "en" else self.zh
