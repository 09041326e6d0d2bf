"""A paper is written: its form filled with the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from jinja2 import Template

from activities.papers.facts import Facts
from activities.papers.forms import OTHERS, CompiledTable, read_forms
from activities.papers.words import day_in_words
from domain.definition import ItemType
from domain.record import Paper
from settings import settings


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """The table of a paper, ready to print."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A paper as it will be given, without its number."""

    title: str
    document_mark: str
    salutation: str
    paragraphs: tuple[str, ...]
    items: WrittenTable | None
    closing: tuple[str, ...]
    unit_name: str
    """Who signs at the foot: the unit, or the applicant on a letter of the applicant's own."""
    date: date
    sealed: bool
    qr: str
    """What the QR code says; empty: there is none."""

    def body(self) -> dict[str, Any]:
        """What is kept in `NoticeRow.body`, and all that the PDF is made of besides title and number."""
        table = self.items and {"heading": self.items.heading, "columns": self.items.columns, "rows": self.items.rows}
        return {
            "salutation": self.salutation,
            "paragraphs": self.paragraphs,
            "items": table,
            "closing": self.closing,
            "unit_name": self.unit_name,
            "date": day_in_words(self.date),
            "sealed": self.sealed,
            "qr": self.qr,
        }


def write(paper: Paper, facts: Facts) -> Written:
    """The paper with its facts filled in.

    Raises jinja2's UndefinedError where the form needs a fact that is not known: a blank is never given to anybody.
    """
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    by_unit = read_forms(settings().definitions / "papers")[paper].form.signed_by == "unit"
    signed_by = facts.unit.name if by_unit else facts.applicant.name
    return filled_in(
        paper, known, facts.given_on, signed_by=signed_by, type_=facts.item.type, progress_url=facts.case.progress_url
    )


def filled_in(
    paper: Paper,
    facts: Mapping[str, Any],
    given_on: date,
    *,
    signed_by: str,
    type_: ItemType | None = None,
    progress_url: str = "",
) -> Written:
    """The paper with these facts, by the names that its form uses; of a paper of no item the text for other items.

    Raises jinja2's UndefinedError where the form needs a fact that is not among them.
    """
    form = read_forms(settings().definitions / "papers")[paper]
    known = {"given_on": given_on, **facts}
    known["basis"] = _of_type(form.basis, type_).render(known)
    return Written(
        title=_of_type(form.titles, type_).render(known),
        document_mark=form.form.mark,
        salutation=form.salutation.render(known),
        paragraphs=_filled(form.paragraphs, known),
        items=_table(form.table, known) if form.table else None,
        closing=_filled(form.closing, known),
        unit_name=signed_by,
        date=given_on,
        sealed=form.form.signed_by == "unit",
        qr=progress_url if form.form.qr else "",
    )


def document_number(unit_mark: str, document_mark: str, year: int, number: int) -> str:
    """The number of a paper: 穗天河市监 受理〔2026〕12号."""
    return f"{unit_mark} {document_mark}〔{year}〕{number}号"


def _of_type(texts: Mapping[str, Template], type_: ItemType | None) -> Template:
    return texts.get(type_.value if type_ else OTHERS) or texts[OTHERS]


def _filled(templates: Iterable[Template], known: dict[str, Any]) -> tuple[str, ...]:
    """The texts that say something; one whose condition does not hold is left out."""
    return tuple(text for template in templates if (text := template.render(known).strip()))


def _table(table: CompiledTable, known: dict[str, Any]) -> WrittenTable | None:
    if table.lists is None:
        rows = tuple(tuple(cell.render(known) for cell in row) for row in table.rows)
        return WrittenTable(table.heading.render(known), table.columns, rows)
    rows = tuple(
        (str(number), *(cell.render(known, line=line) for cell in table.cells))
        for number, line in enumerate(known[table.lists], 1)
    )
    return WrittenTable(table.heading.render(known), ("序号", *table.columns), rows) if rows else None
