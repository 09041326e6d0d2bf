"""How the items of a running bundle stand, and what follows from that: which may begin, which never will, what may be
handed over."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from domain.bundle.plan import Leg
from domain.bundle.settling import Bundle, Part
from domain.graph import behind
from domain.law import Refused, carries_out
from domain.limits import Limit
from domain.record import Ending, PartRecord, PartState
from domain.values import Message

OVER = (PartState.HANDED_OVER, PartState.ENDED, PartState.DROPPED)


class Progress(Message):
    """The states of all items, by their ids in the order of the definition."""

    states: dict[str, PartState]
    endings: dict[str, Ending] = Field(default_factory=dict)
    extended: dict[str, tuple[Limit, ...]] = Field(default_factory=dict)
    paused: dict[str, tuple[Limit, ...]] = Field(default_factory=dict)
    """By how much items may take longer than they promise: for extensions, and for special procedures."""

    @classmethod
    def of(cls, bundle: Bundle) -> Progress:
        """Nothing has begun yet."""
        return cls(states={part.id: PartState.WAITING for part in bundle.parts})

    def are(self, *states: PartState) -> tuple[str, ...]:
        """The items that stand so."""
        return tuple(id_ for id_, state in self.states.items() if state in states)

    @property
    def with_result(self) -> tuple[str, ...]:
        """The items whose result is there."""
        return self.are(PartState.RESULT, PartState.HANDED_OVER)

    @property
    def settled(self) -> bool:
        """Whether nothing has to be decided any more."""
        return not self.are(PartState.WAITING, PartState.RUNNING)

    def now(self, state: PartState, *ids: str) -> Progress:
        """The same, with these items standing so."""
        return self.model_copy(update={"states": {**self.states, **dict.fromkeys(ids, state)}})

    def ended(self, id_: str, ending: Ending) -> Progress:
        """The same, with this item ended without a result."""
        return self.now(PartState.ENDED, id_).model_copy(update={"endings": {**self.endings, id_: ending}})

    def takes_longer(self, id_: str, extended: tuple[Limit, ...], paused: tuple[Limit, ...]) -> Progress:
        """The same, with so much more time for this item."""
        return self.model_copy(
            update={"extended": {**self.extended, id_: extended}, "paused": {**self.paused, id_: paused}}
        )

    @property
    def longer(self) -> dict[str, tuple[Limit, ...]]:
        """By how much items may take longer than they promise, for whatever reason."""
        return {id_: (*extended, *self.paused.get(id_, ())) for id_, extended in self.extended.items()}


@carries_out("gz:11.2")
def startable(bundle: Bundle, progress: Progress) -> tuple[Part, ...]:
    """The items that begin now: everything that they come after has its result."""
    done = frozenset(progress.with_result)
    return tuple(
        part for part in bundle.parts if progress.states[part.id] is PartState.WAITING and done.issuperset(part.after)
    )


@carries_out("gz:11.2")
def never(bundle: Bundle, progress: Progress) -> tuple[str, ...]:
    """The items that can't begin any more, because one before them ended without a result."""
    gone = progress.are(PartState.ENDED, PartState.DROPPED)
    behind_those = {later for id_ in gone for later in behind(id_, bundle.parts)}
    return tuple(id_ for id_ in progress.are(PartState.WAITING) if id_ in behind_those)


def counted(bundle: Bundle, progress: Progress) -> tuple[Part, ...]:
    """The items whose limits make up that of the whole: all that run, ran to a decision, or will run."""
    return tuple(
        part
        for part in bundle.parts
        if progress.states[part.id] is not PartState.DROPPED and progress.endings.get(part.id) in (None, Ending.REFUSED)
    )


def ending_of(progress: Progress) -> Ending:
    """How the whole ends once everything is handed over: granted, in part, refused, or withdrawn."""
    if progress.with_result:
        return Ending.GRANTED if len(progress.with_result) == len(progress.states) else Ending.PARTLY_GRANTED
    endings = set(progress.endings.values())
    if Ending.REFUSED in endings:
        return Ending.REFUSED
    return next((one for one in (Ending.PROMISE_LAPSED,) if one in endings), Ending.WITHDRAWN)


class PartNotAllowed(Refused):
    """The item of the bundle does not allow the act now."""


def report(part: Part, progress: Progress, leg: Leg | None = None, *, on_path: bool = False) -> PartRecord:
    """The part as the case file shows it; `leg` is its place in the plan, if it has one."""
    return PartRecord(
        id=part.id,
        number=part.number,
        item=part.item.code,
        name=part.item.name,
        unit=part.item.unit,
        state=progress.states[part.id],
        ending=progress.endings.get(part.id),
        limit=Limit(days=part.item.promised.days, unit=part.item.promised.unit),
        extended=progress.extended.get(part.id, ()),
        paused=progress.paused.get(part.id, ()),
        begins=leg.starts.date() if leg else None,
        planned=leg.due.day if leg else None,
        on_path=on_path,
    )


def as_it_stands(record: PartRecord, ending: Ending | None) -> PartRecord:
    """A part that has begun, with what its own case has come to since that of the bundle was last written; `ending` is how
    its case ended."""
    if record.state not in (PartState.WAITING, PartState.RUNNING):
        return record
    if ending is None:
        return record.model_copy(update={"state": PartState.RUNNING})
    if ending is Ending.GRANTED:
        return record.model_copy(update={"state": PartState.RESULT})
    return record.model_copy(update={"state": PartState.ENDED, "ending": ending})


def not_begun(bundle: Bundle) -> list[PartRecord]:
    """The parts of a bundle that nobody has looked at yet."""
    progress = Progress.of(bundle)
    return [report(part, progress) for part in bundle.parts]


@carries_out("gz:11.2", "apl:29")
def check_withdraw_parts(progress: Progress, ids: Iterable[str], decided: Iterable[str] = ()) -> None:
    """Refused unless each of the items is one of the bundle and not decided yet; `decided` are those that the counter knows
    to be."""
    known = frozenset(decided)
    for id_ in ids:
        check_is_part(progress, id_)
        if id_ in known or progress.states[id_] not in (PartState.WAITING, PartState.RUNNING):
            raise PartNotAllowed(
                "part_decided",
                f"事项 {id_} 已经有结果或者已经终止，不能撤回；尚未决定的事项可以撤回",
                f"Item {id_} is decided or ended and can't be withdrawn; those not decided yet can",
                article="apl:29",
            )


@carries_out("apl:29")
def check_withdraw_all(progress: Progress, *, already: bool) -> None:
    """Refused where the whole is withdrawn already, or nothing of it is left to be withdrawn."""
    if already or not progress.are(PartState.WAITING, PartState.RUNNING):
        raise PartNotAllowed(
            "nothing_to_withdraw",
            "已经撤回，或者各事项都已经有结果，没有可以撤回的事项",
            "The whole is withdrawn already, or every item is decided; nothing is left to withdraw",
            article="apl:29",
        )


@carries_out("gz:11.2")
def check_collect_early(bundle: Bundle, progress: Progress, id_: str) -> None:
    """Refused unless the definition lets the result of the item go out before the others, and it is there."""
    check_is_part(progress, id_)
    if not bundle.part(id_).early:
        raise PartNotAllowed(
            "not_early",
            f"本“一件事”没有规定事项 {id_} 的结果可以先行领取；全部事项办结后在窗口一次领取",
            f"The definition does not let the result of {id_} go out early; all results are collected together",
            article="gz:11.2",
        )
    if progress.states[id_] is not PartState.RESULT:
        raise PartNotAllowed(
            "no_result_yet", f"事项 {id_} 还没有结果，或者结果已经领取", f"Item {id_} has no result to collect"
        )


def of_an_item() -> PartNotAllowed:
    """The act is one on an item, not on the whole."""
    return PartNotAllowed(
        "of_an_item",
        "“一件事”的暂停、延期和听证在具体事项的办件上办理；整件事的期限随之重新计算",
        "Pauses, extensions and hearings of a bundle are those of its items: act on the item's case; the whole follows",
        article="gz:13.3",
    )


def no_items() -> PartNotAllowed:
    """The case is not that of a bundle, or its items have not begun."""
    return PartNotAllowed(
        "no_items",
        "本办件不是“一件事”，或者尚未受理，没有可以单独处理的事项；撤回全部申请用 withdraw",
        "This is no bundle, or it is not accepted yet; to withdraw the whole application use withdraw",
        article="gz:11.2",
    )


def check_is_part(progress: Progress, id_: str) -> None:
    """Refused unless the bundle has such an item in this application."""
    if id_ not in progress.states:
        raise PartNotAllowed(
            "no_such_part",
            f"本次申请没有事项 {id_}；有：{'、'.join(progress.states)}",
            f"This application has no item {id_}; it has {', '.join(progress.states)}",
        )
