"""The servers that are measured: a fresh embedded stack with one published item, and the bare workflow's worker."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.embedded import Running, launched


@contextmanager
def bench_stack() -> Iterator[Running]:
    """The running stack; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bancheng-bench-") as folder, launched(Path(folder) / "home") as stack:
        publish = [sys.executable, "-m", "cli.main", "register", "--publish", "definitions/items/food_permit_new.yaml"]
        subprocess.run(publish, check=True, env={**os.environ, **stack.environment})
        worker = subprocess.Popen([sys.executable, "-m", "bench.bare", stack.environment["BANCHENG_TEMPORAL_ADDRESS"]])
        try:
            yield stack
        finally:
            worker.terminate()
            worker.wait()
