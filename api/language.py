"""In which language somebody is answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from domain.words import Language


def language_of(request: Request) -> Language:
    """Chinese, unless `Accept-Language` prefers English to it."""
    weights = {"zh": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        name = tag.split("-")[0].lower()
        if name in weights:
            try:
                weights[name] = max(weights[name], float(quality or 1))
            except ValueError:
                continue
    return "en" if weights["en"] > weights["zh"] else "zh"


async def _language(request: Request) -> Language:
    return language_of(request)


InLanguage = Annotated[Language, Depends(_language)]
