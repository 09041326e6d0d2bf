"""The files by which it is run elsewhere are well-formed, and agree with the settings and the image."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from settings import Settings

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
    (container,) = spec["containers"]

    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == _user_of_the_image()
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]


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


def test_dockerfile_has_no_fault() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert hadolint is not None

    done = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_image_has_every_package() -> None:
    """A folder of ours that the image lacks is missed only when it is imported there."""
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    ours = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"bench", "tests"}

    assert ours <= copied


def _user_of_the_image() -> int:
    found = re.search(r"--uid (\d+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert found is not None
    return int(found[1])
