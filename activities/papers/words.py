"""How dates, limits and grounds are said on an official paper."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from domain.commands import Ground
from domain.deadline import Stretch
from domain.definition import Fee, LegalBasis
from domain.law import ARTICLE, carries_out
from domain.limits import Limit, Starts, Unit
from domain.record import Clock
from domain.values import SHANGHAI
from registry.articles import Articles

PROVISIONAL = "（暂定，当年节假日安排尚未公布，公布后重新计算）"

STARTS = {
    Starts.RECEIPT: "收到申请材料之日",
    Starts.ACCEPTANCE: "受理之日",
    Starts.DECISION: "作出决定之日",
}

BEGINNINGS: dict[str, str] = {
    Clock.SUPPLEMENT: "告知之日",
    Clock.PROMISE: "受理之日",
    Clock.HEARING_REQUEST: "被告知听证权利之日",
    Clock.HEARING: "提出听证申请或者决定听证之日",
}
"""From when limits count that no definition states the beginning of."""

CLOCKS = {
    Clock.ACCEPTANCE: "受理时限",
    Clock.SUPPLEMENT: "补正期限",
    Clock.PROMISED: "承诺办结时限",
    Clock.STATUTORY: "法定办结时限",
    Clock.PROMISE: "容缺材料补交期限",
    Clock.DELIVERY: "颁证送达时限",
    Clock.HEARING_REQUEST: "要求听证的期限",
    Clock.HEARING: "组织听证的期限",
}

PARTS_OF_A_DAY = {0.25: "四分之一个工作日", 0.5: "半个工作日", 0.75: "四分之三个工作日"}

DIGITS = "零一二三四五六七八九"
NUMERAL = re.compile(r"\d{1,3}")
REMARK = re.compile(r"（[^（）]*）$")
PROVISION = re.compile(r"^(?P<law>\S+?)\s*第\s*(?P<number>\d[\d—-]*)\s*条$")

CHANNELS = {"online": "线上", "window": "窗口", "mail": "邮寄", "self_service": "自助终端"}


class GroundWords(NamedTuple):
    """A ground of non-acceptance as the paper states it, and the article for permits."""

    reason: str
    basis: str


GROUNDS = {
    Ground.OTHER_AUTHORITY: GroundWords(
        "申请事项依法不属于本单位职权范围", "《中华人民共和国行政许可法》第三十二条第一款第（二）项"
    ),
    Ground.FALSE_MATERIALS: GroundWords("申请人隐瞒有关情况或者提供虚假材料", "《中华人民共和国行政许可法》第七十八条"),
    Ground.BARRED: GroundWords(
        "申请人尚在依法不得再次申请该事项的期限内", "《中华人民共和国行政许可法》第七十八条、第七十九条"
    ),
    Ground.ITEM_LAW: GroundWords("存在本事项所依据的法律、法规规定的不予受理情形", ""),
    Ground.INCOMPLETE_ON_THE_SPOT: GroundWords("申请材料不齐全或者不符合法定形式", ""),
}


def day_in_words(day: date) -> str:
    """The day as people write it: 2026年2月26日."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(moment: datetime) -> str:
    """The moment in Asia/Shanghai to the minute: 2026年2月26日9时05分."""
    here = moment.astimezone(SHANGHAI)
    return f"{day_in_words(here)}{here.hour}时{here.minute:02}分"


def limit_in_words(limit: Limit) -> str:
    """The limit with its unit: 5个工作日, 30个自然日, 半个工作日; one of no days is 当日."""
    if limit.days == 0:
        return "当日"
    if limit.is_part_of_a_day:
        return PARTS_OF_A_DAY[limit.days]
    return f"{int(limit.days)}个{'工作日' if limit.unit is Unit.WORKING else '自然日'}"


def basis_in_words(basis: tuple[LegalBasis, ...]) -> str:
    """The provisions that an item rests on, each law once: 《不动产登记暂行条例》第十四条、第十七条."""
    articles: dict[str, list[str]] = {}
    for entry in basis:
        law = entry.law if entry.law.startswith("《") else f"《{entry.law}》"
        articles.setdefault(law, []).extend([_article(entry.article)] if entry.article else [])
    return "、".join(law + "、".join(numbers) for law, numbers in articles.items())


def provision_in_words(basis: str, articles: Articles) -> str:
    """A provision as papers cite it, whether it is noted as `apl:45` or in words; empty where there is none."""
    if ARTICLE.match(basis) and (known := articles.article(basis)):
        law = articles.laws[basis.partition(":")[0]].zh
        return f"《{REMARK.sub('', law)}》{known.article}"
    named = REMARK.sub("", basis).strip()
    if named.startswith("《") or not named:
        return named
    found = PROVISION.match(named)
    return f"《{found['law']}》{_article(found['number'])}" if found else f"《{named}》"


@carries_out("apl:45")
def stretches_in_words(pauses: tuple[Stretch, ...]) -> str:
    """The days that a limit leaves out: 扣除特别程序所需时间（2026年3月2日至2026年3月4日）; empty where it leaves out none."""
    days = [day_in_words(one.first) + (f"至{day_in_words(one.last)}" if one.last > one.first else "") for one in pauses]
    return f"扣除特别程序所需时间（{'、'.join(days)}）" if days else ""


@carries_out("apl:58")
def fee_in_words(fee: Fee) -> str:
    """What is charged and by which law; empty where the item is free of charge."""
    return f"{fee.standard}（依据：{fee.basis}）" if fee.charged else ""


def _article(article: str) -> str:
    """An article as laws number themselves: 35 is 第三十五条, 10—16 is 第十至十六条; other words stay as they are."""
    if not article[:1].isdigit():
        return article
    said = NUMERAL.sub(lambda found: _numeral(int(found[0])), article.replace("—", "至").replace("-", "至"))
    return f"第{said}条"


def _numeral(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        said += "零"
    return said + (DIGITS[ones] if ones else "")


def masked(number: str) -> str:
    """A document number of which only enough is left for its owner to recognise it."""
    head, tail = (3, 4) if len(number) >= 12 else (1, 2) if len(number) >= 6 else (0, 0)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]
