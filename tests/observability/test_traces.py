"""One request is one trace, from HTTP through workflow and activity to SQL; what time does is one too; nothing of a person is in
them, nor in the log, and a replay makes no span again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Servers

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.shows(79)
def test_submission_act_and_what_time_did_are_one_trace_each_without_personal_data_or_doubles(servers: Servers) -> None:
    own = servers.settings
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BANCHENG_HOME": str(own.home),
        "BANCHENG_DATABASE_URL": own.database_url,
        "BANCHENG_TEMPORAL_ADDRESS": own.temporal_address,
        "BANCHENG_TASK_QUEUE": "traced",
        "BANCHENG_EMBEDDED": "true",
    }

    # A process of its own: a tracer provider is set once and would trace every other test as well.
    done = subprocess.run(
        [sys.executable, "-m", "tests.observability.traced"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
