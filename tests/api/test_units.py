"""Posts at the counter: imported and entered by those who oversee, shown to the staff, and an alarm where nobody is."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, func, select, update
from sqlmodel import SQLModel, col

from activities.vacancies import Vacancies
from api.app import create_app
from domain.record import TaskState
from domain.values import SHANGHAI
from settings import Settings
from storage.database import Database
from storage.tables import AbsenceRow, AlarmRow, DeliveryRow, NoticeRow, PersonRow, PostRow, RequestRow, TaskRow
from tests.conftest import Servers
from tests.counter import UNIT, Counter, speaking_to
from tests.own import settings_of_its_own, with_the_food_permit
from tests.papers.builders import DEFINITIONS, on_file, the_units
from worker.vacancies import VacancyWatch

DISTRICT, CITY = ("gz-thr-management",), ("gz-management",)
CHIEF = "chief_representative-1"
ROLES = ("window", "examiner", "approver", "agency_head")
TODAY = datetime.now(SHANGHAI).date()
SINCE = TODAY - timedelta(days=30)
SAMPLE = (DEFINITIONS / "sample" / "posts.yaml").read_text("utf-8")
ALONE = {f"vacancy:{one}:1" for one in (UNIT, "gz-management", "gz-thr-management")}


@pytest.fixture(scope="module")
def own_settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A database of its own: whom a post is given to must not be seen by the tests of other things."""
    return settings_of_its_own(servers, tmp_path_factory, "units")


@pytest.fixture(scope="module")
async def own(own_settings: Settings) -> AsyncIterator[Database]:
    """Its database, with the food permit published."""
    async with with_the_food_permit(own_settings) as opened:
        yield opened


@pytest.fixture(scope="module")
async def office(own_settings: Settings, own: Database) -> AsyncIterator[Counter]:
    app = create_app(own_settings)
    async with app.router.lifespan_context(app), speaking_to(app, own_settings.home) as opened:
        yield opened


@pytest.fixture(autouse=True)
async def nobody_on_file(own: Database) -> None:
    """Every test begins where nobody has a post."""
    tables: tuple[type[SQLModel], ...] = (
        PostRow,
        AbsenceRow,
        PersonRow,
        AlarmRow,
        DeliveryRow,
        NoticeRow,
        TaskRow,
        RequestRow,
    )
    async with own.begin() as session:
        for table in tables:
            await session.execute(delete(table))


async def send(
    office: Counter, text: str, who: str = "supervisor-1", units: tuple[str, ...] = ("*",), language: str = "zh"
) -> httpx2.Response:
    """The answer to a file of posts."""
    headers = {"Idempotency-Key": f"test-{uuid.uuid4()}", "Content-Type": "application/yaml"}
    sent = office.headers(who, units, **headers, **{"Accept-Language": language})
    return await office.client.post("/v1/units/import", content=text.encode(), headers=sent)


async def imported(office: Counter, text: str = SAMPLE) -> dict[str, Any]:
    response = await send(office, text)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def alarms(office: Counter, units: tuple[str, ...] = ("*",), **query: Any) -> set[str]:
    response = await office.get("supervisor", "/v1/supervision/alarms", units, **query)
    assert response.status_code == 200, response.text
    return {row["id"] for row in response.json()["rows"]}


async def papers(own: Database) -> list[tuple[str, str | None, str | None]]:
    async with own.begin() as session:
        rows = await session.execute(select(NoticeRow).order_by(col(NoticeRow.number)))
        return [(row.number, row.addressee, row.attention) for row in rows.scalars()]


async def entered(office: Counter, role: str, person: str, unit: str = UNIT, **more: Any) -> httpx2.Response:
    body = {"role": role, "person": person, "name": f"测试{person}", "since": SINCE.isoformat(), **more}
    return await office.post("supervisor", f"/v1/units/{unit}/posts", body, units=("*",))


async def post_id(office: Counter, person: str, unit: str = UNIT) -> int:
    shown = (await office.get("supervisor", f"/v1/units/{unit}")).json()
    return int(next(post["id"] for post in shown["posts"] if post["person"] == person))


async def count(own: Database, table: type[SQLModel]) -> int:
    async with own.begin() as session:
        return int((await session.execute(select(func.count()).select_from(table))).scalar() or 0)


# Importing


@pytest.mark.shows("N20")
async def test_sample_fills_every_role_and_the_same_file_again_changes_nothing(office: Counter, own: Database) -> None:
    first = await imported(office)
    before = {table: await count(own, table) for table in (PersonRow, PostRow, AbsenceRow, AlarmRow, NoticeRow)}

    again = await imported(office)

    assert first["new"] == {"people": 164, "posts": 164, "absences": 1}
    assert set(again["new"].values()) | set(again["changed"].values()) == {0}
    assert {table: await count(own, table) for table in before} == before
    assert await alarms(office) == set()


async def test_import_may_say_when_a_post_ends_and_one_that_is_not_said_to_end_goes_on(office: Counter) -> None:
    post = f"{{unit: {UNIT}, role: window, person: clerk, since: {SINCE}"
    people = "kind: posts\npeople:\n  - {id: clerk, name: 测试窗口人员}\nposts:\n  - "
    await imported(office, f"{people}{post}}}\n")

    until = await imported(office, f"{people}{post}, until: 2099-12-31}}\n")
    unsaid = await imported(office, f"{people}{post}}}\n")

    shown = (await office.get("supervisor", f"/v1/units/{UNIT}")).json()["posts"]
    assert (until["new"]["posts"], until["changed"]["posts"]) == (0, 1)
    assert (unsaid["new"]["posts"], unsaid["changed"]["posts"]) == (0, 0)
    assert [(post["person"], post["until"]) for post in shown] == [("clerk", "2099-12-31")]


async def test_every_fault_of_a_file_is_named_at_once_and_nothing_of_it_is_kept(office: Counter, own: Database) -> None:
    text = f"""kind: posts
people:
  - {{id: a, name: 测试甲}}
posts:
  - {{unit: gz-thr-nowhere, role: window, person: a, since: 2026-01-01}}
  - {{unit: {UNIT}, role: window, person: b, since: 2026-01-01}}
  - {{unit: {UNIT}, role: window, person: a, since: 2026-01-01}}
"""
    zh = await send(office, text)
    en = await send(office, text, language="en")

    assert (zh.status_code, zh.json()["code"], zh.json()["article"]) == (422, "posts_faulty", "gz:8.3")
    assert [(fault["line"], fault["path"]) for fault in zh.json()["faults"]] == [
        (5, "posts.0.unit"),
        (6, "posts.1.person"),
    ]
    assert "definitions/units.yaml" in en.json()["faults"][0]["says"]
    assert (await count(own, PersonRow), await count(own, PostRow)) == (0, 0)


async def test_import_that_makes_a_second_chief_representative_names_both(office: Counter) -> None:
    await entered(office, "chief_representative", "chief-a")
    text = f"""kind: posts
people:
  - {{id: chief-b, name: 测试首席代表乙}}
posts:
  - {{unit: {UNIT}, role: chief_representative, person: chief-b, since: {TODAY}}}
"""
    refused = await send(office, text)
    handed_over = await send(
        office,
        text + f"  - {{unit: {UNIT}, role: chief_representative, person: chief-a, since: {SINCE}, "
        f"until: {TODAY - timedelta(days=1)}}}\n",
    )

    [fault] = refused.json()["faults"]
    assert fault["line"] == 5
    assert "测试chief-a（chief-a）" in fault["says"]
    assert "测试首席代表乙（chief-b）" in fault["says"]
    assert handed_over.status_code == 200, handed_over.text
    who = (await office.get("supervisor", f"/v1/units/{UNIT}/who", role="chief_representative")).json()
    assert [one["id"] for one in who] == ["chief-b"]


async def test_chief_representative_without_a_substitute_is_pointed_out(office: Counter) -> None:
    text = (
        f"kind: posts\npeople:\n  - {{id: c, name: 测试丙}}\nposts:\n  - {{unit: {UNIT}, role: chief_representative, "
    )

    alone = await imported(office, f"{text}person: c, since: {SINCE}}}\n")

    assert alone["without_substitute"] == [UNIT]
    found = (await office.get("supervisor", "/v1/supervision/vacancies", ("*",))).json()
    assert found["without_substitute"] == [UNIT]


# Who may


@pytest.mark.parametrize(
    ("who", "units", "role", "status"),
    [
        ("supervisor", DISTRICT, "chief_representative", 201),
        ("supervisor", CITY, "chief_representative", 201),
        ("supervisor", ("*",), "examiner", 201),
        ("supervisor", (UNIT,), "examiner", 403),
        (CHIEF, (UNIT,), "examiner", 201),
        (CHIEF, (UNIT,), "chief_representative", 403),
        (CHIEF, ("gz-thr-health",), "examiner", 403),
        (CHIEF, DISTRICT, "examiner", 403),
        ("window", (UNIT,), "window", 403),
        ("applicant", (), "window", 403),
    ],
)
async def test_posts_are_entered_by_who_oversees_and_all_but_their_own_by_the_chief_representative(
    office: Counter, own: Database, who: str, units: tuple[str, ...], role: str, status: int
) -> None:
    body = {"role": role, "person": "p-1", "name": "测试人员", "since": SINCE.isoformat()}
    text = f"kind: posts\npeople:\n  - {{id: p-1, name: 测试人员}}\nposts:\n  - {{unit: {UNIT}, role: {role}, "

    by_hand = await office.post(who, f"/v1/units/{UNIT}/posts", body, units=units)
    there = await count(own, PostRow)
    by_file = await send(office, f"{text}person: p-1, since: {SINCE}}}\n", who, units)

    assert (by_hand.status_code, there) == (status, int(status == 201))
    refused = 403 if who in ("window", "applicant") else 422
    assert by_file.status_code == (200 if status == 201 else refused)


async def test_person_of_another_unit_is_not_renamed_by_a_chief_representative(office: Counter) -> None:
    await entered(office, "examiner", "e-1", "gz-thr-health")
    text = "kind: posts\npeople:\n  - {id: e-1, name: 测试改名}\n"

    refused, allowed = await send(office, text, CHIEF, (UNIT,)), await send(office, text, CHIEF, ("gz-thr-health",))

    assert (refused.status_code, refused.json()["faults"][0]["line"]) == (422, 3)
    assert allowed.json()["changed"]["people"] == 1


async def test_names_of_staff_are_shown_to_no_applicant(office: Counter) -> None:
    await imported(office)

    for path in ("/v1/units", f"/v1/units/{UNIT}", "/v1/supervision/alarms", "/v1/supervision/vacancies"):
        assert (await office.get("applicant", path)).status_code == 403
        assert (await office.get("supervisor", path)).status_code == 200


# By hand


async def test_post_is_entered_once_however_often_it_is_sent_and_holds_from_its_first_day(
    office: Counter, own: Database
) -> None:
    body = {"role": "window", "person": "clerk", "name": "测试窗口人员", "since": TODAY.isoformat()}
    first = await office.post("supervisor", f"/v1/units/{UNIT}/posts", body, key="enter-the-clerk", units=("*",))

    again = await office.post("supervisor", f"/v1/units/{UNIT}/posts", body, key="enter-the-clerk", units=("*",))

    assert again.json() == first.json()
    assert await count(own, PostRow) == 1
    path = f"/v1/units/{UNIT}/who"
    held = await office.get("window", path, role="window", on=TODAY.isoformat())
    before = await office.get("window", path, role="window", on=(TODAY - timedelta(days=1)).isoformat())
    assert [one["name"] for one in held.json()] == ["测试窗口人员"]
    assert before.json() == []


async def test_second_chief_representative_is_refused_with_the_article_and_both_names(office: Counter) -> None:
    await entered(office, "chief_representative", "chief-a")

    refused = await entered(office, "chief_representative", "chief-b")
    substitute = await entered(office, "chief_representative", "chief-b", substitute=True)

    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["article"]) == (409, "two_chiefs", "gz:8.3")
    assert "测试chief-a" in problem["detail"]
    assert "测试chief-b" in problem["detail"]
    assert substitute.status_code == 201


async def test_somebody_who_is_not_on_file_is_entered_with_their_name(office: Counter) -> None:
    refused = await entered(office, "window", "clerk", name=None)

    assert (refused.status_code, refused.json()["code"]) == (422, "name_missing")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/units/gz-thr-nowhere/posts", "unit_not_found"),
        ("/v1/posts/2000000000/end", "post_not_found"),
        ("/v1/people/nobody/absences", "person_not_found"),
    ],
)
async def test_what_is_not_there_is_said_not_to_be(office: Counter, path: str, code: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "posts": {"role": "window", "person": "p", "name": "测试", "since": "2026-01-01"},
        "end": {"last": "2026-01-01"},
        "absences": {"first": "2026-01-01", "last": "2026-01-01"},
    }

    answer = await office.post("supervisor", path, bodies[path.rpartition("/")[2]], units=("*",))

    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_absent_holder_is_stood_in_for_and_shown_as_away(office: Counter) -> None:
    await entered(office, "chief_representative", "chief-a")
    await entered(office, "chief_representative", "deputy", substitute=True)
    days = {"first": TODAY.isoformat(), "last": (TODAY + timedelta(days=2)).isoformat()}

    by_themselves = await office.post(CHIEF, "/v1/people/chief-a/absences", days)

    assert by_themselves.status_code == 201, by_themselves.text
    shown = (await office.get("window", f"/v1/units/{UNIT}")).json()
    assert shown["chief"] == {"id": "deputy", "name": "测试deputy", "stands_in": True}
    assert {post["person"]: post["away_until"] for post in shown["posts"]} == {"chief-a": days["last"], "deputy": None}
    listed = {unit["code"]: unit["chief"] for unit in (await office.get("window", "/v1/units")).json()}
    assert listed[UNIT]["id"] == "deputy"
    assert listed["gz-thr-health"] is None


# Vacancies


async def test_where_nobody_was_ever_imported_each_unit_is_one_alarm_and_no_paper_is_given(
    office: Counter, own: Database
) -> None:
    watch = VacancyWatch(own, Vacancies(the_units(), DEFINITIONS, 1))
    looked, again = await watch.look(), await watch.look()

    assert set(looked.raised) == ALONE
    assert again == ((), ())
    assert await alarms(office) == ALONE
    assert await papers(own) == []


async def test_role_that_becomes_vacant_is_an_alarm_and_one_paper_until_it_is_filled_and_anew_when_it_is_again(
    office: Counter, own: Database
) -> None:
    await imported(office)
    examiner = f"sample-examiner-{UNIT}"
    end = {"last": (TODAY - timedelta(days=1)).isoformat()}
    path = f"/v1/posts/{await post_id(office, examiner)}/end"

    ended = await office.post("supervisor", path, end, units=DISTRICT)
    vacant, given = await alarms(office), await papers(own)
    await entered(office, "examiner", "e-2", since=TODAY.isoformat())
    filled = await alarms(office)
    await office.post("supervisor", f"/v1/posts/{await post_id(office, 'e-2')}/end", end, units=DISTRICT)

    assert ended.status_code == 200, ended.text
    first, second = (f"vacancy:{UNIT}:examiner:{n}" for n in (1, 2))
    overseer = ("gz-thr-management", "sample-supervisor-gz-thr-management")
    assert (vacant, given) == ({first}, [(first, *overseer)])
    assert filled == set()
    assert await alarms(office) == {second}
    assert await papers(own) == [(first, *overseer), (second, *overseer)]
    assert await alarms(office, state="all") == {first, second}


async def test_paper_of_a_vacancy_waits_in_the_filings_of_who_oversees_until_it_is_acknowledged(
    office: Counter,
) -> None:
    await imported(office)
    path = f"/v1/posts/{await post_id(office, f'sample-examiner-{UNIT}')}/end"
    await office.post("supervisor", path, {"last": (TODAY - timedelta(days=1)).isoformat()}, units=DISTRICT)
    filing = f"/v1/filings/vacancy:{UNIT}:examiner:1/1"

    [row] = (await office.get("supervisor", "/v1/filings", DISTRICT)).json()["rows"]
    elsewhere = await office.get("supervisor", "/v1/filings", ("gz-hrss",))
    acknowledged = await office.post("supervisor", f"{filing}/acknowledgment", {}, units=DISTRICT)
    pdf = await office.get("supervisor", f"{filing}/pdf", DISTRICT)

    assert row["attention"]["name"] == "测试监督人员乙丑"
    assert "审查人员岗位无人任职" in row["body"]["paragraphs"][0]
    assert elsewhere.json()["rows"] == []
    assert acknowledged.json()["acknowledgment"]["person"] == "supervisor"
    assert pdf.content.startswith(b"%PDF")


async def test_vacancy_in_the_department_that_oversees_a_district_goes_to_that_of_the_city(
    office: Counter, own: Database
) -> None:
    await imported(office)
    path = f"/v1/posts/{await post_id(office, 'sample-supervisor-gz-thr-management', 'gz-thr-management')}/end"

    ended = await office.post("supervisor", path, {"last": (TODAY - timedelta(days=1)).isoformat()}, units=CITY)

    assert ended.status_code == 200, ended.text
    [(number, addressee, attention)] = await papers(own)
    assert number == "vacancy:gz-thr-management:supervisor:1"
    assert (addressee, attention) == ("gz-management", "sample-supervisor-gz-management")


async def test_alarms_are_shown_to_the_department_of_the_place_and_to_no_other(office: Counter) -> None:
    await imported(office, f"kind: posts\npeople:\n  - {{id: c, name: 测试}}\nposts:\n  - {{unit: {UNIT}, role: window, "
                           f"person: c, since: {SINCE}}}\n")  # fmt: skip

    district, city = await alarms(office, DISTRICT), await alarms(office, CITY)

    assert f"vacancy:{UNIT}:examiner:1" in district
    assert "vacancy:gz-management:1" not in district
    assert district < city
    assert await alarms(office, (UNIT,)) == set()
    assert (await office.get("window", "/v1/supervision/alarms")).status_code == 403


async def test_post_that_ends_soon_with_nobody_after_it_is_pointed_out_before_it_is_an_alarm(office: Counter) -> None:
    await imported(office)
    tomorrow = TODAY + timedelta(days=1)
    path = f"/v1/posts/{await post_id(office, f'sample-examiner-{UNIT}')}/end"

    await office.post("supervisor", path, {"last": TODAY.isoformat()}, units=DISTRICT)

    found = (await office.get("supervisor", "/v1/supervision/vacancies", DISTRICT)).json()
    assert found["now"] == []
    assert [(one["unit"], one["role"], one["day"]) for one in found["soon"]] == [
        (UNIT, "examiner", tomorrow.isoformat())
    ]


# Tasks


async def a_task(own: Database, unit: str = UNIT, role: str = "examiner", state: TaskState = TaskState.OPEN) -> str:
    case, _ = await on_file(own, unit=unit)
    async with own.begin() as session:
        task = TaskRow(
            id=f"{case.number}.1.review", number=case.number, step="review", name="审查", role=role, unit=unit,
            state=state, outcomes=["pass"], opened_at=datetime.now(UTC),
        )  # fmt: skip
        session.add(task)
    return task.id


async def test_task_shows_who_may_answer_it_today_and_that_nobody_may(office: Counter, own: Database) -> None:
    await a_task(own)
    await a_task(own, state=TaskState.ANSWERED)

    before = (await office.get("examiner", "/v1/tasks")).json()["rows"]
    await imported(office)
    after = (await office.get("examiner", "/v1/tasks")).json()["rows"]
    answered = (await office.get("examiner", "/v1/tasks", state="answered")).json()["rows"]

    assert [row["who"] for row in before] == [[]]
    [[who]] = [row["who"] for row in after]
    assert (who["id"], who["stands_in"]) == (f"sample-examiner-{UNIT}", False)
    assert who["name"].startswith("测试审查人员")
    assert [row["who"] for row in answered] == [None]


async def test_seat_of_a_task_that_no_definition_lays_is_an_alarm_while_the_task_is_open(
    office: Counter, own: Database
) -> None:
    await imported(office)
    task = await a_task(own, "gz-thr-tax", "government_head")

    await entered(office, "examiner", "e-9")
    open_ = await alarms(office)
    async with own.begin() as session:
        await session.execute(update(TaskRow).where(col(TaskRow.id) == task).values(state=TaskState.ANSWERED))
    await entered(office, "examiner", "e-10")

    assert open_ == {"vacancy:gz-thr-tax:government_head:1"}
    assert await alarms(office) == set()


def test_sample_is_about_days_that_these_tests_look_at() -> None:
    assert date(2026, 1, 1) <= TODAY
