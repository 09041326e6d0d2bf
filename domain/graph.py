"""What comes after what: steps of an examination, or items of a bundle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar


class Node(Protocol):
    """A step or an item, as registered or as a case runs it."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def after(self) -> tuple[str, ...]:
        """Those that it waits for."""


AnyNode = TypeVar("AnyNode", bound=Node)


def before(node: str, nodes: Sequence[Node]) -> tuple[str, ...]:
    """Everything that has to be done before the one named."""
    return _reached(node, {one.id: one.after for one in nodes})


def behind(node: str, nodes: Sequence[Node]) -> tuple[str, ...]:
    """Everything that waits for the one named, directly or not."""
    return _reached(node, {one.id: tuple(later.id for later in nodes if one.id in later.after) for one in nodes})


def _reached(node: str, ways: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(ways[node])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting += ways.get(one, ())
    return tuple(found)


def in_order(nodes: Sequence[AnyNode]) -> tuple[AnyNode, ...]:
    """The nodes with each one after all that it waits for among them; they must not wait in a circle."""
    placed: dict[str, AnyNode] = {}
    there = {node.id for node in nodes}
    while len(placed) < len(nodes):
        for node in nodes:
            if node.id not in placed and all(one in placed or one not in there for one in node.after):
                placed[node.id] = node
    return tuple(placed.values())


def bridged(nodes: Iterable[Node], left_out: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What the others wait for once some are left out: what came after one of those comes after that one's own
    predecessors."""
    afters = {node.id: node.after for node in nodes}

    def real(after: tuple[str, ...], passed: tuple[str, ...] = ()) -> tuple[str, ...]:
        found: list[str] = []
        for one in after:
            if one in passed:
                continue
            found += real(afters[one], (*passed, one)) if one in left_out else [one]
        return tuple(dict.fromkeys(found))

    return {id_: real(after) for id_, after in afters.items() if id_ not in left_out}


def circles(nodes: Sequence[Node]) -> tuple[tuple[str, ...], ...]:
    """Each circle of nodes that wait for one another once, in the order in which they run."""
    afters = {node.id: node.after for node in nodes}
    found: list[tuple[str, ...]] = []
    taken: dict[str, None] = {}
    for node in afters:
        circle = () if node in taken else _circle(node, afters)
        if circle:
            found.append(circle)
            taken.update(dict.fromkeys(circle))
    return tuple(found)


def _circle(node: str, afters: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way from the node back to itself; empty where there is none."""
    queue: list[tuple[str, ...]] = [(node,)]
    seen: dict[str, None] = {}
    while queue:
        way = queue.pop(0)
        for one in afters.get(way[0], ()):
            if one == node:
                return (node, *way[:-1])
            if one not in seen and one in afters:
                seen[one] = None
                queue.append((one, *way))
    return ()
