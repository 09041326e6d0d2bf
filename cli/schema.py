"""`bancheng schema`: the JSON Schemas by which an editor helps to write definitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

HELP = """导出事项和“一件事”定义的 JSON Schema，供编辑器补全和提示。Export the JSON Schemas of definitions for editors.

在定义文件首行写（须装 YAML 语言服务）：As the first line of a definition write:

# yaml-language-server: $schema=item.schema.json

（一件事写 bundle.schema.json）
"""


def schema(
    kind: Annotated[
        Literal["item", "bundle"] | None,
        typer.Argument(help="定义种类；不填则打印 item，写入时两种都写。Kind; item is printed, all are written."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="写入的文件夹；不填则打印。Folder to write to; printed if left out.")
    ] = None,
) -> None:
    """Print the schema of one kind, or write one or all of them to a folder."""
    from registry.kinds import KINDS
    from registry.schema import definition_schema, file_name

    if output is None:
        typer.echo(_text(definition_schema(KINDS[kind or "item"])), nl=False)
        return
    output.mkdir(parents=True, exist_ok=True)
    for one in [KINDS[kind]] if kind else KINDS.values():
        file = output / file_name(one)
        file.write_text(_text(definition_schema(one)), encoding="utf-8")
        typer.echo(f"{file}")
        typer.echo(f"# yaml-language-server: $schema={file.resolve().as_uri()}")


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
