"""The items of the bundle: each once, in an order that ends, and each a version that is in force."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from domain.bundle.checks.draft import Draft
from domain.bundle.checks.whens import may_meet
from domain.bundle.definition import BundleItem
from domain.checks.doubles import doubled
from domain.checks.rule import looks_at
from domain.checks.saying import listed
from domain.checks.waiting import ITEM, unknown_afters, waiting_in_circles
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text

MOST_NAMED = 8
"""So many codes are named to choose from, the nearest first."""


@looks_at("items")
def items_are_distinct(draft: Draft) -> Iterator[Fault]:
    """Each item has an id of its own."""
    yield from doubled("items", draft.definition.items)


@looks_at("items")
@carries_out("gz:11.1")
def no_item_is_done_twice(draft: Draft) -> Iterator[Fault]:
    """Whatever the situations, an application has each service item at most once."""
    items = draft.definition.items
    for n, one in enumerate(items):
        twin = next((other for other in items[:n] if other.item == one.item and may_meet(other.when, one.when)), None)
        if twin is not None:
            yield Fault(
                ("items", n, "item"),
                "item_doubled",
                Text(
                    f"事项 {one.id} 与 {twin.id} 是同一事项（{one.item}），且可能同时办理",
                    f"{one.id} and {twin.id} are the same item ({one.item}), and both may run for one application",
                ),
                Text(
                    "删去其一，或者用 when 写明互不重叠的情形",
                    "drop one of them, or give them `when`s that exclude each other",
                ),
                "gz:11.1",
            )


@looks_at("items")
@carries_out("gz:13.3")
def afters_exist(draft: Draft) -> Iterator[Fault]:
    """What an item comes after is an item of the bundle."""
    yield from unknown_afters("items", draft.definition.items, ITEM)


@looks_at("items")
@carries_out("gz:13.3")
def items_do_not_wait_in_a_circle(draft: Draft) -> Iterator[Fault]:
    """No item waits for itself, directly or by way of others."""
    yield from waiting_in_circles("items", draft.definition.items, ITEM, Text("最后一项", "the last of them"))


@looks_at("items", "version")
@carries_out("gz:5", "gz:11.1")
def items_are_in_force(draft: Draft) -> Iterator[Fault]:
    """Every item is a published one, in a version that is in force from the bundle's first day on."""
    for n, one in enumerate(draft.definition.items):
        versions = draft.items.get(one.item, ())
        if not versions:
            yield _unknown_item(n, one, draft)
        elif one.version is not None and all(version.version != one.version for version in versions):
            yield _unknown_version(n, one, versions)
        elif not any(v.version <= draft.definition.version for v in versions if one.version in (None, v.version)):
            yield _not_in_force(n, one, versions, draft)


def _unknown_item(n: int, one: BundleItem, draft: Draft) -> Fault:
    near = get_close_matches(one.item, sorted(draft.items), n=MOST_NAMED, cutoff=0)
    there = listed(f"{code} {draft.items[code][-1].name}" for code in near if draft.items[code])
    return Fault(
        ("items", n, "item"),
        "item_unknown",
        Text(f"没有已公布的事项 {one.item}", f"no published item has the code {one.item}"),
        Text(
            f"先登记并公布该事项，或写已公布事项的基本编码，如 {there.zh or '（目前一个也没有）'}",
            f"register and publish it first, or name one that is, such as {there.en or '(there is none yet)'}",
        ),
        "gz:5",
    )


def _unknown_version(n: int, one: BundleItem, versions: tuple[ItemDefinition, ...]) -> Fault:
    there = listed(version.version.isoformat() for version in versions)
    return Fault(
        ("items", n, "version"),
        "version_unknown",
        Text(f"事项 {one.item} 没有版本 {one.version}", f"the item {one.item} has no version {one.version}"),
        Text(
            f"应为 {there.zh} 之一；不写 version 则用当日施行的版本",
            f"one of {there.en}; without `version` it is the one in force on the day",
        ),
        "gz:5",
    )


def _not_in_force(n: int, one: BundleItem, versions: tuple[ItemDefinition, ...], draft: Draft) -> Fault:
    day = draft.definition.version
    there = listed(version.version.isoformat() for version in versions)
    return Fault(
        ("items", n, "version" if one.version else "item"),
        "item_not_in_force",
        Text(
            f"本“一件事”自{day}起施行，那时事项 {one.item} {f'的版本 {one.version} ' if one.version else ''}尚未施行",
            f"the bundle is in force from {day}, and {one.item}{f' of {one.version}' if one.version else ''} is not yet",
        ),
        Text(
            f"该事项的版本：{there.zh}；请改用已施行的版本，或推迟本“一件事”的施行日",
            f"its versions are {there.en}; name one that is in force, or put the bundle off",
        ),
        "gz:5",
    )
