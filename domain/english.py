"""English names for what is published or declared in Chinese only."""

from __future__ import annotations

HOLIDAYS: dict[str, str] = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}
"""The seven public holidays (全国年节及纪念日放假办法, art. 2)."""

PROCEDURES: dict[str, str] = {
    "hearing": "hearing",
    "tender": "tender",
    "auction": "auction",
    "inspection": "inspection",
    "testing": "testing",
    "quarantine": "quarantine",
    "appraisal": "appraisal",
    "expert_review": "expert review",
    "item_law": "procedure of the item's own law",
}
"""The eight special procedures of apl:45, and those of an item's own law."""


def holiday_in_english(name: str) -> str:
    """The holiday by its English name, both where two fall together; one that nobody named stays as it is."""
    return ", ".join(HOLIDAYS.get(one, one) for one in name.split("、"))
