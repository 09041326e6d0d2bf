"""The stack in a child process, for tests and demonstrations."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cli.embedded.stack import ROOT
from cli.embedded.state import Running, running
from cli.embedded.trouble import Trouble

_PATIENCE = 180.0


@contextmanager
def launched(
    home: Path,
    *,
    free_ports: bool = True,
    durable: bool = True,
    command: Sequence[str] | None = None,
    output: IO[Any] | int | None = None,
) -> Iterator[Running]:
    """A stack of its own in this folder, ready for use, stopped at the end; it ends also when this process is killed.

    Its progress goes to `output` (default: where this process prints). Raises Trouble when the stack does not come up.
    """
    home = home.resolve()
    options = [*(["--ports", "free"] if free_ports else []), *([] if durable else ["--throwaway"])]
    up = command or [sys.executable, "-P", "-m", "cli.main", "up", "--home", str(home), "--with-parent", *options]
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        up,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    )
    try:
        yield _ready(process, home)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()
        process.wait()


def _ready(process: subprocess.Popen[bytes], home: Path) -> Running:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            assert process.stderr is not None
            said = process.stderr.read().decode(errors="replace").strip().removeprefix("✗ ")
            raise Trouble(said, said)
        if (found := running(home)) and found.supervisor == process.pid:
            return found
        time.sleep(0.05)
    raise Trouble(f"{home} 中的环境迟迟没有就绪。", f"The stack in {home} does not get ready.")
