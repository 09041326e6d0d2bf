"""The limits of an item: what the law lets a department state, and what it may promise."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.almanac import Almanac
from domain.checks.rule import Known, looks_at
from domain.checks.saying import excess_said, limit_said
from domain.deadline import Office
from domain.definition import Handling, ItemDefinition, ItemType
from domain.faults import Broken, Fault, Path
from domain.law import carries_out
from domain.limits import Limit, Starts, StatedLimit
from domain.words import Text

ACCEPTANCE = Limit(days=5)
DELIVERY = Limit(days=10)
OWN_LIMITS = {"apl:42.1": Limit(days=20), "apl:42.2": Limit(days=45)}
"""What the permission law itself allows; a law or regulation of the item may set another limit, and is then its basis."""
STARTS = {
    "acceptance": (Starts.RECEIPT,),
    "statutory": (Starts.RECEIPT, Starts.ACCEPTANCE),
    "promised": (Starts.RECEIPT, Starts.ACCEPTANCE),
    "delivery": (Starts.DECISION,),
}
START_NAMES = {Starts.RECEIPT: "收到申请材料", Starts.ACCEPTANCE: "受理", Starts.DECISION: "决定"}


@looks_at("limits.promised", "limits.statutory")
@carries_out("gz:5", "be:36")
def promise_within_the_law(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """The promised limit never ends after the statutory one. For the comparison both start on one day: acceptance is
    taken to be on the day of receipt."""
    promised, statutory = definition.limits.promised, definition.limits.statutory
    excess = Almanac(office).worst(promised, statutory) if statutory else None
    if statutory and excess:
        said, law, when = limit_said(promised), limit_said(statutory), excess_said(excess)
        yield Fault(
            ("limits", "promised"),
            "promised_over_statutory",
            Text(
                f"承诺办结时限{said.zh}长于法定办结时限{law.zh}：{when.zh}",
                f"the promised limit of {said.en} is longer than the statutory limit of {law.en}: {when.en}",
            ),
            Text(
                "承诺时限按日期逐日比较都不得晚于法定时限，请缩短承诺时限",
                "whatever day it starts on, the promise must not end after the statutory limit; shorten the promise",
            ),
            "be:36",
        )


@looks_at("limits.acceptance", "limits.statutory", "limits.promised", "limits.delivery")
@carries_out("gz:13.1")
def limits_start_in_order(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """Each limit starts with an event that comes before what it limits."""
    for name, allowed in STARTS.items():
        limit = getattr(definition.limits, name)
        if limit is not None:
            yield from wrong_start(("limits", name), limit, allowed)


@looks_at("type", "limits.acceptance")
@carries_out("apl:32.4")
def permit_is_accepted_in_five_days(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A permit is accepted, or everything missing is told, within five working days of receipt."""
    if definition.type is ItemType.PERMIT:
        yield from long_acceptance(("limits", "acceptance"), definition.limits.acceptance, office)


@looks_at("type", "limits.delivery")
@carries_out("apl:44")
def permit_is_delivered_in_ten_days(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A permit is issued and delivered within ten working days of the decision."""
    if definition.type is ItemType.PERMIT:
        yield from long_delivery(("limits", "delivery"), definition.limits.delivery, office)


@looks_at("type", "limits.statutory")
@carries_out("apl:42.1", "apl:42.2")
def permit_keeps_the_limit_of_its_basis(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A permit that rests on the general limit of the permission law does not exceed it."""
    limit = definition.limits.statutory
    allowed = OWN_LIMITS.get(limit.basis) if limit else None
    if definition.type is ItemType.PERMIT and limit and allowed and Almanac(office).worst(limit, allowed):
        yield too_long(("limits", "statutory"), limit, allowed, "statutory_over_its_basis", "法定办结时限", limit.basis)


@looks_at("type", "limits.statutory")
@carries_out("apl:37", "apl:42.1")
def permit_has_a_statutory_limit(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """No permit is without a statutory limit: where its own law sets none, the twenty days hold."""
    if definition.type is ItemType.PERMIT and definition.limits.statutory is None:
        yield Fault(
            ("limits", "statutory"),
            "permit_without_statutory_limit",
            Text("行政许可事项没有写法定办结时限", "this permit states no statutory limit"),
            Text(
                "本事项的法律法规未另定期限的，写 {days: 20, unit: working, starts: acceptance, basis: apl:42.1}",
                "where its own law sets none, write {days: 20, unit: working, starts: acceptance, basis: apl:42.1}",
            ),
            "apl:42.1",
        )


@looks_at("limits.statutory")
@carries_out("gz:5")
def statutory_limit_has_a_basis(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """A limit that is called statutory names the provision that sets it."""
    limit = definition.limits.statutory
    if limit is not None and not limit.basis.strip():
        yield Fault(
            ("limits", "statutory"),
            "statutory_without_basis",
            Text("法定办结时限没有写依据", "the statutory limit names no basis"),
            Text(
                "写明规定该时限的条款（basis），如 apl:42.1；法律没有规定时限的，删去 statutory",
                "name the provision that sets it (`basis`), such as apl:42.1; where no law sets a limit, leave it out",
            ),
            "gz:5",
        )


@looks_at("handling", "limits.promised")
def promised_item_has_days(definition: ItemDefinition, office: Office, known: Known) -> Iterator[Fault]:
    """An item that is promised within a limit is given one; what is decided on the spot is an instant item."""
    if definition.handling is Handling.PROMISED and definition.limits.promised.days == 0:
        yield Fault(
            ("limits", "promised", "days"),
            "promise_without_days",
            Text("承诺件的承诺办结时限为0天", "a promised item promises 0 days"),
            Text(
                "当场办结的写 handling: instant（即办件），否则写明承诺的天数",
                "write `handling: instant` for what is decided on the spot, else state the days promised",
            ),
        )


def wrong_start(path: Path, limit: StatedLimit, allowed: tuple[Starts, ...]) -> Iterator[Fault]:
    """A fault if the limit starts with another event than those allowed."""
    if limit.starts in allowed:
        return
    values = " / ".join(start.value for start in allowed)
    yield Fault(
        (*path, "starts"),
        "limit_starts_wrongly",
        Text(f"该时限不能自{START_NAMES[limit.starts]}之日起算", f"this limit cannot start with {limit.starts.value}"),
        Text(
            f"起算（starts）应为 {values}（{'或'.join(START_NAMES[start] for start in allowed)}）",
            f"`starts` should be {values}",
        ),
        "gz:13.1",
    )


def long_acceptance(path: Path, limit: Limit, office: Office) -> Iterator[Fault]:
    """A fault if this limit to accept is longer than a permit allows."""
    if Almanac(office).worst(limit, ACCEPTANCE):
        yield too_long(path, limit, ACCEPTANCE, "acceptance_too_long", "受理时限", "apl:32.4")


def long_delivery(path: Path, limit: Limit, office: Office) -> Iterator[Fault]:
    """A fault if this limit to deliver is longer than a permit allows."""
    if Almanac(office).worst(limit, DELIVERY):
        yield too_long(path, limit, DELIVERY, "delivery_too_long", "颁证送达时限", "apl:44")


def too_long(path: Path, limit: Limit, allowed: Limit, code: Broken, what: str, article: str) -> Fault:
    """The fault of a limit over what the article allows."""
    said, law, name = limit_said(limit), limit_said(allowed), path[-1]
    return Fault(
        path,
        code,
        Text(
            f"{what}为{said.zh}，超过法律允许的{law.zh}", f"the {name} limit of {said.en} is over the {law.en} allowed"
        ),
        Text(f"不超过{law.zh}", f"at most {law.en}"),
        article,
    )
