"""The compose file is well-formed, knows every search attribute, and gives only settings that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

from ruamel.yaml import YAML

from settings import Settings, WorkerPart
from workflows.search_attributes import SEARCH_ATTRIBUTES

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_compose_file_fits_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

    done = subprocess.run([*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_file_gives_only_settings_that_exist() -> None:
    given = set(re.findall(r"^ +BANCHENG_(\w+):", TEXT, re.MULTILINE))

    assert given <= {name.upper() for name in Settings.model_fields}


def test_compose_file_prepares_the_namespace_by_the_command_that_knows_every_search_attribute() -> None:
    assert '"cli.main", "temporal", "setup"' in TEXT
    assert not any(name in TEXT for name in SEARCH_ATTRIBUTES), "the list has one place: workflows/search_attributes.py"


def test_no_log_of_a_container_grows_without_end() -> None:
    services = YAML(typ="safe", pure=True).load(TEXT)["services"]

    unbounded = [
        name for name, service in services.items() if "max-size" not in service.get("logging", {}).get("options", {})
    ]

    assert unbounded == []


def test_what_the_compose_file_demands_is_in_the_example_of_its_environment() -> None:
    demanded = set(re.findall(r"\$\{(\w+):\?\}", TEXT))
    offered = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))

    assert demanded
    assert demanded <= offered


def test_every_part_of_a_workers_work_is_done_by_a_service_and_those_who_wait_for_others_are_apart_from_cases() -> None:
    services = YAML(typ="safe", pure=True).load(TEXT)["services"].values()
    does = [
        service["environment"]["BANCHENG_WORKER_DOES"] for service in services if "BANCHENG_WORKER_DOES" in str(service)
    ]

    assert "cases" in does
    assert {part for one in does for part in one.split(",")} == set(get_args(WorkerPart))


def test_compose_and_embedded_stack_run_the_same_temporal() -> None:
    from cli.embedded import binaries

    version = subprocess.run([str(binaries.temporal()), "--version"], capture_output=True, text=True, check=True).stdout
    server = re.search(r"Server (\d+\.\d+\.\d+)", version)
    ui = re.search(r"UI (\d+\.\d+\.\d+)", version)

    assert server is not None
    assert ui is not None
    assert f"temporalio/server:{server[1]}" in TEXT
    assert f"temporalio/ui:{ui[1]}" in TEXT
