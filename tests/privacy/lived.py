"""What people do at the counter in a week, in a minute; wherever a datum of somebody may be given, one is."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from domain.values import SHANGHAI
from tests.api.test_bundles import BUNDLE, DEFINITION, ITEMS, LEAD, OTHER, TESTING, Whole, an_item, publish
from tests.counter import FOOD_PERMIT, UNIT, Counter, an_application
from tests.definitions import DEFINITIONS
from tests.privacy.data import Data
from tests.samples import a_pdf

SPECIAL = "442199720000"
HEARING = TESTING | {"id": "hearing", "name": "听证", "procedure": "hearing", "max": {"days": 20}}
OFFICE = ("gz-thr-management",)
PATIENCE = 60.0


class Week:
    """Everybody at the counter, and what they give away."""

    def __init__(self, counter: Counter, data: Data) -> None:
        self.counter, self.data = counter, data
        self.done: list[str] = []

    async def does(
        self, who: str, path: str, body: dict[str, Any], units: tuple[str, ...] = (UNIT,), may_fail: bool = False
    ) -> Any:
        """Somebody does something, which is allowed; or tries what may be refused for its time, but never fails."""
        response = await self.counter.post(who, path, body, units=units)
        assert response.status_code < (500 if may_fail else 300), f"{path} {body} {response.text}"
        if response.status_code < 300:
            self.done.append(f"{path.rpartition('/')[2]} {body.get('act') or body.get('outcome') or ''}".strip())
        return response.json()

    async def acts(self, who: str, number: str, act: str, of: tuple[str, ...] = (UNIT,), **more: Any) -> Any:
        """An act on a case."""
        return await self.does(who, f"/v1/cases/{number}/acts", {"act": act, **more}, of)

    async def answers(
        self, who: str, number: str, slot: str, outcome: str, of: tuple[str, ...] = (UNIT,), **more: Any
    ) -> Any:
        """An answer to a task, as soon as it is there."""
        return await self.does(
            who, f"/v1/tasks/{await self.task(number, slot)}/answer", {"outcome": outcome, **more}, of
        )

    async def task(self, number: str, slot: str) -> str:
        """The open task of a slot."""

        async def there() -> str | None:
            tasks = (await self.counter.get("supervisor", f"/v1/cases/{number}/tasks", ("*",))).json()
            return next((t["id"] for t in tasks if t["state"] == "open" and t["id"].endswith(f".{slot}")), None)

        return str(await once(there))

    async def file(self, who: str) -> dict[str, Any]:
        """A file of somebody, with a name in it and on it."""
        headers = self.counter.headers(who, **{"Idempotency-Key": f"file-{len(self.data.given)}"})
        parts = {"file": (name := self.data.file_name(), a_pdf(self.data.name()), "application/pdf")}
        sent = await self.counter.client.post("/v1/files", headers=headers, files=parts)
        assert sent.status_code == 201, sent.text
        return {"file": sent.json()["digest"], "file_name": name}

    def agent(self) -> dict[str, Any]:
        """One who acts for somebody."""
        document = {"kind": "passport", "number": self.data.passport()}
        return {"name": self.data.name(), "document": document, "mobile": self.data.mobile()}

    def contact(self) -> dict[str, Any]:
        """Where somebody is reached, and by whom they are stood for."""
        data = self.data
        return {"mobile": data.mobile(), "email": data.email(), "address": data.address(), "agent": self.agent()}

    def person(self) -> dict[str, Any]:
        """A person with all that may be known of one."""
        document = {"kind": "resident_id", "number": self.data.resident_id()}
        return {"kind": "person", "name": self.data.name(), "document": document, **self.contact()}

    def organisation(self) -> dict[str, Any]:
        """A body, likewise."""
        data = self.data
        return {"kind": "organisation", "name": data.name(), "credit_code": data.credit_code(), **self.contact()}

    async def applies(self, who: str, **more: Any) -> str:
        """The number of a case that was opened."""
        receipt = await self.does(who, "/v1/cases", an_application(**more))
        await self.looks(receipt)
        return str(receipt["number"])

    async def looks(self, receipt: dict[str, Any]) -> None:
        """Somebody without a token looks with the query code."""
        asked = {"number": receipt["number"], "code": self.data.code(receipt["query_code"])}
        assert (await self.counter.client.get("/v1/progress", params=asked)).status_code == 200


async def once(found: Any) -> Any:
    """What is found, as soon as there is something."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if something := await found():
                return something
            await asyncio.sleep(0.05)


async def a_permit_with_everything(week: Week) -> None:
    """Notice, supplement, transfer, help, return, extension, delay, urging, order, and a refusal in the end."""
    said, who = week.data.text, "applicant-p"
    rest = [{"material": name, "paper": True} for name in ("training", "safety_rules", "facilities")]
    first = {"material": "floor_plan", **await week.file(who)}
    body = an_application() | {"applicant": week.person(), "materials": [first, *rest]}
    receipt = await week.does(who, "/v1/cases", body)
    number = str(receipt["number"])
    await week.looks(receipt)
    demands = [{"material": "floor_plan", "defect": said("图纸没有签名")}]
    await week.answers("window", number, "check", "notify", text=said(), demands=demands)
    handed = [{"material": name, **await week.file(who)} for name in ("application_form", "floor_plan")]
    await week.does(who, f"/v1/cases/{number}/materials", {"materials": handed, "final": True})
    await week.answers("window", number, "check", "accept", text=said())

    review = await week.task(number, "review")
    await week.acts("examiner", number, "add_helper", task=review, role="examiner", unit=OTHER, text=said())
    await week.answers("examiner", number, "review.h1", "advised", (OTHER,), text=said())
    transfer = {"unit": UNIT, "person": "examiner-2", "text": said("改由熟悉情况的同事办理")}
    await week.does("examiner", f"/v1/tasks/{review}/transfer", transfer)
    await week.answers("examiner-2", number, "review", "pass", text=said())
    await week.answers("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"], text=said())
    await week.acts("examiner", number, "extend", days=5, cause="complex", text=said())
    await week.answers("agency_head", number, "extend", "approve", text=said())
    until = (datetime.now(SHANGHAI).date() + timedelta(days=60)).isoformat()
    delay = {"act": "delay", "until": until, "cause": "system_failure", "text": said()}
    await week.does("examiner", f"/v1/cases/{number}/acts", delay)
    await week.acts(who, number, "urge", text=said("店铺等着开张"))
    await week.acts("supervisor", number, "order", ("*",), text=said(), days=2)
    held_on = (datetime.now(SHANGHAI).date() + timedelta(days=3)).isoformat()
    await week.acts("supervisor", number, "joint_handling", ("*",), units=[OTHER], held_on=held_on, text=said())
    await week.answers("approver", number, "decide", "return", return_to="review", text=said())
    await week.answers("examiner", number, "review", "fail", text=said())
    await week.answers("approver", number, "decide", "refuse", text=said("不具备条件"))
    await week.answers("window", number, "deliver", "delivered", text=said())


async def a_body_keeps_its_promise(week: Week) -> None:
    """Accepted on a promise, granted, delivered."""
    who = "applicant-o"
    number = await week.applies(
        who, applicant=week.organisation(), materials=("application_form", "floor_plan"), promise=True
    )
    await week.answers("window", number, "check", "accept_deferred")
    handed = [{"material": name, **await week.file(who)} for name in ("training", "safety_rules", "facilities")]
    await week.does(who, f"/v1/cases/{number}/materials", {"materials": handed})
    await week.answers("examiner", number, "review", "pass", text=week.data.text())
    await week.answers("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"])
    await week.answers("approver", number, "decide", "grant", text=week.data.text())
    await week.answers("window", number, "issue", "issued")
    await week.answers("window", number, "deliver", "delivered")


async def a_procedure_with_a_hearing(week: Week) -> None:
    """Tests stop the clock, a hearing is offered, asked for and called; then the application is taken back."""
    said, who = week.data.text, "applicant-h"
    number = await week.applies(who, item=SPECIAL, applicant=week.person(), materials=(), situations={})
    await week.answers("window", number, "check", "accept")
    await week.acts("examiner", number, "pause", procedure="testing", days=5, text=said("样品送检"))
    await week.acts("examiner", number, "resume", procedure="testing", text=said())
    await week.acts("examiner", number, "hearing", move="offer", text=said())
    await week.acts(who, number, "hearing", move="request", text=said("要求听证"))
    held_on = (datetime.now(SHANGHAI).date() + timedelta(days=15)).isoformat()
    await week.acts("examiner", number, "pause", procedure="hearing", days=10, text=said())
    call = {"act": "hearing", "move": "schedule", "held_on": held_on, "host": "officer-c", "text": said()}
    await week.does("examiner", f"/v1/cases/{number}/acts", call)
    await week.acts(who, number, "withdraw")


async def a_bundle(week: Week) -> None:
    """One application for four items; what was filled in goes to the items."""
    said, who = week.data.text, "applicant-b"
    body = {
        "applicant": week.person(),
        "situations": {"cold": "no"},
        "form": {"shop_name": week.data.field()},
        "materials": [{"material": "floor_plan", **await week.file(who)}, {"material": "rules", "paper": True}],
    }
    receipt = await week.does(who, f"/v1/bundles/{BUNDLE}/cases", body)
    await week.looks(receipt)
    whole = Whole(week.counter, receipt)
    await week.answers("window", whole.number, "check", "accept", text=said())
    first = await whole.part("first")
    await week.answers("window", first, "decide", "grant", text=said())
    await week.answers("window", first, "issue", "issued")
    second, third = [await whole.part(id_) for id_ in ("second", "third")]
    await week.acts("examiner", third, "pause", (LEAD,), procedure="testing", days=5, text=said())
    await week.answers("window", second, "decide", "grant", (OTHER,), text=said())
    await week.acts(who, whole.number, "withdraw_parts", parts=["third"])
    await week.answers("window", second, "issue", "issued", (OTHER,))
    await week.answers("window", whole.number, "deliver", "delivered")


async def what_lay_for_weeks(week: Week) -> None:
    """Entered belatedly, late at once; the unit appeals against its card, and the case finds its way to the window."""
    said = week.data.text
    received = (datetime.now(SHANGHAI) - timedelta(days=55)).isoformat()
    number = await week.applies("window", applicant=week.person(), received_at=received, belated=said("误投他处"))

    async def card() -> Any:
        rows = (await week.counter.get("supervisor", "/v1/cards", ("*",))).json()["rows"]
        return next((row for row in rows if row["number"] == number), None)

    seq = (await once(card))["seq"]
    await week.does("chief_representative", f"/v1/cards/{number}/{seq}/appeal", {"text": said("当日停电")})
    await week.does("supervisor", f"/v1/cards/{number}/{seq}/decision", {"uphold": True, "text": said()}, OFFICE)

    async def opened() -> Any:
        answer = await week.counter.get("grievance_window", "/v1/grievances", OFFICE, case=number)
        return answer.json()["rows"]

    await once(opened)


async def grievances(week: Week) -> None:
    """With the query code, and by the hotline; answered, sent back, answered again, fed back, visited, reviewed, notified."""
    said, data = week.data.text, week.data
    receipt = await week.does("applicant-g", "/v1/cases", an_application(applicant=week.person()))
    told = {"case": receipt["number"], "code": data.code(receipt["query_code"]), "request": said("至今没有答复")}
    online = await week.counter.client.post("/v1/grievances", json=told, headers={"Idempotency-Key": "by-query-code"})
    assert online.status_code == 201, online.text
    await week.looks(online.json())
    reporter = {"name": data.name(), "mobile": data.mobile(), "email": data.email()}
    called = {
        "unit": UNIT,
        "grounds": ["not_taken"],
        "request": said("不收材料"),
        "order": data.order(),
        "reporter": reporter,
    }
    hotline = await week.does("hotline", "/v1/grievances", called, OFFICE)
    assert (await week.counter.get("hotline", "/v1/grievances", OFFICE, order=called["order"])).json()["rows"]
    for number in (online.json()["number"], hotline["number"]):
        office, unit = ("grievance_window", OFFICE), ("examiner", (UNIT,))
        steps: list[tuple[tuple[str, tuple[str, ...]], dict[str, Any]]] = [
            (office, {"act": "classify", "klass": "complex", "grounds": ["not_finished"], "text": said()}),
            (office, {"act": "transfer", "unit": UNIT, "text": said()}),
            (unit, {"act": "answer", "said": "explained", "text": said()}),
            (office, {"act": "send_back", "text": said()}),
            (unit, {"act": "answer", "said": "rejected", "text": said()}),
            (office, {"act": "feedback", "text": said()}),
            (office, {"act": "return_visit", "reached": True, "satisfaction": 4, "text": said()}),
            (("supervisor", OFFICE), {"act": "review", "conclusion": "partly", "text": said(), "improvement": said()}),
            (("supervisor", OFFICE), {"act": "notify", "text": said()}),
        ]
        for (who, units), body in steps:
            await week.does(who, f"/v1/grievances/{number}/acts", body, units, may_fail=True)


async def visits(week: Week) -> None:
    """Somebody came and nothing was taken; one gets a written answer, objects, and one is found by the system."""
    said, data = week.data.text, week.data
    came = (datetime.now(SHANGHAI) - timedelta(days=20)).isoformat()
    slips = []
    for n in range(3):
        contact = {"name": data.name(), "mobile": data.mobile(), "email": data.email()}
        body = {"item": FOOD_PERMIT, "came_at": came, "contact": contact, "reference": f"A{n:03d}-PRIVACY"}
        slips.append(await week.does("window", "/v1/visits", body))
        data.code(slips[-1]["query_code"])
    reason = {"ground": "other_authority", "text": said(), "authority": "gz-samr"}
    await week.does("window", f"/v1/visits/{slips[0]['id']}/answer", reason, may_fail=True)
    await week.does("window", f"/v1/visits/{slips[1]['id']}/advice", {"text": said("询问了条件")}, may_fail=True)
    objection = {"code": slips[1]["query_code"], "text": said("当时带齐了材料")}
    await week.does("applicant-v", f"/v1/visits/{slips[1]['id']}/objection", objection, may_fail=True)

    async def found() -> Any:
        at = f"/v1/visits/{slips[2]['id']}"
        seen = await week.counter.client.get(at, params={"code": slips[2]["query_code"]})
        assert seen.status_code == 200, seen.text
        return seen.json()["finding"]

    await once(found)


async def what_is_refused(week: Week) -> None:
    """Slips of the pen and of the law, each with somebody's data in them."""
    data = week.data
    twice = {"Idempotency-Key": "the-same-key-twice"}
    whole = an_application(applicant=week.person())
    slips: tuple[dict[str, Any], ...] = (
        {"applicant": week.person() | {"nickname": data.name()}},
        {"applicant": week.person() | {"document": {"kind": "resident_id", "number": data.text()}}},
        {"applicant": week.organisation() | {"email": data.name()}},
        {"form": {"owner": data.field()}},
        {"situations": {"sells_online": data.text()}},
        {"item": "449999999999", "applicant": week.person()},
        {"materials": [{"material": "floor_plan", "file": "0" * 64, "file_name": data.file_name()}]},
    )
    sent = [await week.counter.post("applicant-r", "/v1/cases", whole | changes) for changes in slips]
    for applicant in (week.person(), week.person()):
        headers = week.counter.headers("applicant-r", **twice)
        again = whole | {"applicant": applicant}
        sent.append(await week.counter.client.post("/v1/cases", headers=headers, json=again))
    number = sent[-2].json()["number"]
    data.code(sent[-2].json()["query_code"])
    sent.append(await week.counter.answer("window", number, "check", "notify", text=data.text()))
    sent.append(await week.counter.answer("window", number, "check", "refuse_acceptance", text=data.text()))
    wrong = {"number": number, "code": data.code("ZZZZ2222")}
    sent.append(await week.counter.client.get("/v1/progress", params=wrong))
    sent.append(await week.counter.client.get("/v1/visits/DF20261126-000007-3", params=wrong))
    broken = week.counter.headers(
        "applicant-r", **{"Idempotency-Key": "broken-body-1", "Content-Type": "application/json"}
    )
    content = f'{{"applicant": {{"name": "{data.name()}"'.encode()
    sent.append(await week.counter.client.post("/v1/cases", headers=broken, content=content))
    assert [one.status_code for one in sent if one.status_code >= 500] == []
    assert sum(one.status_code >= 400 for one in sent) >= 10, [one.status_code for one in sent]


async def publish_what_is_needed(counter: Counter) -> None:
    """The items and the bundle of the week."""
    file = DEFINITIONS / "items" / "food_permit_new.yaml"
    headers = {"Content-Type": "application/yaml", "Idempotency-Key": "register-food-permit"}
    registrar = counter.headers("registrar", ("*",), **headers)
    done = await counter.client.post("/v1/definitions", headers=registrar, content=file.read_bytes())
    assert done.status_code == 201, done.text
    where = done.json()
    path = f"/v1/definitions/{where['code']}/versions/{where['version']}/publication"
    assert (await counter.post("publisher", path, {}, units=("*",))).status_code == 200
    for body in (*ITEMS, DEFINITION, an_item(SPECIAL, UNIT, 5, special_procedures=[TESTING, HEARING])):
        await publish(counter, body)


STORIES = (
    what_lay_for_weeks,
    visits,
    a_permit_with_everything,
    a_body_keeps_its_promise,
    a_procedure_with_a_hearing,
    a_bundle,
    grievances,
    what_is_refused,
)


async def lived(counter: Counter, data: Data) -> Week:
    """The whole week."""
    week = Week(counter, data)
    await publish_what_is_needed(counter)
    for story in STORIES:
        await story(week)
    last = datetime.now(SHANGHAI).date().replace(day=1) - timedelta(days=1)
    await week.does("supervisor", f"/v1/monthly/{last:%Y-%m}", {}, OFFICE, may_fail=True)
    return week
