"""Lists as CSV for spreadsheets: UTF-8 with a byte order mark, CRLF, and nothing that a spreadsheet would reckon with."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from fastapi.responses import StreamingResponse

from domain.values import SHANGHAI
from domain.words import Language, Text
from storage.pages import Page

MEDIA_TYPE = "text/csv; charset=utf-8"
OR_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
"""What the description of a list adds that is also to be had as a file."""
CHUNK = 64 * 1024
AT_ONCE = 2000
"""Rows that are in memory at once while a list goes out."""
KEPT_IN_MEMORY = 1024 * 1024
"""What is longer goes to a file that is gone with the answer."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would take for a formula."""


class Column(NamedTuple):
    """A column: its heading, and its value in a row."""

    title: Text
    value: Callable[[Any], Any]


def cell(value: Any) -> Any:
    """The value as it stands in a cell: texts that a spreadsheet would reckon with begin with an apostrophe."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return value
    if value is None:
        return ""
    said = "；".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)
    return f"'{said}" if said.lstrip(" \u3000").startswith(FORMULA) or said.startswith(FORMULA) else said


def line(cells: Sequence[Any]) -> str:
    """One line of CSV."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def lines(columns: Sequence[Column], rows: Iterable[Any]) -> str:
    """The rows as lines of CSV."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(
        [cell(column.value(row)) for column in columns] for row in rows
    )
    return written.getvalue()


async def each_page(read: Callable[[str | None, int], Awaitable[Page]]) -> AsyncIterator[Sequence[Any]]:
    """The rows of a list, page by page."""
    cursor = None
    while True:
        page = await read(cursor, AT_ONCE)
        yield page.rows
        if (cursor := page.cursor) is None:
            return


async def once(rows: Sequence[Any]) -> AsyncIterator[Sequence[Any]]:
    """A list that is there as a whole."""
    yield rows


async def as_csv(
    name: str, language: Language, columns: Sequence[Column], pages: AsyncIterator[Sequence[Any]]
) -> StreamingResponse:
    """The file to download. It is written whole before the first byte goes out, page by page and not in memory: a slow
    reader holds no connection to the database, and whatever fails is a problem and no half file."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115  (closed by its reader)
    try:
        file.write("\ufeff".encode())
        file.write(line([column.title.said_in(language) for column in columns]).encode())
        async for rows in pages:
            file.write(lines(columns, rows).encode())
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.csv",
        "Content-Length": str(file.tell()),
        "X-Content-Type-Options": "nosniff",
    }
    file.seek(0)
    return StreamingResponse(_read(file), media_type=MEDIA_TYPE, headers=headers)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
