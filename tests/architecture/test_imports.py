"""Who may import whom: the contracts of pyproject.toml, held by import-linter."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LINT = ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]


def lint() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *LINT, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def settings() -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    linter: dict[str, Any] = read["tool"]["importlinter"]
    return linter


def test_every_import_goes_in_the_direction_of_the_design() -> None:
    done = lint()

    assert done.returncode == 0, done.stdout
    assert [one["name"] for one in settings()["contracts"] if f"{one['name']} KEPT" not in done.stdout] == []


def test_contracts_hold_every_package_of_the_house() -> None:
    packages = {folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists()}

    assert packages - {"tests", "bench"} - set(settings()["root_packages"]) == set()
