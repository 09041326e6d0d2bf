"""`bancheng schema`: the JSON Schema by which an editor helps to write a definition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

HELP = """导出事项定义的 JSON Schema，供编辑器补全和提示。Export the JSON Schema of a definition for editors.

在定义文件首行写（须装 YAML 语言服务）：As the first line of a definition write:

# yaml-language-server: $schema=item.schema.json
"""


def schema(
    output: Annotated[
        Path | None, typer.Option(help="写入的文件夹；不填则打印。Folder to write to; printed if left out.")
    ] = None,
) -> None:
    """Print the schema, or write it to a folder."""
    from registry.schema import FILE_NAME, definition_schema

    text = json.dumps(definition_schema(), ensure_ascii=False, indent=2) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    output.mkdir(parents=True, exist_ok=True)
    (output / FILE_NAME).write_text(text, encoding="utf-8")
    typer.echo(f"{output / FILE_NAME}")
    typer.echo(f"# yaml-language-server: $schema={(output / FILE_NAME).resolve().as_uri()}")
