"""Which limits begin to run when, and under which article."""

from __future__ import annotations

from typing import NamedTuple

from domain.definition import ItemType
from domain.item import Item
from domain.law import carries_out
from domain.limits import Limit, Starts, StatedLimit
from domain.record import Clock, Light
from domain.values import Message


class Policy(Message):
    """What the law leaves open and an operator sets; pinned in the case's input, so that a replay knows it."""

    warn_before_days: int = 1
    supplement_days: int = 15
    deferral_bar_days: int = 180
    promise_extensions: int = 1
    """How often the promised limit may be extended within the statutory one; the law leaves it open."""
    filing_days: int = 1
    """Working days in which the overseeing department acknowledges a filing; the law leaves it open."""
    still_late_after: int | None = None
    """After so many working days a limit that passed and is still not met is reported anew; None: it is not."""
    urge_every: int = 1
    """The applicant urges once within so many working days,"""
    urge_most: int = 5
    """and so often in one case."""
    order_days: int = 3
    """Working days within which a supervision order is answered, where it does not say so itself."""
    told_late: tuple[str, ...] = ("acceptance", "promised", "statutory", "delivery")
    """The limits whose passing the applicant is told of; `step` stands for every step (`late_clocks` of the place)."""


class Beginning(NamedTuple):
    """A limit that begins to run, with the provision it rests on."""

    key: str
    limit: Limit
    article: str


PROVISIONS = {
    Clock.ACCEPTANCE: "apl:32.4",
    Clock.STATUTORY: "apl:42.1",
    Clock.PROMISED: "gz:13.1",
    Clock.DELIVERY: "apl:44",
    Clock.SUPPLEMENT: "gz:13.2",
    Clock.PROMISE: "gdbe:32",
    Clock.HEARING_REQUEST: "apl:47",
    Clock.HEARING: "apl:47",
}


def article_for(item: Item, article: str) -> str:
    """The article, where the permission law binds the item; else the regulation's own paragraph on acceptance."""
    return article if item.type is ItemType.PERMIT or not article.startswith("apl:") else "gz:13.1"


def _stated(clock: Clock, limit: StatedLimit | Limit, item: Item) -> Beginning:
    return Beginning(clock, limit, getattr(limit, "basis", "") or article_for(item, PROVISIONS[clock]))


@carries_out("apl:37", "gz:13.1", "sc:6")
def beginning_at(starts: Starts, item: Item) -> tuple[Beginning, ...]:
    """The limits that an event sets going: at receipt the acceptance limit and whatever the item's law counts from
    receipt, at acceptance the limits of the whole, at the decision that of delivery."""
    stated = [
        (Clock.ACCEPTANCE, item.acceptance),
        (Clock.PROMISED, item.promised),
        (Clock.STATUTORY, item.statutory),
        (Clock.DELIVERY, item.delivery),
    ]
    return tuple(_stated(clock, limit, item) for clock, limit in stated if limit is not None and limit.starts is starts)


@carries_out("gz:13.2")
def supplement_limit(item: Item, policy: Policy) -> Beginning:
    """How long the applicant has for a supplement: the definition's limit, else the setting (the law is silent)."""
    return _stated(Clock.SUPPLEMENT, item.supplement or Limit(days=policy.supplement_days), item)


@carries_out("gdbe:32")
def promise_limit(item: Item) -> Beginning:
    """How long deferred materials may follow later."""
    if item.promise is None:
        raise ValueError(f"{item.code} allows no deferral")
    return _stated(Clock.PROMISE, item.promise, item)


@carries_out("apl:32.4")
def silence_accepts(item: Item) -> bool:
    """Whether silence for the acceptance limit is acceptance, as of the day of receipt."""
    return item.intake.silence == "deemed_accepted"


@carries_out("gz:13.5", "gz:13.4")
def applicant_is_told(key: str, item: Item, policy: Policy) -> bool:
    """Whether the passing of a limit is told to the applicant with the right to the "can't get it done" window, as the place
    has it; silence that accepts has a notice of its own, which says so too."""
    if key == Clock.ACCEPTANCE and silence_accepts(item):
        return False
    return key.partition(":")[0] in policy.told_late


@carries_out("apl:45")
def may_pause(key: str) -> bool:
    """Whether a special procedure stops this limit: those for deciding, and those of the steps that lead there; what the
    applicant has to do, and delivery, go on."""
    return key in (Clock.PROMISED, Clock.STATUTORY) or key.startswith("step:")


@carries_out("apl:47")
def hearing_limits(clock: Clock) -> Beginning:
    """Five days to ask for a hearing once its right was told, twenty to hold it once it was asked for; in working days as
    every limit of this law is (apl:82)."""
    return Beginning(clock, Limit(days=5 if clock is Clock.HEARING_REQUEST else 20), PROVISIONS[clock])


THE_APPLICANTS_OWN = (Clock.SUPPLEMENT, Clock.PROMISE)
NO_CARD = (*THE_APPLICANTS_OWN, Clock.HEARING_REQUEST)


def light_of(passed: tuple[str, ...], near: tuple[str, ...]) -> Light:
    """Red once the statutory limit is passed, yellow for any other of the office's, blue while one is near, else green;
    what the applicant lets lapse is no card for the office."""
    passed = tuple(key for key in passed if key not in NO_CARD)
    if Clock.STATUTORY in passed:
        return Light.RED
    if passed:
        return Light.YELLOW
    return Light.BLUE if near else Light.GREEN
