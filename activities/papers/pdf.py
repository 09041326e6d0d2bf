"""A notice as PDF: the form of an official paper, the same bytes every time, fit for the electronic archive."""

from __future__ import annotations

import asyncio
import io
import json
import re
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
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
    return typeset(TEMPLATE, _content(notice), notice.given_at)


def typeset(template: Path, content: dict[str, Any], at: datetime) -> bytes:
    """What the template makes of the content, as PDF/A-2b stamped with the moment given; in any thread. The content is
    text, never markup; `fonts` and `replaced` come to it. Characters without a type and faults as in `pdf_of`."""
    paper = {**content, "fonts": FONTS, "replaced": False}
    for _ in range(100):
        try:
            return _compiled(template, paper, at)
        except typst.TypstError as error:
            if not (found := NOT_IN_FONTS.search(error.message)):
                raise PaperNotPrinted(error.diagnostic or error.message) from error
            paper = {**_without(paper, found[1]), "replaced": True}
    raise PaperNotPrinted(f"{content['title']}: too many characters that no font has")


async def printed_with(template: Path, content: dict[str, Any], at: datetime) -> bytes:
    """What `typeset` makes, in one of the two threads kept for that."""
    return await asyncio.get_running_loop().run_in_executor(_PRESS, typeset, template, content, at)


def _content(notice: NoticeRow) -> dict[str, Any]:
    body = notice.body
    return {
        **body,
        "title": notice.title,
        "document_number": notice.document_number,
        "heading": body["unit_name"] if body["sealed"] else body["salutation"],
        "qr": _qr(body["qr"]),
    }


def _compiled(template: Path, paper: dict[str, Any], at: datetime) -> bytes:
    pdf, warnings = _compiler(template).compile_with_warnings(
        format="pdf",
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(at.timestamp()),
    )
    if warnings or not isinstance(pdf, bytes):
        raise PaperNotPrinted("; ".join(warning.message for warning in warnings) or "no PDF was made")
    return pdf


def _compiler(template: Path) -> typst.Compiler:
    """This thread's compiler of the template; its fonts are read once for all of them."""
    compilers: dict[Path, typst.Compiler] = _HERE.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(input=template, root=template.parent, font_paths=_fonts())
    return compilers[template]


def _fonts() -> typst.Fonts:
    if not hasattr(_HERE, "fonts"):
        folder = Path(str(files("justmytype_intl_cjk") / "fonts"))
        _HERE.fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    fonts: typst.Fonts = _HERE.fonts
    return fonts


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
