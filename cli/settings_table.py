"""`python -m cli.settings_table`: docs/settings.md, made anew: every setting with its default and what it is for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "settings.md"


def table() -> str:
    """The page as it stands today."""
    rows = [
        f"| `{PREFIX}{name}`".upper()
        + f" | {_written(field.get_default(call_default_factory=True))} | {_cell(field.description or '')} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([*INTRODUCTION, "| name | default | what for |", "|---|---|---|", *rows, ""])


INTRODUCTION = [
    "# Settings",
    "",
    "Made by `python -m cli.settings_table` from `settings/__init__.py`; do not edit. A test keeps it up to date.",
    "",
    f"Settings are environment variables, read once when a process starts. A `{PREFIX}` variable that is not in this list",
    "stops the process, for it is most likely a slip of the pen. The embedded stack (`make up`) chooses its own values for",
    "the folder, the addresses and the ports, and hands them to its parts. What the law leaves open is pinned in each case",
    "when it is opened; a changed setting is for new cases.",
    "",
]


def _written(default: Any) -> str:
    if isinstance(default, Path):
        inside = default.is_relative_to(ROOT)
        return f"`{default.relative_to(ROOT).as_posix()}/` beside the code" if inside else f"`{default.as_posix()}`"
    if default is None or default in ("", {}):
        return "empty"
    if isinstance(default, frozenset):
        return f"`{','.join(sorted(default))}`"
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


def _cell(text: str) -> str:
    return text.replace("|", "∣")


def main() -> None:
    """Write the page."""
    PAGE.write_text(table(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(Settings.model_fields)} settings")


if __name__ == "__main__":
    main()
