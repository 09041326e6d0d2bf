"""The picture in a terminal: every line ends where the others do, whatever is on it."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import pytest

from cli.picture.columns import columns
from cli.picture.model import Picture
from cli.picture.terminal import LINES, PLAIN, Style, drawn, style_of
from domain.record import Ending, PartState
from tests.unit.picture.drawing import a_picture, a_row, march, running, span


def lines(picture: Picture, **style: object) -> list[str]:
    return list(drawn(picture, Style(**style)))  # type: ignore[arg-type]


SHOP = a_picture(
    a_row("licence", name="营业执照", begun=march(2), due=(march(2),), decided=march(2), on_path=True),
    running("fire", name="消防安全检查", due=(march(10), march(12)), paused=(span(4, 5),), on_path=True),
    a_row("food", state=PartState.HANDED_OVER, handed_over=march(6), due=(march(9),)),
    a_row("water", name="接水", state=PartState.ENDED, ending=Ending.REFUSED, due=(march(9),)),
    running("power", name="接电", due=(march(6),)),
)


def test_plain_lines_hold_nothing_but_ascii_between_the_words() -> None:
    assert lines(SHOP, width=90) == [
        "                03-02                03-09",
        "                一 二 三 四 五 六 日 一 二 三 四 五",
        "  整件事        ###############::::::######-----|     6/8日 办理中",
        "* 营业执照      @@|............::::::......           0/5日 已有结果 03-02",
        "* 消防安全检查  @@@@@@//////@@@::::::@@@@@@-----|     4/5日 办理中",
        "  食品经营许可  ############..v::::::  |              3/5日 已交付 03-06",
        "  接水          ###########x   ::::::  |              3/5日 不予准予 03-05",
        "  接电          ##############|::::::!!!!!!           6/5日 办理中",
        "! 已超过到期日  / 特别程序，不计时  # 办理  - 时限内尚余  . 有结果，待统一出件",
        ": 周末、放假  *@ 最长路径  | 到期日  ' 原到期日  v 交付  x 终止，没有结果",
    ]


def test_a_terminal_shows_blocks() -> None:
    drawing = lines(SHOP, width=90, signs=LINES)

    assert drawing[4] == "◆ 消防安全检查  ▓▓▓▓▓▓╱╱╱╱╱╱▓▓▓░░░░░░▓▓▓▓▓▓┄┄┄┄┄▏     4/5日 办理中"
    assert drawing[6].startswith("  接水          ███████████✗")


def test_english_words_and_days() -> None:
    drawing = lines(SHOP, width=90, language="en")

    assert drawing[1].split() == list("MTWTFSSMTWTF")
    assert "6/8 d" in drawing[2]


@pytest.mark.parametrize("width", range(50, 161, 5))
@pytest.mark.parametrize("signs", [PLAIN, LINES])
def test_no_line_is_wider_than_the_terminal_and_every_tail_begins_at_one_column(width: int, signs: object) -> None:
    drawing = lines(SHOP, width=width, signs=signs)
    rows = [line for line in drawing if "5日" in line]

    assert all(columns(line) <= max(width, 62) for line in drawing)
    assert len({columns(line[: line.rindex("/") - 1]) for line in rows}) == 1


def test_a_long_bundle_has_several_days_in_a_column() -> None:
    picture = replace(SHOP, today=march(2).replace(month=8))

    ruler, *rows = lines(picture, width=80)

    assert columns(rows[0]) <= 80
    assert len(ruler.split()) >= 5, ruler
    assert all(first < second for first, second in pairwise(ruler.split()))


def test_of_the_days_in_one_column_the_worst_is_seen() -> None:
    late = running(due=(march(6),))
    picture = a_picture(late, today=9)

    (row,) = [line for line in lines(replace(picture, today=march(9)), width=50) if "食品" in line]

    assert "!" in row


def test_an_earlier_due_day_is_seen_where_nothing_else_is() -> None:
    moved = running(due=(march(12), march(11)))

    (row,) = [line for line in lines(a_picture(moved), width=90) if "食品" in line]

    assert "|" in row
    assert "'" in row


def test_without_a_terminal_there_is_no_colour() -> None:
    style = style_of(io.StringIO(), "zh")

    assert (style.signs, style.colour) == (PLAIN, False)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_colours_unless_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert style_of(Terminal(), "zh").colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not style_of(Terminal(), "zh").colour


def test_colours_are_closed_and_change_no_character() -> None:
    plain, coloured = lines(SHOP, width=90, signs=LINES), lines(SHOP, width=90, signs=LINES, colour=True)

    assert coloured != plain
    for line, bare in zip(coloured, plain, strict=True):
        assert line.count("\x1b[") % 2 == 0
        stripped = "".join(piece.partition("m")[2] if n else piece for n, piece in enumerate(line.split("\x1b[")))
        assert stripped.rstrip() == bare
