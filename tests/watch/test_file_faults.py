"""Faults of files, posts and what is outside, put in one by one: each is found, said in its sentence, and over after its mend."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import Response
from temporalio.api.enums.v1 import EventType

from activities.channels.mail import Mail
from activities.registers.http import Http
from activities.vacancies import Vacancies
from cli.troubles import _found, _reconciled
from domain.commands import Outcome, Withdraw
from domain.troubles import TroubleKind
from domain.values import SHANGHAI
from registry.units import read_units
from storage.tables import MaterialRow, PersonRow, PostRow
from storage.tables.material import MaterialSource, MaterialState
from tests.activities.conftest import Register
from tests.activities.test_fetching import fetching
from tests.api.test_temporal_views import shows
from tests.counter import UNIT
from tests.papers.builders import a_delivery, on_file
from tests.papers.servers import a_closed_port, a_mail_server
from tests.papers.test_delivery import dispatching, units_with
from tests.samples import PDF
from tests.waiting import on_a_socket
from tests.watch.conftest import QUEUE, Scene
from tests.workflows.conftest import APPLICANT, SOON, Drive
from watch.cases import Cases, Pace
from watch.telling import NOTE_TROUBLE
from workflows.connection import send
from workflows.messages import workflow_id
from workflows.reconciling import Agreement

ALL = ("application_form", "floor_plan", "training", "safety_rules", "facilities")
WINDOW = ("gz-thr-management",)
LONG_DUE = """
    UPDATE grievance SET clocks = (SELECT jsonb_agg(one || jsonb_build_object('due_at', now() - interval '1 h'))
                                     FROM jsonb_array_elements(clocks) AS one (one)) WHERE number = :number
"""
SIGNALED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED


async def an_accepted_case(scene: Scene) -> Drive:
    case = scene.drive()
    await case.open(ALL)
    await case.answer("check", "window", Outcome.ACCEPT)
    return case


async def as_it_was_before_the_last_batch(scene: Scene, number: str) -> None:
    """The file as a database holds it that was restored to a moment before the acceptance."""
    named = {"number": number}
    for table in ("delivery", "notice", "case_event"):
        await scene.sql(f"DELETE FROM {table} WHERE number = :number AND seq > 1", **named)
    await scene.sql("DELETE FROM task WHERE number = :number AND step <> 'check'", **named)
    await scene.sql("UPDATE case_file SET seq = 1, stage = 'acceptance' WHERE number = :number", **named)


async def the_file(scene: Scene, number: str) -> list[object]:
    """All that is on file of the case and that a batch writes."""
    queries = (
        "SELECT seq, stage, light, waiting_for, due_day, accepted_on FROM case_file WHERE number = :number",
        "SELECT seq, kind, at, papers, data FROM case_event WHERE number = :number ORDER BY seq",
        "SELECT id, state, outcomes, due_day FROM task WHERE number = :number ORDER BY id",
        "SELECT key, due_at, state FROM clock WHERE number = :number ORDER BY key",
        "SELECT seq, paper, title FROM notice WHERE number = :number ORDER BY seq, paper",
    )
    return [[dict(row) for row in await scene.sql(query, number=number)] for query in queries]


@pytest.mark.shows(60, 62)
async def test_case_file_that_is_behind_its_history_is_repaired_from_it(scene: Scene) -> None:
    async with scene.working():
        case = await an_accepted_case(scene)
    before = await the_file(scene, case.number)
    await as_it_was_before_the_last_batch(scene, case.number)

    async with scene.probing():
        row = await scene.is_over(TroubleKind.BEHIND, workflow_id(case.number))

    assert row.facts == {"file": 1, "history": 2, "repaired": True, "error": None}
    assert await the_file(scene, case.number) == before


@pytest.mark.shows(60, 62)
async def test_grievance_whose_file_is_behind_its_history_is_repaired_from_it(scene: Scene) -> None:
    """As after a restore of PostgreSQL alone to a moment before the classification."""
    body = {"unit": UNIT, "grounds": ["not_finished"], "request": "至今没有答复。"}
    async with scene.working():
        made = (await scene.counter.post("grievance_window", "/v1/grievances", body, units=WINDOW)).json()
        acts = f"/v1/grievances/{made['number']}/acts"
        classified = {"act": "classify", "klass": "complex", "grounds": ["not_finished"]}
        answer = await scene.counter.until_answered("grievance_window", acts, classified, WINDOW)
        assert answer.status_code == 200, answer.text
    named = {"number": made["number"]}
    await scene.sql("DELETE FROM grievance_event WHERE number = :number AND seq > 1", **named)
    await scene.sql(
        "UPDATE grievance SET seq = 1, leg = 'classification', klass = NULL WHERE number = :number", **named
    )

    async with scene.probing():
        row = await scene.is_over(TroubleKind.BEHIND, f"grievance:{made['number']}")
        await scene.sql(LONG_DUE, **named)
        missed = await scene.sees(TroubleKind.MISSED_TIMER, f"grievance:{made['number']}")

    assert row.facts == {"file": 1, "history": 2, "repaired": True, "error": None}
    file = await scene.sql("SELECT seq, leg, klass FROM grievance WHERE number = :number", **named)
    kept = await scene.sql("SELECT kind FROM grievance_event WHERE number = :number ORDER BY seq", **named)
    assert [dict(one) for one in file] == [{"seq": 2, "leg": "transfer", "klass": "complex"}]
    assert [one["kind"] for one in kept] == ["registered", "classified"]
    assert f"反映件 {made['number']} 的“转办”环节的期限已于" in missed


async def test_case_that_did_not_hear_of_an_acknowledgment_hears_it_from_the_probe(scene: Scene) -> None:
    """Temporal was away when the department took note; what the UI shows comes right all the same."""
    async with scene.working():
        number = (await scene.counter.apply())["number"]
        await scene.counter.answered("window", number, "check", "accept")
        more = {"act": "extend", "clock": "promised", "days": 1, "cause": "complex", "text": "须进一步核实"}
        answer = await scene.counter.until_answered("agency_head", f"/v1/cases/{number}/acts", more)
        assert answer.status_code == 200, answer.text
        await shows(scene.client, number, "filing_unacknowledged", there=True)
        await scene.sql("UPDATE notice SET acknowledged_at = now() WHERE number = :n AND paper = 'filing'", n=number)

        async with scene.probing():
            shown = await shows(scene.client, number, "filing_unacknowledged", there=False)

    assert shown["AcStatus"] == "open"


async def test_case_that_ends_while_it_is_looked_at_is_not_repaired_before_its_time(scene: Scene) -> None:
    """Its last batch is on its way to the file: the counter has the answer and writes."""
    async with scene.working():
        case = scene.drive()
        await case.open(ALL)
        acted = await send(scene.client, case.number, Withdraw(request_id="withdraw", by=APPLICANT), SOON)
        await scene.client.get_workflow_handle(workflow_id(case.number)).result()
    cases = Cases(scene.client, scene.database, scene.reconciler, QUEUE, Pace(patience_seconds=60))

    [seen] = await cases.see()
    (row,) = await scene.sql("SELECT seq FROM case_file WHERE number = :number", number=case.number)
    await scene.filer().file(acted)

    assert seen.found == ()
    assert row["seq"] < acted.done.seq
    assert [one.found for one in await cases.see()] == [()]


@pytest.mark.shows(62)
async def test_reconciliation_by_hand_says_what_it_repaired(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    async with scene.working():
        case, other = await an_accepted_case(scene), await an_accepted_case(scene)
    before = await the_file(scene, case.number)
    await as_it_was_before_the_last_batch(scene, case.number)

    looked = await scene.reconciler.of(case.number, repair=False)
    whole = await _reconciled(scene.settings, None, repair=True)
    again = await _reconciled(scene.settings, other.number, repair=True)

    assert looked is not None
    assert looked.agreement is Agreement.BEHIND
    assert whole
    assert again
    printed = capsys.readouterr().out
    assert f"✓ {case.number} 已从历史补登（1/2）" in printed
    assert "✓ 核对在办件 2 件，补登 1 件，未能补登 0 件" in printed
    assert f"✓ {other.number} 档案与历史一致（2/2）" in printed
    assert await the_file(scene, case.number) == before


async def test_case_file_that_is_ahead_of_its_history(scene: Scene) -> None:
    """As after a restore of Temporal's database alone; its workflow is told, and told again when it is over."""
    async with scene.working(), scene.probing():
        case = await an_accepted_case(scene)
        await scene.sql("UPDATE case_file SET seq = seq + 1 WHERE number = :number", number=case.number)

        sentence = await scene.sees(TroubleKind.FILE_AHEAD, workflow_id(case.number))
        await _told(scene, case.number, 1)
        await scene.sql("UPDATE case_file SET seq = seq - 1 WHERE number = :number", number=case.number)
        await scene.is_over(TroubleKind.FILE_AHEAD, workflow_id(case.number))
        told = await _told(scene, case.number, 2)

    assert told == [["file_ahead"], []]
    assert f"办件 {case.number} 的档案（第 3 项）超前于办理历史（第 2 项）" in sentence
    assert "不能自动修复" in sentence


async def _told(scene: Scene, number: str, times: int) -> list[Any]:
    """What its workflow was told by signals, once there are so many."""
    handle, found = scene.client.get_workflow_handle(workflow_id(number)), list[Any]()
    async with asyncio.timeout(30):
        while len(found) < times:
            history = (await handle.fetch_history()).events
            signals = [e.workflow_execution_signaled_event_attributes for e in history if e.event_type == SIGNALED]
            sent = [one.input.payloads for one in signals if one.signal_name == NOTE_TROUBLE]
            found = [(await scene.client.data_converter.decode(payloads))[0] for payloads in sent]
    return found


async def test_application_that_is_not_opened(scene: Scene) -> None:
    now = datetime.now(SHANGHAI)
    case, _ = await on_file(scene.database, received_at=now, seq=0)

    async with scene.probing():
        sentence = await scene.sees(TroubleKind.UNSTARTED, "applications")
        await scene.sql("UPDATE case_file SET seq = 1, stage = 'closed' WHERE number = :n", n=case.number)
        await scene.is_over(TroubleKind.UNSTARTED, "applications")

    assert "1 份申请已收件登记而办件引擎没有立案" in sentence


async def test_mail_server_that_is_dead(scene: Scene) -> None:
    units = units_with(post={"kind": "mail"})
    async with scene.probing():
        id_ = await a_delivery(scene.database, "post")
        due = "UPDATE delivery SET next_attempt_at = now() WHERE id = :id AND state = 'waiting'"
        async with dispatching(scene.database, units, mail=_mail(a_closed_port())):
            for attempt in (1, 2):
                await _tried(scene, "delivery", attempt)
                await scene.sql(due, id=id_)
            sentence = await scene.sees(TroubleKind.CHANNEL_REFUSING, "post", saying="最多已试")
        async with (
            a_mail_server() as server,
            dispatching(scene.database, units, mail=Mail(server.url, "a@gov.example")),
        ):
            await scene.sql(due, id=id_)
            await scene.is_over(TroubleKind.CHANNEL_REFUSING, "post")

    assert "送达渠道 post 有文书发不出去：1 份文书在等" in sentence
    assert "example.test" not in sentence


def _mail(port: int) -> Mail:
    return Mail(f"smtp://127.0.0.1:{port}", "a@gov.example")


async def _tried(scene: Scene, table: str, attempts: int) -> None:
    """Return when the only row was tried so often and failed."""
    async with asyncio.timeout(30):
        while True:
            (row,) = await scene.sql(f"SELECT attempts, last_error FROM {table}")
            if row["attempts"] >= attempts and row["last_error"]:
                return
            await asyncio.sleep(0.02)


async def test_register_that_is_dead(scene: Scene, tmp_path: Path) -> None:
    case, _ = await on_file(scene.database, document_kind="passport", document_number="TEST000077", seq=1)
    now = datetime.now(SHANGHAI)
    row = MaterialRow(
        id=uuid4(),
        number=case.number,
        material="business_licence",
        source=MaterialSource.REGISTER,
        state=MaterialState.REQUESTED,
        register_name="licences",
        reference="营业执照",
        next_attempt_at=now,
        handed_in_by="a-1",
        received_at=now,
    )
    async with scene.database.begin() as session:
        session.add(row)
    due = "UPDATE material SET next_attempt_at = now() WHERE state = 'requested'"

    async with scene.probing():
        async with fetching(
            scene.database, tmp_path, licences=Http(f"http://127.0.0.1:{a_closed_port()}/certificates", key="k")
        ):
            for attempt in (1, 2):
                await _tried(scene, "material", attempt)
                await scene.sql(due)
            sentence = await scene.sees(TroubleKind.REGISTER_DOWN, "licences")
        register = Register()
        register.answer = lambda asked: Response(PDF, media_type="application/pdf")
        async with (
            on_a_socket(register.app) as address,
            fetching(scene.database, tmp_path, licences=Http(f"{address}/certificates", key="k")),
        ):
            await scene.sql(due)
            await scene.is_over(TroubleKind.REGISTER_DOWN, "licences")

    assert "共享数据源 licences 没有给出材料：1 份在等" in sentence
    assert "TEST000077" not in sentence


async def test_role_that_nobody_fills_while_tasks_lie_with_it(scene: Scene) -> None:
    vacancies = Vacancies(read_units(scene.settings.definitions), scene.settings.definitions, 1)
    now = datetime.now(SHANGHAI)
    async with scene.working(), scene.probing():
        await scene.drive().open(ALL)
        await _appoint(scene, vacancies, "examiner", now)

        sentence = await scene.sees(TroubleKind.ROLE_VACANT, f"window@{UNIT}")
        await _appoint(scene, vacancies, "window", now)
        await scene.is_over(TroubleKind.ROLE_VACANT, f"window@{UNIT}")

    assert "广州市天河区市场监督管理局的窗口人员岗位自" in sentence
    assert "1 项任务没有人可以办理" in sentence


async def _appoint(scene: Scene, vacancies: Vacancies, role: str, now: datetime) -> None:
    person = f"p-{role}"
    async with scene.database.begin() as session:
        session.add(PersonRow(id=person, name="测试人员", recorded_at=now))
        await session.flush()
        since = now.date() - timedelta(days=1)
        session.add(
            PostRow(
                unit=UNIT, role=role, person=person, substitute=False, since=since, entered_by="test", entered_at=now
            )
        )
        await session.flush()
        await vacancies.look(session, now)


@pytest.mark.shows(60)
async def test_supervisors_are_shown_each_trouble_once_in_their_language_however_many_probes_there_are(
    scene: Scene,
) -> None:
    async with scene.probing(), scene.probing():
        await on_file(scene.database, received_at=datetime.now(SHANGHAI), seq=0)
        await scene.sees(TroubleKind.UNSTARTED, "applications")
        path, all_ = "/v1/supervision/troubles", ("*",)

        shown = (await scene.counter.get("supervisor", path, all_, kind="unstarted")).json()
        headers = scene.counter.headers("supervisor", all_, **{"Accept-Language": "en"})
        english = (await scene.counter.client.get(path, headers=headers, params={"kind": "unstarted"})).json()
        sheet = (await scene.counter.get("supervisor", path, all_, format="csv", kind="unstarted")).text
        overview = (await scene.counter.get("supervisor", "/v1/supervision/overview", all_)).json()
        refused = await scene.counter.get("window", path)
        rows, looked_at = await _found(scene.settings)

    assert len(shown["rows"]) == 1
    assert shown["rows"][0]["says"].startswith("1 份申请已收件登记而办件引擎没有立案")
    assert english["rows"][0]["says"].startswith("1 applications are on file and not opened by the engine")
    assert "已收件而没有立案" in sheet
    assert not shown["stale"]
    assert overview["troubles"] >= 1
    assert refused.status_code == 403
    assert any(row.kind is TroubleKind.UNSTARTED for row in rows)
    assert looked_at is not None
