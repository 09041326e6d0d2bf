"""Lists, inboxes, the public progress page and the catalogue: who finds what there, and nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import update

from storage.database import Database
from storage.tables import CaseRow
from tests.api.evidence import ENGLISH, nothing_changes, the_english_problem, the_problem
from tests.counter import FOOD_PERMIT, UNIT, Counter, an_application
from tests.definitions import a_definition_text

SAMPLE_UNIT = ("gz-thr-sample",)


def somebody(role: str = "applicant") -> str:
    """Somebody whom no other test knows."""
    return f"{role}-{uuid4().hex[:12]}"


async def rows(counter: Counter, who: str, path: str, units: tuple[str, ...] = (UNIT,), **query: Any) -> list[Any]:
    """What the first page shows."""
    response = await counter.get(who, path, units, **query)
    assert response.status_code == 200, response.text
    return list(response.json()["rows"])


async def pages(
    counter: Counter, who: str, path: str, meanwhile: Any = None, units: tuple[str, ...] = (UNIT,), **query: Any
) -> list[Any]:
    """What all pages show, while something else happens after each."""
    found: list[Any] = []
    cursor: dict[str, str] = {}
    for _ in range(100):
        page = (await counter.get(who, path, units, **query, **cursor)).json()
        found += page["rows"]
        if page["cursor"] is None:
            return found
        assert len(page["rows"]) == query["limit"]
        cursor = {"cursor": page["cursor"]}
        if meanwhile is not None:
            await meanwhile()
    raise AssertionError("the pages have no end")


@pytest.mark.shows(61)
async def test_no_case_is_missing_or_twice_while_new_ones_come_in(counter: Counter) -> None:
    who = somebody()
    numbers = [(await counter.apply(who))["number"] for _ in range(7)]

    found = [row["number"] for row in await pages(counter, who, "/v1/cases", lambda: counter.apply(who), limit=2)]

    assert found == numbers[::-1]


async def test_cases_of_the_same_moment_are_all_listed_once(counter: Counter, database: Database) -> None:
    who = somebody()
    numbers = [(await counter.apply(who))["number"] for _ in range(5)]
    async with database.begin() as session:
        await session.execute(
            update(CaseRow).where(CaseRow.applied_by == who).values(received_at="2026-03-02T10:00:00+08:00")
        )

    found = [row["number"] for row in await pages(counter, who, "/v1/cases", limit=2)]

    assert sorted(found) == sorted(numbers)


async def test_last_page_has_no_cursor_and_an_empty_list_is_a_page(counter: Counter) -> None:
    who = somebody()
    empty = (await counter.get(who, "/v1/cases")).json()
    await counter.apply(who)
    await counter.apply(who)

    full = (await counter.get(who, "/v1/cases", limit=2)).json()

    assert empty == {"rows": [], "cursor": None}
    assert (len(full["rows"]), full["cursor"]) == (2, None)


@pytest.mark.shows(61)
async def test_cases_are_filtered_by_item_stage_light_and_unit(counter: Counter) -> None:
    who = somebody()
    waiting, accepted = (await counter.apply(who))["number"], (await counter.apply(who))["number"]
    await counter.answered("window", accepted, "check", "accept")

    async def numbers(**query: Any) -> set[str]:
        return {row["number"] for row in await rows(counter, who, "/v1/cases", **query)}

    assert await numbers(item=FOOD_PERMIT) == {waiting, accepted}
    assert await numbers(item="999999999999") == set()
    assert await numbers(stage="acceptance") == {waiting}
    assert await numbers(stage="examination", light="green", unit=UNIT) == {accepted}
    assert await numbers(light="red") == set()
    assert await numbers(unit="gz-thr-health") == set()


@pytest.mark.shows(74)
async def test_each_sees_their_own_their_units_or_all_cases(counter: Counter) -> None:
    mine, theirs = somebody(), somebody()
    numbers = {(await counter.apply(mine))["number"], (await counter.apply(theirs))["number"]}

    async def seen(who: str, *units: str) -> set[str]:
        found = await pages(counter, who, "/v1/cases", units=units, limit=200)
        return {row["number"] for row in found} & numbers

    assert len(await seen(mine)) == 1
    assert await seen("examiner", UNIT) == numbers
    assert await seen("supervisor") == numbers
    assert await seen("examiner-2", "gz-thr-health") == set()
    assert await seen("examiner-3") == set()
    assert await seen("registrar-3", UNIT) == set()


@pytest.mark.shows(26)
async def test_inbox_shows_the_tasks_of_ones_roles_in_ones_units_alone(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    await counter.answered("window", number, "check", "accept")

    async def steps(who: str, *units: str, **query: Any) -> set[str]:
        found = await pages(counter, who, "/v1/tasks", units=units, limit=200, **query)
        return {task["step"] for task in found if task["case"] == number}

    assert await steps("examiner", UNIT) == {"review", "on_site"}
    assert await steps("window", UNIT) == set()
    assert await steps("window", UNIT, state="answered") == {"check"}
    assert await steps("approver", UNIT) == set()
    assert await steps("examiner", "gz-thr-health") == set()
    assert await steps("examiner") == set()
    assert await steps("applicant") == set()
    assert await steps("examiner", UNIT, role="approver") == set()
    assert await steps("examiner", UNIT, "gz-thr-health", department="gz-thr-health") == set()


async def test_no_task_is_missing_or_twice_in_the_pages_of_an_inbox(counter: Counter) -> None:
    async def apply() -> dict[str, Any]:  # at a unit to which few other tests turn
        return await counter.apply(item="440199004000", materials=("application_form",), situations={})

    numbers = [(await apply())["number"] for _ in range(5)]

    listed = await pages(counter, "window", "/v1/tasks", apply, ("gz-thr-hrss",), limit=3)
    found = [task["case"] for task in listed]

    assert [number for number in found if number in numbers] == numbers
    assert len(found) == len(set(found))


@pytest.mark.shows(26)
async def test_claimed_task_says_whose_it_is_until_it_is_given_back(counter: Counter) -> None:
    number = (await counter.apply())["number"]
    task = await counter.open_task(number, "check")

    async def assignee() -> str | None:
        listed = (await counter.get("window", f"/v1/cases/{number}/tasks")).json()
        return next(one["assignee"] for one in listed if one["id"] == task)

    await counter.post("window", f"/v1/tasks/{task}/claim", {})
    claimed = await assignee()
    await counter.post("window", f"/v1/tasks/{task}/claim", {"release": True})

    assert (claimed, await assignee()) == ("window", None)


async def progress(counter: Counter, number: str, code: str, **headers: str) -> httpx2.Response:
    return await counter.client.get("/v1/progress", params={"number": number, "code": code}, headers=headers)


@pytest.mark.shows(87, 88)
async def test_progress_page_tells_stage_turn_and_date_and_nothing_about_anybody(counter: Counter) -> None:
    who = somebody()
    case = await counter.apply(who)
    number, code = case["number"], case["query_code"]
    await counter.answered("window", number, "check", "accept")
    review = await counter.open_task(number, "review")
    await counter.post("examiner", f"/v1/tasks/{review}/claim", {})
    transfer = {"unit": UNIT, "person": "examiner-2", "text": "请王五办理"}
    await counter.post("examiner", f"/v1/tasks/{review}/transfer", transfer)
    await counter.answered("examiner", number, "on_site", "pass", officers=["officer-a", "officer-b"], text="布局一致")

    shown = await progress(counter, f" {number.lower().replace('-', '')} ", code.lower())

    assert shown.status_code == 200, shown.text
    told = shown.json()
    assert (told["stage"], told["waiting_for"]) == ("examination", "办理单位")
    assert told["due_day"] is not None
    assert len(told["steps"]) == 3
    private = (who, "测试申请人", "TEST000001", "examiner", "officer-a", "window", "王五", "布局一致", code)
    assert [word for word in private if word in shown.text] == []


async def test_progress_page_answers_the_same_for_a_wrong_number_and_a_wrong_code(
    counter: Counter, database: Database
) -> None:
    case = await counter.apply()

    async with nothing_changes(database):
        wrong_code = await progress(counter, case["number"], "AAAAAAAA", **ENGLISH)
        no_code = await progress(counter, case["number"], "", **ENGLISH)
        wrong_number = await progress(counter, "GZ20200101-000001-9", case["query_code"], **ENGLISH)
        odd_code = await progress(counter, case["number"], "\x00中文", **ENGLISH)

    the_english_problem(wrong_code, 404, "case_not_found")
    assert wrong_code.json() == no_code.json() == wrong_number.json() == odd_code.json()


@pytest.mark.shows(88)
async def test_progress_page_of_a_closed_case_names_its_ending(counter: Counter) -> None:
    case = await counter.apply()
    await counter.granted(case["number"])

    zh = (await progress(counter, case["number"], case["query_code"])).json()
    en = (await progress(counter, case["number"], case["query_code"], **ENGLISH)).json()

    assert zh["says"].startswith("已办结")
    assert en["says"].startswith("Closed")
    assert (zh["ending"], zh["due_day"]) == ("granted", None)


async def test_message_box_holds_the_papers_of_all_ones_cases_the_newest_first(counter: Counter) -> None:
    who = somebody()
    first, second = (await counter.apply(who))["number"], (await counter.apply(who))["number"]
    await counter.answered("window", first, "check", "accept")

    box = await pages(counter, who, "/v1/notices", limit=2)
    others = await rows(counter, somebody(), "/v1/notices")

    assert [(notice["case"], notice["paper"]) for notice in box] == [
        (first, "acceptance"),
        (second, "receipt"),
        (first, "receipt"),
    ]
    assert others == []


async def test_message_is_read_when_its_applicant_opened_it_and_not_before(counter: Counter) -> None:
    who = somebody()
    number = (await counter.apply(who))["number"]

    async def read_at() -> str | None:
        return (await rows(counter, who, "/v1/notices"))[0]["read_at"]

    pdf = f"/v1/cases/{number}/notices/1/receipt/pdf"
    by_window = await counter.get("window", pdf)
    before = await read_at()
    by_applicant = await counter.get(who, pdf)
    after = await read_at()
    await counter.get(who, pdf)

    assert by_window.content == by_applicant.content
    assert by_applicant.content.startswith(b"%PDF")
    assert (before, after is not None, await read_at()) == (None, True, after)


async def registered(counter: Counter, text: str, key: str | None = None, **headers: str) -> httpx2.Response:
    sent = {"Content-Type": "application/yaml", "Idempotency-Key": key or f"lists-{uuid4()}", **headers}
    return await counter.client.post(
        "/v1/definitions", headers=counter.headers("registrar", SAMPLE_UNIT, **sent), content=text.encode()
    )


async def published(counter: Counter, code: str, *changes: tuple[str, str]) -> Mapping[str, Any]:
    """The sample in force under another code."""
    where = (await registered(counter, a_definition_text(("449999999000", code), *changes))).json()
    path = f"/v1/definitions/{where['code']}/versions/{where['version']}/publication"
    response = await counter.post("publisher", path, {}, units=SAMPLE_UNIT)
    assert response.status_code == 200, response.text
    return dict(response.json())


@pytest.mark.shows(1, 3)
async def test_definition_that_was_registered_is_kept_as_it_was_written(counter: Counter) -> None:
    text = a_definition_text(("449999999000", "449999999401"))

    made = await registered(counter, text)
    shown = await counter.get("applicant", made.headers["location"])

    assert made.status_code == 201
    assert made.json()["state"] == "registered"
    assert made.json()["published_by"] is None
    assert shown.json()["digest"] == made.json()["digest"]
    assert shown.json()["body"]["name"] == "样品许可"


async def test_same_version_registered_twice_is_the_same(counter: Counter) -> None:
    text = a_definition_text(("449999999000", "449999999402"))
    first = await registered(counter, text)

    again = await registered(counter, f"# a remark is no change\n{text}")

    assert again.json() == first.json()


async def test_version_may_be_mended_until_it_is_published(counter: Counter) -> None:
    text = a_definition_text(("449999999000", "449999999403"))
    first = (await registered(counter, text)).json()

    mended = (await registered(counter, text.replace("有固定的场所", "有固定的经营场所"))).json()

    assert mended["digest"] != first["digest"]
    assert mended["state"] == "registered"


@pytest.mark.shows(8)
async def test_published_version_never_changes(counter: Counter, database: Database) -> None:
    await published(counter, "449999999404")
    text = a_definition_text(("449999999000", "449999999404"))

    async with nothing_changes(database):
        refused = await registered(counter, text.replace("有固定的场所", "有固定的经营场所"), **ENGLISH)

    assert the_english_problem(refused, 409, "version_published")["article"] == "gz:5"
    same = await registered(counter, text)
    assert (same.status_code, same.json()["state"]) == (200, "published")


async def test_key_of_a_registration_takes_no_second_text(counter: Counter, database: Database) -> None:
    text, key = a_definition_text(("449999999000", "449999999405")), f"lists-{uuid4()}"
    await registered(counter, text, key)

    async with nothing_changes(database):
        again = await registered(counter, text, key)
        other = await registered(counter, text.replace("有固定的场所", "有固定的经营场所"), key)

    assert again.status_code == 201
    the_problem(other, 422, "key_reused")


@pytest.mark.shows(10, "N1")
async def test_every_fault_of_a_definition_is_named_with_its_place_its_remedy_and_its_article(
    counter: Counter, database: Database
) -> None:
    text = a_definition_text(
        ("promised: {days: 5, unit", "promised: {days: 25, unit"),
        ("after: [online, on_site]", "after: [online, nowhere]"),
    )

    async with nothing_changes(database):
        response = await registered(counter, text)

    faults = the_problem(response, 422, "definition_faulty")["faults"]
    lines = text.splitlines()
    promised = next(fault for fault in faults if "promised" in lines[fault["line"] - 1])
    dangling = next(fault for fault in faults if "nowhere" in lines[fault["line"] - 1])
    assert promised["article"] is not None
    assert dangling["path"].startswith("examination.decide")
    assert all(fault["column"] >= 1 and fault["wrong"] and fault["right"] for fault in faults)


async def test_publishing_twice_is_one_publication(counter: Counter, database: Database) -> None:
    first = await published(counter, "449999999406")

    async with nothing_changes(database):
        path = f"/v1/definitions/449999999406/versions/{first['version']}/publication"
        again = await counter.post("publisher-2", path, {}, units=SAMPLE_UNIT)

    assert again.json() == first


@pytest.mark.shows(9)
async def test_what_the_second_person_reviewed_is_what_is_published(counter: Counter, database: Database) -> None:
    text = a_definition_text(("449999999000", "449999999412"))
    reviewed = (await registered(counter, text)).json()["digest"]
    now = (await registered(counter, text.replace("有固定的场所", "有固定的经营场所"))).json()["digest"]
    path = "/v1/definitions/449999999412/versions/2026-01-01/publication"
    headers = counter.headers("publisher", SAMPLE_UNIT, **{"Idempotency-Key": f"lists-{uuid4()}", **ENGLISH})

    async with nothing_changes(database):
        of_another_text = await counter.client.post(f"{path}?digest={reviewed}", headers=headers)
        beginning = await counter.client.post(f"{path}?digest={reviewed[:12]}", headers=headers)
        no_digest = await counter.client.post(f"{path}?digest=", headers=headers)
    of_this_text = await counter.client.post(f"{path}?digest={now[:12]}", headers=headers)
    async with nothing_changes(database):
        of_another_again = await counter.client.post(f"{path}?digest={reviewed}", headers=headers)
        of_this_again = await counter.client.post(f"{path}?digest={now}", headers=headers)

    for differs in (of_another_text, beginning, of_another_again):
        assert "since you reviewed it" in the_english_problem(differs, 409, "digest_differs")["detail"]
    the_english_problem(no_digest, 422, "malformed")
    assert of_this_text.json()["state"] == "published"
    assert of_this_again.json() == of_this_text.json()


@pytest.mark.shows(1, 8)
async def test_withdrawn_item_takes_no_new_case_and_running_ones_finish(counter: Counter, database: Database) -> None:
    code = "449999999407"
    await published(counter, code)
    wanted = {"item": code, "materials": ("application_form", "training"), "form": {"address": "天河路1号"}}
    number = (await counter.apply(**wanted))["number"]

    path = f"/v1/definitions/{code}/withdrawal"
    withdrawn = await counter.post("publisher", path, {"reason": "法律废止"}, units=SAMPLE_UNIT)
    async with nothing_changes(database):
        refused = await counter.post("applicant", "/v1/cases", an_application(**wanted))
    for who, slot, answer in (
        ("window", "check", {"outcome": "accept"}),
        ("examiner", "review", {"outcome": "pass"}),
        ("examiner", "on_site", {"outcome": "pass", "officers": ["officer-a", "officer-b"]}),
        ("approver", "decide", {"outcome": "grant"}),
        ("window", "issue", {"outcome": "issued"}),
        ("window", "deliver", {"outcome": "delivered"}),
    ):
        task = await counter.open_task(number, slot)
        done = await counter.post(who, f"/v1/tasks/{task}/answer", answer, units=SAMPLE_UNIT)
        assert done.status_code == 200, done.text

    assert withdrawn.status_code == 204
    assert the_problem(refused, 409, "item_withdrawn")["article"] == "gz:5"
    assert done.json()["ending"] == "granted"


async def test_first_withdrawal_of_an_item_counts(counter: Counter, database: Database) -> None:
    code, key = "449999999408", f"lists-{uuid4()}"
    await published(counter, code)
    path = f"/v1/definitions/{code}/withdrawal"
    await counter.post("publisher", path, {"reason": "法律废止"}, key, SAMPLE_UNIT)

    async with nothing_changes(database):
        same = await counter.post("publisher", path, {"reason": "法律废止"}, key, SAMPLE_UNIT)
        reused = await counter.post("publisher", path, {"reason": "另一理由"}, key, SAMPLE_UNIT)
        unknown = await counter.post("publisher", "/v1/definitions/999999999999/withdrawal", {"reason": "法律废止"})

    assert same.status_code == 204
    the_problem(reused, 422, "key_reused")
    the_problem(unknown, 404, "not_in_catalogue")


async def test_version_that_nobody_registered_is_not_found(counter: Counter, database: Database) -> None:
    async with nothing_changes(database):
        headers = counter.headers("publisher", **{"Idempotency-Key": f"lists-{uuid4()}", **ENGLISH})
        shown = await counter.client.get(f"/v1/definitions/{FOOD_PERMIT}/versions/1999-01-01", headers=headers)
        path = f"/v1/definitions/{FOOD_PERMIT}/versions/1999-01-01/publication"
        done = await counter.client.post(path, headers=headers)

    the_english_problem(shown, 404, "not_in_catalogue")
    the_english_problem(done, 404, "not_in_catalogue")


@pytest.mark.shows(2)
async def test_guides_list_what_takes_cases_and_nothing_else(counter: Counter) -> None:
    await published(counter, "449999999409")
    await published(counter, "449999999410")
    await registered(counter, a_definition_text(("449999999000", "449999999411")))
    path = "/v1/definitions/449999999410/withdrawal"
    await counter.post("publisher", path, {"reason": "法律废止"}, units=SAMPLE_UNIT)

    codes = {entry["code"] for entry in (await counter.client.get("/v1/guides")).json()}
    gone = await counter.client.get("/v1/guides/449999999410", headers=ENGLISH)

    assert {"449999999409", FOOD_PERMIT} <= codes
    assert not codes & {"449999999410", "449999999411"}
    the_english_problem(gone, 409, "item_withdrawn")
