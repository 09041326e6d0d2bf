"""Papers as PDF: readable by people and machines, the same bytes each time, with the fonts of the package alone."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pypdf import PdfReader

from activities.papers.pdf import FONTS, pdf_of, printed
from activities.papers.writing import write
from domain.record import Paper
from storage.tables import NoticeRow
from tests.papers.builders import RECEIVED, a_notice, the_definition
from tests.papers.samples import OF_CASES, event_for, facts_for


def notice_of(paper: Paper, **changes: Any) -> NoticeRow:
    definition = the_definition()
    written = write(paper, facts_for(event_for(paper, definition), definition, **changes))
    return a_notice(paper=paper, title=written.title, body=written.body(), document_number="穗天河市监 测试〔2026〕1号")


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


@pytest.mark.parametrize("paper", OF_CASES)
def test_every_paper_prints_and_its_text_can_be_read_back(paper: Paper) -> None:
    notice = notice_of(paper)

    pdf = pdf_of(notice)

    said = text_of(pdf)
    assert notice.title in said
    assert "穗天河市监 测试〔2026〕1号" in said
    assert notice.body["date"] in said


def test_the_same_notice_gives_the_same_bytes_in_any_thread() -> None:
    notice = notice_of(Paper.RECEIPT)

    with ThreadPoolExecutor(4) as threads:
        copies = set(threads.map(lambda _: pdf_of(notice), range(12)))

    assert len(copies) == 1


async def test_it_prints_beside_the_event_loop() -> None:
    notice = notice_of(Paper.GRANT)

    assert await printed(notice) == pdf_of(notice)


def test_it_is_an_archive_file_with_the_fonts_inside() -> None:
    reader = PdfReader(io.BytesIO(pdf_of(notice_of(Paper.ONE_TIME_NOTICE))))

    assert reader.metadata is not None
    assert reader.metadata.title == "一次性告知通知书"
    assert b"pdfaid:part>2<" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = {str(font.get_object()["/BaseFont"]) for font in fonts.values()}
    assert names
    assert all("NotoSans" in name for name in names)
    assert FONTS[0] == "Noto Sans SC"


def test_the_moment_is_that_of_the_giving() -> None:
    reader = PdfReader(io.BytesIO(pdf_of(notice_of(Paper.RECEIPT))))

    assert reader.metadata is not None
    assert reader.metadata.creation_date == RECEIVED


def test_a_character_that_no_font_has_is_replaced_and_said_so() -> None:
    notice = notice_of(Paper.RECEIPT, name="བོད་ 𠮷 😀 有限公司")

    said = text_of(pdf_of(notice))

    assert "〓" in said
    assert "𠮷" in said
    assert "注：字库未收录的文字以“〓”代替" in said


def test_markup_in_what_people_write_is_printed_as_it_stands() -> None:
    said = text_of(pdf_of(notice_of(Paper.RECEIPT, name="甲 *b* #panic(1) $x$ ]")))

    assert "甲 *b* #panic(1) $x$ ]" in said


def test_a_long_table_goes_over_several_pages() -> None:
    notice = notice_of(Paper.ONE_TIME_NOTICE)
    rows = [[str(n), "营业场所使用证明", "未提交，请补交" * 5] for n in range(1, 60)]
    notice.body = {**notice.body, "items": {**notice.body["items"], "rows": rows}}

    reader = PdfReader(io.BytesIO(pdf_of(notice)))

    assert len(reader.pages) > 2
    assert "营业场所使用证明" in reader.pages[1].extract_text()
