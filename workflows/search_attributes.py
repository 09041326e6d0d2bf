"""What supervisors may search cases by in Temporal UI; none of it says anything about a person."""

from __future__ import annotations

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.item import Item

ITEM = SearchAttributeKey.for_keyword("AcItemCode")
VERSION = SearchAttributeKey.for_keyword("AcDefVersion")
UNIT = SearchAttributeKey.for_keyword("AcDept")
CHANNEL = SearchAttributeKey.for_keyword("AcChannel")

SEARCH_ATTRIBUTES = {key.name: "Keyword" for key in (ITEM, VERSION, UNIT, CHANNEL)}
"""What has to be registered in the namespace before the first case is opened."""


def attributes_of(item: Item, channel: str) -> TypedSearchAttributes:
    """The attributes with which a case is opened."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(ITEM, item.code),
            SearchAttributePair(VERSION, f"{item.code}@{item.version}"),
            SearchAttributePair(UNIT, item.unit),
            SearchAttributePair(CHANNEL, channel),
        ]
    )
