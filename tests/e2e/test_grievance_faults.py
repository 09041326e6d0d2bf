"""Grievances go to their end while every part is killed: each closed once, each paper given once, each remedy asked once."""

from __future__ import annotations

import asyncio
import contextlib
import random
import uuid
from collections import Counter as Tally
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from activities.finding import note
from cli.embedded import Running, launched
from cli.token import issue
from domain.supervision.rules import Supervision
from domain.supervision.shortcomings import Shortcoming
from domain.values import SHANGHAI
from registry.units import read_units
from settings import Settings
from storage.database import Database
from storage.tables import CaseRow, FindingRow
from tests.counter import UNIT, an_application
from tests.e2e.test_faults import PARTS, Patient
from tests.e2e.test_time_faults import kill, on_file, published

WINDOW = "gz-thr-management"
EACH = 5
"""So many about cases, without a case, found about cases, and found without a case: 20 in all."""
BY = (datetime.now(SHANGHAI).date() + timedelta(days=60)).isoformat()
CLASSIFY = {"act": "classify", "klass": "complex", "grounds": ["not_finished"]}
TRANSFER = {"act": "transfer", "unit": UNIT, "text": "请核实并答复。"}
ANSWER = {"act": "answer", "said": "remedied", "text": "已经办理。"}
FEEDBACK = {"act": "feedback", "text": "承办单位已经办理。"}
VISIT = {"act": "return_visit", "reached": True, "satisfaction": 2}
REVIEW = {"act": "review", "conclusion": "partly", "text": "部分属实。", "improvement": "按日跟踪。"}
NOTIFY = {"act": "notify", "text": "请报送改进情况。"}
ACCEPT, DECIDE = {"remedy": "accept_now"}, {"remedy": "decide_by", "due": BY}
Step = tuple[str, dict[str, Any]]


def steps(n: int, *, about_case: bool) -> list[Step]:
    """The way of the n-th grievance: plain, sent back, dissatisfied, or nobody reached at first."""
    ask = {"remedies": [ACCEPT]} if about_case else {}
    decide = {"remedies": [DECIDE]} if about_case else {}
    again: list[Step] = [("chief", ANSWER), ("clerk", FEEDBACK)]
    way: list[Step] = [("clerk", CLASSIFY), ("clerk", TRANSFER)]
    match n % 4:
        case 1:
            way += [("chief", {"act": "send_back", "text": "不属于本单位职责。"}), ("clerk", TRANSFER)]
        case 2:
            way += [*again, ("clerk", VISIT | {"satisfaction": 5})]
        case 3:
            way += [*again, ("clerk", {"act": "return_visit", "reached": False})]
            way += [("clerk", {"act": "send_back", "text": "请补充说明。"})]
    way += [("chief", ANSWER | ask), ("clerk", FEEDBACK), ("clerk", VISIT)]
    return [*way, ("supervisor", REVIEW | decide), ("supervisor", NOTIFY)]


KINDS = {
    "classify": ["classified"],
    "transfer": ["transferred"],
    "answer": ["answered"],
    "feedback": ["feedback_given"],
    "send_back": ["sent_back"],
    "review": ["reviewed"],
    "notify": ["unit_notified", "closed"],
}


def kinds_of(way: list[Step]) -> list[str]:
    """What has to be on record after this way; what time and the case did apart."""
    kinds = ["registered"]
    for _, body in way:
        if body["act"] == "return_visit":
            kinds += ["visited", *(["sent_back"] if (body.get("satisfaction") or 0) >= 4 else [])]
        else:
            kinds += KINDS[body["act"]]
    return kinds


class Window(Patient):
    """A patient client that also has the people of the window and the chief representative."""

    def __init__(self, stack: Running) -> None:
        super().__init__(stack)
        home = Path(stack.home)
        self.tokens |= {
            "clerk": issue(home, "grievance_window-1", ["grievance_window"], [WINDOW]),
            "supervisor": issue(home, "supervisor-1", ["supervisor"], [WINDOW, UNIT]),
            "chief": issue(home, "chief_representative-1", ["chief_representative"], [UNIT]),
        }

    async def case(self) -> str:
        return str((await self.send("POST", "applicant", "/v1/cases", an_application()))["number"])

    async def reported(self, case: str | None) -> str:
        """What the applicant, or somebody at the window, reports."""
        body = {"case": case} if case else {"unit": UNIT, "reporter": {"name": "测试反映人"}}
        who = "applicant" if case else "clerk"
        said = {"grounds": ["not_finished"], "request": "至今没有答复。", **body}
        return str((await self.send("POST", who, "/v1/grievances", said))["number"])

    async def carried(self, number: str, way: list[Step]) -> None:
        """To its end, however often the servers go down."""
        for who, body in way:
            await self.send("POST", who, f"/v1/grievances/{number}/acts", body)
            await asyncio.sleep(random.uniform(0, 1.0))


async def found(stack: Running, case: str | None) -> str:
    """A grievance as a finding leaves it: a row that no workflow knows of."""
    database = Database(stack.environment["BANCHENG_DATABASE_URL"])
    units, now = read_units(Settings().definitions), datetime.now(SHANGHAI)
    finding = FindingRow(
        id=f"{case or 'visit'}:{uuid.uuid4().hex[:8]}",
        shortcoming=Shortcoming.NOT_FINISHED,
        number=case,
        unit=UNIT,
        article="gz:13.5",
        found_at=now,
        evidence={},
    )
    async with database.begin() as session:
        row = await session.get_one(CaseRow, case) if case else None
        rules = Supervision(version=date(2026, 1, 1))
        assert await note(session, finding, case=row, units=units, rules=rules)
    await database.close()
    return str(finding.grievance)


@pytest.mark.timeout(400)
async def test_kill_9_of_every_part_during_20_grievances_loses_and_doubles_nothing(tmp_path: Path) -> None:
    dice = random.Random(20260505)
    with launched(tmp_path / "home") as stack:
        published(stack)
        client = Window(stack)
        cases = await asyncio.gather(*(client.case() for _ in range(2 * EACH)))
        laid = [await found(stack, case) for case in (*cases[EACH:], *[None] * EACH)]

        killing = asyncio.create_task(kill(stack, dice, PARTS, 10, (0.6, 2.0)))
        reported = await asyncio.gather(*(client.reported(case) for case in (*cases[:EACH], *[None] * EACH)))
        numbers = [*reported, *laid]
        about = [*cases[:EACH], *[None] * EACH, *cases[EACH:], *[None] * EACH]
        ways = [steps(n, about_case=case is not None) for n, case in enumerate(about)]
        await asyncio.gather(*(client.carried(number, way) for number, way in zip(numbers, ways, strict=True)))
        await killing

        asked = {number: 2 if case else 0 for number, case in zip(numbers, about, strict=True)}
        events = await outcomes(stack, sum(asked.values()))
        rows = await on_file(stack, "SELECT number, leg, ending, seq, finding IS NOT NULL FROM grievance")
        papers = await on_file(stack, "SELECT number, array_agg(paper) FROM notice WHERE number LIKE 'FY%%' GROUP BY 1")
        numbered = await on_file(
            stack,
            "SELECT unit, paper, count(*), count(DISTINCT document_number), max(last) FROM notice"
            " JOIN numbering USING (unit, paper) WHERE number LIKE 'FY%%' GROUP BY unit, paper",
        )
        done = await on_file(
            stack, "SELECT number, by->>'id', kind FROM case_event WHERE by->>'id' LIKE 'grievance:%%' ORDER BY 1, seq"
        )
        await client.http.aclose()
    assert client.repeats > 0, "the kills were not noticed; the test shows nothing"
    assert len(set(numbers)) == 4 * EACH
    assert {number for number, *_ in rows} == set(numbers), "each is there once, and no other"
    assert {(leg, ending) for _, leg, ending, *_ in rows} == {("closed", "settled")}
    assert sum(of_finding for *_, of_finding in rows) == 2 * EACH

    kinds = {number: kinds for number, _, kinds in events}
    assert all(seqs == list(range(1, len(seqs) + 1)) for _, seqs, _ in events), "no event is missing or doubled"
    assert {number: len(kinds[number]) for number in numbers} == {number: seq for number, _, _, seq, _ in rows}
    for number, way in zip(numbers, ways, strict=True):
        by_people = [kind for kind in kinds[number] if not kind.startswith("remedy")]
        assert by_people == kinds_of(way), number
        remedies = Tally(kind for kind in kinds[number] if kind.startswith("remedy"))
        assert remedies == Tally({"remedy_done": asked[number]} if asked[number] else {}), number

    given = {number: Tally(papers) for number, papers in papers}
    for number, way in zip(numbers, ways, strict=True):
        assert given[number] == Tally(papers_of(way)), f"no paper of {number} is missing or doubled"
    assert all(count == distinct == last for _, _, count, distinct, last in numbered), "numbers have no gaps"
    assert sum(count for _, _, count, *_ in numbered) == sum(given[number].total() for number in numbers)

    once = Tally(done)
    assert once
    assert set(once.values()) == {1}, "no case did twice what it was asked"
    assert sorted({case for case, *_ in done}) == sorted(cases)
    assert sorted({by for _, by, _ in done}) == sorted(f"grievance:{number}" for number, n in asked.items() if n)


def papers_of(way: list[Step]) -> list[str]:
    """The papers that this way gives."""
    given = ["grievance_receipt"]
    answered = False
    for _, body in way:
        answered = answered or body["act"] == "answer"
        back = (body["act"] == "send_back" and answered) or (body.get("satisfaction") or 0) >= 4
        if body["act"] == "transfer" or back:
            given.append("grievance_transfer")
        given += {"feedback": ["grievance_feedback"], "notify": ["grievance_notice"]}.get(body["act"], [])
    return given


async def outcomes(stack: Running, remedies: int) -> list[tuple[Any, ...]]:
    """The events of every grievance, once the cases have answered all that was asked of them."""
    query = (
        "SELECT number, array_agg(seq ORDER BY seq), array_agg(kind ORDER BY seq) FROM grievance_event"
        " GROUP BY number ORDER BY number"
    )
    events: list[tuple[Any, ...]] = []
    for _ in range(60):
        with contextlib.suppress(psycopg.OperationalError):
            events = await on_file(stack, query)
            if sum(kind.startswith("remedy") for *_, kinds in events for kind in kinds) >= remedies:
                break
        await asyncio.sleep(1)
    await asyncio.sleep(3)  # what would be doubled has time to
    return await on_file(stack, query)
