"""`python -m bench.slow`: a register and a mail server that take as long as they are told to, in a process of their own.

Prints the two ports. `PUT /pace {"register": 30, "mail": 1}` sets how many seconds each takes, also for what is under way; `GET
/counts` says how many each has open and how many it has answered.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

LARGEST_MAIL = 4 * 1024 * 1024
DOCUMENT = b'{"holder": "TEST000001"}'


class Slow:
    """Both servers, and what they count."""

    def __init__(self) -> None:
        self.seconds = {"register": 0.0, "mail": 0.0}
        self.open: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self._changed = asyncio.Event()

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on each connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
        body, path = await reader.readexactly(length), head.split()[1]
        answer = DOCUMENT
        if path == "/pace":
            self._set(json.loads(body))
        elif path == "/counts":
            answer = json.dumps({"open": self.open, "answered": self.answered}).encode()
        else:
            await self._take_long("register")
        said = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\nConnection: close"
        )
        writer.write(said.encode() + b"\r\n\r\n" + answer)
        await writer.drain()

    async def smtp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """As little of SMTP as it takes to be handed a message."""
        writer.write(b"220 slow\r\n")
        while line := (await reader.readline()).upper():
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                await self._take_long("mail")
            writer.write(b"250 OK\r\n")
            if line.startswith(b"QUIT"):
                break

    async def _take_long(self, what: str) -> None:
        self.open[what] += 1
        changed = self._changed
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds[what]):
                await changed.wait()
        self.open[what] -= 1
        self.answered[what] += 1

    def _set(self, seconds: dict[str, float]) -> None:
        self.seconds |= seconds
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


Served = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def _each(serve: Served) -> Served:
    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await serve(reader, writer)
        writer.close()

    return served


async def main() -> None:
    """Serve until whoever started it is gone."""
    slow = Slow()
    ports = []
    for serve in (slow.http, slow.smtp):
        server = await asyncio.start_server(_each(serve), "127.0.0.1", 0, limit=LARGEST_MAIL)
        ports.append(server.sockets[0].getsockname()[1])
    print(*ports, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
