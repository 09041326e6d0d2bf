"""The picture as SVG: well formed, complete in itself, the same bytes every time, and true to the days."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from cli.picture.model import Picture
from cli.picture.svg import LEFT, svg
from domain.record import Ending, PartState
from tests.unit.picture.drawing import a_picture, a_row, march, running, span

SVG = "{http://www.w3.org/2000/svg}"
SHOP = a_picture(
    a_row("licence", name="营业执照", decided=march(2), on_path=True, due=(march(2),)),
    running("fire", name="消防", after=("licence",), on_path=True, due=(march(10), march(12)), paused=(span(4, 5),)),
    a_row("food", after=("licence",), state=PartState.HANDED_OVER, handed_over=march(6)),
    a_row("water", name="接水", state=PartState.ENDED, ending=Ending.REFUSED),
)


def document(picture: Picture) -> Element:
    return ElementTree.fromstring(svg(picture))


def of_class(root: Element, kind: str) -> list[Element]:
    return [one for one in root.iter() if one.get("class") == kind]


def titles(root: Element) -> list[str]:
    return [str(title.text) for title in root.iter(f"{SVG}title")]


def test_the_same_picture_is_the_same_bytes() -> None:
    assert svg(SHOP) == svg(SHOP)


def test_it_needs_nothing_from_outside() -> None:
    drawing = svg(SHOP)
    tags = {one.tag.removeprefix(SVG) for one in document(SHOP).iter()}

    assert "http" not in drawing.replace("http://www.w3.org/2000/svg", "")
    assert tags.isdisjoint({"script", "image", "use", "foreignObject", "a"})
    assert "@import" not in drawing
    assert all(part.startswith("#") for part in drawing.split("url(")[1:])


def test_it_says_what_it_is_to_those_who_do_not_see_it() -> None:
    root = document(SHOP)

    assert root.get("role") == "img"
    assert [one.get("id") for one in root[:2]] == str(root.get("aria-labelledby")).split()
    assert root[0].text == "开店"
    assert root[1].text == "编号 TEST-1；2026年3月2日受理；2026年3月12日到期；办理中。最长路径：营业执照 → 消防"
    assert {"食品经营许可 3/5日 已交付 03-06", "特别程序，不计时 03-04 – 03-05", "交付 03-06"} <= set(titles(root))


def test_names_are_text_and_what_they_hold_is_escaped() -> None:
    root = document(a_picture(a_row(name="烟酒<销售> & “零售”")))

    assert "烟酒<销售> & “零售”" in [text.text for text in root.iter(f"{SVG}text")]


def test_special_procedures_are_hatched() -> None:
    (bar,) = of_class(document(SHOP), "path paused")

    assert ElementTree.tostring(document(SHOP)).count(b"hatched") >= 2
    assert float(str(bar.get("width"))) == 2 * a_day(SHOP)


def a_day(picture: Picture) -> float:
    """How wide a day is: the first bar of the whole is five days long."""
    return float(str(of_class(document(picture), "whole work")[0].get("width"))) / 5


def test_a_bar_begins_and_ends_with_its_days() -> None:
    root, day = document(SHOP), a_day(SHOP)

    (bar,) = of_class(root, "work")[:1]

    assert float(str(bar.get("x"))) == LEFT
    assert float(str(bar.get("width"))) == 4 * day


def test_the_longest_way_is_told_apart_and_led_along_by_an_arrow() -> None:
    root = document(SHOP)

    assert len(of_class(root, "path arrow")) == 1
    assert len(of_class(root, "arrow")) == 1
    assert of_class(root, "path work")
    assert "◆ 消防" in [text.text for text in root.iter(f"{SVG}text")]


def test_due_days_stand_at_the_ends_of_their_days_and_earlier_ones_are_dotted() -> None:
    root, day = document(SHOP), a_day(SHOP)

    assert {float(str(line.get("x1"))) for line in of_class(root, "was")[:1]} == {LEFT + 9 * day}
    assert LEFT + 11 * day in {float(str(line.get("x1"))) for line in of_class(root, "due")}


def test_days_off_are_shaded_and_holidays_named() -> None:
    root = document(a_picture(running(due=(march(9).replace(month=4, day=7),))))

    assert "清明节 04-04" in titles(root)


def test_nothing_lies_outside() -> None:
    for picture in (SHOP, a_picture(running(due=(march(9).replace(month=9),))), a_picture(today=2)):
        root = document(picture)
        _, _, width, height = map(float, str(root.get("viewBox")).split())
        for rect in root.iter(f"{SVG}rect"):
            if rect.get("x") and rect.get("class"):
                assert 0 <= float(str(rect.get("x"))) <= width - float(str(rect.get("width")))
                assert 0 <= float(str(rect.get("y"))) <= height - float(str(rect.get("height")))


def test_what_is_seen_is_explained() -> None:
    said = {text.text for text in document(SHOP).iter(f"{SVG}text")}

    assert {"最长路径", "办理", "特别程序，不计时", "有结果，待统一出件", "到期日", "原到期日", "周末、放假"} <= said
    assert "已超过到期日" not in said
