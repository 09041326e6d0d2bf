"""The four ports of the embedded stack."""

from __future__ import annotations

import errno
import random
import socket
import time
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlsplit

from cli.embedded.trouble import Trouble
from settings import PREFIX, Settings

HOST = "127.0.0.1"
PATIENCE = 5.0
_LOCAL = ("127.0.0.1", "localhost", "::1")
_BELOW_EPHEMERAL = range(20000, 32000)  # the system hands these out to nobody, so a restart finds its port again


@dataclass(frozen=True)
class Ports:
    """Where the parts of the stack listen."""

    postgres: int
    temporal: int
    ui: int
    api: int

    @classmethod
    def of(cls, settings: Settings) -> Ports:
        """The ports that the settings name. Raises Trouble if they name another machine: `up` is not meant for that."""
        return cls(
            postgres=_local_port(settings.database_url, "database_url"),
            temporal=_local_port(f"//{settings.temporal_address}", "temporal_address"),
            ui=_local_port(settings.temporal_ui_url, "temporal_ui_url"),
            api=settings.api_port,
        )

    @classmethod
    def free(cls) -> Ports:
        """Four ports that nobody uses now."""
        return cls(*free_ports(4))

    def but(self, **chosen: int | None) -> Ports:
        """These ports with the given ones in their place."""
        return replace(self, **{name: port for name, port in chosen.items() if port is not None})

    def require_free(self) -> None:
        """Raise Trouble if a port is taken; for a moment it may still be by the last stack, just killed."""
        end = time.monotonic() + PATIENCE
        for name, port in asdict(self).items():
            while reason := _why_not(port):
                if reason != errno.EADDRINUSE or time.monotonic() > end:
                    raise _taken(name, port, reason)
                time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """So many ports that nobody uses now."""
    found: list[int] = []
    while len(found) < count:
        port = random.choice(_BELOW_EPHEMERAL)
        if port not in found and _why_not(port) is None:
            found.append(port)
    return found


def listens(port: int) -> bool:
    """Whether somebody answers on this port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _why_not(port: int) -> int | None:
    """The errno for which this port can't be listened on, or None if it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.errno
    return errno.EADDRINUSE if listens(port) else None


def _taken(name: str, port: int, reason: int) -> Trouble:
    option = {"postgres": "--pg-port", "temporal": "--temporal-port", "ui": "--ui-port", "api": "--api-port"}[name]
    change = f"make up ARGS='{option} {port + 1}'"
    if reason == errno.EADDRINUSE:
        return Trouble(
            f"端口 {port} 已被别的程序占用（查看：lsof -i :{port}）。请停掉那个程序，或换一个端口：{change}。",
            f"Port {port} is taken by another program (see: lsof -i :{port}). Stop it, or choose another: {change}.",
        )
    return Trouble(
        f"端口 {port} 不能使用。请换一个端口：{change}。",
        f"Port {port} can't be used. Choose another: {change}.",
    )


def _local_port(url: str, setting: str) -> int:
    parts = urlsplit(url)
    if parts.hostname not in _LOCAL or parts.port is None:
        name = f"{PREFIX}{setting}".upper()
        raise Trouble(
            f"{name} 指向 {parts.netloc}，而内置环境只在本机（{HOST}:端口）运行。请取消该变量后再运行。",
            f"{name} names {parts.netloc}, but the embedded stack runs on this machine only ({HOST}:port). Unset it.",
        )
    return parts.port
