"""A report is made once, with its papers; whenever it is asked for it is the same, byte for byte."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from datetime import date, datetime, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlmodel import col

from activities.monthly import Monthly
from activities.papers.monthly_report import printed_month
from activities.papers.monthly_sheets import month_as_xlsx
from domain.monthly.month import Month, MonthRefused
from domain.monthly.report import Report, digest_of
from domain.values import SHANGHAI
from registry.units import read_units
from settings import Settings
from storage.database import Database
from storage.tables import NoticeRow, ReportRow
from tests.monthly.conftest import Today
from tests.monthly.february import february
from tests.monthly.test_month_by_hand import february_goes_on
from tests.monthly.writing import A, B

FEBRUARY = Month(2026, 2)


async def papers(file: Database) -> list[NoticeRow]:
    async with file.begin() as session:
        query = select(NoticeRow).where(col(NoticeRow.number) == "YB202602-gz-thr").order_by(col(NoticeRow.seq))
        return list((await session.execute(query)).scalars())


@pytest.mark.shows("N19")
async def test_each_unit_that_handled_cases_gets_its_notice_and_the_government_the_report(
    maker: Monthly, file: Database
) -> None:
    await february().write(file)

    row, new = await maker.make("gz-thr", FEBRUARY)

    given = await papers(file)
    assert new
    assert [(one.seq, one.paper, one.addressee) for one in given] == [
        (1, "monthly_notice", B),
        (2, "monthly_notice", A),
        (3, "monthly_report", "gz-thr-government"),
    ]
    assert {one.unit for one in given} == {"gz-thr-management"}
    assert {one.acknowledge_by for one in given} == {date(2026, 3, 3)}
    said = "\n".join([*given[1].body["paragraphs"], *(" ".join(row) for row in given[1].body["items"]["rows"])])
    assert "收件6件" in said
    assert "按时率83.3%" in said
    assert "收件最多的事项为“测试事项一”（6件）" in said
    assert "“食品经营许可”出现问题2件" in said
    assert row.digest in said
    assert re.search(r"按时率（%） 83\.3 100\.0", said)


@pytest.mark.timeout(30)
async def test_report_is_made_with_one_connection(file: Database, monthly_settings: Settings, today: Today) -> None:
    units, alone = read_units(monthly_settings.definitions), Database(file.url, pool=1)
    await february().write(file)

    _, new = await Monthly(alone, units, 1, now=lambda: today.now).make("gz-thr", FEBRUARY)

    await alone.close()
    assert new


async def test_made_again_nothing_is_new_whatever_happened_meanwhile(
    maker: Monthly, file: Database, today: Today
) -> None:
    await february().write(file)
    first, _ = await maker.make("gz-thr", FEBRUARY)
    kept = (dict(first.body), first.digest, first.made_at)
    await february_goes_on().write(file)
    today.now += timedelta(days=40)

    again, new = await maker.make("gz-thr", FEBRUARY)

    assert not new
    assert (dict(again.body), again.digest, again.made_at) == kept
    assert len(await papers(file)) == 3
    assert digest_of(again.body) == again.digest


async def test_made_by_several_at_once_it_is_made_once(maker: Monthly, file: Database) -> None:
    await february().write(file)

    done = await asyncio.gather(*(maker.make("gz-thr", FEBRUARY) for _ in range(4)))

    assert sorted(new for _, new in done) == [False, False, False, True]
    assert len({row.digest for row, _ in done}) == 1
    assert len(await papers(file)) == 3


async def test_report_kept_then_lost_is_reckoned_to_the_same_digest(maker: Monthly, file: Database) -> None:
    await february().write(file)
    row, _ = await maker.make("gz-thr", FEBRUARY)
    await february_goes_on().write(file)

    reckoned = await maker.reckon("gz-thr", FEBRUARY)

    assert digest_of(reckoned.model_dump(mode="json")) == row.digest


async def test_place_that_is_no_longer_listed_has_no_month_due(maker: Monthly) -> None:
    assert await maker.months_due("gz-elsewhere") == []


async def test_month_that_is_not_over_has_no_report(maker: Monthly, file: Database, today: Today) -> None:
    today.now = datetime(2026, 2, 28, 23, 59, 59, tzinfo=SHANGHAI)

    with pytest.raises(MonthRefused, match="month_not_over"):
        await maker.make("gz-thr", FEBRUARY)

    async with file.begin() as session:
        assert (await session.execute(select(func.count()).select_from(ReportRow))).scalar() == 0


@pytest.mark.shows("N19")
async def test_pdf_is_the_same_bytes_and_says_the_figures_the_spots_and_the_method(
    maker: Monthly, file: Database
) -> None:
    await february().write(file)
    row, _ = await maker.make("gz-thr", FEBRUARY)
    report = Report.model_validate(row.body)

    printed = [await printed_month(report, row.digest, "测试部门") for _ in range(2)]

    assert printed[0] == printed[1]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed[0])).pages)
    said = re.sub(r"\s", "", text)
    for expected in (
        "广州市天河区政务服务月度报告",
        "2026年2月",
        "收件113+8",
        "按时率75.0%",
        "图1",
        "统计方法（第1号）",
        "难点",
    ):
        assert expected in said
    assert row.digest in said
    assert "〓" not in said


async def test_months_with_nothing_in_them_are_printed_too(maker: Monthly, file: Database) -> None:
    row, _ = await maker.make("gz-thr", FEBRUARY)
    report = Report.model_validate(row.body)

    printed = await printed_month(report, row.digest, "测试部门")

    said = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages))
    assert "当月没有发现难点问题" in said
    assert [one.paper for one in await papers(file)] == ["monthly_report"]
    assert month_as_xlsx(report, row.digest, "测试部门")


async def test_spreadsheet_is_the_same_bytes_and_holds_numbers_as_numbers(maker: Monthly, file: Database) -> None:
    await february().write(file)
    row, _ = await maker.make("gz-thr", FEBRUARY)
    report = Report.model_validate(row.body)

    written = [month_as_xlsx(report, row.digest, "测试部门") for _ in range(2)]

    assert written[0] == written[1]
    with zipfile.ZipFile(io.BytesIO(written[0])) as book:
        assert {one.date_time[0] for one in book.infolist()} == {1980}
        sheets = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        strings = re.findall(r"<t[^>]*>([^<]*)</t>", book.read("xl/sharedStrings.xml").decode())
        total = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheets == ["总体", "单位", "事项", "反映", "热点", "难点", "方法"]
    assert {row.digest, "食品经营许可", "广州市天河区市场监督管理局", "收件"} <= set(strings)
    assert re.search(r'<c r="C2"><v>11</v></c><c r="D2"><v>3</v></c>', total)
    assert "<f>" not in total


async def test_nothing_of_persons_is_in_a_report(maker: Monthly, file: Database) -> None:
    await february().write(file)

    row, _ = await maker.make("gz-thr", FEBRUARY)

    written = str(row.body)
    assert "GZTEST" not in written
    assert "FYTEST" not in written
    assert "张三" not in written
