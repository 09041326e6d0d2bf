"""Every kept history replays against today's code, whatever the order of hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from workflows.bundle_workflow import BundleWorkflow
from workflows.case_workflow import CaseWorkflow
from workflows.grievance.workflow import GrievanceWorkflow
from workflows.sandbox import runner

HISTORIES = sorted(Path(__file__).with_name("histories").glob("*.json"))
WORKFLOWS = (CaseWorkflow, BundleWorkflow, GrievanceWorkflow)
ROOT = Path(__file__).resolve().parents[2]


async def replay(file: Path) -> None:
    history = WorkflowHistory.from_json(f"case:{file.stem}", file.read_text(encoding="utf-8"))
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=pydantic_data_converter)
    await replayer.replay_workflow(history)


@pytest.mark.shows(82, 85)
@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
async def test_history_replays(file: Path) -> None:
    await replay(file)


def test_there_are_histories_of_at_least_eight_paths() -> None:
    assert len(HISTORIES) >= 8


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_histories_replay_under_any_order_of_hashes(seed: str) -> None:
    code = (
        "import asyncio, os\nfrom tests.replay.test_replay import HISTORIES, replay\n"
        "async def main():\n    for file in HISTORIES:\n        await replay(file)\nasyncio.run(main())\n"
        "os._exit(0)  # a Python that finalizes may abort in the engine's library (sdk-python #300)\n"
    )
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}

    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr[-2000:]


async def test_code_that_does_something_else_does_not_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.recorder.RECORD", "another_activity")

    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await replay(next(file for file in HISTORIES if file.stem == "supplement_lapsed"))


async def test_grievance_whose_code_does_something_else_does_not_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.grievance.workflow.ASK_OF_CASE", "another_activity")

    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await replay(next(file for file in HISTORIES if file.stem == "grievance_with_remedies"))
