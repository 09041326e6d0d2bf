"""The page of settings, and the settings themselves."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from cli.settings_table import PAGE, ROOT, table
from settings import PREFIX, Settings

PAGES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/operations.md", "docs/security.md")


def test_page_of_settings_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == table(), "run `python -m cli.settings_table`"


def test_page_names_no_folder_of_this_machine() -> None:
    assert str(ROOT) not in table()


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_named_in_a_page_exists(page: str) -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}

    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", (ROOT / page).read_text("utf-8")))

    assert named <= known


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BANCHENG_API_PORT", "s3cret"),
        ("BANCHENG_TYPO", "s3cret"),
        ("BANCHENG_DATABASE_POOL", "0"),
        ("BANCHENG_WORKER_DOES", "cases,s3cret"),
    ],
)
def test_process_with_a_wrong_setting_ends_with_a_sentence_that_names_it(name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "storage"],
        env={**os.environ, "PYTHONPATH": str(ROOT), name: value},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr
