"""`bancheng temporal`: prepare the namespace that our workflows live in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from settings import Settings
    from workflows.namespace import SetUp

temporal = typer.Typer(help="办件引擎的准备。Prepare Temporal.", no_args_is_help=True)


@temporal.callback()
def _temporal() -> None:
    """Keeps the name of the command, also while there is only one."""


@temporal.command(help="建立命名空间、登记搜索属性；可重复运行。Create the namespace and register search attributes.")
def setup(
    retention_days: Annotated[
        int, typer.Option(min=1, max=3650, help="办结后历史保留的天数。Days for which closed histories are kept.")
    ] = 90,
) -> None:
    """What is missing is made, what is there is left as it is; status 1 where an attribute has another type."""
    from settings import Settings

    settings = Settings()
    done = asyncio.run(_set_up(settings, timedelta(days=retention_days)))
    print(_said(done, settings.temporal_namespace, retention_days))
    if not done.attributes.are_complete:
        print(f"✗ {done.attributes.said(settings.temporal_namespace).zh}")
        raise typer.Exit(1)


async def _set_up(settings: Settings, retention: timedelta) -> SetUp:
    from temporalio.service import RPCError

    from cli.embedded.trouble import Trouble
    from workflows.connection import connect
    from workflows.namespace import set_up
    from workflows.transport import Unreachable

    try:
        return await set_up(await connect(settings), retention)
    except Unreachable as error:
        raise Trouble(str(error), str(error)) from error
    except RPCError as error:
        name = error.status.name
        zh = f"Temporal 拒绝（{name}）：{error.message}；建立命名空间和登记属性需要管理员权限"
        raise Trouble(zh, f"Temporal refused ({name}): {error.message}. This takes its admin role") from error


def _said(done: SetUp, namespace: str, days: int) -> str:
    there = f"命名空间 {namespace} 已建立，历史保留 {days} 天" if done.created else f"命名空间 {namespace} 已存在"
    added = f"新登记搜索属性 {len(done.added)} 个：{'、'.join(done.added)}" if done.added else "搜索属性没有新增"
    return f"✓ {there}；{added}；现有 {len(done.attributes.there)} 个"
