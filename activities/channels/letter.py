"""A paper on its way to somebody, and what a channel may answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from registry.units import MailChannel, WebhookChannel
from storage.tables import NoticeRow


class TryAgain(Exception):
    """The channel could not take the letter now; it goes again later."""


class Undeliverable(Exception):
    """The channel refused this letter for good: its address does not exist, or will never take it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery: the paper, its address and the channel; `id` is the same at every attempt."""

    id: str
    address: str
    notice: NoticeRow
    channel: MailChannel | WebhookChannel


class Sender(Protocol):
    """One way out of the house."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over; return once the other side has taken it.

        Raises `TryAgain` or `Undeliverable`. Any other exception counts as `TryAgain`.
        """


def plain_text(notice: NoticeRow) -> str:
    """The paper as plain text, as it stands in a mail."""
    body: dict[str, Any] = notice.body
    lines = [body["unit_name"] if body["sealed"] else body["salutation"], notice.title, notice.document_number, ""]
    lines += [f"{body['salutation']}：", "", *body["paragraphs"]]
    if table := body["items"]:
        lines += ["", table["heading"], *("　".join(cell for cell in row if cell) for row in table["rows"]), ""]
    return "\n".join([*lines, *body["closing"], "", body["unit_name"], body["date"], ""])


def short_text(notice: NoticeRow, unit_name: str) -> str:
    """The paper announced in a line for a text message; it names nobody."""
    return (
        f"【{unit_name}】办件{notice.number}：已向您出具《{notice.title}》（{notice.document_number}），"
        "请登录政务服务平台查看，或者凭收件凭证上的查询码查询。"
    )
