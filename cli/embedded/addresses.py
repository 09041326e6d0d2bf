"""How the programs of a stack and its clients find it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.embedded.ports import HOST, Ports
from settings import PREFIX, Settings


def environment(settings: Settings, ports: Ports, home: Path) -> dict[str, str]:
    """The `BANCHENG_*` variables of the stack on these ports, and those that are set already."""
    api = f"http://{HOST}:{ports.api}"
    values: dict[str, Any] = {
        "home": home,
        "embedded": "true",
        "database_url": f"postgresql+psycopg://postgres@{HOST}:{ports.postgres}/postgres",
        "temporal_address": f"{HOST}:{ports.temporal}",
        "temporal_ui_url": f"http://{HOST}:{ports.ui}",
        "api_port": ports.api,
        "public_url": api if settings.public_url.startswith(f"http://{HOST}:") else settings.public_url,
    }
    own = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    return own | {f"{PREFIX}{name}".upper(): str(value) for name, value in values.items()}


def addresses(ports: Ports, metrics: Mapping[str, int]) -> dict[str, str]:
    """Where people find the parts: api, temporal_ui, temporal, postgres, and the metrics of each program that has some."""
    return {
        "api": f"http://{HOST}:{ports.api}",
        "temporal_ui": f"http://{HOST}:{ports.ui}",
        "temporal": f"{HOST}:{ports.temporal}",
        "postgres": f"postgresql://postgres@{HOST}:{ports.postgres}/postgres",
        **{f"metrics_{name}": f"http://{HOST}:{port}/metrics" for name, port in metrics.items()},
    }
