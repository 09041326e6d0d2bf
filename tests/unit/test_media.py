"""What a file is, told by its content."""

import mmap
import tempfile
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.media import EXTENSIONS, UNKNOWN, MediaType, advice_for, file_name, handed_in_as, held_as
from tests.samples import JPEG, OFD, PDF, a_png, a_zip


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, MediaType.PDF),
        (b"\xef\xbb\xbf\r\n" + PDF + b"\n" * 5000, MediaType.PDF),
        (JPEG, MediaType.JPEG),
        (JPEG + b"trailer of a telephone", MediaType.JPEG),
        (a_png(), MediaType.PNG),
        (OFD, MediaType.OFD),
        (a_zip("Doc_0/Document.xml", "OFD.xml", comment=b"made by a scanner"), MediaType.OFD),
    ],
)
def test_the_four_types_are_known_by_their_content(content: bytes, media_type: MediaType) -> None:
    assert handed_in_as(content) is media_type


@pytest.mark.parametrize("content", [PDF, JPEG, a_png(), OFD])
def test_a_file_that_was_cut_off_is_not_taken_for_a_whole_one(content: bytes) -> None:
    assert handed_in_as(content[: len(content) * 2 // 3]) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF",
        b"\xff\xd8\xff",
        b"plain text",
        b"<html>%PDF-1.4 %%EOF</html>",
        b"MZ\x90\x00" + PDF,
        a_zip("[Content_Types].xml", "word/document.xml"),
        a_zip("inner/OFD.xml"),
        b"PK\x03\x04 OFD.xml",
        b'{"name": "value"}',
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    assert handed_in_as(content) is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x00\x00\x00\x18ftypheic....", "HEIC"),
        (b"GIF89a...", "GIF"),
        (a_zip("word/document.xml"), "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PDF"),
        (PDF[:40], "不完整"),
        (b"nothing known", UNKNOWN.zh),
    ],
)
def test_advice_says_what_would_be_right(content: bytes, says: str) -> None:
    assert says in advice_for(content).zh


def test_the_directory_of_a_zip_bomb_is_not_read() -> None:
    many = a_zip("OFD.xml", *(f"{n:06}" for n in range(20_000)))
    tracemalloc.start()
    began = time.perf_counter()

    found = handed_in_as(many)

    assert found is None
    assert time.perf_counter() - began < 0.5
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_damage_to_an_ofd_breaks_the_detection(noise: bytes, at: int) -> None:
    damaged = OFD[:at] + noise + OFD[at + len(noise) :]

    assert handed_in_as(damaged) in (None, *MediaType)


def test_a_file_on_the_disk_is_read_like_bytes() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(OFD)
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            assert handed_in_as(content) is MediaType.OFD
            assert held_as(content) is MediaType.OFD


def test_only_a_register_may_answer_with_json() -> None:
    assert held_as('{"名称": "测试"}'.encode()) is MediaType.JSON
    assert held_as(b"[1]") is None
    assert held_as(b"[" * 100_000) is None
    assert held_as(b"\xff\xfe") is None
    assert held_as(PDF) is MediaType.PDF


@pytest.mark.parametrize(
    ("name", "media_type", "saved_as"),
    [
        ("平面图.pdf", MediaType.PDF, "平面图.pdf"),
        ("平面图.PDF", MediaType.PDF, "平面图.PDF"),
        ("扫描.jpeg", MediaType.JPEG, "扫描.jpeg"),
        ("setup.exe", MediaType.PDF, "setup.exe.pdf"),
        ("..\\..\\etc/passwd", MediaType.PNG, "passwd.png"),
        ("plan\u202efdp.exe", MediaType.PDF, "planfdp.exe.pdf"),
        ('a"\r\nSet-Cookie: b', MediaType.PDF, 'a"Set-Cookie: b.pdf'),
        ("...", MediaType.OFD, "file.ofd"),
    ],
)
def test_names_to_save_under_lead_nowhere_and_end_as_the_type_does(
    name: str, media_type: MediaType, saved_as: str
) -> None:
    assert file_name(name, media_type) == saved_as


@given(st.text(max_size=60), st.sampled_from(list(MediaType)))
def test_every_name_ends_as_its_type_does(name: str, media_type: MediaType) -> None:
    saved_as = file_name(name, media_type)

    assert saved_as.lower().endswith(EXTENSIONS[media_type])
    assert not set("/\\\r\n\x00\u202e") & set(saved_as)
