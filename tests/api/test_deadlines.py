"""The deadline certificate at the counter: who may read it, in which language, and as a page to print."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from domain.case_number import case_number
from tests.counter import Counter

ENGLISH = {"Accept-Language": "en"}
PAGE = "deadline.pdf"


@pytest.fixture(scope="module")
async def number(counter: Counter) -> str:
    """A case that was accepted, and whose statutory limit was extended by the head of the agency."""
    number = str((await counter.apply("applicant-5"))["number"])
    await counter.answered("window-5", number, "check", "accept")
    more_time = {"act": "extend", "days": 3, "cause": "complex", "text": "须进一步核实设施布局。"}
    extended = await counter.post("agency_head-5", f"/v1/cases/{number}/acts", more_time)
    assert extended.status_code == 200, extended.text
    return number


async def read(counter: Counter, number: str, who: str = "applicant-5", what: str = "deadline", **headers: str) -> Any:
    return await counter.client.get(f"/v1/cases/{number}/{what}", headers=counter.headers(who, **headers))


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


@pytest.mark.shows(39, 42, "N11")
async def test_both_limits_say_their_extension_and_each_day_that_was_told(counter: Counter, number: str) -> None:
    shown = (await read(counter, number)).json()

    limits = {one["clock"]: one for one in shown["certificates"]}
    for name in ("promised", "statutory"):
        assert "延长3个工作日" in limits[name]["says"]
        assert [told["kind"] for told in limits[name]["told"]] == ["accepted", "extended"]
        assert limits[name]["told"][-1]["due_day"] == limits[name]["due_day"] == limits[name]["days"][-1]["day"]
    assert (limits["promised"]["name"], limits["statutory"]["name"]) == ("承诺办结时限", "法定办结时限")
    assert limits["step:review"]["name"].startswith("“")
    assert limits["acceptance"]["stands"].endswith("未超期")
    assert limits["statutory"]["stands"] == "正在计算"
    assert (shown["paused"], shown["paused_until"]) == ([], None)


async def test_applicant_reads_the_role_of_those_who_acted_and_the_office_the_person(
    counter: Counter, number: str
) -> None:
    applicant, office = await read(counter, number), await read(counter, number, "examiner-5")

    assert "agency_head-5" not in applicant.text
    assert "agency_head-5" in office.text
    told = next(one for one in applicant.json()["certificates"] if one["clock"] == "statutory")["told"]
    assert [(one["by"], one["person"]) for one in told] == [("window", None), ("agency_head", None)]


@pytest.mark.parametrize("what", ["deadline", PAGE])
async def test_nobody_else_reads_it(counter: Counter, number: str, what: str) -> None:
    assert (await read(counter, number, "applicant-6", what)).status_code == 403
    assert (await read(counter, case_number(date(2020, 1, 1), 1), what=what)).status_code == 404
    assert (await counter.client.get(f"/v1/cases/{number}/{what}")).status_code == 401


@pytest.mark.shows("N11")
async def test_page_to_print_has_the_limits_the_days_what_was_told_and_the_articles(
    counter: Counter, number: str
) -> None:
    page = await read(counter, number, what=PAGE)

    assert page.headers["content-type"] == "application/pdf"
    assert page.headers["content-disposition"] == f'attachment; filename="{number}-deadline.pdf"'
    said, limits = text_of(page.content), (await read(counter, number)).json()["certificates"]
    for word in ("期限计算说明", number, "食品经营许可", "市场监督管理局", "历次告知的到期日", "延长3个工作日"):
        assert word in said
    for law in ("第二百零一条", "第二百零三条", "第八十二条", "第四十五条", "第十三条第四款"):
        assert law in said
    assert all(one["name"] in said for one in limits)
    assert "agency_head-5" not in said


async def test_page_is_in_english_for_those_who_prefer_it(counter: Counter, number: str) -> None:
    said = text_of((await read(counter, number, what=PAGE, **ENGLISH)).content)

    assert "Deadline certificate" in said
    assert "extended by 3 working days" in said
    assert "Civil Code" in said


async def test_page_is_the_same_until_something_happens(counter: Counter, number: str) -> None:
    first, second = [await read(counter, number, what=PAGE) for _ in range(2)]

    assert first.content == second.content


async def test_case_that_is_over_says_when_each_limit_was_met(counter: Counter) -> None:
    number = (await counter.apply("applicant-5"))["number"]
    await counter.granted(number)

    limits = (await read(counter, number)).json()["certificates"]

    assert {one["state"] for one in limits} == {"met"}
    assert all(one["agrees"] and one["stopped_at"] and "完成，未超期" in one["stands"] for one in limits)
    assert text_of((await read(counter, number, what=PAGE)).content).count("完成，未超期") == len(limits)
