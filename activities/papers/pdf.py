"""A notice as PDF: the form of an official paper, the same bytes every time, fit for the electronic archive."""

from __future__ import annotations

import asyncio
import io
import json
import re
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import segno
import typst

from storage.tables import NoticeRow

TEMPLATE = Path(__file__).with_name("notice.typ")
FONTS = ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR")
NOT_IN_FONTS = re.compile(r'the text `"(.+?)"` could not be displayed')
GETA = "〓"
"""What stands, in Chinese typesetting, for a character that no type is at hand for."""

_HERE = threading.local()  # typst's compiler may not be used from two threads
_PRESS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="typst")


class PaperNotPrinted(RuntimeError):
    """The paper could not be set as it should be: a font is missing, or the template is at fault."""


async def printed(notice: NoticeRow) -> bytes:
    """The notice as PDF, made in one of two threads kept for that: each has its fonts loaded."""
    return await asyncio.get_running_loop().run_in_executor(_PRESS, pdf_of, notice)


def pdf_of(notice: NoticeRow) -> bytes:
    """The notice as PDF/A-2b, stamped with the moment it was given; takes 2 to 30 ms, and may be called in any thread.

    Characters of no font (some minority scripts, emoji) are replaced by 〓 with a note, as the archive standard allows
    no blank boxes. Raises `PaperNotPrinted` on any other fault.
    """
    paper = _content(notice)
    for _ in range(100):
        try:
            return _compiled(paper, notice)
        except typst.TypstError as error:
            if not (found := NOT_IN_FONTS.search(error.message)):
                raise PaperNotPrinted(error.diagnostic or error.message) from error
            paper = {**_without(paper, found[1]), "replaced": True}
    raise PaperNotPrinted(f"{notice.document_number}: too many characters that no font has")


def _content(notice: NoticeRow) -> dict[str, Any]:
    body = notice.body
    return {
        **body,
        "title": notice.title,
        "document_number": notice.document_number,
        "heading": body["unit_name"] if body["sealed"] else body["salutation"],
        "qr": _qr(body["qr"]),
        "fonts": FONTS,
        "replaced": False,
    }


def _compiled(paper: dict[str, Any], notice: NoticeRow) -> bytes:
    pdf, warnings = _compiler().compile_with_warnings(
        format="pdf",
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(notice.given_at.timestamp()),
    )
    if warnings or not isinstance(pdf, bytes):
        raise PaperNotPrinted("; ".join(warning.message for warning in warnings) or "no PDF was made")
    return pdf


def _compiler() -> typst.Compiler:
    if not hasattr(_HERE, "compiler"):
        folder = Path(str(files("justmytype_intl_cjk") / "fonts"))
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        _HERE.compiler = typst.Compiler(input=TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    compiler: typst.Compiler = _HERE.compiler
    return compiler


def _qr(content: str) -> str:
    if not content:
        return ""
    image = io.BytesIO()
    segno.make(content, error="m", micro=False).save(image, kind="svg", border=1, xmldecl=False)
    return image.getvalue().decode()


def _without(value: Any, character: str) -> Any:
    if isinstance(value, str):
        return _replaced(value, character)
    if isinstance(value, dict):
        return {key: _without(part, character) for key, part in value.items()}
    return [_without(part, character) for part in value] if isinstance(value, list | tuple) else value


def _replaced(text: str, character: str) -> str:
    """The text with 〓 for the character and the marks that combine with it: left alone, they would spoil the 〓."""
    kept: list[str] = []
    for one in text.replace(character, GETA):
        if not (kept and kept[-1] == GETA and unicodedata.category(one).startswith("M")):
            kept.append(one)
    return "".join(kept)
