"""`stack.json`: what runs where, for those who use a stack that they did not start themselves."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from cli.embedded.folder import holder_of

FILE = "stack.json"


@dataclass(frozen=True)
class Running:
    """A stack that is ready for use."""

    home: str
    supervisor: int
    pids: dict[str, int]
    """By name: postgres, temporal, worker, api, watch, watchdog."""
    environment: dict[str, str]
    """The `BANCHENG_*` variables for its clients."""
    addresses: dict[str, str]
    """For people: api, temporal_ui, temporal, postgres, metrics_api, metrics_worker, metrics_watch."""

    def pid(self, name: str) -> int:
        """The process of this part now; it changes when the supervisor starts the part again."""
        now = running(Path(self.home))
        return (now or self).pids[name]

    def write(self) -> None:
        """Write the file, whole or not at all."""
        path = Path(self.home) / FILE
        draft = path.with_name(f".{FILE}.{os.getpid()}")
        draft.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1))
        draft.replace(path)


def running(home: Path) -> Running | None:
    """The stack that runs in this folder and is ready, or None. What a killed supervisor left behind does not count."""
    try:
        found = Running(**json.loads((home / FILE).read_text()))
    except FileNotFoundError:
        return None
    return found if found.supervisor == holder_of(home) else None


def forget(home: Path) -> None:
    """Remove the file."""
    (home / FILE).unlink(missing_ok=True)
