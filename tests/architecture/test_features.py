"""The list of features, and the marks by which tests say what they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from cli.features import NOT_YET, ROOT, feature_names, features, shown_by

OF_EVERYBODY = [str(number) for number in range(1, 91)]
OF_THE_LAW = [f"N{number}" for number in range(1, 23)]


def test_every_feature_is_listed_with_a_name_of_its_own() -> None:
    names = feature_names()

    assert list(names) == OF_EVERYBODY + OF_THE_LAW
    assert len(set(names.values())) == len(names)
    assert [number for number, name in names.items() if not name.strip()] == []


def test_every_feature_that_a_test_says_it_shows_is_listed() -> None:
    assert {number: tests for number, tests in shown_by().items() if number not in feature_names()} == {}


def test_command_reads_the_marks_that_pytest_collects(collected_marks: list[tuple[str, str]]) -> None:
    shown = shown_by()

    lost = [
        (test, number)
        for test, number in collected_marks
        if not any(test == one or test.startswith(f"{one}::") for one in shown.get(number, []))
    ]

    assert lost == []
    assert {number for _, number in collected_marks} <= set(feature_names())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('@pytest.mark.shows("N3", 12)\nasync def test_a(): ...', {"N3": ["::test_a"], "12": ["::test_a"]}),
        ("@pytest.mark.shows(5)\nclass TestB:\n    def test_b(self): ...", {"5": ["::TestB"]}),
        ("class TestB:\n    @pytest.mark.shows(5)\n    def test_b(self): ...", {"5": ["::TestB::test_b"]}),
        ("pytestmark = [pytest.mark.shows(5), pytest.mark.slow]", {"5": [""]}),
        (
            '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.shows(6)), 2])\ndef test_c(x): ...',
            {"6": ["::test_c"]},
        ),
        ('@pytest.mark.parametrize("x", [5])\ndef test_d(x): ...', {}),
    ],
    ids=["function", "class", "method", "module", "parameter", "none"],
)
def test_mark_is_read_wherever_it_stands(tmp_path: Path, source: str, shown: dict[str, list[str]]) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_x.py").write_text(source, encoding="utf-8")

    found = shown_by(folder)

    assert found == {number: [f"tests/test_x.py{test}" for test in tests] for number, tests in shown.items()}


def test_list_is_honest_about_what_is_not_shown() -> None:
    app, shown = Typer(), shown_by()
    app.command()(features)

    lines = CliRunner().invoke(app).output.splitlines()

    not_yet = [line.split()[0] for line in lines if line.endswith(NOT_YET)]
    assert not_yet == [number for number in feature_names() if number not in shown]
    assert sorted(line.strip() for line in lines if line.startswith("        ")) == sorted(
        test for tests in shown.values() for test in tests
    )


def test_make_features_lists_them() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^features:.*\n\t@\$\(PY\) (.+) \$\(ARGS\)$", makefile, re.MULTILINE)

    done = subprocess.run(
        [sys.executable, *recipe.split()], capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ}
    )

    assert done.returncode == 0, done.stderr
    assert len([line for line in done.stdout.splitlines() if line[:4].strip()]) >= len(feature_names())
