"""A mix of real cases lives through everything at random; after every act all counts and lists equal the case files."""

from __future__ import annotations

import asyncio
import random
from collections import Counter as Tally
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from temporalio.client import Client

from activities.case_file import CaseFile
from api.app import create_app
from cli.token import issue
from domain.values import SHANGHAI
from registry.units import read_units
from settings import Settings
from storage.database import Database
from tests.api import reckoned
from tests.api.test_bundles import BUNDLE, DEFINITION, ITEMS, PERSON, TESTING, an_item, publish
from tests.conftest import Servers
from tests.counter import UNIT, Counter, an_application, speaking_to
from tests.own import settings_of_its_own, with_the_food_permit
from worker.serving import case_worker, hands_of
from workflows.filing import Filer

SPECIAL = "442199720000"
HEARING = TESTING | {"id": "hearing", "name": "听证", "procedure": "hearing", "max": {"days": 20}}
STAFF = (UNIT, "gz-thr-health", "gz-thr-government")
ROLES = ("window", "examiner", "approver", "agency_head", "government_head", "chief_representative")
WHY = {"cause": "complex", "text": "须进一步核实。"}
AT = "/v1/supervision"
WATCHER = "both-1"
EVERYWHERE: Callable[[str], bool] = lambda unit: True  # noqa: E731
ACTS = 40


class Office:
    """Everybody at once: applicants, all staff of all units, and supervisors, one of whom applies for something too."""

    def __init__(self, counter: Counter, database: Database, seed: int) -> None:
        self.counter, self.database, self.dice = counter, database, random.Random(seed)
        self.staff = self._token("staff-1", ROLES, STAFF)
        self.oversight = self._token("supervisor-1", ("supervisor",), ("gz-thr-management",))
        self.watcher = self._token(WATCHER, ("supervisor",), ("*",))
        self.watcher_applies = self._token(WATCHER, ("applicant",), ())
        self.applicant = self._token("applicant-mix", ("applicant",), ())
        self.numbers: list[str] = []
        self.done: Tally[str] = Tally()

    def _token(self, who: str, roles: tuple[str, ...], units: tuple[str, ...]) -> dict[str, str]:
        return {"Authorization": f"Bearer {issue(self.counter.home, who, list(roles), list(units))}"}

    async def post(self, who: dict[str, str], path: str, body: Any) -> httpx2.Response:
        key = f"mix-{self.dice.getrandbits(64):x}"
        return await self.counter.client.post(path, headers={**who, "Idempotency-Key": key}, json=body)

    async def seen(self, path: str, who: dict[str, str] | None = None, **asked: Any) -> Any:
        response = await self.counter.client.get(f"{AT}/{path}", headers=who or self.watcher, params=asked)
        assert response.status_code == 200, response.text
        return response.json()

    async def applies(self) -> None:
        """A new case: on time or belated, complete or not, of one's own, for an item with procedures, or a bundle."""
        belated = {"belated": "邮寄申请误投其他科室。"}
        ago = lambda days: (datetime.now(SHANGHAI) - timedelta(days=days)).isoformat()  # noqa: E731
        shown = [{"material": name, "paper": True} for name in ("floor_plan", "rules")]
        kinds: list[tuple[str, dict[str, str], str, dict[str, Any]]] = [
            ("plain", self.applicant, "/v1/cases", an_application()),
            ("incomplete", self.applicant, "/v1/cases", an_application(materials=("application_form", "floor_plan"))),
            ("own", self.watcher_applies, "/v1/cases", an_application()),
            ("late", self.staff, "/v1/cases", an_application(received_at=ago(55), **belated)),
            (
                "latish",
                self.staff,
                "/v1/cases",
                an_application(received_at=ago(self.dice.choice((4, 8, 13))), **belated),
            ),
            ("special", self.applicant, "/v1/cases", an_application(item=SPECIAL, materials=(), situations={})),
            (
                "bundle",
                self.applicant,
                f"/v1/bundles/{BUNDLE}/cases",
                {
                    "applicant": PERSON,
                    "situations": {"cold": "no"},
                    "form": {"shop_name": "测试店"},
                    "materials": shown,
                },
            ),
        ]
        kind, who, path, body = self.dice.choice(kinds)
        response = await self.post(who, path, body)
        assert response.status_code == 201, response.text
        self.numbers.append(response.json()["number"])
        self.done[kind] += 1

    async def answers(self, files: reckoned.Files) -> None:
        """Some open task of ours is answered, claimed or transferred."""
        mine = {
            case["number"] for case in files.cases if case["number"] in self.numbers or case["bundle"] in self.numbers
        }
        tasks = [task for number in sorted(mine) for task in files.tasks[number] if task["state"] == "open"]
        if not tasks:
            return
        task = self.dice.choice(tasks)
        if self.dice.random() < 0.15:
            what: dict[str, Any] = {"unit": "gz-thr-health", "text": "由对口科室办理"}
            await self._try("transfer", self.staff, f"/v1/tasks/{task['id']}/transfer", what)
        elif self.dice.random() < 0.2:
            await self._try("claim", self.staff, f"/v1/tasks/{task['id']}/claim", {})
        else:
            usual = [
                one for one in task["outcomes"] if one not in ("refuse_acceptance", "not_required", "refuse", "return")
            ]
            body: dict[str, Any] = {"outcome": self.dice.choice(usual or task["outcomes"])}
            if body["outcome"] in ("reported", "disapprove", "advised", "answered"):
                body["text"] = "已经核实。"
            if task["step"] == "on_site":
                body["officers"] = ["officer-a", "officer-b"]
            await self._try(f"{task['step']} {body['outcome']}", self.staff, f"/v1/tasks/{task['id']}/answer", body)

    async def acts(self, files: reckoned.Files) -> None:
        """Some act on some case of ours; what the law refuses is refused."""
        open_cases = sorted(
            case["number"]
            for case in files.cases
            if case["stage"] != "closed" and (case["number"] in self.numbers or case["bundle"] in self.numbers)
        )
        if not open_cases:
            return
        number = self.dice.choice(open_cases)
        special = any(case["item_code"] == SPECIAL for case in files.cases if case["number"] == number)
        handed = {"materials": [{"material": "training", "paper": True}, {"material": "safety_rules", "paper": True}]}
        bodies: list[tuple[dict[str, str], str, dict[str, Any]]] = [
            (self.staff, "acts", {"act": "pause", "procedure": "testing", "days": 3}),
            (self.staff, "acts", {"act": "resume", "procedure": "testing"}),
            (self.staff, "acts", {"act": "hearing", "move": "order", "text": "公共利益重大"}),
            (self.staff, "acts", {"act": "pause", "procedure": "hearing", "days": 5}),
            (self._examiner(), "acts", {"act": "extend", "days": 3, **WHY}),
            (self.oversight, "acts", {"act": "order", "text": "请说明办理进度。"}),
            (self.applicant, "acts", {"act": "urge", "text": "盼早日办结。"}),
            (self.applicant, "materials", handed),
            (self.staff, "acts", {"act": "delay", "until": "2027-06-01", **WHY}),
        ]
        who, where, body = self.dice.choice(bodies[:4] if special else bodies)
        await self._try(body.get("act", where), who, f"/v1/cases/{number}/{where}", body)

    def _examiner(self) -> dict[str, str]:
        return self._token("examiner-mix", ("examiner",), STAFF)

    async def _try(self, what: str, who: dict[str, str], path: str, body: dict[str, Any]) -> None:
        response = await self.post(who, path, body)
        assert response.status_code in (200, 403, 409, 422), response.text
        self.done[what if response.status_code == 200 else "refused"] += 1

    async def vacates(self) -> None:
        """Nobody is an examiner at the unit any more, or somebody is again."""
        empty = self.dice.random() < 0.5
        async with self.database.begin() as session:
            await session.execute(text("DELETE FROM alarm WHERE id = 'mix'"))
            if empty:
                await session.execute(
                    text(
                        "INSERT INTO alarm (id, kind, unit, role, raised_at, facts)"
                        " VALUES ('mix', 'vacancy', :unit, 'examiner', now(), '{}')"
                    ),
                    {"unit": UNIT},
                )
        self.done["vacant" if empty else "filled"] += 1

    async def acknowledges(self, files: reckoned.Files) -> None:
        """Some filing of our cases is acknowledged."""
        those = [n for number in self.numbers for n in files.notices[number] if n["paper"] == "filing"]
        for notice in (n for n in those if n["acknowledged_at"] is None):
            path = f"/v1/filings/{notice['number']}/{notice['seq']}/acknowledgment"
            await self._try("acknowledged", self.oversight, path, {})
            return

    async def does_something(self) -> None:
        """One thing of all these."""
        files = await reckoned.read(self.database)
        what = self.dice.choices(
            (self.applies, self.vacates, self.answers, self.acts, self.acknowledges), weights=(5, 1, 12, 12, 1)
        )[0]
        await (what() if what in (self.applies, self.vacates) else what(files))  # type: ignore[call-arg, arg-type]


async def agrees(office: Office) -> None:
    """Every count and list equals the case files. What the engine does by itself meanwhile may come between the two looks, so
    it is looked again when they differ; what stays different is an error."""
    for attempt in range(5):
        try:
            await compare(office)
        except AssertionError:
            if attempt == 4:
                raise
            await asyncio.sleep(0.2)
        else:
            return


async def compare(office: Office) -> None:
    files = await reckoned.read(office.database)
    those = reckoned.standings(files, WATCHER, EVERYWHERE)
    names = reckoned.measures([])
    for by in ("unit", "item", "district", "light", "stage", "cause"):
        shown = await office.seen("overview", by=by)
        assert {one["key"][by]: {name: one[name] for name in names} for one in shown["groups"]} == reckoned.counted(
            those, by
        )
    listed = (await office.seen("cases", limit=200))["rows"]
    assert [
        (one["number"], one["cause"], datetime.fromisoformat(one["since"]), {mark["mark"] for mark in one["marks"]})
        for one in listed
    ] == [(one["number"], one["cause"], one["since"], one["marks"]) for one in those][:200]
    waiting = {
        one["waiting_for"]: (one["cases"], one["tasks"], one["claimed"], one["stuck"])
        for one in await office.seen("waiting")
    }
    expected = reckoned.waiting(those)
    assert waiting == {
        whom: (one["cases"], one["tasks"], one["claimed"], one["stuck"]) for whom, one in expected.items()
    }
    today = datetime.now(SHANGHAI).date()
    troubles = (await office.seen("causes", **{"from": today}, top=200))["lists"]
    wanted = reckoned.causes(files, WATCHER, EVERYWHERE, today, today)
    assert {
        name: {row["key"]: (row["times"], row["cases"]) for row in rows} for name, rows in troubles.items() if rows
    } == wanted
    district = await office.seen("overview", office.oversight)
    theirs = reckoned.standings(files, "supervisor-1", reckoned.in_place("gz-thr"))
    assert {name: district["total"][name] for name in names} == reckoned.measures(theirs)
    await compare_findings(office, files)


async def compare_findings(office: Office, files: reckoned.Files) -> None:
    """Findings and grievances, too, whatever opened them."""
    cases = {case["number"]: case for case in files.cases}

    def about_me(number: str | None) -> bool:
        return number is not None and reckoned.own(cases[number], WATCHER)

    standing = [one for one in files.findings if not one["withdrawn_at"] and not about_me(one["number"])]
    shown = (await office.seen("findings", limit=200))["rows"]
    newest = sorted(standing, key=lambda one: (one["found_at"], one["id"]), reverse=True)
    assert [one["id"] for one in shown] == [one["id"] for one in newest][:200]
    legs = Tally(g["leg"] for g in files.grievances if g["leg"] != "closed" and not about_me(g["case_number"]))
    assert {one["key"]: one["grievances"] for one in await office.seen("grievances/counts", by="leg")} == legs


@pytest.fixture(scope="module")
def settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a database and a task queue of its own, for every act compares every file that there is."""
    return settings_of_its_own(servers, tmp_path_factory, "mix").model_copy(update={"task_queue": "mix"})


@pytest.fixture(scope="module")
async def database(settings: Settings) -> AsyncIterator[Database]:
    async with with_the_food_permit(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
async def counter(settings: Settings, database: Database, temporal: Client) -> AsyncIterator[Counter]:
    """Its counter, with a worker behind it."""
    app, units = create_app(settings), read_units(settings.definitions)
    case_file = CaseFile(database, units, settings.public_url)
    filer = Filer(temporal, case_file)
    hands = hands_of(temporal, database, units, filer, settings)
    async with (
        case_worker(temporal, settings.task_queue, case_file, filer, hands),
        app.router.lifespan_context(app),
        speaking_to(app, settings.home) as opened,
    ):
        yield opened


@pytest.mark.timeout(300)
@pytest.mark.shows(60, 61, 63, "N2")
@pytest.mark.parametrize("seed", [1, 2])
async def test_counts_and_lists_are_correct_to_the_act(counter: Counter, database: Database, seed: int) -> None:
    for body in (*ITEMS, DEFINITION, an_item(SPECIAL, UNIT, 5, special_procedures=[TESTING, HEARING])):
        await publish(counter, body)
    office = Office(counter, database, seed)
    seen: set[str] = set()

    for _ in range(ACTS):
        await office.does_something()
        await agrees(office)
        files = await reckoned.read(database)
        seen |= {
            mark for one in reckoned.standings(files, "nobody", EVERYWHERE) for mark in (one["cause"], *one["marks"])
        }

    async with database.begin() as session:
        await session.execute(text("DELETE FROM alarm WHERE id = 'mix'"))
    assert sum(office.done.values()) - office.done["refused"] > ACTS / 3, office.done
    print(sorted(office.done.items()), sorted(seen))
    assert len(seen) > 7, "the mix is to lead to many ways of standing"
