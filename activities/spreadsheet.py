"""Tables as an XLSX file, the same bytes each time; texts are texts and never reckoned with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import xlsxwriter  # type: ignore[import-untyped]

Cell = str | int | float | None


class Sheet(NamedTuple):
    """A sheet: its name, its headings, and its rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet], title: str, author: str, created: datetime) -> bytes:
    """The file. `created` is all that it knows of time, so the same tables make the same bytes."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "author": author, "created": created.replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, head)
    book.close()
    return written.getvalue()


def _write(page: Any, sheet: Sheet, head: Any) -> None:
    for n, name in enumerate(sheet.columns):
        page.write_string(0, n, name, head)
    for line, row in enumerate(sheet.rows, 1):
        for n, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(line, n, value)
            elif value is not None:
                page.write_number(line, n, value)
    page.freeze_panes(1, 1)
    page.set_column(0, 0, 32)
    page.set_column(1, max(1, len(sheet.columns) - 1), 12)
