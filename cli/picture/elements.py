"""The elements of an SVG document, with numbers as short as they can be written."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement


def number(value: float) -> str:
    """The number with two places at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def put(parent: Element, tag: str, kind: str = "", **attributes: float | str) -> Element:
    """A new element in the parent, of a class if one is given; `_` in names stands for `-`."""
    said = {key.replace("_", "-"): one if isinstance(one, str) else number(one) for key, one in attributes.items()}
    return SubElement(parent, tag, {"class": kind, **said} if kind else said)


def titled(element: Element, text: str) -> Element:
    """The element with a title, which readers aloud say and browsers show."""
    title = Element("title")
    title.text = text
    element.insert(0, title)
    return element


def write(parent: Element, x: float, y: float, text: str, kind: str = "") -> None:
    """Text that begins at the place."""
    put(parent, "text", kind, x=x, y=y).text = text


def upright(parent: Element, kind: str, x: float, top: float, bottom: float) -> Element:
    """A line from top to bottom."""
    return put(parent, "line", kind, x1=x, x2=x, y1=top, y2=bottom)


def box(parent: Element, kind: str, x: float, y: float, width: float, height: float) -> Element:
    """A rectangle."""
    return put(parent, "rect", kind, x=x, y=y, width=width, height=height)
