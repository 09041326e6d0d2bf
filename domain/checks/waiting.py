"""What waits for what, be it steps or items: those that are not there, and those that wait for themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.checks.saying import listed
from domain.faults import Fault
from domain.graph import Node, circles
from domain.words import Text

STEP, ITEM = Text("环节", "step"), Text("事项", "item")


def unknown_afters(part: str, nodes: Sequence[Node], what: Text) -> Iterator[Fault]:
    """A fault for each `after` that names nothing of the same list."""
    ids = [node.id for node in nodes]
    for n, node in enumerate(nodes):
        for place, one in enumerate(node.after):
            if one not in ids:
                others = listed(id_ for id_ in ids if id_ != node.id)
                yield Fault(
                    (part, n, "after", place),
                    "after_unknown",
                    Text(f"没有{what.zh} {one}", f"there is no {what.en} {one}"),
                    Text(f"应为 {others.zh or '空'} 之一", f"one of {others.en or '(nothing)'}"),
                )


def waiting_in_circles(part: str, nodes: Sequence[Node], what: Text, end: Text) -> Iterator[Fault]:
    """A fault for each circle, at its first entry; `end` is what a circle never gets to."""
    for circle in circles(nodes):
        named = " → ".join([*circle, circle[0]])
        place = next(n for n, node in enumerate(nodes) if node.id == circle[0])
        yield Fault(
            (part, place, "after"),
            "circle",
            Text(f"{what.zh}互相等待：{named}", f"the {what.en}s wait for one another: {named}"),
            Text(
                f"去掉其中一个 after，使办理能够进行到{end.zh}", f"drop one `after`, so that there is a way to {end.en}"
            ),
        )
