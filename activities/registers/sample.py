"""A sheet that stands in for a document where there is no register to ask: plainly marked as a sample."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("sample.typ")


@cache
def sample(register: str, type: str) -> bytes:
    """A one-page PDF marked 样本, the same bytes each time; it names the type of document and nobody."""
    folder = Path(str(files("justmytype_intl_cjk") / "fonts"))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    compiler = typst.Compiler(input=TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    pdf = compiler.compile(format="pdf", sys_inputs={"register": register, "type": type}, timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf
