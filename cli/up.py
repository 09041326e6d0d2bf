"""`bancheng up`: the embedded stack, until it is told to stop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def up(
    home: Annotated[Path | None, typer.Option(help="数据文件夹，默认 .bancheng。Folder of the data.")] = None,
    ports: Annotated[
        str, typer.Option(help="default 固定端口；free 任选空闲端口。Fixed ports, or any that are free.")
    ] = "default",
    pg_port: Annotated[int | None, typer.Option(help="PostgreSQL 的端口。Port of PostgreSQL.")] = None,
    temporal_port: Annotated[int | None, typer.Option(help="Temporal 的端口。Port of Temporal.")] = None,
    ui_port: Annotated[int | None, typer.Option(help="Temporal UI 的端口。Port of Temporal UI.")] = None,
    api_port: Annotated[int | None, typer.Option(help="API 的端口。Port of the API.")] = None,
    throwaway: Annotated[bool, typer.Option("--throwaway", hidden=True)] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Run the embedded stack; --throwaway keeps nothing safe, --with-parent ends it when standard input closes."""
    from cli.embedded import Ports, Stack, supervise
    from settings import Settings

    settings = Settings() if home is None else Settings(home=home)
    if ports not in ("default", "free"):
        raise typer.BadParameter("default | free", param_hint="--ports")
    chosen = Ports.free() if ports == "free" else Ports.of(settings)
    chosen = chosen.but(postgres=pg_port, temporal=temporal_port, ui=ui_port, api=api_port)
    supervise(Stack(settings, ports=chosen, durable=not throwaway, search_attributes=_search_attributes()), with_parent)


def _search_attributes() -> dict[str, str]:
    """The search attributes that the workflows declare, by name."""
    from workflows.search_attributes import SEARCH_ATTRIBUTES

    return dict(SEARCH_ATTRIBUTES)
