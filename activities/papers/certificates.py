"""The deadline certificate as a page to print: each limit as a calendar, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from activities.papers.pdf import printed_with
from domain.bundle.path import PathLeg
from domain.certificate import CertifiedDay
from domain.certified import CertifiedLimit
from domain.deadline import Reason
from domain.standstill import Standstill
from domain.summary import moment_in_words
from domain.supervision.overview import Overseen
from domain.words import Language, Text
from registry.articles import read_articles
from settings import settings

TEMPLATE = Path(__file__).with_name("certificate.typ")
BASIS = ("cc:201", "cc:203", "apl:82", "apl:45", "gz:13.4")
"""The provisions that every limit is counted by."""
WEEK = Text("一二三四五六日", "Mon Tue Wed Thu Fri Sat Sun")
LABELS: dict[str, Text] = {
    "title": Text("期限计算说明", "Deadline certificate"),
    "number": Text("办件编号", "Case"),
    "item": Text("事项", "Item"),
    "unit": Text("承办单位", "Unit"),
    "as_of": Text("截至", "As of"),
    "stands": Text("状态：", "State: "),
    "article": Text("依据：", "Basis: "),
    "told": Text("历次告知的到期日", "Due days told"),
    "path": Text("各事项的先后与时限", "The items, one after the other"),
    "supervision": Text("催办、督办与红黄牌", "Urgings, orders and cards"),
    "counted_by": Text("计算依据", "How limits are counted"),
    "due": Text("到期", "due"),
    "page": Text("第{}页，共{}页", "page {} of {}"),
    "replaced": Text(
        "注：字库未收录的文字以“〓”代替，以系统中的文本为准。",
        "Characters that no type has are shown as 〓; the text in the system is the right one.",
    ),
}
MARKS = {
    Reason.FIRST: Text("起算", "start"),
    Reason.WEEKEND: Text("周末", "off"),
    Reason.HOLIDAY: Text("放假", "holiday"),
    Reason.PAUSED: Text("特别程序", "paused"),
    Reason.MOVED: Text("顺延", "moved"),
}
LEGEND = Text(
    "带数字的是计入的第几日：“调”为调休上班日，“延”为延长的期限；其余各日不计入，“特别程序”为暂停计算。",
    "Numbers count the days of the limit (m: a make-up working day, x: of the extension); other days are not counted.",
)


class CertificatePage(NamedTuple):
    """What is printed."""

    number: str
    item: str
    unit: str
    as_of: datetime
    paused: Sequence[Standstill]
    certificates: Sequence[CertifiedLimit]
    path: Sequence[PathLeg] = ()
    """The items of a bundle and their days."""
    supervision: Sequence[Overseen] = ()


async def printed_certificate(page: CertificatePage, language: Language) -> bytes:
    """The page as PDF, stamped with the moment of the last thing that happened in the case."""
    return await printed_with(TEMPLATE, _content(page, language), page.as_of)


def _content(page: CertificatePage, language: Language) -> dict[str, Any]:
    labels = {name: text.said_in(language) for name, text in LABELS.items()}
    week = WEEK.said_in(language)
    return {
        "lang": language,
        "title": labels["title"],
        "labels": labels,
        "number": page.number,
        "item": page.item,
        "unit": page.unit,
        "as_of": moment_in_words(page.as_of).said_in(language),
        "paused": [_capital(one.says) for one in page.paused],
        "path": [{"says": leg.says, "on_path": leg.on_path} for leg in page.path],
        "supervision": [one.says for one in page.supervision],
        "weekdays": week.split() if language == "en" else list(week),
        "legend": LEGEND.said_in(language),
        "limits": [_limit(limit, language) for limit in page.certificates],
        "basis": list(_basis(language)),
    }


def _limit(limit: CertifiedLimit, language: Language) -> dict[str, Any]:
    return {
        "name": _capital(limit.name),
        "says": limit.says,
        "stands": limit.stands,
        "article": _cited(limit.article, language),
        "weeks": _weeks(limit, language),
        "told": [told.says for told in limit.told],
    }


def _weeks(limit: CertifiedLimit, language: Language) -> list[list[dict[str, Any] | None]]:
    """The days in rows of seven from Monday on; None where the limit has not begun or is over."""
    cells: list[dict[str, Any] | None] = [None] * limit.days[0].day.weekday()
    cells += [_cell(day, limit, language) for day in limit.days]
    cells += [None] * (-len(cells) % 7)
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _cell(day: CertifiedDay, limit: CertifiedLimit, language: Language) -> dict[str, Any]:
    date = f"{day.day.month}月{day.day.day}日" if language == "zh" else f"{day.day:%d %b}"
    if day is limit.days[0] or (day.day.month, day.day.day) == (1, 1):
        date = f"{day.day.year}年{date}" if language == "zh" else f"{date} {day.day.year}"
    return {
        "day": date,
        "mark": _mark(day, limit, language),
        "counted": day.number is not None,
        "paused": day.reason is Reason.PAUSED,
        "due": day.day == limit.due_day,
    }


def _mark(day: CertifiedDay, limit: CertifiedLimit, language: Language) -> str:
    if day.number is None:
        return day.holiday if day.reason is Reason.HOLIDAY and day.holiday else MARKS[day.reason].said_in(language)
    hours = limit.limit.is_part_of_a_day and not day.extended
    marks = [Text("按时", "hours") if hours else Text(f"{day.number:g}", f"{day.number:g}")]
    marks += [Text("调", "m")] if day.reason is Reason.MAKE_UP else []
    marks += [Text("延", "x")] if day.extended else []
    return " ".join(mark.said_in(language) for mark in marks)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cited(article: str, language: Language) -> str:
    """The article as officials cite it, with our notation; what is no article of ours stays as it is."""
    found = _articles().get(article)
    return found[0].said_in(language) if found else article


def _basis(language: Language) -> Iterator[str]:
    for article, says in (_articles()[one] for one in BASIS):
        yield f"{article.zh}：{says.zh}" if language == "zh" else f"{article.en}: {says.en}"


def _articles() -> dict[str, tuple[Text, Text]]:
    """How the articles are cited, and what they say in our own words."""
    listed = read_articles(settings().definitions)
    cited: Iterable[tuple[str, Text, Text]] = (
        (
            one.id,
            Text(f"《{one.law}》{one.article}", f"{listed.laws[one.id.partition(':')[0]].en}, {one.id}"),
            Text(one.says.zh, one.says.en),
        )
        for one in listed.articles
    )
    return {article: (name, says) for article, name, says in cited}
