"""`bancheng upgrade`: a new release of the worker takes over the cases that are open: checked, promoted, looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

import typer

from cli.embedded.trouble import Trouble

T = TypeVar("T")

upgrade = typer.Typer(
    help="升级：用新版本重放在办件、让新版本接手、查看各版本。A new release of the worker: replay open cases, let it serve, look.",
    no_args_is_help=True,
)
SERVING = {"current": "正在办理", "ramping": "部分办理", "waiting": "等待接手", "former": "已停用"}


@upgrade.command(
    help="用本程序重放在办件和已办结件的历史，一个也不改动；有一个不能继续即以状态 1 结束。"
    "Replay histories of open and closed cases with this code; nothing is changed; status 1 if any can't go on."
)
def check(
    sample: Annotated[int, typer.Option(min=1, help="每类各取多少件。How many of each kind, open and closed.")] = 200,
    query: Annotated[
        str, typer.Option(help="只取符合的（Temporal 查询）。Only those that a visibility query finds.")
    ] = "",
) -> None:
    """Run this with the image of the new release, before its workers get work."""
    looked, faults = _run(_check(sample, query))
    if faults:
        raise Trouble(
            f"{looked} 份历史中有 {faults} 份不能用本程序继续，请勿接手。改动须置于 workflow.patched 之后（docs/upgrades.md）。",
            f"{faults} of {looked} histories can't go on under this code; do not promote it. Put the change behind "
            "workflow.patched (docs/upgrades.md).",
        )
    print(f"✓ {looked} 份历史都能用本程序继续")


@upgrade.command(
    help="让一个版本接手：此后每一办件的下一步都由它办理。Let a release serve: it does the next task of every case."
)
def promote(build_id: Annotated[str, typer.Argument(help="版本，即 BANCHENG_BUILD_ID。The release.")]) -> None:
    """Workers of the release have to be running. Going back is promoting the former one."""
    _run(_promote(build_id))
    print(f"✓ 版本 {build_id} 已接手")


@upgrade.command(help="各版本，哪个正在办理。The releases, and which one serves.")
def status() -> None:
    """The newest release first."""
    for build, serving, since in _run(_status()):
        print(f"{build}\t{SERVING[serving]}{f'，自 {since}' if since else ''}")


async def _check(sample: int, query: str) -> tuple[int, int]:
    from settings import settings
    from workflows.connection import connect
    from workflows.release import replayed

    looked = faults = 0
    async for workflow_id, fault in replayed(await connect(settings()), sample, among=query):
        looked += 1
        if fault is not None:
            faults += 1
            print(f"✗ {workflow_id}：{fault}")
        elif looked % 50 == 0:
            print(f"  已重放 {looked} 份")
    return looked, faults


async def _promote(build: str) -> None:
    from temporalio.service import RPCError

    from settings import settings
    from workflows.connection import connect
    from workflows.release import NoSuchRelease
    from workflows.release import promote as set_current

    own = settings()
    try:
        await set_current(await connect(own), own.deployment, build)
    except NoSuchRelease:
        raise Trouble(
            f"没有版本 {build} 的工作进程在运行；请先以 BANCHENG_BUILD_ID={build} 启动它",
            f"No worker of release {build} runs; start one with BANCHENG_BUILD_ID={build} first",
        ) from None
    except RPCError as error:
        raise _refused(error) from error


async def _status() -> list[tuple[str, str, str | None]]:
    from temporalio.service import RPCError

    from domain.values import SHANGHAI
    from settings import settings
    from workflows.connection import connect
    from workflows.release import releases

    own = settings()
    try:
        found = await releases(await connect(own), own.deployment)
    except RPCError as error:
        raise _refused(error) from error
    return [
        (one.build, one.serving, f"{one.since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if one.since else None)
        for one in found
    ]


def _refused(error: Any) -> Trouble:
    from temporalio.service import RPCStatusCode

    from settings import settings

    if error.status is RPCStatusCode.NOT_FOUND:
        name = settings().deployment
        return Trouble(
            f"Temporal 还不知道名为 {name} 的工作进程；请先以 BANCHENG_BUILD_ID 启动一个",
            f"Temporal knows of no workers named {name} yet; start one with BANCHENG_BUILD_ID first",
        )
    return Trouble(f"Temporal 没有接受：{error.message}", f"Temporal refused: {error.message}")


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except RuntimeError as error:
        if "connect" not in str(error).lower():
            raise
        from settings import settings

        where = settings().temporal_address
        raise Trouble(f"连接不到 Temporal（{where}）", f"Temporal does not answer at {where}") from error
