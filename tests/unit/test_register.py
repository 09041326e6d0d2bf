"""`bancheng register --publish`: what is published is the very text that was registered."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from cli.counter import Counter
from cli.register import registered

ROW = {
    "code": "449999999000",
    "version": "2026-01-01",
    "name": "样品许可",
    "unit": "gz-thr-sample",
    "digest": "0f" * 32,
    "state": "registered",
}


class Noting:
    """A counter that registers anything and notes what it is asked to publish."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, ...]] = []

    def post_yaml(self, who: str, path: str, content: bytes, name: str) -> dict[str, Any]:
        return ROW

    def post(self, who: str, path: str, unit: str = "") -> dict[str, Any]:
        self.posted.append((who, path, unit))
        return {**ROW, "state": "published"}


def test_second_person_publishes_for_the_unit_and_names_the_digest(tmp_path: Path) -> None:
    file, counter = tmp_path / "sample.yaml", Noting()
    file.touch()

    said = registered(cast(Counter, counter), file, publish=True)

    path = f"/v1/definitions/449999999000/versions/2026-01-01/publication?digest={ROW['digest']}"
    assert counter.posted == [("publisher", path, "gz-thr-sample")]
    assert said == "样品许可 449999999000@2026-01-01 已发布（摘要 0f0f0f0f0f0f）"
