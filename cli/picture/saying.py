"""What stands beside the picture in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from cli.picture.marks import days_used
from cli.picture.model import Picture, Row, Span
from domain.limits import Limit, Unit
from domain.summary import in_chinese
from domain.telling import ENDINGS, PART_STATES
from domain.words import Text

WHOLE = Text("整件事", "the whole")
PATH = Text("最长路径", "longest way")
DUE = Text("到期日", "due day")
WAS_DUE = Text("原到期日", "earlier due day")
HANDED_OVER = Text("交付", "handed over")
WITHOUT_RESULT = Text("终止，没有结果", "ended without a result")


def count_said(row: Row, picture: Picture) -> Text:
    """The days used of those that it has, as 6/8日; extensions stand apart, as 9/8+5日, and other units for themselves. Of a
    limit of hours only itself is told."""
    if row.limit is None:
        return Text("", "")
    said = [_days_said(*kind) for kind in groupby((row.limit, *row.more), key=lambda limit: limit.unit)]
    used = "" if row.limit.is_part_of_a_day else f"{days_used(row, picture)}/"
    return Text(used + "+".join(one.zh for one in said), used + "+".join(one.en for one in said))


def _days_said(unit: Unit, limits: Iterable[Limit]) -> Text:
    days = "+".join(f"{limit.days:g}" for limit in limits)
    return Text(f"{days}自然日", f"{days} calendar d") if unit is Unit.NATURAL else Text(f"{days}日", f"{days} d")


def stands(row: Row) -> Text:
    """How it stands, in a word."""
    return ENDINGS[row.ending] if row.ending else PART_STATES[row.state]


def span_said(span: Span) -> str:
    """The days as 03-04 – 03-06."""
    return f"{span.first:%m-%d}" if span.first == span.last else f"{span.first:%m-%d} – {span.last:%m-%d}"


def path_said(picture: Picture) -> Text:
    """The longest way, item by item."""
    way = " → ".join(row.name for row in picture.path)
    return Text(f"{PATH.zh}：{way}", f"{PATH.en}: {way}") if way else Text("", "")


def summary(picture: Picture) -> Text:
    """How the whole stands, in a sentence."""
    said = list(_facts(picture))
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def _facts(picture: Picture) -> Iterator[Text]:
    whole = picture.whole
    yield Text(f"编号 {picture.number}", f"number {picture.number}")
    if whole.begun:
        yield Text(f"{in_chinese(whole.begun)}受理", f"accepted {whole.begun:%d %b %Y}")
    if whole.due_day:
        was = whole.due[-2] if len(whole.due) > 1 else None
        moved = Text(f"（原为{in_chinese(was)}）", f" (was {was:%d %b %Y})") if was else Text("", "")
        yield Text(f"{in_chinese(whole.due_day)}到期{moved.zh}", f"due {whole.due_day:%d %b %Y}{moved.en}")
    yield stands(whole)
