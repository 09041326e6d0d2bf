"""The items that the cases of the test are about: one procedure, its limits counted in different days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from domain.definition import Handling, Intake, ItemType, Role
from domain.item import ExtensionRight, Item, ItemStep, Procedure, Sitting
from domain.limits import Limit, Starts, StatedLimit, Unit

UNIT = "gz-test"


class Span(NamedTuple):
    """A number of days, worked ones or all of them."""

    days: int
    natural: bool = False


TWO, FIVE, TEN = Span(2), Span(5), Span(10)


@dataclass(frozen=True)
class Plan:
    """What the item's limits are."""

    promised: Span
    statutory: Span | None
    extension: Span | None
    acceptance: Span = FIVE
    step: Span = TWO
    delivery: Span = TEN


IN_WORKING_DAYS = Plan(promised=Span(6), statutory=Span(10), extension=Span(5))
PLANS = (
    IN_WORKING_DAYS,
    Plan(promised=Span(8, natural=True), statutory=Span(14, natural=True), extension=Span(5)),
    Plan(promised=Span(6), statutory=Span(20, natural=True), extension=Span(7, natural=True)),
    Plan(promised=Span(9, natural=True), statutory=Span(10), extension=None),
    Plan(promised=Span(6), statutory=None, extension=None),
)
PROCEDURES = {"testing": Span(8), "survey": Span(10, natural=True)}
"""Special procedures whose time is not counted, with their longest time."""
COUNTED = "site"
"""One whose time is."""


def item_of(plan: Plan) -> Item:
    """The item as a case carries it."""
    return Item(
        code="440199009000",
        version="2025-01-01",
        digest="stateful",
        name="测试许可",
        unit=UNIT,
        type=ItemType.PERMIT,
        handling=Handling.PROMISED,
        intake=Intake(),
        acceptance=_stated(plan.acceptance, Starts.RECEIPT),
        statutory=_stated(plan.statutory, Starts.ACCEPTANCE) if plan.statutory else None,
        promised=_stated(plan.promised, Starts.ACCEPTANCE),
        delivery=_stated(plan.delivery, Starts.DECISION),
        supplement=None,
        promise=None,
        materials=(),
        steps=(_step("review", Role.EXAMINER, plan.step), _step("decide", Role.APPROVER, plan.step, "review")),
        procedures=(
            *(_procedure(name, counted=False) for name in PROCEDURES),
            _procedure(COUNTED, counted=True),
        ),
        extension=_right(plan.extension) if plan.extension else None,
    )


def _limit(span: Span) -> Limit:
    return Limit(days=span.days, unit=Unit.NATURAL if span.natural else Unit.WORKING)


def _stated(span: Span, starts: Starts) -> StatedLimit:
    return StatedLimit(**_limit(span).model_dump(), starts=starts)


def _step(name: str, role: Role, span: Span, *after: str) -> ItemStep:
    sitting, decides = Sitting(role=role, unit=UNIT), bool(after)
    return ItemStep(
        id=name,
        name=name,
        mode="single",
        sittings=(sitting,),
        officers=1,
        after=after,
        limit=_limit(span),
        decides=decides,
    )


def _procedure(name: str, *, counted: bool) -> Procedure:
    span = PROCEDURES.get(name, Span(5))
    return Procedure(id=name, name=name, kind="testing", counted=counted, max=_limit(span), basis="apl:45")


def _right(span: Span) -> ExtensionRight:
    approver = Sitting(role=Role.AGENCY_HEAD, unit=UNIT)
    return ExtensionRight(max=_limit(span), mode="add", times=1, approver=approver, basis="apl:42.1")
