"""A mail server and a gateway on loopback that answer as a test tells them to."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP

OK = "250 OK"


def a_closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class MailServer:
    """Answers each RCPT with the next of `answers` (the last one from then on), keeps what it was given."""

    answers: list[str] = field(default_factory=lambda: [OK])
    messages: list[EmailMessage] = field(default_factory=list)
    url: str = ""
    silent: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.silent:
            await asyncio.sleep(60)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=policy.default)))
        return OK


@asynccontextmanager
async def a_mail_server(**how: Any) -> AsyncIterator[MailServer]:
    handler = MailServer(**how)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    handler.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield handler
    finally:
        server.close()


@dataclass
class Request:
    """One request that reached the gateway."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Gateway:
    """Answers each POST with the next of `statuses` (the last one from then on); 0 is no answer at all."""

    statuses: list[int] = field(default_factory=lambda: [204])
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        self.requests.append(Request(headers, await reader.readexactly(int(headers.get("content-length", 0)))))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        self.reached.set()
        if status == 0:
            await asyncio.sleep(60)
        writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        writer.close()


@asynccontextmanager
async def a_gateway(**how: Any) -> AsyncIterator[Gateway]:
    gateway = Gateway(**how)
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    gateway.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/notices"
    try:
        yield gateway
    finally:
        server.close()
