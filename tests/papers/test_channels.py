"""What each channel sends, and how it understands the answers."""

import hashlib
import hmac
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from activities.channels.backoff import wait_after
from activities.channels.folder import Folder
from activities.channels.letter import Letter, TryAgain, Undeliverable
from activities.channels.mail import Mail
from activities.channels.webhook import Webhook
from registry.units import MailChannel, Units, WebhookChannel
from tests.papers.builders import a_notice, the_units
from tests.papers.servers import a_closed_port, a_gateway, a_mail_server

SENDER = "noreply@gov.example"


def a_letter(address: str = "zhangsan@example.test", channel: Any = None) -> Letter:
    return Letter("GZ1:1:acceptance:mail", address, a_notice(), channel or MailChannel(kind="mail"))


def a_webhook(url: str, **changes: Any) -> Letter:
    return a_letter("13800000000", WebhookChannel(kind="webhook", url=url, **changes))


async def test_mail_carries_text_and_pdf_under_one_message_id() -> None:
    async with a_mail_server() as server:
        mail, letter = Mail(server.url, SENDER), a_letter()

        await mail.send(letter)
        await mail.send(letter)

    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["To"] == "zhangsan@example.test"
    assert str(first["Subject"]).startswith("受理通知书（穗天河市监 受理〔2026〕")
    text, pdf = first.iter_parts()
    assert "本单位现决定予以受理" in text.get_content()
    assert pdf.get_filename() == "受理通知书.pdf"
    assert pdf.get_content().startswith(b"%PDF-")
    assert first.as_bytes() == second.as_bytes()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 4.3.0 try later", TryAgain),
        ("452 4.2.2 mailbox full", TryAgain),
        ("550 5.1.1 no such user", Undeliverable),
        ("553 not a mailbox", Undeliverable),
        ("550 5.7.1 relaying denied", TryAgain),
    ],
)
async def test_mail_tells_not_now_from_never(answer: str, outcome: type[Exception]) -> None:
    async with a_mail_server(answers=[answer]) as server:
        with pytest.raises(outcome, match=answer[:3]):
            await Mail(server.url, SENDER).send(a_letter())

    assert server.messages == []


async def test_a_dead_or_silent_mail_server_means_later() -> None:
    with pytest.raises(TryAgain, match="SMTPConnectError"):
        await Mail(f"smtp://127.0.0.1:{a_closed_port()}", SENDER).send(a_letter())
    async with a_mail_server(silent=True) as server:
        with pytest.raises(TryAgain, match="SMTPReadTimeoutError"):
            await Mail(server.url, SENDER, timeout=0.3).send(a_letter())


async def test_without_a_mail_server_mail_waits() -> None:
    with pytest.raises(TryAgain, match="BANCHENG_SMTP_URL"):
        await Mail("", SENDER).send(a_letter())


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d", "a b@c"])
async def test_what_is_no_address_is_never_tried(address: str) -> None:
    async with a_mail_server() as server:
        with pytest.raises(Undeliverable):
            await Mail(server.url, SENDER).send(a_letter(address))

    assert server.messages == []


async def test_the_folder_keeps_one_file_a_delivery(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mail", SENDER)

    await folder.send(a_letter())
    await folder.send(a_letter())

    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "GZ1.1.acceptance.mail.eml"
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == "zhangsan@example.test"


async def test_a_webhook_is_signed_over_time_and_body_and_can_be_recognised() -> None:
    async with a_gateway() as gateway:
        await Webhook("secret", the_units(), now=lambda: 1_770_000_000.5).send(a_webhook(gateway.url))

    (request,) = gateway.requests
    expected = hmac.new(b"secret", b"1770000000." + request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-bancheng-timestamp"] == "1770000000"
    assert request.headers["x-bancheng-signature"] == f"sha256={expected}"
    assert request.headers["idempotency-key"] == "GZ1:1:acceptance:mail"
    assert request.json["address"] == "13800000000"
    assert request.json["unit"] == "广州市天河区市场监督管理局"
    assert "张三" not in request.body.decode()


async def test_a_webhook_fills_the_body_that_its_gateway_wants() -> None:
    body = {"msgtype": "text", "text": {"content": "{text}", "to": ["{address}"]}, "n": 1}
    async with a_gateway() as gateway:
        await Webhook("secret", the_units()).send(a_webhook(gateway.url, body=body))

    (request,) = gateway.requests
    assert request.json["text"]["to"] == ["13800000000"]
    assert "《受理通知书》" in request.json["text"]["content"]
    assert request.json["n"] == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(410, Undeliverable)] + [(status, TryAgain) for status in (302, 400, 401, 404, 408, 422, 429, 500, 503)],
)
async def test_a_webhook_tells_not_now_from_never(status: int, outcome: type[Exception]) -> None:
    async with a_gateway(statuses=[status]) as gateway:
        with pytest.raises(outcome, match=str(status)):
            await Webhook("secret", the_units()).send(a_webhook(gateway.url))


async def test_a_dead_or_silent_gateway_means_later() -> None:
    webhook = Webhook("secret", the_units(), timeout=0.3)
    with pytest.raises(TryAgain, match="ConnectError"):
        await webhook.send(a_webhook(f"http://127.0.0.1:{a_closed_port()}/"))
    async with a_gateway(statuses=[0]) as gateway:
        with pytest.raises(TryAgain, match="ReadTimeout"):
            await webhook.send(a_webhook(gateway.url))


async def test_nothing_leaves_unsigned() -> None:
    async with a_gateway() as gateway:
        with pytest.raises(TryAgain, match="BANCHENG_WEBHOOK_SECRET"):
            await Webhook("", the_units()).send(a_webhook(gateway.url))

    assert gateway.requests == []


def test_a_body_that_names_what_is_not_known_is_refused_when_units_are_read() -> None:
    channel = {"kind": "webhook", "url": "https://x.test", "body": {"a": ["{adress}"]}}

    with pytest.raises(ValueError, match="adress"):
        Units.model_validate({"channels": {"sms": channel}, "places": {}, "units": {}})


def test_two_units_may_not_share_a_mark() -> None:
    units = {"a": {"name": "甲局", "mark": "穗甲"}, "b": {"name": "乙局", "mark": "穗甲"}}

    with pytest.raises(ValueError, match="穗甲"):
        Units.model_validate({"channels": {}, "places": {}, "units": units})


def test_waits_double_up_to_an_hour_then_go_on_for_seven_days() -> None:
    young = timedelta(hours=3)

    assert [wait_after(n, young, 0).total_seconds() for n in (1, 2, 3, 10)] == [5, 10, 20, 2560]
    assert wait_after(11, young, 0) == wait_after(5000, timedelta(days=7), 0) == timedelta(hours=1)


def test_after_seven_days_it_is_tried_every_six_hours_for_ever() -> None:
    assert wait_after(200, timedelta(days=8), 0) == timedelta(hours=6)
    assert wait_after(10**9, timedelta(days=4000), 0) == timedelta(hours=6)


def test_chance_spreads_the_attempts_by_a_fifth() -> None:
    assert wait_after(1, timedelta(0), 1) == timedelta(seconds=4)
