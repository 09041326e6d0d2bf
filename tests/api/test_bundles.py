"""A bundle of real items lives its whole life over HTTP: one application, its items, one window."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client

from activities.handover.package import MANIFEST, package_of
from bench.made_bundle import item as made_item
from domain.values import SHANGHAI
from storage.archive import Ended
from storage.database import Database
from storage.files import FileStore
from tests.conftest import Servers
from tests.counter import Counter
from worker.archiving import LARGEST_HISTORY_BYTES, Archiver
from workflows.messages import workflow_id

LEAD, OTHER = "gz-thr-samr", "gz-thr-health"
UNITS = (LEAD, OTHER)
FIRST, SECOND, THIRD, FOURTH = (f"4421997{n:02d}000" for n in range(1, 5))
BUNDLE = "440097999000"
PERSON = {"kind": "person", "name": "测试申请人", "document": {"kind": "passport", "number": "TEST000001"}}


def an_item(code: str, unit: str, days: int, **changes: Any) -> dict[str, Any]:
    """An item that its window decides."""
    made = made_item(0) | {"code": code, "name": f"事项{code[7:9]}"}
    made["department"] = {"code": unit, "name": "测试单位", "level": 4}
    made["examination"] = [step | {"limit": {"days": days}} for step in made["examination"]]
    made["limits"] = {
        "acceptance": {"days": 1, "starts": "receipt"},
        "promised": {"days": days},
        "statutory": {"days": 20, "basis": "测试用"},
        "extension": {"days": 3, "basis": "测试用"},
        "delivery": {"days": 10, "starts": "decision"},
    }
    return made | changes


PLAN = {"id": "plan", "name": "平面图", "need": "required", "main": True}
LICENCE = {"id": "licence", "name": "执照", "need": "required", "main": True}
RULES = {"id": "rules", "name": "制度", "need": "required", "main": False}
TESTING = {
    "id": "testing",
    "name": "检测",
    "procedure": "testing",
    "counted": False,
    "max": {"days": 10},
    "basis": "测试用",
}
DEFERRAL = {"allowed": True, "supplement_within": {"days": 2}}
ITEMS = (
    an_item(FIRST, LEAD, 2, form=[{"id": "shop", "name": "店名"}], materials=[PLAN]),
    an_item(
        SECOND,
        OTHER,
        5,
        form=[{"id": "name", "name": "名称"}],
        materials=[LICENCE, PLAN, RULES],
        deferral=DEFERRAL,
        special_procedures=[TESTING],
    ),
    an_item(THIRD, LEAD, 3, materials=[LICENCE], special_procedures=[TESTING]),
    an_item(FOURTH, OTHER, 1, situations=[], materials=[]),
)
DEFINITION: dict[str, Any] = {
    "kind": "bundle",
    "code": BUNDLE,
    "name": "测试开店“一件事”",
    "version": "2026-01-01",
    "lead": {"code": LEAD, "name": "测试单位", "level": 4},
    "type": "公共服务",
    "audience": ["企业法人"],
    "basis": [{"law": "广州市政务服务条例", "article": "11"}],
    "fee": {"charged": False},
    "limit": {"days": 8, "starts": "acceptance"},
    "acceptance": {"days": 1, "starts": "receipt"},
    "delivery": {"days": 5, "starts": "decision"},
    "situations": [{"id": "cold", "ask": "是否经营冷食？", "answers": ["yes", "no"]}],
    "items": [
        {"id": "first", "item": FIRST},
        {"id": "second", "item": SECOND, "after": ["first"], "early": True},
        {"id": "third", "item": THIRD, "after": ["first"]},
        {"id": "fourth", "item": FOURTH, "after": ["second"], "when": {"cold": "yes"}},
    ],
    "form": [{"id": "shop_name", "name": "店名", "for": ["first.shop", "second.name"]}],
    "materials": [
        {"id": "floor_plan", "name": "平面图", "main": True, "for": ["first.plan", "second.plan"]},
        {"id": "rules", "name": "制度", "main": False, "for": ["second.rules"]},
        {
            "id": "licence",
            "name": "执照",
            "main": True,
            "result_of": "first",
            "for": ["second.licence", "third.licence"],
        },
    ],
}


@pytest.fixture(scope="session")
async def bundles(counter: Counter) -> Counter:
    """The counter with the bundle and its items published."""
    for body in (*ITEMS, DEFINITION):
        await publish(counter, body)
    return counter


async def publish(counter: Counter, body: dict[str, Any]) -> None:
    """Register a definition, and release it as a second person."""
    key = f"register-{body['code']}-{body['version']}"
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    registrar = counter.headers("registrar", ("*",), **headers)
    done = await counter.client.post("/v1/definitions", headers=registrar, content=json.dumps(body).encode())
    assert done.status_code in (200, 201), done.text
    path = f"/v1/definitions/{body['code']}/versions/{body['version']}/publication"
    published = await counter.post("publisher", path, {}, units=("*",))
    assert published.status_code == 200, published.text


class Whole:
    """A bundle's case, and those who carry it on."""

    def __init__(self, counter: Counter, receipt: dict[str, Any]) -> None:
        self.counter, self.receipt, self.number = counter, receipt, str(receipt["number"])

    async def seen(self) -> dict[str, Any]:
        """The bundle with all its items."""
        response = await self.counter.get("supervisor", f"/v1/bundle-cases/{self.number}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def states(self) -> dict[str, str]:
        """How each item stands."""
        return {part["id"]: part["state"] for part in (await self.seen())["parts"]}

    async def reaches(self, **states: str) -> dict[str, Any]:
        """The bundle once its items stand so."""
        async with asyncio.timeout(15):
            while True:
                seen = await self.seen()
                now = {part["id"]: part["state"] for part in seen["parts"]}
                if all(now[part] == state for part, state in states.items()):
                    return seen
                await asyncio.sleep(0.05)

    async def ended(self) -> dict[str, Any]:
        """The bundle at its end."""
        async with asyncio.timeout(15):
            while True:
                seen = await self.seen()
                if seen["ending"] is not None:
                    return seen
                await asyncio.sleep(0.05)

    async def part(self, id_: str) -> str:
        """The number of an item's case, once it has begun."""
        seen = await self.reaches()
        async with asyncio.timeout(15):
            while True:
                found = next(part for part in seen["parts"] if part["id"] == id_)
                if found["case"] is not None and found["case"]["seq"] > 0:
                    return str(found["case"]["number"])
                await asyncio.sleep(0.05)
                seen = await self.seen()

    async def answered(self, number: str, slot: str, outcome: str, **more: Any) -> dict[str, Any]:
        """A window clerk of all units answers, once the task is there."""
        async with asyncio.timeout(15):
            while True:
                tasks = (await self.counter.get("supervisor", f"/v1/cases/{number}/tasks")).json()
                found = [t["id"] for t in tasks if t["state"] == "open" and t["id"].endswith(f".{slot}")]
                if found:
                    break
                await asyncio.sleep(0.05)
        body = {"outcome": outcome, **more}
        response = await self.counter.post("window", f"/v1/tasks/{found[0]}/answer", body, units=UNITS)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def act(self, who: str, number: str, body: dict[str, Any], units: tuple[str, ...] = UNITS) -> Any:
        """Somebody acts on the bundle or on one of its items."""
        return await self.counter.post(who, f"/v1/cases/{number}/acts", body, units=units)

    async def act_in_time(self, who: str, number: str, body: dict[str, Any]) -> Any:
        """Somebody acts, once the bundle has heard of what its item's row shows already."""
        async with asyncio.timeout(15):
            while True:
                response = await self.act(who, number, body)
                if response.status_code != 409:
                    return response
                await asyncio.sleep(0.05)

    async def grant(self, id_: str) -> None:
        """The item is granted and its result made."""
        number = await self.part(id_)
        await self.answered(number, "decide", "grant")
        await self.answered(number, "issue", "issued")

    async def kinds(self, number: str | None = None) -> list[str]:
        """What happened, in order."""
        timeline = (await self.counter.get("supervisor", f"/v1/cases/{number or self.number}/timeline")).json()
        return [event["kind"] for event in timeline]

    async def told_of_the_due_day(self, times: int) -> None:
        """Return once the applicant was told so often of the due day of the whole."""
        async with asyncio.timeout(15):
            while True:
                if (await self.kinds()).count("due_day_moved") >= times:
                    return
                await asyncio.sleep(0.05)

    async def papers(self, number: str | None = None) -> list[str]:
        """The papers given, in order."""
        notices = (await self.counter.get("applicant", f"/v1/cases/{number or self.number}/notices")).json()
        return [notice["paper"] for notice in notices]


async def applied(counter: Counter, **changes: Any) -> Whole:
    """A bundle that was applied for, with everything in hand unless said otherwise."""
    body = {
        "applicant": PERSON,
        "situations": {"cold": "no"},
        "form": {"shop_name": "测试店"},
        "materials": [{"material": "floor_plan", "paper": True}, {"material": "rules", "paper": True}],
        **changes,
    }
    response = await counter.post("applicant", f"/v1/bundles/{BUNDLE}/cases", body)
    assert response.status_code == 201, response.text
    return Whole(counter, response.json())


async def accepted(counter: Counter, **changes: Any) -> Whole:
    """A bundle that was accepted."""
    whole = await applied(counter, **changes)
    await whole.answered(whole.number, "check", "accept")
    return whole


@pytest.mark.shows(53, 54, "N16")
async def test_one_application_one_acceptance_one_window(bundles: Counter) -> None:
    whole = await accepted(bundles)

    await whole.grant("first")
    await whole.grant("third")
    held = await whole.reaches(first="result", third="result", second="running")
    await whole.grant("second")
    await whole.answered(whole.number, "deliver", "delivered")
    seen = await whole.ended()

    assert held["ending"] is None
    assert held["waiting_for"] == ["items"]
    assert seen["ending"] == "granted"
    assert await whole.papers() == ["receipt", "acceptance", "result_ready", "proof_of_service"]
    for id_ in ("first", "second", "third"):
        kinds = await whole.kinds(await whole.part(id_))
        assert kinds == ["received", "accepted", "step_answered", "granted", "issued", "closed"]
        assert await whole.papers(await whole.part(id_)) == ["acceptance", "grant"]


async def test_item_begins_with_the_result_before_it_and_has_its_materials(bundles: Counter) -> None:
    whole = await accepted(bundles)
    before = await whole.reaches(first="running")

    await whole.grant("first")
    await whole.reaches(second="running", third="running")

    assert [part["state"] for part in before["parts"]] == ["running", "waiting", "waiting"]
    second = await whole.part("second")
    materials = (await bundles.get("supervisor", f"/v1/cases/{second}/materials")).json()
    assert {(one["material"], one["source"]) for one in materials} == {
        ("plan", "paper"),
        ("rules", "paper"),
        ("licence", "result"),
    }
    case = (await bundles.get("supervisor", f"/v1/cases/{second}")).json()
    assert case["bundle"] == whole.number
    assert case["accepted_on"] is not None


async def test_one_one_time_notice_for_the_whole_bundle(bundles: Counter) -> None:
    whole = await applied(bundles, form={}, materials=[])

    notice = await whole.answered(whole.number, "check", "notify")
    handed = [{"material": "floor_plan", "paper": True}, {"material": "rules", "paper": True}]
    body = {"materials": handed, "form": {"shop_name": "测试店"}}
    await bundles.post("applicant", f"/v1/cases/{whole.number}/materials", body)
    await whole.answered(whole.number, "check", "accept")
    await whole.reaches(first="running")

    assert notice["stage"] == "supplement"
    notices = (await bundles.get("applicant", f"/v1/cases/{whole.number}/notices")).json()
    [told] = [one for one in notices if one["paper"] == "one_time_notice"]
    assert all(name in json.dumps(told, ensure_ascii=False) for name in ("平面图", "制度", "店名"))
    assert "执照" not in json.dumps(told, ensure_ascii=False)


async def test_deferred_material_is_owed_by_the_item_that_needs_it(bundles: Counter) -> None:
    whole = await applied(bundles, materials=[{"material": "floor_plan", "paper": True}], promise=True)
    await whole.answered(whole.number, "check", "accept_deferred")
    await whole.grant("first")
    second = await whole.part("second")
    kinds = await whole.kinds(second)

    await whole.answered(second, "decide", "grant")
    waiting = (await bundles.get("supervisor", f"/v1/cases/{second}")).json()
    body = {"materials": [{"material": "rules", "paper": True}]}
    handed = await bundles.post("applicant", f"/v1/cases/{whole.number}/materials", body)
    await whole.answered(second, "issue", "issued")

    assert kinds == ["received", "accepted_deferred"]
    assert (waiting["stage"], waiting["waiting_for"]) == ("promise", ["applicant"])
    assert handed.status_code == 200, handed.text
    assert "promise_kept" in await whole.kinds(second)
    clocks = (await bundles.get("supervisor", f"/v1/cases/{second}/deadline")).json()["certificates"]
    assert any(clock["name"] == "容缺补齐期限" for clock in clocks)
    assert not any(
        clock["name"] == "容缺补齐期限"
        for clock in (await bundles.get("supervisor", f"/v1/cases/{whole.number}/deadline")).json()["certificates"]
    )


async def test_refused_item_ends_what_depends_on_it_and_nothing_else(bundles: Counter) -> None:
    whole = await accepted(bundles, situations={"cold": "yes"})
    await whole.grant("first")
    second = await whole.part("second")

    await whole.answered(second, "decide", "refuse", text="不符合条件。")
    seen = await whole.reaches(second="ended", fourth="dropped")
    await whole.answered(second, "deliver", "delivered")
    await whole.grant("third")
    await whole.answered(whole.number, "deliver", "delivered")
    over = await whole.ended()

    assert next(part for part in seen["parts"] if part["id"] == "second")["ending"] == "refused"
    assert "parts_go_on" in await whole.papers()
    assert over["ending"] == "partly_granted"
    assert (await whole.states())["fourth"] == "dropped"


async def test_applicant_withdraws_one_item_and_its_dependant_goes_with_it(bundles: Counter) -> None:
    whole = await accepted(bundles, situations={"cold": "yes"})
    await whole.grant("first")
    await whole.reaches(second="running")

    response = await whole.act("applicant", whole.number, {"act": "withdraw_parts", "parts": ["second"]})
    seen = await whole.reaches(second="ended", fourth="dropped", third="running")
    unknown = await whole.act("applicant", whole.number, {"act": "withdraw_parts", "parts": ["sixth"]})
    decided = await whole.act("applicant", whole.number, {"act": "withdraw_parts", "parts": ["first"]})

    assert response.status_code == 200, response.text
    assert next(part for part in seen["parts"] if part["id"] == "second")["ending"] == "withdrawn"
    assert (unknown.status_code, unknown.json()["code"]) == (409, "no_such_part")
    assert (decided.status_code, decided.json()["code"]) == (409, "part_decided")


async def test_applicant_withdraws_the_whole_and_keeps_what_is_decided(bundles: Counter) -> None:
    whole = await accepted(bundles)
    await whole.grant("first")
    await whole.reaches(second="running", third="running")

    response = await whole.act("applicant", whole.number, {"act": "withdraw"})
    await whole.reaches(second="ended", third="ended", first="result")
    await whole.answered(whole.number, "deliver", "delivered")
    over = await whole.ended()

    assert response.status_code == 200, response.text
    assert over["ending"] == "partly_granted"


async def test_result_goes_out_early_where_the_definition_allows_it(bundles: Counter) -> None:
    whole = await accepted(bundles)
    await whole.grant("first")
    too_early = await whole.act("applicant", whole.number, {"act": "collect_early", "part": "second"})
    await whole.grant("second")
    await whole.reaches(second="result")

    allowed = await whole.act_in_time("applicant", whole.number, {"act": "collect_early", "part": "second"})
    never = await whole.act("applicant", whole.number, {"act": "collect_early", "part": "first"})
    await whole.answered(whole.number, "deliver.2", "delivered")
    seen = await whole.reaches(second="handed_over")

    assert (too_early.status_code, too_early.json()["code"]) == (409, "no_result_yet")
    assert allowed.status_code == 200, allowed.text
    assert (never.status_code, never.json()["code"]) == (409, "not_early")
    assert seen["ending"] is None


@pytest.mark.shows("N2")
async def test_pause_on_the_longest_way_moves_the_whole_and_is_told(bundles: Counter) -> None:
    whole = await accepted(bundles)
    before = await whole.seen()
    await whole.grant("first")
    body = {"act": "pause", "procedure": "testing", "days": 3, "text": "送检。"}

    on_path = await whole.act("examiner", await whole.part("second"), body, units=(OTHER,))
    await whole.told_of_the_due_day(1)
    certificate = (await bundles.get("applicant", f"/v1/cases/{whole.number}/deadline")).json()
    off_path = await whole.act("examiner", await whole.part("third"), body | {"days": 2}, units=(LEAD,))
    await whole.told_of_the_due_day(2)
    after = (await bundles.get("applicant", f"/v1/cases/{whole.number}/deadline")).json()

    assert on_path.status_code == off_path.status_code == 200, on_path.text + off_path.text
    [promised] = [one for one in certificate["certificates"] if one["name"] == "承诺办结时限"]
    assert promised["limit"]["days"] == 7 + 2  # the day of the act is the item's day 0
    assert next(told["due_day"] for told in promised["told"]) == before["due_day"]
    assert date.fromisoformat(promised["due_day"]) > date.fromisoformat(before["due_day"])
    assert [leg["part"] for leg in certificate["path"] if leg["on_path"]] == ["first", "second"]
    assert "特别程序" in next(leg for leg in certificate["path"] if leg["part"] == "second")["says"]
    assert after["certificates"][1]["due_day"] == promised["due_day"]
    assert (await whole.papers()).count("due_day_changed") == 2
    pdf = await bundles.get("applicant", f"/v1/cases/{whole.number}/deadline.pdf")
    assert pdf.content.startswith(b"%PDF")


async def test_limit_is_that_of_the_items_that_run(bundles: Counter) -> None:
    without, with_cold = await accepted(bundles), await accepted(bundles, situations={"cold": "yes"})

    days = []
    for whole in (without, with_cold):
        certificates = (await bundles.get("applicant", f"/v1/cases/{whole.number}/deadline")).json()["certificates"]
        days.append(next(one for one in certificates if one["name"] == "承诺办结时限")["limit"]["days"])

    assert days == [7, 8]


async def test_acts_on_time_are_those_of_the_items(bundles: Counter) -> None:
    whole = await accepted(bundles)

    response = await whole.act(
        "examiner", whole.number, {"act": "pause", "procedure": "testing", "days": 3, "text": "送检。"}, units=(LEAD,)
    )

    assert (response.status_code, response.json()["code"]) == (409, "of_an_item")


async def test_item_and_bundle_have_doors_of_their_own(bundles: Counter) -> None:
    body = {"applicant": PERSON}

    as_item = await bundles.post("applicant", "/v1/cases", body | {"item": BUNDLE, "situations": {"cold": "no"}})
    as_bundle = await bundles.post("applicant", f"/v1/bundles/{FIRST}/cases", body)
    no_bundle = await bundles.get("supervisor", f"/v1/bundle-cases/{(await bundles.apply())['number']}")

    assert (as_item.status_code, as_item.json()["code"]) == (422, "other_kind")
    assert (as_bundle.status_code, as_bundle.json()["code"]) == (422, "other_kind")
    assert (no_bundle.status_code, no_bundle.json()["code"]) == (404, "not_a_bundle")


async def test_the_same_application_is_taken_in_once(bundles: Counter) -> None:
    body = {
        "applicant": PERSON,
        "situations": {"cold": "no"},
        "form": {"shop_name": "测试店"},
        "materials": [{"material": "floor_plan", "paper": True}],
    }
    key = f"bundle-{uuid.uuid4()}"

    first = await bundles.post("applicant", f"/v1/bundles/{BUNDLE}/cases", body, key)
    second = await bundles.post("applicant", f"/v1/bundles/{BUNDLE}/cases", body, key)

    assert first.status_code == 201
    assert first.json() == second.json()
    assert first.headers["location"] == f"/v1/bundle-cases/{first.json()['number']}"


async def test_running_bundle_keeps_the_versions_of_its_items(bundles: Counter) -> None:
    before = await accepted(bundles)
    today = datetime.now(SHANGHAI).date().isoformat()
    newer = next(one for one in ITEMS if one["code"] == THIRD) | {"version": today, "name": "事项03（新版）"}
    await publish(bundles, newer)

    after = await accepted(bundles)
    for whole in (before, after):
        await whole.grant("first")
    versions = [
        (await bundles.get("supervisor", f"/v1/cases/{await whole.part('third')}")).json()["definition"]
        for whole in (before, after)
    ]

    assert versions == [f"{THIRD}@2026-01-01", f"{THIRD}@{today}"]


async def test_what_is_handed_in_anew_reaches_the_items_that_run(bundles: Counter) -> None:
    whole = await accepted(bundles)
    first = await whole.part("first")
    body = {"materials": [{"material": "floor_plan", "paper": True}], "form": {"shop_name": "改名后的测试店"}}

    handed = await bundles.post("applicant", f"/v1/cases/{whole.number}/materials", body)
    async with asyncio.timeout(15):
        while True:
            rows = (await bundles.get("supervisor", f"/v1/cases/{first}/materials")).json()
            if [one["material"] for one in rows].count("plan") == 2 and "materials_received" in await whole.kinds(
                first
            ):
                break
            await asyncio.sleep(0.05)

    assert handed.status_code == 200, handed.text
    assert [one["source"] for one in rows] == ["paper", "paper"]


async def test_lead_department_sees_the_items_and_their_units_do_not_see_the_whole(bundles: Counter) -> None:
    whole = await accepted(bundles)
    await whole.grant("first")
    second = await whole.part("second")

    by_the_lead = await bundles.get("window-7", f"/v1/cases/{second}/timeline", units=(LEAD,))
    by_the_unit = await bundles.get("examiner-7", f"/v1/cases/{second}/timeline", units=(OTHER,))
    of_the_whole = await bundles.get("examiner-7", f"/v1/cases/{whole.number}", units=(OTHER,))

    assert (by_the_lead.status_code, by_the_unit.status_code, of_the_whole.status_code) == (200, 200, 403)


async def test_the_whole_is_withdrawn_once(bundles: Counter) -> None:
    whole = await accepted(bundles)
    await whole.grant("first")
    await whole.reaches(second="running", third="running")

    first = await whole.act("applicant", whole.number, {"act": "withdraw"})
    second = await whole.act("applicant", whole.number, {"act": "withdraw"})
    await whole.reaches(second="ended", third="ended")

    assert first.status_code == 200, first.text
    assert (second.status_code, second.json()["code"]) == (409, "nothing_to_withdraw")
    papers = await whole.papers()
    assert (papers.count("withdrawal"), papers.count("due_day_changed"), papers.count("parts_go_on")) == (1, 0, 0)


async def archived(archiver: Archiver, number: str) -> None:
    """Return once the case is in the archive; its workflow ends a moment after its file."""
    async with asyncio.timeout(30):
        while True:
            if await archiver._one(Ended(workflow_id(number), datetime.now(SHANGHAI))):
                return
            await asyncio.sleep(0.05)


async def test_bundle_and_its_items_are_archived_each_by_itself_and_name_one_another(
    bundles: Counter, servers: Servers, temporal: Client, database: Database
) -> None:
    whole = await accepted(bundles)
    await whole.grant("first")
    await whole.reaches(second="running", third="running")
    await whole.act("applicant", whole.number, {"act": "withdraw"})
    await whole.reaches(second="ended", third="ended", first="result")
    await whole.answered(whole.number, "deliver", "delivered")
    await whole.ended()
    first = await whole.part("first")
    store = FileStore(servers.settings.home, LARGEST_HISTORY_BYTES)
    archiver = Archiver(database, temporal, store, timedelta(0))

    manifests = {}
    for number in (whole.number, first):
        await archived(archiver, number)
        async with database.begin() as session:
            manifests[number] = json.loads((await package_of(session, store, number))[MANIFEST])

    assert manifests[whole.number]["kind"] == "bundle"
    assert first in manifests[whole.number]["items"]
    assert manifests[first]["kind"] == "item of a bundle"
    assert manifests[first]["bundle"] == whole.number
