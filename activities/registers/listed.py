"""Which register is reached in which way (definitions/registers.yaml)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from ruamel.yaml import YAML

from activities.registers.connector import Connector
from activities.registers.folder import Folder
from activities.registers.http import Http
from domain.definition import Name
from domain.values import Value
from settings import Settings

log = logging.getLogger(__name__)


class FolderRegister(Value):
    """A folder; a relative path lies in the home of the installation."""

    connector: Literal["folder"]
    folder: Path
    sample: bool = Field(False, description="内置环境中没有文件时出具样本；其他环境一律不出具")


class HttpRegister(Value):
    """An HTTP service; its key stands in the settings, never in this file."""

    connector: Literal["http"]
    url: str = Field(pattern=r"^https?://[^\s]+$")
    method: Literal["POST", "GET"] = "POST"
    answer: Literal["file", "base64"] = "file"
    key_header: str = Field("X-API-Key", pattern=r"^[A-Za-z0-9-]+$")
    timeout_seconds: float = Field(10.0, gt=0, le=60)


Listed = Annotated[FolderRegister | HttpRegister, Field(discriminator="connector")]


class Registers(Value):
    """All registers of the file."""

    registers: dict[Name, Listed] = Field(default_factory=dict)


def read_registers(definitions: Path) -> Registers:
    """The registers of the folder of definitions; none without the file. Raises pydantic's ValidationError."""
    path = definitions / "registers.yaml"
    if not path.is_file():
        return Registers()
    return Registers.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))


def connectors(settings: Settings) -> dict[str, Connector]:
    """A way to each register."""
    listed = read_registers(settings.definitions).registers
    return {name: _connector(name, register, settings) for name, register in listed.items()}


def _connector(name: str, register: Listed, settings: Settings) -> Connector:
    if isinstance(register, FolderRegister):
        if register.sample and not settings.embedded:
            log.warning("samples are for the embedded stack only and are not given here", extra={"register": name})
        return Folder(settings.home / register.folder, samples=register.sample and settings.embedded)
    return Http(
        register.url,
        key=settings.register_keys.get(name, ""),
        key_header=register.key_header,
        method=register.method,
        answer=register.answer,
        timeout=register.timeout_seconds,
        max_bytes=settings.max_file_bytes,
    )
