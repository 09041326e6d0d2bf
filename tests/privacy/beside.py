"""What stands beside cases: lateness and its card, grievances, visits, and all that is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.values import SHANGHAI
from tests.counter import FOOD_PERMIT, UNIT, an_application
from tests.privacy.week import OFFICE, Week, once


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
