"""The situations of the bundle, and those of its items, which it has to answer for them."""

from __future__ import annotations

from collections.abc import Iterator

from domain.bundle.checks.draft import Draft
from domain.bundle.definition import BundleItem
from domain.checks.combinations import Combinations
from domain.checks.rule import looks_at
from domain.checks.saying import listed
from domain.checks.situations import doubled_situations, no_such_answer, undeclared
from domain.checks.waiting import ITEM
from domain.definition import ItemDefinition
from domain.faults import Fault
from domain.law import carries_out
from domain.situations import Situation
from domain.words import Text

SEVERAL_BUNDLES = Text("拆成几个“一件事”", "make several bundles of it")


@looks_at("situations")
def situations_are_distinct(draft: Draft) -> Iterator[Fault]:
    """Situations have ids of their own, and each of them answers of its own."""
    yield from doubled_situations(draft.definition.situations)


@looks_at("situations", "items")
@carries_out("apl:31")
def whens_are_declared(draft: Draft) -> Iterator[Fault]:
    """What the `when` of an item names is a situation of the bundle with one of its answers."""
    for n, one in enumerate(draft.definition.items):
        yield from undeclared(draft.definition.situations, ("items", n, "when"), one.when)


@looks_at("situations", "items", "version", "limit")
def combinations_can_be_looked_over(draft: Draft) -> Iterator[Fault]:
    """The items hang on so few situations that every combination can be checked."""
    yield from combinations_of(draft).crowd(("items",), ITEM, SEVERAL_BUNDLES)


def combinations_of(draft: Draft) -> Combinations:
    """The combinations of answers that make a difference to which items run."""
    items = draft.definition.items
    limits = (draft.definition.limit, *(item.limits.promised for item in draft.chosen.values()))
    return Combinations(
        draft.definition.situations,
        tuple(situation for one in items for situation in one.when),
        len(items),
        any(limit.is_part_of_a_day for limit in limits),
    )


@looks_at("situations", "items", "version")
@carries_out("apl:31", "gz:11.2")
def situations_of_items_are_answered(draft: Draft) -> Iterator[Fault]:
    """Each situation of an item has an answer: one that the bundle fixes, or that of its own situation of the same id and
    with the same answers. Nothing is answered that the item does not ask."""
    for n, one, item in draft.known_items():
        yield from _fixed_wrongly(n, one, item)
        for situation in item.situations:
            if situation.id not in one.answers:
                yield from _open(n, one, situation, draft)


def _fixed_wrongly(n: int, one: BundleItem, item: ItemDefinition) -> Iterator[Fault]:
    asked = {situation.id: situation for situation in item.situations}
    for id_, answer in one.answers.items():
        path = ("items", n, "answers", id_)
        if id_ not in asked:
            there = listed(asked)
            yield Fault(
                path,
                "situation_undeclared",
                Text(f"事项 {one.id} 没有情形 {id_}", f"the item {one.id} has no situation {id_}"),
                Text(
                    f"它的情形：{there.zh or '无'}；本“一件事”自己的情形写在 when 中",
                    f"it has {there.en or 'none'}; situations of the bundle itself go under `when`",
                ),
                "apl:31",
            )
        elif answer not in asked[id_].answers:
            yield no_such_answer(path, asked[id_], answer)


def _open(n: int, one: BundleItem, situation: Situation, draft: Draft) -> Iterator[Fault]:
    own = next((s for s in draft.definition.situations if s.id == situation.id), None)
    said = listed(situation.answers)
    if own is None:
        yield Fault(
            ("items", n, "answers"),
            "situation_unanswered",
            Text(
                f"事项 {one.id} 的情形 {situation.id}（{situation.ask}）没有人回答",
                f"nobody answers the situation {situation.id} of {one.id}",
            ),
            Text(
                f"答案固定的写在 answers 中（{said.zh}）；由申请人回答的，在 situations 中声明同名情形和同样的答案",
                f"fix it under `answers` ({said.en}), or declare a situation of this id with these answers",
            ),
            "gz:11.2",
        )
    elif frozenset(own.answers) != frozenset(situation.answers):
        place = draft.definition.situations.index(own)
        theirs = listed(own.answers)
        yield Fault(
            ("situations", place, "answers"),
            "answers_differ",
            Text(
                f"情形 {own.id} 的答案是 {theirs.zh}，事项 {one.id} 的同名情形却是 {said.zh}",
                f"the situation {own.id} has the answers {theirs.en}, that of {one.id} has {said.en}",
            ),
            Text(
                f"写同样的答案；问的不是一回事的换一个编号，并在事项的 answers 中固定 {situation.id} 的答案",
                f"give it the same answers; if it asks something else rename it, and fix {situation.id} under `answers`",
            ),
            "gz:11.2",
        )
