"""The forms of the papers: `definitions/papers/*.yaml`, checked and compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import BaseLoader, DictLoader, StrictUndefined, Template
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import Field, model_validator
from ruamel.yaml import YAML

from activities.papers.words import day_in_words, moment_in_words
from domain.definition import ItemType
from domain.record import Paper
from domain.values import Value

OTHERS = "其他事项"
ByType = str | dict[str, str]
"""One text for all items, or one for each type of item and `其他事项` for the rest."""
To = Literal["applicant", "management", "unit", "named"]
"""Who a paper goes to: the applicant, the department that oversees the services of the place, the unit itself, or the unit
that the act names."""


class Table(Value):
    """A table: one line for each of a list of facts, or fixed rows."""

    heading: str = ""
    lists: Literal["materials", "missing", "demands", "moved", "lines"] | None = None
    columns: dict[str, str] = Field(min_length=1, description="列名：单元格模板；序号自动加在最前")
    rows: tuple[tuple[str, ...], ...] = Field((), description="固定的各行；与 lists 二选一")


class PaperForm(Value):
    """A paper as its file describes it; every text is a Jinja template, line ends in it are only for the file."""

    to: To = Field(
        "applicant",
        description="交给谁：applicant 申请人；management 政务服务管理部门；unit 承办单位自己；named 该行为指明的单位",
    )
    title: ByType
    mark: str = Field(pattern=r"^[\u4e00-\u9fff]{2,8}$", description="文种字，文号中用；各文书不得相同")
    basis: ByType = ""
    salutation: str = "{{ applicant.name }}"
    signed_by: Literal["unit", "applicant"] = "unit"
    qr: bool = Field(False, description="是否印查询进度的二维码")
    paragraphs: tuple[str, ...]
    table: Table | None = None
    closing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _types_are_known(self) -> PaperForm:
        known = {OTHERS, *(kind.value for kind in ItemType)}
        for by_type in (self.title, self.basis):
            if isinstance(by_type, dict) and (set(by_type) - known or OTHERS not in by_type):
                raise ValueError(f"texts by type of item need `{OTHERS}` and nothing but {', '.join(sorted(known))}")
        return self


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table ready to be filled."""

    heading: Template
    lists: str | None
    columns: tuple[str, ...]
    cells: tuple[Template, ...]
    rows: tuple[tuple[Template, ...], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A form ready to be filled."""

    form: PaperForm
    titles: Mapping[str, Template]
    basis: Mapping[str, Template]
    salutation: Template
    paragraphs: tuple[Template, ...]
    table: CompiledTable | None
    closing: tuple[Template, ...]


def _said(value: object) -> object:
    """What is put in for a value: days as people write them; nothing is never put in for something."""
    if value is None:
        raise UndefinedError("a fact that this paper needs is not known")
    if isinstance(value, datetime):
        return moment_in_words(value)
    return day_in_words(value) if isinstance(value, date) else value


def _environment(loader: BaseLoader) -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, finalize=_said, loader=loader, autoescape=False)


def _joined(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())


def _compiled(form: PaperForm, env: SandboxedEnvironment) -> Compiled:
    def one(text: str) -> Template:
        return env.from_string(_joined(text))

    def by_type(text: ByType) -> dict[str, Template]:
        return {kind: one(part) for kind, part in ({OTHERS: text} if isinstance(text, str) else text).items()}

    return Compiled(
        form=form,
        titles=by_type(form.title),
        basis=by_type(form.basis),
        salutation=one(form.salutation),
        paragraphs=tuple(one(text) for text in form.paragraphs),
        table=_compiled_table(form.table, one) if form.table else None,
        closing=tuple(one(text) for text in form.closing),
    )


def _compiled_table(table: Table, one: Callable[[str], Template]) -> CompiledTable:
    return CompiledTable(
        heading=one(table.heading),
        lists=table.lists,
        columns=tuple(table.columns),
        cells=tuple(one(cell) for cell in table.columns.values()),
        rows=tuple(tuple(one(cell) for cell in row) for row in table.rows),
    )


@cache
def read_forms(folder: Path) -> Mapping[Paper, Compiled]:
    """The forms of all papers in the folder and their common phrases, read and compiled once.

    Raises FileNotFoundError for a paper without a form, and ValueError where two papers share a mark: their numbers
    could not be told apart.
    """
    yaml = YAML(typ="safe", pure=True)
    phrases = yaml.load((folder / "phrases.yaml").read_text(encoding="utf-8"))
    env = _environment(DictLoader({name: _joined(text) for name, text in phrases.items()}))
    forms = {
        paper: PaperForm.model_validate(yaml.load((folder / f"{paper}.yaml").read_text(encoding="utf-8")))
        for paper in Paper
    }
    marks = [form.mark for form in forms.values()]
    if doubled := sorted({mark for mark in marks if marks.count(mark) > 1}):
        raise ValueError(f"each paper needs a mark of its own; shared: {', '.join(doubled)}")
    return {paper: _compiled(form, env) for paper, form in forms.items()}
