"""The limits that a bundle states, each by itself: from when they run, and what the permission law allows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from domain.bundle.checks.draft import Draft
from domain.bundle.checks.whens import may_meet
from domain.bundle.definition import JOINT_PERMITS
from domain.checks.almanac import Almanac
from domain.checks.limits import long_acceptance, long_delivery, wrong_start
from domain.checks.rule import looks_at
from domain.checks.saying import excess_said, limit_said, listed
from domain.definition import ItemType
from domain.faults import Fault
from domain.law import carries_out
from domain.limits import Starts
from domain.words import Text


@looks_at("acceptance", "limit", "delivery")
@carries_out("gz:13.1")
def limits_start_in_order(draft: Draft) -> Iterator[Fault]:
    """The clock of the whole starts with its acceptance, whatever those of its items start with."""
    bundle = draft.definition
    yield from wrong_start(("acceptance",), bundle.acceptance, (Starts.RECEIPT,))
    yield from wrong_start(("limit",), bundle.limit, (Starts.ACCEPTANCE,))
    yield from wrong_start(("delivery",), bundle.delivery, (Starts.DECISION,))


@looks_at("type", "acceptance")
@carries_out("apl:32.4")
def permits_are_accepted_in_five_days(draft: Draft) -> Iterator[Fault]:
    """With a permit in it the whole is accepted, or everything missing is told, within five working days."""
    if draft.definition.type is ItemType.PERMIT:
        yield from long_acceptance(("acceptance",), draft.definition.acceptance, draft.office)


@looks_at("type", "delivery")
@carries_out("apl:44")
def permits_are_delivered_in_ten_days(draft: Draft) -> Iterator[Fault]:
    """With a permit in it everything is handed over within ten working days of the last decision."""
    if draft.definition.type is ItemType.PERMIT:
        yield from long_delivery(("delivery",), draft.definition.delivery, draft.office)


@looks_at("items", "version", "limit")
@carries_out("apl:42.2", "apl:26.2")
def joint_permits_take_45_days(draft: Draft) -> Iterator[Fault]:
    """Permits of several units that are handled together are decided within forty-five working days; the fifteen more are
    the extension."""
    limit = draft.definition.limit
    together = _permits_together(draft)
    excess = Almanac(draft.office).worst(limit, JOINT_PERMITS) if together else None
    if excess:
        said, law, when, permits = limit_said(limit), limit_said(JOINT_PERMITS), excess_said(excess), listed(together)
        yield Fault(
            ("limit",),
            "bundle_over_joint_limit",
            Text(
                f"几个部门的行政许可（{permits.zh}）合并办理，时限{said.zh}超过{law.zh}：{when.zh}",
                f"permits of several units ({permits.en}) are handled together in {said.en}, over {law.en}: {when.en}",
            ),
            Text(
                f"不超过{law.zh}；确需更久的，届时报本级人民政府负责人批准延长",
                f"at most {law.en}; the head of the government may extend it when the time comes",
            ),
            "apl:42.2",
        )


def _permits_together(draft: Draft) -> tuple[str, ...]:
    """Two permits of different units that one application may have; none where there are no such two."""
    permits = [(one, item) for _, one, item in draft.known_items() if item.type is ItemType.PERMIT]
    for (one, item), (other, its) in combinations(permits, 2):
        if item.department.code != its.department.code and may_meet(one.when, other.when):
            return one.id, other.id
    return ()
