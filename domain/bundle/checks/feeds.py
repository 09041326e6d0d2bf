"""Where the fields and materials of the bundle go: to something that the item has, that is alike, and only once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from domain.bundle.checks.draft import Draft
from domain.bundle.definition import BundleField, BundleMaterial, parts_of
from domain.checks.doubles import doubled
from domain.checks.form import unfit_choices
from domain.checks.rule import looks_at
from domain.checks.saying import listed
from domain.definition import FormField, Material
from domain.faults import Fault, Path
from domain.law import carries_out
from domain.words import Text

MOST_NAMED = 8
FIELD, MATERIAL = Text("栏目", "field"), Text("材料", "material")


class Feed(NamedTuple):
    """One line of a `for`, and what it names of its item; None where that is not known."""

    path: Path
    item: str
    named: str
    target: FormField | Material | None

    @property
    def said(self) -> str:
        """As it is written."""
        return f"{self.item}.{self.named}"


def feeds_of_field(n: int, field: BundleField, draft: Draft) -> Iterator[tuple[Feed, FormField | None]]:
    """Where a field of the form goes."""
    for place, (item, named) in enumerate(map(parts_of, field.feeds)):
        fields = draft.chosen[item].form if item in draft.chosen else ()
        target = next((one for one in fields if one.id == named), None)
        yield Feed(("form", n, "for", place), item, named, target), target


def feeds_of_material(n: int, material: BundleMaterial, draft: Draft) -> Iterator[tuple[Feed, Material | None]]:
    """Where a material goes."""
    for place, (item, named) in enumerate(map(parts_of, material.feeds)):
        materials = draft.chosen[item].materials if item in draft.chosen else ()
        target = next((one for one in materials if one.id == named), None)
        yield Feed(("materials", n, "for", place), item, named, target), target


@looks_at("form")
def fields_are_distinct(draft: Draft) -> Iterator[Fault]:
    """Each field has an id of its own."""
    yield from doubled("form", draft.definition.form)


@looks_at("form")
def choices_fit_the_type(draft: Draft) -> Iterator[Fault]:
    """A choice has something to choose from, and no other field does."""
    yield from unfit_choices(draft.definition.form)


@looks_at("materials")
def materials_are_distinct(draft: Draft) -> Iterator[Fault]:
    """Each material has an id of its own."""
    yield from doubled("materials", draft.definition.materials)


@looks_at("items", "version", "form", "materials")
@carries_out("gz:11.2", "apl:31")
def feeds_lead_somewhere(draft: Draft) -> Iterator[Fault]:
    """What a `for` names is a field or a material of an item of the bundle."""
    for feed, what in _all_feeds(draft):
        if feed.item not in (one.id for one in draft.definition.items):
            yield _no_item(feed, draft)
        elif feed.item in draft.chosen and feed.target is None:
            yield _nothing_there(feed, what, draft)


@looks_at("items", "version", "form", "materials")
@carries_out("gz:11.2")
def nothing_is_fed_twice(draft: Draft) -> Iterator[Fault]:
    """What an item needs comes from one place."""
    first: dict[tuple[str, Text], Feed] = {}
    for feed, what in _all_feeds(draft):
        earlier = first.setdefault((feed.said, what), feed)
        if earlier is not feed:
            yield Fault(
                feed.path,
                "fed_twice",
                Text(
                    f"{feed.said} 已由另一项提供（{_entry(earlier, draft)}）", f"{_entry(earlier, draft)} feeds it too"
                ),
                Text("每项只从一处取得，请删去其一", "each comes from one place; drop one of the two"),
                "gz:11.2",
            )


@looks_at("items", "version", "form")
@carries_out("gz:11.2", "apl:31")
def fields_are_those_of_the_items(draft: Draft) -> Iterator[Fault]:
    """A field of the one form asks what the fields ask that it fills in: of one type, with the same choices, and required
    if one of them is."""
    for n, field in enumerate(draft.definition.form):
        fed = [(feed, target) for feed, target in feeds_of_field(n, field, draft) if target is not None]
        if other := [(feed, target) for feed, target in fed if target.type != field.type]:
            yield _field_differs((n, "type"), field, field.type, [(feed, target.type) for feed, target in other])
        elif other := [(feed, target) for feed, target in fed if set(target.choices) != set(field.choices)]:
            theirs = [(feed, "、".join(target.choices)) for feed, target in other]
            yield _field_differs((n, "choices"), field, "、".join(field.choices), theirs)
        if len(fed) == len(field.feeds) and field.required != any(target.required for _, target in fed):
            yield _required_differs(n, field, [feed for feed, target in fed if target.required])


def _all_feeds(draft: Draft) -> Iterator[tuple[Feed, Text]]:
    for n, field in enumerate(draft.definition.form):
        for feed, _ in feeds_of_field(n, field, draft):
            yield feed, FIELD
    for n, material in enumerate(draft.definition.materials):
        for feed, _ in feeds_of_material(n, material, draft):
            yield feed, MATERIAL


def _entry(feed: Feed, draft: Draft) -> str:
    entries: Sequence[BundleField | BundleMaterial] = (
        draft.definition.form if feed.path[0] == "form" else draft.definition.materials
    )
    return f"{feed.path[0]}.{entries[int(feed.path[1])].id}"


def _no_item(feed: Feed, draft: Draft) -> Fault:
    there = listed(one.id for one in draft.definition.items)
    return Fault(
        feed.path,
        "feed_unknown",
        Text(f"没有事项 {feed.item}", f"there is no item {feed.item}"),
        Text(f"写“事项.编号”，事项为 {there.zh} 之一", f"write `item.name`, the item being one of {there.en}"),
        "gz:11.2",
    )


def _nothing_there(feed: Feed, what: Text, draft: Draft) -> Fault:
    item = draft.chosen[feed.item]
    ids = [one.id for one in (item.form if what is FIELD else item.materials)]
    near = listed(get_close_matches(feed.named, ids, n=MOST_NAMED, cutoff=0))
    return Fault(
        feed.path,
        "feed_unknown",
        Text(
            f"事项 {feed.item}（{item.name}）没有{what.zh} {feed.named}", f"{feed.item} has no {what.en} {feed.named}"
        ),
        Text(f"应为 {near.zh or '（一项也没有）'} 之一", f"one of {near.en or '(it has none)'}"),
        "apl:31",
    )


def _field_differs(place: Path, field: BundleField, ours: str, theirs: Sequence[tuple[Feed, str]]) -> Fault:
    said = listed(f"{feed.said}={value or '—'}" for feed, value in theirs)
    return Fault(
        ("form", *place),
        "field_differs",
        Text(
            f"“{field.name}”的 {place[-1]} 是 {ours or '—'}，所填的栏目却是 {said.zh}",
            f"the {place[-1]} of {field.id} is {ours or '—'}, yet it fills in {said.en}",
        ),
        Text(
            "与所填的栏目一致；各事项不一致的，分成几栏",
            "let it be like what it fills in; where items differ, make several fields of it",
        ),
        "gz:11.2",
    )


def _required_differs(n: int, field: BundleField, required: Sequence[Feed]) -> Fault:
    said = listed(feed.said for feed in required)
    if required:
        wrong = Text(f"“{field.name}”可以不填，{said.zh} 却必填", f"{field.id} may be left open, yet {said.en} may not")
        right = Text("写 required: true", "write `required: true`")
    else:
        wrong = Text(f"“{field.name}”必填，所填的栏目却都可以不填", f"{field.id} is required, yet no item requires it")
        right = Text("写 required: false", "write `required: false`")
    return Fault(("form", n, "required"), "field_differs", wrong, right, "apl:31")
