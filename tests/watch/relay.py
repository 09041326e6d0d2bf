"""A way to a server that a test can cut and mend, as a network or a power supply does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.papers.servers import a_closed_port


class Relay:
    """Listens on a port of its own and passes everything on; cut, nobody listens there and what was open is torn off."""

    def __init__(self, port: int) -> None:
        self._to, self.port = port, a_closed_port()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        ends = {writer, back}
        self._open |= ends
        await asyncio.gather(_pump(reader, back), _pump(there, writer), return_exceptions=True)
        self._open -= ends


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while said := await reader.read(65536):
            writer.write(said)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def a_relay(port: int, *, mended: bool = True) -> AsyncIterator[Relay]:
    """A relay to the port of this machine."""
    relay = Relay(port)
    if mended:
        await relay.mend()
    try:
        yield relay
    finally:
        await relay.cut()
