"""The monthly report over HTTP: who makes it, who reads it, and that it reads the same each time."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.app import create_app
from cli.main import app as program
from settings import Settings
from storage.database import Database
from tests.conftest import Servers
from tests.counter import Counter, speaking_to
from tests.monthly.february import february
from tests.monthly.writing import A, B
from tests.own import settings_of_its_own
from tests.waiting import on_a_socket

DISTRICT = ("gz-thr-management",)
WHO = "supervisor"
AT = "/v1/monthly/2026-02"


@pytest.fixture(scope="module")
async def own(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A database of its own, with a February on file."""
    settings = settings_of_its_own(servers, tmp_path_factory, "monthly_api")
    database = Database(settings.database_url)
    await february().write(database)
    await database.close()
    return settings


@pytest.fixture(scope="module")
async def served(own: Settings) -> AsyncIterator[Any]:
    app = create_app(own)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="module")
async def desk(own: Settings, served: Any) -> AsyncIterator[Counter]:
    """The counter, with the report made."""
    async with speaking_to(served, own.home) as opened:
        missing = await opened.get(WHO, AT, DISTRICT)
        assert (missing.status_code, missing.json()["code"]) == (404, "report_not_made")
        made = await opened.post(WHO, f"{AT}?place=gz-thr", {}, units=DISTRICT)
        assert made.status_code == 201, made.text
        yield opened


@pytest.mark.shows("N19")
async def test_report_is_read_byte_for_byte_and_its_digest_is_that_of_its_bytes(desk: Counter) -> None:
    read = [await desk.get(WHO, AT, DISTRICT) for _ in range(2)]

    assert read[0].content == read[1].content
    assert read[0].headers["etag"] == f'"{hashlib.sha256(read[0].content).hexdigest()}"'
    report = read[0].json()
    assert (report["method"], report["place"], report["total"]["received"]) == (1, "gz-thr", 11)


async def test_made_again_it_says_so_and_stays(desk: Counter) -> None:
    first = await desk.get(WHO, AT, DISTRICT)

    again = await desk.post(WHO, f"{AT}?place=gz-thr", {}, units=DISTRICT)

    assert (again.status_code, again.json()["new"]) == (200, False)
    assert f'"{again.json()["digest"]}"' == first.headers["etag"]


@pytest.mark.parametrize(("ending", "begins"), [("pdf", b"%PDF-"), ("xlsx", b"PK")])
async def test_files_are_the_same_each_time(desk: Counter, ending: str, begins: bytes) -> None:
    read = [await desk.get(WHO, f"{AT}/report.{ending}", DISTRICT, place="gz-thr") for _ in range(2)]

    assert [one.status_code for one in read] == [200, 200]
    assert read[0].content == read[1].content
    assert read[0].content.startswith(begins)


@pytest.mark.shows(66, "N19")
async def test_unit_sees_its_own_month_and_acknowledges_its_notice(desk: Counter) -> None:
    chief = "chief_representative"

    of_unit = await desk.get(chief, f"{AT}/units/{A}", (A,))
    pdf = await desk.get(chief, of_unit.json()["notice"], (A,))
    waiting = (await desk.get(chief, "/v1/warnings", (A,))).json()["rows"]
    acknowledged = await desk.post(chief, "/v1/warnings/YB202602-gz-thr/2/acknowledgment", {}, units=(A,))
    seen = (await desk.get(WHO, f"{AT}/units/{A}", DISTRICT)).json()

    assert of_unit.json()["unit"]["figures"]["received"] == 6
    assert pdf.content.startswith(b"%PDF-")
    assert [one["paper"] for one in waiting] == ["monthly_notice"]
    assert acknowledged.status_code == 200, acknowledged.text
    assert seen["acknowledged_at"]


async def test_government_reads_the_report_that_goes_to_it(desk: Counter) -> None:
    head, units = "government_head", ("gz-thr-government",)

    report = await desk.get(head, AT, units)
    waiting = (await desk.get(head, "/v1/warnings", units)).json()["rows"]

    assert report.status_code == 200
    assert [one["paper"] for one in waiting] == ["monthly_report"]


@pytest.mark.parametrize(
    ("who", "units", "path", "status", "code"),
    [
        ("supervisor", DISTRICT, f"{AT}?place=gz", 403, "not_your_place"),
        ("supervisor", ("gz-management",), f"{AT}?place=gz-thr", 403, "not_your_place"),
        ("supervisor", DISTRICT, f"{AT}?place=sz-nowhere", 422, "place_unknown"),
        ("supervisor", ("*",), AT, 422, "place_unknown"),
        ("supervisor", DISTRICT, "/v1/monthly/2026-13", 422, "month_malformed"),
        ("supervisor", DISTRICT, "/v1/monthly/2025-05", 404, "report_not_made"),
        ("supervisor", DISTRICT, f"{AT}/units/gz-samr", 403, "not_your_unit"),
        ("supervisor", DISTRICT, f"{AT}/units/gz-thr-water", 404, "nothing_in_month"),
        ("chief_representative", (A,), AT, 403, "role_missing"),
        ("chief_representative", (A,), f"{AT}/units/{B}", 403, "not_your_unit"),
        ("applicant", (), AT, 403, "role_missing"),
        ("applicant", (), f"{AT}/units/{A}", 403, "not_your_unit"),
    ],
)
async def test_others_are_told_why_not(
    desk: Counter, who: str, units: tuple[str, ...], path: str, status: int, code: str
) -> None:
    at, _, place = path.partition("?place=")
    answered = await desk.get(who, at, units, **({"place": place} if place else {}))

    assert (answered.status_code, answered.json()["code"]) == (status, code)


async def test_only_supervisors_of_the_place_make_reports_and_of_months_that_are_over(desk: Counter) -> None:
    not_over = await desk.post(WHO, "/v1/monthly/2099-12", {}, units=DISTRICT)
    others = await desk.post(WHO, f"{AT}?place=gz", {}, units=DISTRICT)
    unit = await desk.post("chief_representative", AT, {}, units=(A,))

    assert (not_over.status_code, not_over.json()["code"]) == (409, "month_not_over")
    assert not_over.json()["article"] == "gz:19"
    assert [others.json()["code"], unit.json()["code"]] == ["not_your_place", "role_missing"]


async def test_command_makes_and_writes_the_report(
    served: Any, own: Settings, desk: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    import cli.monthly
    from cli.counter import Counter as OfCommands

    pdf, xlsx = tmp_path / "report.pdf", tmp_path / "report.xlsx"
    async with on_a_socket(served) as address:
        monkeypatch.setattr(cli.monthly, "_counter", lambda url: OfCommands(address, own.home))
        run = CliRunner().invoke
        made = await asyncio.to_thread(run, program, ["monthly", "make", "2026-02", "--place", "gz-thr"])
        command = ["monthly", "show", "2026-02", "--pdf", str(pdf), "--xlsx", str(xlsx)]
        shown = await asyncio.to_thread(run, program, command)

    assert made.exit_code == 0, made.output
    assert "此前已经编制" in made.output
    assert shown.exit_code == 0, shown.output
    assert "收件：11（上月 3）" in shown.output
    assert pdf.read_bytes() == (await desk.get(WHO, f"{AT}/report.pdf", DISTRICT)).content
    assert xlsx.read_bytes().startswith(b"PK")
