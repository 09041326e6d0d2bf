"""Dashboards and alerts name nothing that is not there: each metric and label is on a page that was scraped.

It puts made-up cases into the files that test_figures counts, so it comes after it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from ruamel.yaml import YAML
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from bench.made_cases import make
from cli.embedded import Running, binaries
from cli.embedded.ports import HOST, free_ports
from domain.values import SHANGHAI
from tests.counter import Counter
from tests.observability.city import City, seen
from tests.observability.promql import named_in
from tests.observability.scrape import Scrape

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = {"up": set[str]()}
"""What Prometheus adds by itself."""
TARGET = {"job", "instance"}
"""Labels that it puts on everything."""
INTERVAL = "matching.backlogMetricsEmitInterval"


def expressions() -> Iterator[tuple[str, str]]:
    """Every PromQL expression with where it stands."""
    for file in sorted((ROOT / "observability/dashboards").glob("*.json")):
        for panel in json.loads(file.read_text("utf-8"))["panels"]:
            for target in panel.get("targets", []):
                yield f"{file.stem}: {panel['title']}", target["expr"]
    for group in YAML(typ="safe").load(ROOT / "observability/alerts.yaml")["groups"]:
        for rule in group["rules"]:
            yield f"alert {rule['alert']}", rule["expr"]


def wanted() -> dict[str, set[str]]:
    """Every metric that is named anywhere, with the labels that are asked of it alone."""
    found: dict[str, set[str]] = {}
    for _, expression in expressions():
        for name, labels in named_in(expression).metrics.items():
            found.setdefault(name, set()).update(labels)
    return found


def made_up_facts(stack: Running, number: str) -> None:
    """Something of everything that figures tell."""
    url = stack.environment["BANCHENG_DATABASE_URL"]
    make(url, open_cases=700, closed=100, now=datetime.now(SHANGHAI), prefix="GZT")
    script = (Path(__file__).parent / "facts.sql").read_text("utf-8")
    with psycopg.connect(
        url.replace("+psycopg", ""), autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.execute(statement, {"number": number})


async def failures(stack: Running, clerk: Counter) -> None:
    """A workflow and an activity that fail, and a request that the engine refuses."""
    settings = stack.environment
    client = await Client.connect(settings["BANCHENG_TEMPORAL_ADDRESS"], data_converter=pydantic_data_converter)
    queue = "cases"
    await client.start_workflow("Case", "no start of a case", id="broken-workflow", task_queue=queue)
    await client.start_activity(
        "how_it_ended",
        "no such case",
        id="broken-activity",
        task_queue=queue,
        start_to_close_timeout=timedelta(seconds=5),
    )
    answer = await clerk.post("window", "/v1/cases/GZT0000001/acts", {"act": "withdraw"})
    assert answer.status_code >= 400


async def of_the_server() -> Scrape:
    """Metrics of a Temporal with a task that nobody takes, set as deploy/temporal says."""
    port = free_ports(1)[0]
    set_to = YAML(typ="safe").load(ROOT / "deploy/temporal/dynamicconfig.yaml")
    assert set_to[INTERVAL], "without it the server shows no backlog"
    more = [f"--metrics-port={port}", "--dynamic-config-value", f'{INTERVAL}="1s"']
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(binaries.temporal()), dev_server_log_level="error", dev_server_extra_args=more
    ) as server:
        await server.client.start_workflow("Case", id="nobody-takes-it", task_queue="unserved")
        pages = (f"http://{HOST}:{port}/metrics",)
        return await seen(pages, lambda page: page.value("approximate_backlog_age_seconds", taskqueue="unserved") > 0)


async def test_every_metric_and_label_that_is_named_is_shown(town: City, clerk: Counter) -> None:
    server = await of_the_server()
    case = await clerk.apply()
    made_up_facts(town.stack, case["number"])
    await failures(town.stack, clerk)
    ours = {name for name in wanted() if name not in PROMETHEUS and not name.startswith("approximate_")}
    pages = (*town.pages, town.stack.addresses["metrics_watch"])

    page = await seen(pages, lambda page: ours <= page.keys(), lambda page: ours - page.keys())

    shown = Scrape({**server, **page})
    for where, expression in expressions():
        named = named_in(expression)
        labels = {label for name in named.metrics for label in shown.labels_of(name)} | TARGET
        for name, asked in named.metrics.items():
            assert name in shown or name in PROMETHEUS, f"{where}: {name} is not shown"
            assert asked <= shown.labels_of(name) | TARGET, f"{where}: {name} has no {asked - shown.labels_of(name)}"
        assert named.grouped <= labels, f"{where}: nothing has {named.grouped - labels}"


async def test_every_line_of_every_process_is_json_and_the_engines_own_lines_are_among_them(town: City) -> None:
    lines = [
        json.loads(line)
        for name in ("api", "worker", "second", "watch")
        for line in (Path(town.stack.home) / f"log/{name}.log").read_text("utf-8").splitlines()
    ]

    assert {"worker.main", "temporal"} <= {line["logger"] for line in lines}
    assert all({"at", "level", "message"} <= line.keys() for line in lines)
