"""Results of items that later items need as materials."""

from __future__ import annotations

from collections.abc import Iterator

from domain.bundle.checks.draft import Draft
from domain.bundle.checks.feeds import Feed, feeds_of_material
from domain.bundle.checks.whens import implies, may_be_needed, needed_when
from domain.bundle.definition import BundleItem
from domain.checks.rule import looks_at
from domain.checks.saying import answers_said, listed
from domain.definition import Material, demanded
from domain.faults import Fault
from domain.graph import before
from domain.law import carries_out
from domain.words import Text


@looks_at("items", "materials")
@carries_out("gz:11.2")
def results_are_those_of_items(draft: Draft) -> Iterator[Fault]:
    """What a result is of is an item of the bundle."""
    ids = [one.id for one in draft.definition.items]
    for n, material in enumerate(draft.definition.materials):
        if material.result_of is not None and material.result_of not in ids:
            there = listed(ids)
            yield Fault(
                ("materials", n, "result_of"),
                "result_unknown",
                Text(f"没有事项 {material.result_of}", f"there is no item {material.result_of}"),
                Text(f"应为 {there.zh} 之一", f"one of {there.en}"),
                "gz:11.2",
            )


@looks_at("items", "version", "materials")
@carries_out("gz:11.2", "gz:13.3")
def results_are_there_in_time(draft: Draft) -> Iterator[Fault]:
    """An item comes after the one whose result it needs, and has to go without it in no situation in which it can't."""
    ids = [one.id for one in draft.definition.items]
    for n, material in enumerate(draft.definition.materials):
        if material.result_of is None or ids.count(material.result_of) != 1:
            continue
        producer = draft.item(material.result_of)
        for feed, target in feeds_of_material(n, material, draft):
            if ids.count(feed.item) != 1:
                continue
            consumer = draft.item(feed.item)
            if producer.id not in before(consumer.id, draft.definition.items):
                yield _too_late(feed, producer, consumer)
            elif target is not None and not _is_never_lacking(target, producer, consumer):
                yield _not_always(feed, target, producer, consumer)


def _is_never_lacking(target: Material, producer: BundleItem, consumer: BundleItem) -> bool:
    if target.need == "optional" or not demanded(target) or not may_be_needed(target, consumer):
        return True
    return implies(needed_when(target, consumer), producer.when)


def _too_late(feed: Feed, producer: BundleItem, consumer: BundleItem) -> Fault:
    return Fault(
        feed.path,
        "result_too_late",
        Text(
            f"事项 {consumer.id} 不在 {producer.id} 之后，用不上它的结果",
            f"{consumer.id} does not come after {producer.id}, whose result it is to use",
        ),
        Text(f"在 {consumer.id} 的 after 中写 {producer.id}", f"name {producer.id} under `after` of {consumer.id}"),
        "gz:13.3",
    )


def _not_always(feed: Feed, target: Material, producer: BundleItem, consumer: BundleItem) -> Fault:
    runs, needs = answers_said(producer.when), answers_said(needed_when(target, consumer))
    return Fault(
        feed.path,
        "result_not_always",
        Text(
            f"事项 {producer.id} 只在部分情形下办理{runs.zh}，{consumer.id} 却在其他情形下也需要其结果{needs.zh}",
            f"{producer.id} runs in some situations only{runs.en}, and {consumer.id} needs its result in others{needs.en}",
        ),
        Text(
            f"让 {producer.id} 在这些情形下也办理，或者让 {consumer.id} 在同样的情形下才办理；"
            "由申请人提交的不写 result_of",
            f"let {producer.id} run whenever {consumer.id} needs it, or have the applicant hand it in (no `result_of`)",
        ),
        "gz:11.2",
    )
