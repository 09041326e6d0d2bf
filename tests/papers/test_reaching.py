"""A paper reaches its applicant over every channel of the unit, another one where one fails, and everybody sees how far."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from activities.channels.mail import Mail
from activities.channels.webhook import Webhook
from domain.case_number import case_number
from domain.record import EventKind, Paper
from registry.units import Units
from storage.database import Database
from storage.tables import CaseRow
from storage.tables.notice import DeliveryState
from tests.counter import UNIT, Counter
from tests.papers.builders import RECEIVED, a_batch, a_clock, an_event, on_file
from tests.papers.servers import MailServer, a_gateway, a_mail_server
from tests.papers.test_delivery import a_channel, dispatching, make_due, until
from tests.papers.test_giving import given

SENDER = "noreply@gov.example"
APPLICANT = "applicant-1"


class Channels:
    """The channels of the unit, under names that no other test uses: mail, and a gateway of text messages."""

    def __init__(self, gateway: str) -> None:
        self.mail, self.sms = a_channel(), a_channel()
        channels = {self.mail: {"kind": "mail"}, self.sms: {"kind": "webhook", "url": gateway}}
        listed = {UNIT: {"name": "测试局", "mark": "测试", "channels": list(channels)}}
        self.units = Units.model_validate({"channels": channels, "places": {}, "units": listed})

    def senders(self, server: MailServer) -> dict[str, Any]:
        return {"mail": Mail(server.url, SENDER), "webhook": Webhook("secret", self.units)}


async def accepted(database: Database, units: Units) -> CaseRow:
    """A case whose acceptance was just put on paper."""
    number = case_number(RECEIVED.date(), 10**9 + uuid4().int % 10**9)
    case, applicant = await on_file(database, number=number, channel="online", applied_by=APPLICANT)
    event = an_event(EventKind.ACCEPTED, Paper.ACCEPTANCE, accepted_on="2026-02-12", missing=[])
    batch = a_batch(number, event, clocks=(a_clock("promised"),), accepted_on=RECEIVED.date())
    await given(database, batch, case, applicant, units=units)
    return case


async def the_paper(desk: Counter, number: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The only paper of the case as its applicant sees it, and its deliveries by their channels."""
    (paper,) = (await desk.get(APPLICANT, f"/v1/cases/{number}/notices")).json()
    return paper, {delivery["channel"]: delivery for delivery in paper["deliveries"]}


@pytest.mark.shows(56)
async def test_paper_made_from_its_template_goes_out_over_every_channel_of_the_unit(
    database: Database, desk: Counter
) -> None:
    async with a_mail_server() as server, a_gateway() as gateway:
        channels = Channels(gateway.url)
        case = await accepted(database, channels.units)
        async with dispatching(database, channels.units, **channels.senders(server)):
            for channel in (channels.mail, channels.sms):
                await until(database, f"{case.number}:1:acceptance:{channel}", _arrived)

    paper, deliveries = await the_paper(desk, case.number)
    pdf = await desk.get(APPLICANT, paper["pdf"])
    assert "“食品经营许可" in paper["body"]["paragraphs"][0]
    assert "承诺办结时限为5个工作日" in str(paper["body"])
    (message,), (request,) = server.messages, gateway.requests
    text, attached = message.iter_parts()
    assert paper["body"]["paragraphs"][0] in text.get_content()
    assert attached.get_content() == pdf.content
    assert (request.json["address"], request.json["document_number"]) == ("13800000000", paper["document_number"])
    assert {delivery["state"] for delivery in deliveries.values()} == {"delivered"}


@pytest.mark.shows(57)
async def test_paper_that_mail_refused_arrives_by_the_gateway_at_its_second_attempt_and_each_state_is_seen(
    database: Database, desk: Counter
) -> None:
    async with a_mail_server(answers=["550 5.1.1 no such user"]) as server, a_gateway(statuses=[503, 204]) as gateway:
        channels = Channels(gateway.url)
        case = await accepted(database, channels.units)
        by_mail, by_sms = (f"{case.number}:1:acceptance:{channel}" for channel in (channels.mail, channels.sms))
        _, at_first = await the_paper(desk, case.number)
        async with dispatching(database, channels.units, **channels.senders(server)):
            await until(database, by_mail, lambda row: row.state is DeliveryState.FAILED)
            await until(database, by_sms, lambda row: row.last_error is not None)
            _, meanwhile = await the_paper(desk, case.number)
            await make_due(database, by_sms)
            await until(database, by_sms, _arrived)

    paper, in_the_end = await the_paper(desk, case.number)
    assert {(delivery["state"], delivery["attempts"]) for delivery in at_first.values()} == {("waiting", 0)}
    failed, waiting = meanwhile[channels.mail], meanwhile[channels.sms]
    assert (failed["state"], failed["last_error"]) == ("failed", "550 5.1.1 no such user")
    assert (waiting["state"], waiting["last_error"]) == ("waiting", "HTTP 503")
    assert waiting["next_attempt_at"] is not None
    arrived = in_the_end[channels.sms]
    assert (arrived["state"], arrived["attempts"]) == ("delivered", 2)
    assert arrived["delivered_at"] is not None
    assert [request.json["document_number"] for request in gateway.requests] == [paper["document_number"]] * 2


def _arrived(row: Any) -> bool:
    return row.state is DeliveryState.DELIVERED
