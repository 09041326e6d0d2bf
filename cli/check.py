"""`bancheng check`: every fault of items and bundles, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.embedded.trouble import Trouble
from cli.language import speaks_english
from domain.words import Language, Text

if TYPE_CHECKING:
    from registry.reading import Written

OTHER_KINDS = ("articles", "calendar", "cases", "districts", "glossary")
KINDS = ("item", "bundle")
TELLING = ("examination", "lead")
"""Fields that nothing but a definition has."""


def check(
    files: Annotated[list[Path], typer.Argument(help="文件或文件夹。Files or folders.")],
    language: Annotated[
        Literal["zh", "en"] | None, typer.Option(help="说明所用语言，默认随环境。Language of the faults.")
    ] = None,
) -> None:
    """Check definitions; ends with status 1 if any has a fault. Bundles are held against the items given with them, and
    those of the folder of definitions."""
    from registry.items import items_among, items_for
    from registry.reading import NO_ITEMS, Judge
    from registry.reference import read_reference
    from settings import settings

    tongue: Language = language or ("en" if speaks_english() else "zh")
    definitions = settings().definitions
    reference = read_reference(definitions, settings().closing_time)
    texts = dict(_texts(files))
    given = items_among(texts.values())
    checked = faulty = found = 0
    for file, text in texts.items():
        items = items_for(file, given, definitions) if text.items_named else NO_ITEMS
        read = text.held_to(Judge(reference, items))
        checked, faulty, found = checked + 1, faulty + bool(read.faults), found + len(read.faults)
        for fault in read.faults:
            typer.echo(fault.said_in(tongue))
    if not checked:
        raise Trouble("没有找到定义（.yaml、.yml、.json）。", "No definition was found (.yaml, .yml, .json).")
    typer.echo(_summary(checked, faulty, found).said_in(tongue))
    raise typer.Exit(1 if found else 0)


def _texts(files: list[Path]) -> Iterator[tuple[Path, Written]]:
    """The files named, and of a folder whatever in it is a definition; cases and other data beside it are no faults."""
    from registry.items import may_define
    from registry.reading import Written

    for named in files:
        if not named.exists():
            raise Trouble(f"没有文件 {named}，请核对路径。", f"There is no {named}; please check the path.")
        for file in sorted(filter(may_define, named.rglob("*"))) if named.is_dir() else (named,):
            text = Written.of(file.read_bytes(), str(file))
            if not named.is_dir() or _looks_like_a_definition(text.source.data):
                yield file, text


def _looks_like_a_definition(data: object) -> bool:
    if not isinstance(data, dict):
        return True  # it cannot be read, and that is to be said
    kind = data.get("kind")
    return kind in KINDS or (kind not in OTHER_KINDS and any(field in data for field in TELLING))


def _summary(checked: int, faulty: int, found: int) -> Text:
    if not found:
        return Text(f"{checked}份定义，没有问题。", f"{checked} definition(s), no fault.")
    return Text(
        f"{checked}份定义，{faulty}份有问题，共{found}处。",
        f"{checked} definition(s), {faulty} with faults, {found} in all.",
    )
