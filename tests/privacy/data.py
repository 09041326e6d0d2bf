"""Personal data that nobody has, each of which is found again wherever it went, in whatever writing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from tests.people import a_credit_code, a_resident_id


class Data:
    """Makes data, no two alike, and remembers each with what it is."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def _next(self, what: str, value: str) -> str:
        assert value not in self.given
        self.given[value] = what
        return value

    @property
    def _n(self) -> str:
        return f"{len(self.given) + 101:03d}"

    def name(self) -> str:
        """A person's or a body's name."""
        return self._next("name", f"测试姓名甲{self._n}")

    def text(self, says: str = "请予核实") -> str:
        """What somebody writes freely; people write names into it."""
        return f"{says}（{self._next('text', f'见附言乙{self._n}')}）。"

    def address(self) -> str:
        """Where somebody lives."""
        return self._next("address", f"测试路丙{self._n}号")

    def mobile(self) -> str:
        """A number in the form of a mobile's."""
        return self._next("mobile", f"1380017{self._n}9")

    def email(self) -> str:
        """An address that mail never leaves for."""
        return self._next("email", f"marked.{self._n}@privacy.example")

    def passport(self) -> str:
        """A number in the form of a passport's."""
        return self._next("passport", f"MARKED{self._n}")

    def resident_id(self) -> str:
        """A number in the form of a citizen's."""
        return self._next("resident id", a_resident_id(serial=int(self._n)))

    def credit_code(self) -> str:
        """A code in the form of a body's."""
        return self._next("credit code", a_credit_code(serial=int(self._n) * 1009))

    def file_name(self) -> str:
        """What somebody called a file."""
        return self._next("file name", f"丁{self._n}的身份证.pdf")

    def field(self) -> str:
        """What somebody filled into a form."""
        return self._next("field of a form", f"测试店戊{self._n}")

    def order(self) -> str:
        """The number of an order of the hotline, which leads to who called."""
        return self._next("order of the hotline", f"HOTLINE-MARKED-{self._n}")

    def code(self, code: str) -> str:
        """A query code that the counter gave: whoever has it reads the case."""
        return self._next("query code", code) if code not in self.given else code


def writings(value: str) -> Iterator[bytes]:
    """How it may be written down: as it is, escaped for JSON or an address, in Base64 wherever in a longer text, in hex."""
    raw = value.encode()
    yield raw
    yield raw.hex().encode()
    if not value.isascii():
        yield json.dumps(value)[1:-1].encode()
        yield quote(value).encode()
        yield value.encode("utf-16-le")
    elif quote(value, safe="") != value:
        yield quote(value, safe="").encode()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw + b"\0" * (-(before + len(raw)) % 3))
        first = (0, 2, 3)[before]  # what the letters before it have a share in
        last = len(whole) - (0, 4, 4)[(-(before + len(raw)) % 3)] if (before + len(raw)) % 3 else len(whole)
        yield whole[first:last]


def found_in(places: Iterable[tuple[str, bytes]], given: dict[str, str]) -> list[str]:
    """Each datum that is in one of the places, with what it is and where it was found; nothing of it is repeated twice."""
    wanted = {writing: (value, what) for value, what in given.items() for writing in writings(value)}
    leaks = {}
    for where, content in places:
        for writing, (value, what) in wanted.items():
            if (at := content.find(writing)) >= 0:
                around = content[max(0, at - 120) : at + 60].decode("utf-8", "replace")
                leaks.setdefault((where, value), f"{what} {value} in {where}: …{around}…")
    return list(leaks.values())
