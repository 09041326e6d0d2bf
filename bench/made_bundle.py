"""A bundle of thirty items in six levels, made for tests and measurements: each item waits for two of the level before."""

from __future__ import annotations

import json
from typing import Any

LEVELS, WIDTH = 6, 5
UNITS = ("gz-thr-samr", "gz-thr-health", "gz-thr-fire")
BUNDLE = "440098999000"
ITEMS = LEVELS * WIDTH


def code_of(n: int) -> str:
    """The code of the item with this number, counted from 0."""
    return f"4421998{n:02d}000"


def item(n: int, units: tuple[str, ...] = UNITS) -> dict[str, Any]:
    """An item that one window clerk decides within two working days."""
    return {
        "kind": "item",
        "code": code_of(n),
        "name": f"测试事项{n + 1}",
        "version": "2026-01-01",
        "department": {"code": units[n % len(units)], "name": f"测试单位{n % len(units) + 1}", "level": 4},
        "type": "公共服务",
        "handling": "promised",
        "audience": ["企业法人"],
        "basis": [{"law": "测试用"}],
        "conditions": ["无"],
        "fee": {"charged": False},
        "result": {"name": "结果", "kind": "工作结果"},
        "limits": {
            "acceptance": {"days": 1, "starts": "receipt"},
            "promised": {"days": 2},
            "delivery": {"days": 10, "starts": "decision"},
        },
        "intake": {"silence": "overdue"},
        "materials": [],
        "examination": [{"id": "decide", "name": "决定", "role": "window", "limit": {"days": 2}, "decides": True}],
    }


def bundle(levels: int = LEVELS, width: int = WIDTH, units: tuple[str, ...] = UNITS) -> dict[str, Any]:
    """So many levels of so many items."""
    return {
        "kind": "bundle",
        "code": BUNDLE,
        "name": "测试一件事",
        "version": "2026-01-01",
        "lead": {"code": units[0], "name": "测试单位1", "level": 4},
        "type": "公共服务",
        "audience": ["企业法人"],
        "basis": [{"law": "广州市政务服务条例", "article": "11"}],
        "fee": {"charged": False},
        "limit": {"days": 2 * levels, "unit": "working", "starts": "acceptance"},
        "acceptance": {"days": 1, "starts": "receipt"},
        "delivery": {"days": 10, "starts": "decision"},
        "items": [
            {
                "id": f"item_{level}_{place}",
                "item": code_of(level * width + place),
                "after": sorted({f"item_{level - 1}_{before % width}" for before in (place, place + 1)})
                if level
                else [],
            }
            for level in range(levels)
            for place in range(width)
        ],
    }


def definitions(levels: int = LEVELS, width: int = WIDTH, units: tuple[str, ...] = UNITS) -> list[tuple[str, bytes]]:
    """The items and then the bundle, as they are registered."""
    items = [(f"item{n}.yaml", item(n, units)) for n in range(levels * width)]
    every = [*items, ("bundle.yaml", bundle(levels, width, units))]
    return [(name, json.dumps(body, ensure_ascii=False).encode()) for name, body in every]
