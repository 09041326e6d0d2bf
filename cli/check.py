"""`bancheng check`: every fault of a definition, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.embedded.trouble import Trouble
from cli.language import speaks_english
from domain.words import Language, Text

SUFFIXES = (".yaml", ".yml", ".json")
OF_CASES = ".cases"
OTHER_KINDS = ("articles", "calendar", "cases", "districts", "glossary")


def check(
    files: Annotated[list[Path], typer.Argument(help="文件或文件夹。Files or folders.")],
    language: Annotated[
        Literal["zh", "en"] | None, typer.Option(help="说明所用语言，默认随环境。Language of the faults.")
    ] = None,
) -> None:
    """Check definitions; ends with status 1 if any has a fault."""
    from registry.reading import checked_definition
    from registry.reference import read_reference
    from settings import settings

    tongue: Language = language or ("en" if speaks_english() else "zh")
    reference = read_reference(settings().definitions, settings().closing_time)
    checked = faulty = found = 0
    for file in _definitions(files):
        read = checked_definition(file.read_bytes(), str(file), reference)
        checked, faulty, found = checked + 1, faulty + bool(read.faults), found + len(read.faults)
        for fault in read.faults:
            typer.echo(fault.said_in(tongue))
    if not checked:
        raise Trouble("没有找到事项定义（.yaml、.yml、.json）。", "No definition was found (.yaml, .yml, .json).")
    typer.echo(_summary(checked, faulty, found).said_in(tongue))
    raise typer.Exit(1 if found else 0)


def _definitions(files: list[Path]) -> Iterator[Path]:
    """The files named, and of a folder whatever in it is a definition; cases and other data beside it are no faults."""
    for file in files:
        if not file.exists():
            raise Trouble(f"没有文件 {file}，请核对路径。", f"There is no {file}; please check the path.")
        yield from sorted(filter(_looks_like_a_definition, file.rglob("*"))) if file.is_dir() else (file,)


def _looks_like_a_definition(file: Path) -> bool:
    if file.suffix not in SUFFIXES or file.stem.endswith(OF_CASES) or not file.is_file():
        return False
    from registry.source import read_source

    data = read_source(file.read_bytes()).data
    if not isinstance(data, dict):
        return True  # it cannot be read, and that is to be said
    return data.get("kind") == "item" or ("examination" in data and data.get("kind") not in OTHER_KINDS)


def _summary(checked: int, faulty: int, found: int) -> Text:
    if not found:
        return Text(f"{checked}份定义，没有问题。", f"{checked} definition(s), no fault.")
    return Text(
        f"{checked}份定义，{faulty}份有问题，共{found}处。",
        f"{checked} definition(s), {faulty} with faults, {found} in all.",
    )
