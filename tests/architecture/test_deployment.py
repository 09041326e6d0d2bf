"""The files by which it is run elsewhere are well-formed, and agree with the settings and the image."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from settings import Settings, WorkerPart

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
KUBERNETES = "1.34"
"""The oldest release that the manifests are for; `preStop.sleep` came with 1.30."""


def documents() -> list[tuple[str, dict[str, Any]]]:
    """Every object of the manifests, with its file."""
    yaml = YAML(typ="safe", pure=True)
    return [
        (file.name, one)
        for file in sorted(FOLDER.glob("*.yaml"))
        if file.name != "kustomization.yaml"
        for one in yaml.load_all(file.read_text("utf-8"))
    ]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for _, one in documents() if one["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """What runs, by name."""
    return {name: one["spec"]["template"] for kind in ("Deployment", "Job") for name, one in of_kind(kind).items()}


@pytest.mark.parametrize(
    "document", [pytest.param(one, id=f"{file}:{one['kind']}:{one['metadata']['name']}") for file, one in documents()]
)
def test_object_fits_the_schema_of_kubernetes(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_schema_finds_a_slip() -> None:
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selectr": {}}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_every_file_is_listed() -> None:
    listed = YAML(typ="safe", pure=True).load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]

    assert sorted(listed) == sorted({file for file, _ in documents()})


def test_manifests_give_only_settings_that_exist() -> None:
    text = "".join(file.read_text("utf-8") for file in FOLDER.glob("*.yaml"))

    given = set(re.findall(r"\bBANCHENG_(\w+)", text))

    assert given <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(pods()))
def test_pod_runs_without_rights(name: str) -> None:
    spec = pods()[name]["spec"]

    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == _user_of_the_image()
    assert spec["enableServiceLinks"] is False, "BANCHENG_…_SERVICE_HOST of a Service would be an unknown setting"
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", sorted(of_kind("Deployment")))
def test_pod_of_a_new_release_waits_for_its_tables(name: str) -> None:
    (first,) = pods()[name]["spec"]["initContainers"]

    assert first["command"] == ["python", "-m", "storage", "wait"]


def test_each_release_of_the_workers_has_pods_of_its_own() -> None:
    """Two autoscalers that find the same pods scale neither."""
    released = {}
    for name, deployment in of_kind("Deployment").items():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        given = {one["name"]: one.get("value") for one in container.get("env", ())}
        if build := given.get("BANCHENG_BUILD_ID"):
            released[name] = (build, deployment["spec"]["selector"]["matchLabels"]["app.kubernetes.io/version"])

    assert "worker" in released
    assert all(build == label for build, label in released.values())


@pytest.mark.parametrize("name", sorted(of_kind("Deployment")))
def test_what_stays_up_is_restarted_when_it_hangs(name: str) -> None:
    deployment = of_kind("Deployment")[name]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]

    assert {"livenessProbe", "startupProbe"} <= set(container)
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("name", ["api", "worker"])
def test_what_carries_the_load_is_scaled_and_kept_from_going_all_at_once(name: str) -> None:
    deployment = of_kind("Deployment")[name]
    labels = deployment["spec"]["template"]["metadata"]["labels"]

    assert of_kind("HorizontalPodAutoscaler")[name]["spec"]["scaleTargetRef"]["name"] == name
    assert "replicas" not in deployment["spec"]
    assert of_kind("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_every_part_of_a_workers_work_is_done_by_pods_and_those_who_wait_for_others_are_apart_from_cases() -> None:
    given = [one for pod in pods().values() for one in pod["spec"]["containers"][0].get("env", ())]
    does = [one["value"] for one in given if one["name"] == "BANCHENG_WORKER_DOES"]

    assert "cases" in does
    assert {part for one in does for part in one.split(",")} == set(get_args(WorkerPart))


def test_dockerfile_has_no_fault() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert hadolint is not None

    done = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_image_has_the_command_that_the_pages_call() -> None:
    called = [
        (page.name, line)
        for page in (ROOT / "docs").glob("*.md")
        for line in page.read_text("utf-8").splitlines()
        if re.search(r"(docker compose (run|exec)|kubectl .*exec) .*\bbancheng upgrade ", line)
    ]

    assert {name for name, _ in called} >= {"upgrades.md", "production.md"}
    assert 'exec python -m cli.main "$@"' in (ROOT / "Dockerfile").read_text("utf-8")
    assert "> /usr/local/bin/bancheng" in (ROOT / "Dockerfile").read_text("utf-8")


def test_image_has_every_package() -> None:
    """A folder of ours that the image lacks is missed only when it is imported there."""
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    ours = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"bench", "tests"}

    assert ours <= copied


def _user_of_the_image() -> int:
    found = re.search(r"--uid (\d+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert found is not None
    return int(found[1])
