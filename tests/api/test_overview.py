"""Counts, lists, pages and CSV of supervisors over thousands of made-up case files: each equals a plain count of the rows."""

from __future__ import annotations

import csv
import io
from collections import Counter as Tally
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx2
import psycopg
import pytest

from api.app import create_app
from bench.made_cases import make
from cli.token import prepare_issuer
from domain.supervision.stuck import Mark, StandingCause
from domain.values import SHANGHAI
from settings import Settings
from storage.database import Database
from storage.migrate import migrate
from storage.overview.counts import Grouping
from tests.api import reckoned
from tests.api.evidence import ENGLISH, the_english_problem, the_problem
from tests.conftest import Servers
from tests.counter import Counter, speaking_to

WHO = "supervisor-own"
EVERYWHERE: Callable[[str], bool] = lambda unit: True  # noqa: E731
SCOPES = {
    "city": ("*", EVERYWHERE),
    "district": ("gz-thr-management", reckoned.in_place("gz-thr")),
    "city's own": ("gz-management", reckoned.in_place("gz", "gz-thr")),
}
AT = "/v1/supervision"


@pytest.fixture(scope="module")
def settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A database of its own, with 3,000 open and 1,000 closed cases that no engine knows."""
    admin = servers.settings.database_url
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS overview")
        connection.execute("CREATE DATABASE overview")
    own, home = admin.rpartition("/")[0] + "/overview", tmp_path_factory.mktemp("overview")
    migrate(own)
    prepare_issuer(home)
    make(own, open_cases=3000, closed=1000, now=datetime.now(SHANGHAI))
    with psycopg.connect(own.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO alarm (id, kind, unit, role, raised_at, cleared_at, facts) VALUES"
            " ('1', 'vacancy', 'gz-thr-water', 'examiner', now(), NULL, '{}'),"
            " ('2', 'vacancy', 'gz-hpf', 'examiner', now(), now(), '{}')"
        )
        connection.execute("UPDATE case_file SET item_name = '=1+1测试' WHERE item_code = '449900000011'")
    yield servers.settings.model_copy(update={"database_url": own, "home": home})
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP DATABASE overview WITH (FORCE)")


@pytest.fixture(scope="module")
async def made(settings: Settings) -> AsyncIterator[Counter]:
    """The counter over them."""
    app = create_app(settings)
    async with app.router.lifespan_context(app), speaking_to(app, settings.home) as opened:
        yield opened


@pytest.fixture(scope="module")
async def files(settings: Settings) -> AsyncIterator[reckoned.Files]:
    """All rows of it."""
    database = Database(settings.database_url)
    yield await reckoned.read(database)
    await database.close()


async def ok(made: Counter, path: str, units: str = "*", who: str = WHO, **asked: Any) -> Any:
    response = await made.get(who, f"{AT}/{path}", (units,), **asked)
    assert response.status_code == 200, response.text
    return response.json()


async def every(made: Counter, path: str, units: str = "*", limit: int = 200, **asked: Any) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await ok(made, path, units, limit=limit, **asked, **({"cursor": cursor} if cursor else {}))
        found += page["rows"]
        if (cursor := page["cursor"]) is None:
            return found
        assert len(page["rows"]) == limit


async def table(made: Counter, path: str, units: str = "*", **asked: Any) -> list[dict[str, str]]:
    """The rows of a list as CSV."""
    response = await made.get(WHO, f"{AT}/{path}", (units,), format="csv", **asked)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_made_cases_have_every_cause_and_every_mark(files: reckoned.Files) -> None:
    open_cases = reckoned.standings(files, WHO, EVERYWHERE)

    assert {one["cause"] for one in open_cases} == {
        cause.value
        for cause in StandingCause
        if cause not in ("agency_head", "government_head", "chief_representative")
    }
    assert {mark for one in open_cases for mark in one["marks"]} == {mark.value for mark in Mark}


@pytest.mark.shows(60, 61)
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("by", list(Grouping))
async def test_counts_of_open_cases_equal_the_case_files(
    made: Counter, files: reckoned.Files, scope: str, by: Grouping
) -> None:
    units, overseen = SCOPES[scope]
    open_cases = reckoned.standings(files, WHO, overseen)

    shown = await ok(made, "overview", units, by=by)

    expected = reckoned.counted(open_cases, by)
    assert len(expected) > 1 or by is Grouping.UNIT
    assert [one["key"] for one in shown["groups"]] == [{by.value: key} for key in _sorted(expected)]
    for one in shown["groups"]:
        assert {name: one[name] for name in reckoned.measures([])} == expected[one["key"][by]], one["key"]
        assert one["open"] == one["applications"] + one["items"]
    assert {name: shown["total"][name] for name in reckoned.measures([])} == reckoned.measures(open_cases)


def _sorted(keys: Any) -> list[str | None]:
    return sorted(keys, key=lambda key: (key is None, key or ""))


async def test_cases_are_counted_by_two_things_at_once(made: Counter, files: reckoned.Files) -> None:
    headers = made.headers(WHO, ("*",))

    response = await made.client.get(f"{AT}/overview?by=unit&by=cause", headers=headers)

    expected = Tally((one["unit"], one["cause"]) for one in reckoned.standings(files, WHO, EVERYWHERE))
    groups = response.json()["groups"]
    assert {(one["key"]["unit"], one["key"]["cause"]): one["open"] for one in groups} == expected


@pytest.mark.shows(60, 63)
@pytest.mark.parametrize("scope", SCOPES)
async def test_list_has_every_open_case_once_the_most_urgent_first(
    made: Counter, files: reckoned.Files, scope: str
) -> None:
    units, overseen = SCOPES[scope]
    expected = reckoned.standings(files, WHO, overseen)

    shown = await every(made, "cases", units, limit=137)

    assert [one["number"] for one in shown] == [one["number"] for one in expected]
    for one, wanted in zip(shown, expected, strict=True):
        assert (one["cause"], datetime.fromisoformat(one["since"])) == (wanted["cause"], wanted["since"]), one
        assert {mark["mark"] for mark in one["marks"]} == wanted["marks"], one
        assert one["stuck"] == reckoned.is_stuck(wanted)
        assert [task["task"] for task in one["waiting"] if task["task"]] == [task["id"] for task in wanted["tasks"]]
        assert len(one["orders"]) == sum(task["step"] == "order" for task in wanted["tasks"])
        assert one["links"]["case"] == f"/v1/cases/{one['number']}"
        assert one["links"]["temporal_ui"].endswith(f"/workflows/case:{one['number']}")


FILTERS: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = {
    "unit": ({"unit": "gz-thr-samr"}, lambda one: one["unit"] == "gz-thr-samr"),
    "item": ({"item": "449900000007"}, lambda one: one["item_code"] == "449900000007"),
    "district": ({"district": "440104"}, lambda one: one["district"] == "440104"),
    "light": ({"light": "red"}, lambda one: one["light"] == "red"),
    "stage": ({"stage": "examination"}, lambda one: one["stage"] == "examination"),
    "any lateness": ({"late": "any"}, lambda one: any(mark.endswith("_late") for mark in one["marks"])),
    "statutory": ({"late": "statutory"}, lambda one: "statutory_late" in one["marks"]),
    "stuck": ({"mark": "stuck"}, reckoned.is_stuck),
    "waiting for": (
        {"waiting_for": "examiner@gz-thr-samr"},
        lambda one: "examiner@gz-thr-samr" in one["waiting_for"],
    ),
    "applicant": ({"waiting_for": "applicant"}, lambda one: "applicant" in one["waiting_for"]),
    **{f"cause {c}": ({"cause": c.value}, lambda one, c=c: one["cause"] == c) for c in StandingCause},
    **{f"mark {m}": ({"mark": m.value}, lambda one, m=m: m in one["marks"]) for m in Mark},
    "unit, mark and light": (
        {"unit": "gz-hpf", "mark": "filing_open", "light": "green"},
        lambda one: one["unit"] == "gz-hpf" and "filing_open" in one["marks"] and one["light"] == "green",
    ),
}


@pytest.mark.shows(61, 63)
@pytest.mark.parametrize("name", FILTERS)
async def test_list_and_count_are_narrowed_alike(made: Counter, files: reckoned.Files, name: str) -> None:
    asked, holds = FILTERS[name]
    expected = [one["number"] for one in reckoned.standings(files, WHO, EVERYWHERE) if holds(one)]

    shown = await every(made, "cases", **asked)
    total = (await ok(made, "overview", **asked))["total"]

    assert [one["number"] for one in shown] == expected
    assert total["open"] == len(expected)


@pytest.mark.parametrize("days", [1, 3, 20, 39])
async def test_cases_that_have_stood_since_before_a_day_are_found(
    made: Counter, files: reckoned.Files, days: int
) -> None:
    day = datetime.now(SHANGHAI).date() - timedelta(days=days)
    expected = [
        one["number"]
        for one in reckoned.standings(files, WHO, EVERYWHERE)
        if one["since"].astimezone(SHANGHAI).date() < day
    ]

    shown = await every(made, "cases", since_before=day)

    assert expected
    assert [one["number"] for one in shown] == expected


async def test_every_count_opens_as_its_list(made: Counter) -> None:
    groups = (await ok(made, "overview", by="cause"))["groups"]

    for one in groups:
        path = one["cases"].removeprefix(AT + "/")
        listed = await table(made, path.partition("?")[0], **dict(httpx2.QueryParams(path.partition("?")[2])))
        assert len(listed) == one["open"] > 0


@pytest.mark.shows(60)
@pytest.mark.parametrize("scope", SCOPES)
async def test_what_waits_for_whom_equals_the_case_files(made: Counter, files: reckoned.Files, scope: str) -> None:
    units, overseen = SCOPES[scope]
    expected = reckoned.waiting(reckoned.standings(files, WHO, overseen))

    shown = await ok(made, "waiting", units)

    assert {one["waiting_for"] for one in shown} == set(expected)
    for one in shown:
        wanted = expected[one["waiting_for"]]
        assert {name: one[name] for name in ("cases", "tasks", "claimed", "stuck")} == {
            name: wanted[name] for name in ("cases", "tasks", "claimed", "stuck")
        }, one
        oldest = datetime.fromisoformat(one["oldest"]) if one["oldest"] else None
        assert oldest == wanted["oldest"], one
        assert one["vacant"] == (one["waiting_for"] == "examiner@gz-thr-water")


@pytest.mark.shows(64)
@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("days", [1, 30])
async def test_causes_of_a_period_equal_the_events(made: Counter, files: reckoned.Files, scope: str, days: int) -> None:
    units, overseen = SCOPES[scope]
    last = datetime.now(SHANGHAI).date()
    first = last - timedelta(days=days)
    expected = reckoned.causes(files, WHO, overseen, first, last)

    shown = await ok(made, "causes", units, **{"from": first, "to": last}, top=200)

    assert days == 1 or {name for name, rows in shown["lists"].items() if rows} >= {"late_by_limit", "late_by_step"}
    for name, rows in shown["lists"].items():
        assert {row["key"]: (row["times"], row["cases"]) for row in rows} == expected.get(name, {}), name
        assert [row["times"] for row in rows] == sorted((row["times"] for row in rows), reverse=True)


def _grievances(files: reckoned.Files, overseen: Callable[[str], bool]) -> list[dict[str, Any]]:
    cases = {case["number"]: case for case in files.cases}
    return [
        one
        for one in files.grievances
        if (overseen(one["window_unit"]) or overseen(one["unit"]))
        and not (one["reported_by"] == WHO and one["channel"] != "window")
        and not (one["case_number"] and reckoned.own(cases[one["case_number"]], WHO))
    ]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({}, lambda one: one["leg"] != "closed"),
        ({"state": "all"}, lambda one: True),
        ({"leg": "answer"}, lambda one: one["leg"] == "answer"),
        ({"class": "complex"}, lambda one: one["leg"] != "closed" and one["klass"] == "complex"),
        ({"ground": "not_finished"}, lambda one: one["leg"] != "closed" and "not_finished" in one["grounds"]),
        ({"unit": "gz-thr-health"}, lambda one: one["leg"] != "closed" and one["unit"] == "gz-thr-health"),
        ({"level": 2}, lambda one: one["leg"] != "closed" and one["level"] == 2),
        (
            {"late": True},
            lambda one: one["leg"] != "closed" and one["due_day"] < datetime.now(SHANGHAI).date(),
        ),
    ],
)
async def test_grievances_are_listed_and_counted_as_they_are_on_file(
    made: Counter, files: reckoned.Files, scope: str, asked: dict[str, Any], holds: Callable[[Any], bool]
) -> None:
    units, overseen = SCOPES[scope]
    if "unit" in asked and not overseen(asked["unit"]):
        the_problem(await made.get(WHO, f"{AT}/grievances", (units,), **asked), 403, "not_your_unit")
        return
    those = [one for one in _grievances(files, overseen) if holds(one)]
    assert those

    shown = await every(made, "grievances", units, limit=7, **asked)
    counts = await ok(made, "grievances/counts", units, by="ground", **asked)

    assert [one["number"] for one in shown] == [
        one["number"] for one in sorted(those, key=lambda one: (one["received_at"], one["number"]))
    ]
    assert {one["key"]: one["grievances"] for one in counts} == Tally(g for one in those for g in one["grounds"])
    assert "reporter" not in shown[0]


async def test_findings_are_listed_the_newest_first(made: Counter, files: reckoned.Files) -> None:
    cases = {case["number"]: case for case in files.cases}
    those = [one for one in files.findings if not reckoned.own(cases[one["number"]], WHO)]
    kept = [
        one["id"]
        for one in sorted(those, key=lambda o: (o["found_at"], o["id"]), reverse=True)
        if not one["withdrawn_at"]
    ]

    shown = await every(made, "findings")
    everything = await every(made, "findings", withdrawn="all", shortcoming="not_finished")

    assert [one["id"] for one in shown] == kept
    assert len(everything) == sum(one["shortcoming"] == "not_finished" for one in those) > 0


@pytest.mark.shows(61)
async def test_csv_has_every_row_of_the_list_and_opens_in_a_spreadsheet(made: Counter, files: reckoned.Files) -> None:
    response = await made.get(WHO, f"{AT}/cases", ("*",), format="csv")

    written = response.content
    assert written.startswith(b"\xef\xbb\xbf")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert written.count(b"\r\n") == written.count(b"\n")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    expected = reckoned.standings(files, WHO, EVERYWHERE)
    assert [row["办件编号"] for row in rows] == [one["number"] for one in expected]
    assert {row["停滞"] for row in rows} == {"0", "1"}
    named = {row["事项"] for row in rows if row["事项编码"] == "449900000011"}
    assert named == {"'=1+1测试"}
    over = [
        row["剩余工作日"]
        for row in rows
        if row["到期日"] and date.fromisoformat(row["到期日"]) < datetime.now(SHANGHAI).date()
    ]
    assert over
    assert all(int(days) <= 0 for days in over)


@pytest.mark.parametrize(
    "path", ["overview", "cases", "waiting", "causes", "grievances", "grievances/counts", "findings"]
)
async def test_headings_of_every_csv_are_in_the_language_asked_for(made: Counter, path: str) -> None:
    headers = made.headers(WHO, ("*",), **ENGLISH)

    english = await made.client.get(f"{AT}/{path}?format=csv", headers=headers)
    chinese = await made.get(WHO, f"{AT}/{path}", ("*",), format="csv")

    assert english.content.decode("utf-8-sig").split("\r\n")[0].isascii()
    assert not chinese.content.decode("utf-8-sig").split("\r\n")[0].isascii()
    assert english.content.count(b"\r\n") == chinese.content.count(b"\r\n") > 1


async def test_what_is_about_ones_own_application_is_left_out_everywhere(made: Counter, files: reckoned.Files) -> None:
    mine = {case["number"] for case in files.cases if reckoned.own(case, WHO) and case["stage"] != "closed"}

    seen = {one["number"] for one in await every(made, "cases")}
    total = (await ok(made, "overview"))["total"]["open"]
    others = (await ok(made, "overview", who="supervisor-2"))["total"]["open"]

    assert mine
    assert not mine & seen
    assert others - total == len(mine)


async def test_chief_representative_sees_their_unit_and_nothing_else(made: Counter, files: reckoned.Files) -> None:
    who = "chief_representative-1"
    expected = reckoned.standings(files, who, lambda unit: unit == "gz-thr-samr")

    shown = await ok(made, "overview", "gz-thr-samr", who=who)
    other = await made.get(who, f"{AT}/cases", ("gz-thr-samr",), unit="gz-thr-health")
    english = await made.client.get(
        f"{AT}/cases?unit=gz-thr-health", headers=made.headers(who, ("gz-thr-samr",), **ENGLISH)
    )

    assert shown["total"]["open"] == len(expected) > 0
    assert [one["key"]["unit"] for one in shown["groups"]] == ["gz-thr-samr"]
    the_problem(other, 403, "not_your_unit")
    the_english_problem(english, 403, "not_your_unit")


@pytest.mark.parametrize("who", ["applicant", "window", "examiner", "approver"])
@pytest.mark.parametrize(
    "path", ["overview", "cases", "waiting", "causes", "grievances", "grievances/counts", "findings"]
)
async def test_nobody_else_sees_any_of_it(made: Counter, who: str, path: str) -> None:
    the_problem(await made.get(who, f"{AT}/{path}"), 403, "role_missing")
    assert (await made.client.get(f"{AT}/{path}")).status_code == 401


async def test_supervisor_of_no_place_is_told_what_the_token_lacks(made: Counter) -> None:
    the_problem(await made.get("supervisor", f"{AT}/overview", ("nowhere",)), 403, "no_place")


@pytest.mark.parametrize("path", ["cases", "grievances", "findings"])
@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA==", "WzEsIDJd", quote("WyIyMDI2LTEzLTAxIiwgIngiXQ=="), "WyIyMDI2LTAxLTAxIiwgIlx1MDAwMCJd"]
)
async def test_cursor_that_is_none_of_ours_is_refused(made: Counter, path: str, cursor: str) -> None:
    the_problem(await made.get(WHO, f"{AT}/{path}", ("*",), cursor=cursor), 422, "cursor_invalid")


@pytest.mark.parametrize(
    "asked",
    [{"from": "2026-02-01", "to": "2026-01-01"}, {"from": "2020-01-01", "to": "2026-01-01"}],
)
async def test_period_that_cannot_be_is_refused(made: Counter, asked: dict[str, str]) -> None:
    the_problem(await made.get(WHO, f"{AT}/causes", ("*",), **asked), 422, "period_impossible")
