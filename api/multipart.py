"""The one file of a `multipart/form-data` body (RFC 7578), passed on while it comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from api.problems import Trouble

FIELD = b"file"


class _Parts:
    """What the parser finds; `taken` fills with the bytes of the file."""

    def __init__(self) -> None:
        self.taken = bytearray()
        self.parts, self.finished = 0, False
        self._name, self._value = bytearray(), bytearray()
        self._field = b""

    def parser(self, boundary: bytes) -> MultipartParser:
        """A parser that tells this object."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": lambda data, start, end: self.taken.extend(data[start:end]),
                "on_end": self._on_end,
            },
        )

    def _on_part_begin(self) -> None:
        self.parts += 1
        self._field = b""

    def _on_header_end(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            self._field = parse_options_header(self._value.decode("latin-1"))[1].get(b"name", b"")
        self._name.clear()
        self._value.clear()

    def _on_headers_finished(self) -> None:
        if self.parts > 1 or self._field != FIELD:
            raise _unreadable()

    def _on_end(self) -> None:
        self.finished = True


async def file_in(request: Request) -> AsyncIterator[bytes]:
    """The bytes of the file; 422 unless the body is one whole part named `file`."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise _unreadable()
    found = _Parts()
    try:
        parser = found.parser(options[b"boundary"])
        async for chunk in request.stream():
            parser.write(chunk)
            if found.taken:
                yield bytes(found.taken)
                found.taken.clear()
        parser.finalize()
    except (FormParserError, ClientDisconnect) as error:
        raise _unreadable() from error
    if not found.finished or found.parts != 1:
        raise _unreadable()


def _unreadable() -> Trouble:
    zh = "请以 multipart/form-data 上传一个文件，字段名为 file；收到的内容不是这样，或者没有传完"
    en = "Send one file as multipart/form-data in the field file; what came is something else or was cut off"
    return Trouble(422, "malformed", zh, en)
