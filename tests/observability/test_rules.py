"""The files of alerts, dashboards, Prometheus, Grafana and the collector have the shape that each wants, and fit one another."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from storage.figures import events
from storage.figures.standing import STANDING
from tests.observability.promql import named_in

ROOT = Path(__file__).resolve().parents[2]
BOARDS = sorted((ROOT / "observability/dashboards").glob("*.json"))
PANELS = {"row", "stat", "bargauge", "timeseries", "table"}
DURATION = re.compile(r"[0-9]+[smhd]")
CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{3}")
LABEL = re.compile(r"\$labels\.(\w+)")


def read(path: str) -> Any:
    return YAML(typ="safe").load(ROOT / path)


RULES = [rule for group in read("observability/alerts.yaml")["groups"] for rule in group["rules"]]


def test_groups_and_alerts_have_names_of_their_own() -> None:
    groups = [group["name"] for group in read("observability/alerts.yaml")["groups"]]
    alerts = [rule["alert"] for rule in RULES]

    assert len(set(groups)) == len(groups)
    assert len(set(alerts)) == len(alerts)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_alert_is_a_rule_and_says_in_both_languages_what_it_means(rule: dict[str, Any]) -> None:
    said = rule["annotations"]

    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert "for" not in rule or DURATION.fullmatch(rule["for"])
    assert said.keys() == {"summary", "description", "runbook"}
    for words in (said["summary"], said["description"]):
        assert CHINESE.search(words), words
        assert ENGLISH.search(words), words
    kept = named_in(rule["expr"]).grouped | {"job", "instance"}
    assert set(LABEL.findall(said["summary"] + said["description"])) <= kept


def test_every_alert_has_cases_in_which_it_speaks_and_is_silent() -> None:
    asked: dict[str, set[str]] = {rule["alert"]: set() for rule in RULES}
    seen: dict[str, dict[str, set[str]]] = {rule["alert"]: {} for rule in RULES}
    for case in read("observability/alerts.test.yaml")["tests"]:
        alert = case["name"].partition(",")[0]
        for series in case["input_series"]:
            name, _, labels = series["series"].partition("{")
            seen[alert].setdefault(name, set()).update(re.findall(r"(\w+)=", labels))
        for question in case["promql_expr_test"]:
            assert question["expr"] == f'count(ALERTS{{alertname="{alert}", alertstate="firing"}})'
            asked[alert].add("speaks" if question["exp_samples"] else "is silent")

    for rule in RULES:
        assert asked[rule["alert"]] == {"speaks", "is silent"}, rule["alert"]
        for metric, labels in named_in(rule["expr"]).metrics.items():
            assert labels <= seen[rule["alert"]].get(metric, {"none"}), (rule["alert"], metric)
    if (promtool := shutil.which("promtool")) is not None:  # no package of ours brings it; Debian's `prometheus` does
        command = [promtool, "test", "rules", str(ROOT / "observability/alerts.test.yaml")]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr


def test_runbook_says_of_every_alert_what_to_do_and_of_no_other() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    section = page.partition("\n## Alerts\n")[2].partition("\n## ")[0]

    first_cells = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    told = set(re.findall(r"`(\w+)`", " ".join(first_cells)))

    assert told == {rule["alert"] for rule in RULES}
    assert {rule["annotations"]["runbook"] for rule in RULES} == {"docs/operations.md#alerts"}


@pytest.mark.parametrize("file", BOARDS, ids=[file.stem for file in BOARDS])
def test_dashboard_is_one_that_grafana_loads(file: Path) -> None:
    board = json.loads(file.read_text("utf-8"))
    panels = board["panels"]

    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= board.keys()
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["type"] for panel in panels} <= PANELS
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert CHINESE.search(panel["title"]), panel["title"]
        assert ENGLISH.search(panel["title"]), panel["title"]
        assert (panel["type"] == "row") == (not panel.get("targets"))
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel.get("targets", []))
    assert all(_apart(one, other) for one, other in pairwise(panels))


def _apart(one: dict[str, Any], other: dict[str, Any]) -> bool:
    a, b = one["gridPos"], other["gridPos"]
    return bool(a["y"] + a["h"] <= b["y"] or a["x"] + a["w"] <= b["x"])


def test_figures_of_cases_and_they_alone_lose_their_instance() -> None:
    scrape = next(job for job in read("deploy/prometheus.yaml")["scrape_configs"] if job["job_name"] == "bancheng")
    (relabelled,) = scrape["metric_relabel_configs"]
    figures = {
        *(figure.name for figure in STANDING),
        *(total.name for total in events.TOTALS),
        events.EVENTS,
    }
    own = {name for rule in RULES for name in named_in(rule["expr"]).metrics} | {"bancheng_figures_age_seconds"}
    technical = {
        name
        for name in own
        if name.startswith(("bancheng_api", "bancheng_loop", "bancheng_database", "bancheng_figures"))
    }

    assert all(
        re.fullmatch(relabelled["regex"], f"{name}{end}") for name in figures for end in ("", "_total", "_seconds")
    )
    assert technical
    assert not any(re.fullmatch(relabelled["regex"], name) for name in technical)


def test_alerts_and_dashboards_look_at_jobs_that_prometheus_has() -> None:
    jobs = {job["job_name"] for job in read("deploy/prometheus.yaml")["scrape_configs"]}
    text = (ROOT / "observability/alerts.yaml").read_text("utf-8") + "".join(f.read_text("utf-8") for f in BOARDS)

    named = set(re.findall(r'job=\\?"(\w+)\\?"', text))

    assert named
    assert named <= jobs


def test_collector_uses_everything_that_it_sets_up_and_nothing_else() -> None:
    collector = read("deploy/otel-collector.yaml")
    pipelines = collector["service"]["pipelines"].values()

    for part in ("receivers", "processors", "exporters"):
        assert {name for pipeline in pipelines for name in pipeline[part]} == collector[part].keys()
    assert set(collector["service"]["extensions"]) == collector["extensions"].keys()


def test_grafana_finds_the_dashboards_where_the_compose_file_puts_them() -> None:
    (provider,) = read("deploy/grafana/provisioning/dashboards/bancheng.yaml")["providers"]
    (source,) = read("deploy/grafana/provisioning/datasources/prometheus.yaml")["datasources"]
    compose = read("docker-compose.yml")["services"]

    assert f"./observability/dashboards:{provider['options']['path']}:ro" in compose["grafana"]["volumes"]
    assert source["url"] == "http://prometheus:9090"
    assert "./deploy/prometheus.yaml:/etc/prometheus/prometheus.yaml:ro" in compose["prometheus"]["volumes"]
    assert read("deploy/prometheus.yaml")["rule_files"] == ["/etc/prometheus/alerts.yaml"]
