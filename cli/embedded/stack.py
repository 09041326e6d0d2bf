"""The embedded stack as one thing: started in order, kept alive, stopped in order."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cli import token as development_issuer
from cli.embedded import diagnosis, folder, state
from cli.embedded.addresses import addresses, environment
from cli.embedded.lifeline import Watchdog
from cli.embedded.part import Part, start_parts, stop_parts
from cli.embedded.ports import HOST, Ports, free_ports
from cli.embedded.postgres import Postgres
from cli.embedded.progress import Progress
from cli.embedded.revival import Revival
from cli.embedded.services import Service, environment_of_children
from cli.embedded.temporal import Temporal
from settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent.parent


def _module(name: str) -> Callable[[], Sequence[str]]:
    return lambda: (sys.executable, "-P", "-m", name)


@dataclass(frozen=True)
class Programs:
    """The commands of our own processes; tests put others in their place."""

    migrate: Sequence[str] = field(default_factory=_module("storage"))
    worker: Sequence[str] = field(default_factory=_module("worker"))
    api: Sequence[str] = field(default_factory=_module("api"))
    watch: Sequence[str] = field(default_factory=_module("watch"))


class Stack:
    """PostgreSQL, Temporal, worker and API, running inside `with`; to be used in a process's main thread."""

    def __init__(
        self,
        settings: Settings,
        *,
        ports: Ports | None = None,
        durable: bool = True,
        search_attributes: Mapping[str, str] | None = None,
        programs: Programs | None = None,
        progress: Progress | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._ports = ports or Ports.of(settings)
        self._durable = durable
        self._attributes = search_attributes or {}
        self._programs = programs or Programs()
        self._progress = progress or Progress()
        self.pause = pause
        """Called wherever the stack waits; whoever replaces it may raise there to stop."""
        self.home = settings.home.resolve()
        self._metrics: dict[str, int] = {}
        self._parts: list[Part] = []
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._exit.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stopping()
        self._exit.close()
        self._progress.stopped()

    @property
    def environment(self) -> dict[str, str]:
        """The `BANCHENG_*` variables for the parts of the stack and for its clients."""
        return environment(self._settings, self._ports, self.home)

    def pid(self, name: str) -> int:
        """The process of this part now."""
        return next(part.child.pid or 0 for part in self._parts if part.name == name)

    def watch(self) -> None:
        """Start again whatever ends, until `pause` raises. Raises Trouble when the data itself is gone or broken."""
        revivals = [Revival(part, self._progress) for part in self._parts]
        written = True
        while True:
            changed = [self._watchdog.check(), *(revival.look(self.pause) for revival in revivals)]
            written = written and not any(changed)
            if not written:
                with suppress(OSError):  # a full disk, say; it is tried again until it works
                    self._write_state()
                    written = True
            self.pause(0.2)

    def _start(self) -> None:
        self._progress.begin(self.home)
        self._exit.callback(folder.claim(self.home).close)
        state.forget(self.home)
        folder.require_room(self.home)
        self._ports.require_free()
        self._watchdog = Watchdog()
        self._exit.callback(self._watchdog.close)
        self._exit.callback(self._stop)
        development_issuer.prepare_issuer(self.home)
        self._start_servers()
        self._start_programs()
        self._write_state()
        self._exit.callback(state.forget, self.home)
        self._progress.ready(addresses(self._ports, self._metrics))

    def _start_servers(self) -> None:
        """PostgreSQL and Temporal at the same time."""
        ports, given = self._ports, self._settings
        temporal = Temporal(
            self.home,
            (ports.temporal, ports.ui),
            given.temporal_namespace,
            self._attributes,
            self._watchdog,
            self._durable,
        )
        postgres = Postgres(self.home, ports.postgres, self._watchdog, self._durable)
        self._run([temporal, postgres])  # in this order: a first PostgreSQL has its data to prepare
        if temporal.add_missing_attributes() and self._durable:
            stop_parts([temporal])
            self._parts.remove(temporal)
            self._run([temporal])

    def _start_programs(self) -> None:
        """The migrations to their end, then the worker and the API at the same time."""
        log, programs = self.home / "log", self._programs
        variables = environment_of_children(self.environment, ROOT)
        migrate = Service("migrate", programs.migrate, log / "migrate.log", variables, self._watchdog)
        began = time.monotonic()
        if status := migrate.child.run(self.pause):
            raise diagnosis.why(migrate.title, status, migrate.child.output(), migrate.child.log)
        self._progress.started(migrate.title, time.monotonic() - began)
        host = HOST if self._settings.api_host in ("0.0.0.0", "::", "localhost") else self._settings.api_host
        health = f"http://{host}:{self._ports.api}/v1/health"
        self._metrics = dict(zip(("api", "worker", "watch"), free_ports(3), strict=True))
        shown = {name: variables | {f"{PREFIX}METRICS_PORT": str(port)} for name, port in self._metrics.items()}
        worker = Service("worker", programs.worker, log / "worker.log", shown["worker"], self._watchdog)
        api = Service("api", programs.api, log / "api.log", shown["api"], self._watchdog, health)
        self._run([api, worker])
        self._run([Service("watch", programs.watch, log / "watch.log", shown["watch"], self._watchdog)])

    def _run(self, parts: list[Part]) -> None:
        self._parts += parts
        start_parts(parts, self._progress, self.pause)

    def _stop(self) -> None:
        """Our own programs first, so that they can finish what they have begun."""
        servers: list[Part] = [part for part in self._parts if isinstance(part, Postgres | Temporal)]
        stop_parts([part for part in self._parts if part not in servers])
        stop_parts(servers)

    def _write_state(self) -> None:
        pids = {part.name: part.child.pid or 0 for part in self._parts} | {"watchdog": self._watchdog.pid}
        state.Running(
            str(self.home), os.getpid(), pids, self.environment, addresses(self._ports, self._metrics)
        ).write()
