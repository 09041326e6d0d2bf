"""What the bundle says of itself: its lead, its type, its fee, what it cites and what it assumes."""

from __future__ import annotations

from collections.abc import Iterator

from domain.bundle.checks.draft import Draft
from domain.checks.assumed import marks_nowhere
from domain.checks.citations import Basis, permission_law_by_name, unknown_articles
from domain.checks.department import invalid_credit_code, invalid_district
from domain.checks.fee import baseless, unmeasured
from domain.checks.rule import looks_at
from domain.checks.saying import listed
from domain.definition import ItemType
from domain.faults import Fault
from domain.law import carries_out
from domain.words import Text

LIMITS = ("acceptance", "limit", "delivery")


@looks_at("lead")
def credit_code_is_valid(draft: Draft) -> Iterator[Fault]:
    """The lead department's credit code is one."""
    yield from invalid_credit_code("lead", draft.definition.lead)


@looks_at("lead")
def district_is_known(draft: Draft) -> Iterator[Fault]:
    """The lead department's district is one of the city's, or the city itself."""
    yield from invalid_district("lead", draft.definition.lead, draft.known)


@looks_at("type", "items", "version")
@carries_out("apl:32.4", "gz:11.1")
def a_bundle_with_a_permit_is_one(draft: Draft) -> Iterator[Fault]:
    """The permission law holds for the acceptance of the whole if one of its items is a permit, and only then."""
    permits = listed(one.id for _, one, item in draft.known_items() if item.type is ItemType.PERMIT)
    type_ = draft.definition.type
    if not draft.is_complete or (type_ is ItemType.PERMIT) == bool(permits.zh):
        return
    if permits.zh:
        wrong = Text(
            f"含有行政许可事项（{permits.zh}），类型却是{type_}", f"{permits.en} is a permit, the bundle is {type_}"
        )
        right = Text(f"写 type: {ItemType.PERMIT}，适用许可法的受理规定", f"write `type: {ItemType.PERMIT}`")
    else:
        wrong = Text("没有一个事项是行政许可，类型却是行政许可", "none of the items is a permit, yet the bundle is one")
        right = Text("写所含事项的类型，如 公共服务", f"write the type of its items, such as {ItemType.PUBLIC_SERVICE}")
    yield Fault(("type",), "bundle_type", wrong, right, "apl:32.4")


@looks_at("fee", "items", "version")
@carries_out("gz:5", "apl:58")
def a_bundle_charges_what_its_items_charge(draft: Draft) -> Iterator[Fault]:
    """A fee is charged if one of the items charges one, and only then: a bundle is no reason to pay."""
    charging = listed(one.id for _, one, item in draft.known_items() if item.fee.charged)
    charged = draft.definition.fee.charged
    if not draft.is_complete or charged == bool(charging.zh):
        return
    if charging.zh:
        wrong = Text(
            f"事项 {charging.zh} 收费，本“一件事”却写不收费", f"{charging.en} charges a fee, the bundle says none"
        )
        right = Text(
            "写 fee: {charged: true, …}，列明标准和依据", "write `fee: {charged: true, …}` with standard and basis"
        )
    else:
        wrong = Text("没有一个事项收费，本“一件事”却收费", "none of the items charges a fee, yet the bundle does")
        right = Text("写 fee: {charged: false}", "write `fee: {charged: false}`")
    yield Fault(("fee", "charged"), "bundle_fee", wrong, right, "apl:58")


@looks_at("fee")
@carries_out("apl:58")
def a_fee_has_a_basis(draft: Draft) -> Iterator[Fault]:
    """A fee rests on a law or an administrative regulation."""
    yield from baseless(draft.definition.fee)


@looks_at("fee")
@carries_out("gz:5")
def a_fee_has_a_standard(draft: Draft) -> Iterator[Fault]:
    """The guide says how much is charged."""
    yield from unmeasured(draft.definition.fee)


@looks_at("acceptance", "limit", "delivery", "fee")
@carries_out("gz:5")
def cited_articles_exist(draft: Draft) -> Iterator[Fault]:
    """A basis in our notation is an article that is listed."""
    fee: Basis = (("fee", "basis"), draft.definition.fee.basis.strip())
    yield from unknown_articles([*_bases_of_limits(draft), fee], draft.known)


@looks_at("acceptance", "limit", "delivery")
@carries_out("gz:5")
def the_permission_law_is_cited_by_article(draft: Draft) -> Iterator[Fault]:
    """A limit that rests on the permission law says so in our notation."""
    yield from permission_law_by_name(_bases_of_limits(draft))


@looks_at("assumed")
@carries_out("gz:5")
def marks_point_at_something(draft: Draft) -> Iterator[Fault]:
    """The path of an assumption leads to a value of the definition."""
    yield from marks_nowhere(draft.definition, draft.definition.assumed)


def _bases_of_limits(draft: Draft) -> Iterator[Basis]:
    for name in LIMITS:
        yield (name, "basis"), getattr(draft.definition, name).basis.strip()
