"""`bancheng register --publish`: what is published is the very text that was registered."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from cli.counter import Counter
from cli.register import definitions_in, registered
from tests.bundles.sample import RESTAURANT
from tests.definitions import DEFINITIONS, SAMPLE

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


def test_items_come_before_the_bundles_that_name_them(tmp_path: Path) -> None:
    bundle, item, in_json = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.json"
    bundle.write_text("# 一件事\n" + RESTAURANT, "utf-8")
    item.write_text(SAMPLE, "utf-8")
    in_json.write_text('{"code": "440199001000", "kind": "item"}', "utf-8")

    assert definitions_in([bundle, item, in_json]) == [item, in_json, bundle]
    assert definitions_in([tmp_path]) == [item, bundle]


def test_of_the_folder_of_definitions_items_and_bundles_are_taken_and_nothing_else() -> None:
    files = definitions_in([DEFINITIONS])

    folders = [file.parent.name for file in files]
    assert set(folders) == {"items", "bundles"}
    assert folders == sorted(folders, reverse=True)
    assert not [file for file in files if ".cases" in file.name]
