"""`bancheng register`: register definitions at the counter, and publish them as a second person."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.counter import Counter

OF_BUNDLE = re.compile(rb'^[{\s]*"?kind"?\s*:\s*["\']?bundle\b', re.MULTILINE)


def register(
    files: Annotated[list[Path], typer.Argument(help="定义文件或者文件夹。Definitions or folders of them.")],
    publish: Annotated[
        bool,
        typer.Option("--publish", help="随后由另一人发布（仅限内置环境）。Publish as a second person (embedded only)."),
    ] = False,
    url: Annotated[str | None, typer.Option(help="接口地址。Address of the API.")] = None,
) -> None:
    """Register each file, items before bundles; a refused one is shown with every fault, and the others go on."""
    from cli.counter import Counter, Refusal

    failed = 0
    with Counter.at(url) as counter:
        for file in definitions_in(files):
            try:
                print(f"✓ {file.name}：{registered(counter, file, publish=publish)}")
            except Refusal as refusal:
                failed += 1
                print(f"✗ {file}：{refusal}")
                for fault in refusal.problem.get("faults") or ():
                    print(f"  {fault['says']}" if "says" in fault else f"  {fault}")
    if failed:
        raise typer.Exit(1)


def definitions_in(paths: list[Path]) -> list[Path]:
    """The definition files named, those of a folder included, cases left out; bundles come after the items."""
    files = [file for path in paths for file in (_in_folder(path) if path.is_dir() else [path])]
    definitions = [file for file in files if not file.name.endswith(".cases.yaml")]
    return sorted(definitions, key=_is_a_bundle)


def _in_folder(folder: Path) -> list[Path]:
    """What lies in the folder; of a whole folder of definitions its items and bundles."""
    parts = [folder / name for name in ("items", "bundles") if (folder / name).is_dir()] or [folder]
    return [file for part in parts for file in sorted(part.glob("*.yaml"))]


def _is_a_bundle(file: Path) -> bool:
    """By a look at its text: what is wrong with it is told when it is registered."""
    return OF_BUNDLE.search(file.read_bytes()) is not None


def registered(counter: Counter, file: Path, *, publish: bool) -> str:
    """Register one file, publish it if asked, and say what it is now."""
    row = counter.post_yaml("registrar", "/v1/definitions", file.read_bytes(), file.name)
    if publish and row["state"] != "published":
        path = f"/v1/definitions/{row['code']}/versions/{row['version']}/publication?digest={row['digest']}"
        row = counter.post("publisher", path, row["unit"])
    state = {"registered": "已登记，待发布", "published": "已发布"}[row["state"]]
    return f"{row['name']} {row['code']}@{row['version']} {state}（摘要 {row['digest'][:12]}）"
