"""Mail over SMTP: one message a delivery, under the same Message-ID at every attempt, with the paper as PDF."""

from __future__ import annotations

import hashlib
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

import aiosmtplib

from activities.channels.letter import Letter, TryAgain, Undeliverable, plain_text
from activities.papers.pdf import printed
from domain.values import SHANGHAI

TIMEOUT_SECONDS = 20.0
POLICY_OF_OURS = "5.7."
"""Enhanced status codes of refusals that concern us as a sender, not the recipient: an operator can put that right."""


class Mail:
    """Sends over the server at `smtp://user:password@host:port` (`smtps://` for TLS from the start)."""

    def __init__(self, url: str, sender: str, timeout: float = TIMEOUT_SECONDS) -> None:
        server = urlsplit(url)
        self._host, self._tls = server.hostname or "", server.scheme == "smtps"
        self._port = server.port or (465 if self._tls else 25)
        self._user = unquote(server.username) if server.username else None
        self._password = unquote(server.password) if server.password else None
        self._sender, self._timeout = sender, timeout

    async def send(self, letter: Letter) -> None:
        """Hand the message to the server. Raises `Undeliverable` where the server refuses the recipient for good."""
        if not self._host:
            raise TryAgain("no mail server is set (BANCHENG_SMTP_URL)")
        message = await message_of(letter, self._sender)
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                timeout=self._timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            said = f"{refused.code} {refused.message}"
            if 500 <= refused.code < 600 and not refused.message.startswith(POLICY_OF_OURS):
                raise Undeliverable(said) from error
            raise TryAgain(said) from error
        except aiosmtplib.SMTPResponseException as error:
            raise TryAgain(f"{type(error).__name__} {error.code} {error.message}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryAgain(f"{type(error).__name__}: {error}") from error


async def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The mail of a delivery, the same bytes at every attempt. Raises `Undeliverable` for an address that is none."""
    notice = letter.notice
    named = hashlib.sha256(letter.id.encode()).hexdigest()[:32]
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = Address(addr_spec=letter.address)
    except (ValueError, IndexError, MessageError) as error:
        raise Undeliverable(f"not an address: {type(error).__name__}") from error
    message["From"] = sender
    message["Subject"] = f"{notice.title}（{notice.document_number}）"
    message["Date"] = notice.given_at.astimezone(SHANGHAI)
    message["Message-ID"] = f"<{named}@{sender.rpartition('@')[2].strip('> ') or 'bancheng.invalid'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain_text(notice), cte="base64")
    message.add_attachment(await printed(notice), maintype="application", subtype="pdf", filename=f"{notice.title}.pdf")
    message.set_boundary(f"paper-{named}")
    return message
