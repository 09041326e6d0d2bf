"""What a file is, told by its content: its name and what a browser says of it prove nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from mmap import mmap
from struct import Struct
from unicodedata import category

from domain.words import Text

Content = bytes | mmap


class MediaType(StrEnum):
    """The types that are kept; JSON comes from registers only."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    OFD = "application/ofd"
    JSON = "application/json"


EXTENSIONS = {
    MediaType.PDF: (".pdf",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.PNG: (".png",),
    MediaType.OFD: (".ofd",),
    MediaType.JSON: (".json",),
}
"""How names of each type end, the usual ending first."""

PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"IEND\xaeB`\x82"
BEFORE_PDF = b"\xef\xbb\xbf\r\n\t "
"""A mark and blanks that some programs write before a PDF, and that every reader passes over."""

LARGEST_DIRECTORY = 1024 * 1024
MOST_ENTRIES = 10_000
"""A document of a thousand pages stays far below; a ZIP bomb's directory is not even read."""
END_OF_DIRECTORY = Struct("<4s4H2LH")
DIRECTORY_ENTRY = Struct("<4s6H3L5H2L")


def handed_in_as(content: Content) -> MediaType | None:
    """The type of a file that an applicant may hand in; None where it is no whole PDF, JPEG, PNG or OFD."""
    if _is_pdf(content):
        return MediaType.PDF
    if content[:3] == b"\xff\xd8\xff" and len(content) > 3 and content[3] >= 0xC0 and content.rfind(b"\xff\xd9") > 3:
        return MediaType.JPEG
    if content[: len(PNG_START)] == PNG_START and content.rfind(PNG_END) > 0:
        return MediaType.PNG
    return MediaType.OFD if content[:4] == b"PK\x03\x04" and b"OFD.xml" in _names_in_zip(content) else None


def held_as(content: Content) -> MediaType | None:
    """The type of what a register holds: a file as applicants hand it in, or a JSON object."""
    if found := handed_in_as(content):
        return found
    try:
        return MediaType.JSON if isinstance(json.loads(content[:].decode()), dict) else None
    except (ValueError, RecursionError):
        return None


def _is_pdf(content: Content) -> bool:
    start = content[:64].lstrip(BEFORE_PDF)
    return start[:5] == b"%PDF-" and start[5:6].isdigit() and content.rfind(b"%%EOF") > 0


def _names_in_zip(content: Content) -> Iterator[bytes]:
    """The names in the directory at the end of a ZIP (GB/T 33190 keeps an OFD in one); nothing is unpacked."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 0xFFFF - END_OF_DIRECTORY.size))
    if end < 0 or len(content) - end < END_OF_DIRECTORY.size:
        return
    *_, entries, size, offset, _ = END_OF_DIRECTORY.unpack(content[end : end + END_OF_DIRECTORY.size])
    if entries > MOST_ENTRIES or size > LARGEST_DIRECTORY or offset + size > end:
        return
    directory, at = content[offset : offset + size], 0
    while at + DIRECTORY_ENTRY.size <= size:
        signature, *rest = DIRECTORY_ENTRY.unpack_from(directory, at)
        if signature != b"PK\x01\x02":
            return
        name, extra, comment = rest[9:12]
        at += DIRECTORY_ENTRY.size
        yield directory[at : at + name]
        at += name + extra + comment


ADVICE = (
    (b"ftyphei", 4, Text("这是 HEIC 照片；请在手机相机设置中选“兼容性最佳”重新拍摄，或者转换为 JPEG", "This is a HEIC photo; save it as JPEG")),
    (b"ftypmif1", 4, Text("这是 HEIF 照片；请转换为 JPEG", "This is a HEIF photo; save it as JPEG")),
    (b"WEBP", 8, Text("这是 WebP 图片；请转换为 JPEG 或者 PNG", "This is a WebP picture; save it as JPEG or PNG")),
    (b"GIF8", 0, Text("这是 GIF 图片；请转换为 JPEG 或者 PNG", "This is a GIF picture; save it as JPEG or PNG")),
    (b"BM", 0, Text("这是 BMP 图片；请转换为 JPEG 或者 PNG", "This is a BMP picture; save it as JPEG or PNG")),
    (b"II*\x00", 0, Text("这是 TIFF 图片；请转换为 PDF、JPEG 或者 PNG", "This is a TIFF picture; save it as PDF, JPEG or PNG")),
    (b"MM\x00*", 0, Text("这是 TIFF 图片；请转换为 PDF、JPEG 或者 PNG", "This is a TIFF picture; save it as PDF, JPEG or PNG")),
    (b"\xd0\xcf\x11\xe0", 0, Text("这是 Office 文档；请另存为 PDF", "This is an Office document; save it as PDF")),
    (b"PK\x03\x04", 0, Text("这是压缩包或者 Office 文档；请解压后逐份上传，Office 文档请另存为 PDF", "This is an archive or an Office document; unpack it and send each file, Office documents as PDF")),
    (b"Rar!", 0, Text("这是压缩包；请解压后逐份上传", "This is an archive; unpack it and send each file")),
    (b"7z\xbc\xaf", 0, Text("这是压缩包；请解压后逐份上传", "This is an archive; unpack it and send each file")),
    (b"%PDF-", 0, Text("PDF 文件不完整；请重新导出或者重新扫描", "The PDF is cut off; export or scan it again")),
    (b"\xff\xd8\xff", 0, Text("JPEG 图片不完整；请重新保存或者重新拍摄", "The JPEG is cut off; save it or take it again")),
    (b"\x89PNG", 0, Text("PNG 图片不完整；请重新保存", "The PNG is cut off; save it again")),
)  # fmt: skip
UNKNOWN = Text(
    "无法识别该文件；请上传 PDF、JPEG、PNG 或者 OFD", "The file is of no known type; send PDF, JPEG, PNG or OFD"
)


def advice_for(content: Content) -> Text:
    """What would be right instead of a file that cannot be handed in."""
    return next((said for mark, at, said in ADVICE if content[at : at + len(mark)] == mark), UNKNOWN)


def file_name(name: str, media_type: MediaType) -> str:
    """A name to save the file under: of one line, without folders or signs that turn it round, ending as its type does."""
    kept = "".join(sign for sign in name if not category(sign).startswith("C"))
    kept = kept.replace("\\", "/").rpartition("/")[2].strip(" .") or "file"
    return kept if kept.lower().endswith(EXTENSIONS[media_type]) else kept + EXTENSIONS[media_type][0]
