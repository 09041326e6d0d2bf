"""`bancheng units`: what is said about an import, a unit and its vacancies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import pytest
from typer.testing import CliRunner

from cli import units
from cli.counter import Refusal
from cli.main import app

IMPORTED = {
    "new": {"people": 2, "posts": 2, "absences": 0},
    "changed": {"people": 0, "posts": 1, "absences": 0},
    "raised": [],
    "cleared": ["vacancy:gz-thr-samr:window:1"],
    "without_substitute": ["gz-thr-samr"],
}
FAULTY = {
    "detail": "文件有 1 处错误，没有导入；逐处修改后重新导入",
    "faults": [{"line": 4, "path": "posts.0.role", "says": "应为其中之一"}],
}
UNIT = {
    "code": "gz-thr-samr",
    "name": "测试单位",
    "place": "gz-thr",
    "chief": {"id": "deputy", "name": "测试代理人", "stands_in": True},
    "on": "2026-10-12",
    "posts": [
        {
            "id": 7,
            "role": "chief_representative",
            "person": "chief",
            "name": "测试首席代表",
            "substitute": False,
            "since": "2026-01-01",
            "until": None,
            "away_until": "2026-10-16",
        }
    ],
}
NOBODY: dict[str, Any] = {"now": [], "soon": [], "without_substitute": []}
ALARM = {"says": "测试单位的审查人员岗位无人", "raised_at": "2026-03-04T10:00:00+08:00", "id": "vacancy:u:examiner:1"}
SOON = {"unit_name": "测试单位", "role": "window", "day": "2026-03-09"}


class Answering:
    """A counter that answers every question alike, and notes what it is asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[Any, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def get(self, who: str, path: str, unit: str = "", **params: Any) -> Any:
        self.asked.append((path, params))
        return self.answer

    def post_yaml(self, who: str, path: str, content: bytes, name: str) -> Any:
        self.asked.append((path, content))
        if isinstance(self.answer, Refusal):
            raise self.answer
        return self.answer


def run(monkeypatch: pytest.MonkeyPatch, answer: Any, *words: str) -> tuple[int, str, list[tuple[Any, ...]]]:
    counter = Answering(answer)
    monkeypatch.setattr(units, "_counter", lambda _: counter)
    done = CliRunner().invoke(app, ["units", *words])
    return done.exit_code, done.output, counter.asked


def test_import_says_what_changed_and_who_has_nobody_to_stand_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "posts.yaml"
    file.write_text("kind: posts\n", "utf-8")

    code, said, asked = run(monkeypatch, IMPORTED, "import", str(file))

    assert (code, asked) == (0, [("/v1/units/import", b"kind: posts\n")])
    assert "任职新增 2、更新 1" in said
    assert "解除空缺报警 1 个" in said
    assert "没有代理人：gz-thr-samr" in said


def test_import_that_is_refused_names_every_fault_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "posts.yaml"
    file.write_text("kind: posts\n", "utf-8")

    code, said, _ = run(monkeypatch, Refusal(422, FAULTY), "import", str(file))

    assert code == 1
    assert f"{file}:4: posts.0.role：应为其中之一" in said


def test_unit_is_shown_as_of_a_day_with_who_stands_in_and_who_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said, asked = run(monkeypatch, UNIT, "show", "gz-thr-samr", "--on", "2026-10-12")

    assert (code, asked) == (0, [("/v1/units/gz-thr-samr", {"on": "2026-10-12"})])
    assert "首席事务代表 测试代理人（deputy）代理" in said
    assert "7 首席事务代表 测试首席代表（chief）2026-01-01 起，不在岗至 2026-10-16" in said


def test_units_are_listed_with_those_that_have_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    _, said, _ = run(monkeypatch, [UNIT, {**UNIT, "code": "gz-thr-fire", "chief": None}], "show")

    assert [line.split()[1] for line in said.splitlines()] == ["测试代理人（deputy）代理", "（空缺）"]


@pytest.mark.parametrize(
    ("found", "status", "says"),
    [
        ({**NOBODY, "now": [ALARM]}, 1, "✗ 测试单位的审查人员岗位无人（2026-03-04 起，vacancy:u:examiner:1）"),
        ({**NOBODY, "soon": [SOON]}, 0, "⚠ 测试单位的窗口人员岗位自 2026-03-09 起无人"),
        ({**NOBODY, "without_substitute": ["u"]}, 0, "⚠ u 的首席事务代表没有代理人"),
        (NOBODY, 0, "✓ 没有空缺的岗位"),
    ],
)
def test_vacancies_are_said_in_a_line_each_and_by_the_status(
    monkeypatch: pytest.MonkeyPatch, found: dict[str, Any], status: int, says: str
) -> None:
    code, said, _ = run(monkeypatch, found, "vacancies")

    assert code == status
    assert says in said
