"""The items of a running bundle: their cases, their days, and what has to be told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from domain.bundle.plan import Plan, latest_day, limit_of_the_whole, planned, shifted, worked_between
from domain.bundle.progress import OVER, Progress, counted, never, not_begun, report
from domain.bundle.settling import Bundle, Part, PartOf, handed_over, names_for
from domain.calendar import ONE_DAY, Calendar
from domain.commands import Actor, HandedIn
from domain.deadline import Office, due
from domain.definition import ItemType
from domain.limits import Limit, StatedLimit
from domain.record import Clock, Ending, EventKind, Paper, PartRecord, PartState
from domain.running import Beginning
from workflows.case import Case, Changed
from workflows.messages import CaseResult, CaseStart, FromBundle, News

DELIVERY_OF = "delivery:"
"""With the id of an item: the limit within which the law has its permit handed over (apl:44)."""
EXTENSION_OF_JOINT_PERMITS = 15
"""Working days by which the 45 of jointly handled permits may be extended (apl:42.2)."""


class Parts:
    """What the case of a bundle knows of its items."""

    def __init__(self, case: Case, bundle: Bundle) -> None:
        self._case, self.bundle = case, bundle
        self.progress = Progress.of(bundle)
        self.words: list[tuple[str, FromBundle]] = []
        """What is still to be passed on to items."""
        self.collected_early: dict[str, None] = {}
        """Items whose results go out before the others."""
        self._stated = Limit(days=case.item.promised.days, unit=case.item.promised.unit)
        self._statutory = case.item.statutory
        self.withdrawn = False
        self.arrived: list[str] = []
        """Materials that were handed in after the submission, as often as they were."""
        self._passed_on: dict[str, int] = {}
        """How many of them each item has had."""
        self._warned: dict[str, date] = {}
        self._watched: dict[str, date] = {}
        self._latest: tuple[object, dict[str, date | None]] | None = None
        self._planned: tuple[object, Plan] | None = None
        self._limited: tuple[object, dict[str, Limit]] | None = None
        self._last_said: tuple[PartRecord, ...] = ()

    @property
    def running(self) -> tuple[Part, ...]:
        """The items whose limits make up that of the whole."""
        return counted(self.bundle, self.progress)

    @property
    def _facts(self) -> tuple[object, ...]:
        """All that the days of the whole hang on; what was reckoned from the same is not reckoned again."""
        ids = tuple(part.id for part in self.running)
        return ids, self.progress.extended, self.progress.paused, self.bundle.offices, self._case.clock.office

    def plan(self) -> Plan:
        """When each item is due at the latest, from the acceptance of the whole on."""
        if self._planned is None or self._planned[0] != self._facts:
            begun = self._case.accepted_at or self._case.received_at
            made = planned(self.bundle, self.running, begun, self._case.clock.office, self.progress.longer)
            self._planned = (self._facts, made)
        return self._planned[1]

    def promised(self, at: datetime) -> StatedLimit:
        """The limit of the whole that is promised with its acceptance at the moment."""
        limit = limit_of_the_whole(self.bundle, self.running, self._stated, at, self._case.clock.office, {})
        return self._case.item.promised.model_copy(update={"days": limit.days, "unit": limit.unit})

    def limits(self) -> dict[str, Limit]:
        """The limits of the whole as they are now; a due day that comes nearer never comes before today."""
        if self._limited is None or self._limited[0] != self._facts:
            self._limited = (self._facts, self._limits())
        return self._limited[1]

    def _limits(self) -> dict[str, Limit]:
        case, longer = self._case, self.progress.longer
        begun, office = case.accepted_at or case.received_at, case.clock.office
        promised = limit_of_the_whole(self.bundle, self.running, self._stated, begun, office, longer)
        found: dict[str, Limit] = {Clock.PROMISED: self._not_before_now(Clock.PROMISED, promised)}
        if self._statutory is not None:
            more = shifted(self.bundle, self.running, begun, office, longer)
            extended = shifted(self.bundle, self.running, begun, office, self.progress.extended)
            over = max(0, extended - EXTENSION_OF_JOINT_PERMITS)
            statutory = Limit(days=self._statutory.days + more - over)
            found[Clock.STATUTORY] = self._not_before_now(Clock.STATUTORY, statutory)
        return found

    def _not_before_now(self, key: str, limit: Limit) -> Limit:
        """The limit; where it would be over already, and only because something does not count any more, until the end of the
        first day that is not."""
        case, office = self._case, self._case.clock.office
        begun, now, record = case.accepted_at or case.received_at, case.now(), case.clock.get(key)
        if record is None or due(begun, limit, office).at >= min(now, record.due_at):
            return limit
        day = office.calendar.next_worked(now.date())
        while office.end_of(day) <= now:
            day = office.calendar.next_worked(day + ONE_DAY)
        if record.due_day <= day:
            return record.limit
        return Limit(days=worked_between(begun.date(), day, office))

    def restate(self, **facts: Any) -> None:
        """Tell the applicant of the due day of the whole where it is another one now, or where `facts` say why they are told
        that it is not."""
        case = self._case
        if self.withdrawn:  # nobody waits for it any more
            return
        limits = self.limits()
        now = {key: record.limit for key in limits if (record := case.clock.get(key)) is not None}
        changed = {key: limit for key, limit in limits.items() if key in now and now[key] != limit}
        if not changed and not facts:
            return
        moved = case.clock.restate(changed, case.telling(EventKind.DUE_DAY_MOVED))
        if moved or facts:
            papers = (Paper.DUE_DAY_CHANGED,)
            facts["on_path"] = facts.get("part") in self.plan().path
            case.record(EventKind.DUE_DAY_MOVED, article="gz:13.3", papers=papers, moved=case.moved(moved), **facts)

    def watch(self) -> None:
        """Let a bell ring in time before an item that still runs endangers the due day of the whole."""
        case = self._case
        whole = case.clock.get(Clock.PROMISED)
        begun = self.progress.are(PartState.RUNNING)
        for id_ in [id_ for id_ in self._watched if id_ not in begun]:
            del self._watched[id_]
            case.clock.silence(f"part:{id_}")
        if whole is None or whole.passed:
            return
        for id_ in begun:
            day = self._latest_day(id_, whole.due_day) or case.now().date()
            if self._watched.get(id_) != day and self._warned.get(id_) != day:
                self._watched[id_] = day
                case.clock.ring_at(self._warning(day), f"part:{id_}", partial(self._endangers, id_, day))

    def _latest_day(self, id_: str, ends: date) -> date | None:
        if self._latest is None or self._latest[0] != (ends, self._facts):
            self._latest = ((ends, self._facts), {})
        known = self._latest[1]
        if id_ not in known:
            office, longer = self._case.clock.office, self.progress.longer
            known[id_] = latest_day(self.bundle, self.running, id_, ends, office, longer)
        return known[id_]

    def _warning(self, latest: date) -> datetime:
        """When to warn of a day: some working days ahead, at least when the office opens on it, else when it is over."""
        office, now = self._case.clock.office, self._case.now()
        early = office.calendar.worked_before(latest, self._case.start.policy.warn_before_days)
        moments = (office.opening_of(early), office.opening_of(latest), office.end_of(latest))
        return next((moment for moment in moments if moment > now), now)

    def _endangers(self, id_: str, latest: date) -> None:
        self._watched.pop(id_, None)
        if self.progress.states[id_] is not PartState.RUNNING:
            return
        self._warned[id_] = latest
        whole = self._case.clock.get(Clock.PROMISED)
        self._case.record(
            EventKind.PART_ENDANGERS,
            article="gz:13.3",
            papers=(Paper.ENDANGERED,),
            part=id_,
            name=self.bundle.part(id_).item.name,
            latest=latest.isoformat(),
            whole_due=whole.due_day.isoformat() if whole else None,
        )

    def start_of(self, part: Part) -> CaseStart:
        """What the case of the part is opened with: now, with what is in hand for it."""
        case, there = self._case, self.progress.with_result
        materials = handed_over(part, case.checklist.in_hand, there)
        self._passed_on[part.id] = len(self.arrived)
        return CaseStart(
            number=part.number,
            item=part.item,
            office=self.bundle.office_of(part, case.clock.office),
            policy=case.start.policy,
            received_at=case.now() if part.after else (case.accepted_at or case.now()),
            by=case.start.by,
            channel=case.start.channel,
            in_hand=tuple(HandedIn(material=material) for material in materials),
            promised=case.promised and part.item.promise is not None,
            part_of=PartOf(
                bundle=case.start.number,
                part=part.id,
                takes=part.takes,
                results={one: self.bundle.part(of).number for one, of in part.results.items() if of in there},
                answers=part.answers,
            ),
            clock_shift_seconds=case.start.clock_shift_seconds,
            semantics=case.start.semantics,
            shown=self.bundle.shown.get(part.item.unit, case.start.shown),
        )

    def begun(self, parts: Iterable[Part]) -> None:
        """These run now; one that was withdrawn in the moment in which it began hears of it."""
        for part in parts:
            if self.progress.states[part.id] is PartState.DROPPED:
                self.words.append((part.id, FromBundle(kind="withdrawn", by=self._case.start.by)))
            self.progress = self.progress.now(PartState.RUNNING, part.id)
            facts: dict[str, Any] = {"part": part.id, "name": part.item.name, "number": part.number}
            self._case.record(EventKind.PART_BEGUN, article="gz:11.2", quiet=True, **facts)

    def over(self, id_: str, result: CaseResult) -> None:
        """The case of an item is over: its result is there and has to be handed over in time, or there is none."""
        if self.progress.states[id_] is not PartState.RUNNING:
            return  # a refusal was told when it was decided
        item = self.bundle.part(id_).item
        if result.ending is not Ending.GRANTED:
            self._ended_without(id_, result.ending)
            return
        self.progress = self.progress.now(PartState.RESULT, id_)
        self._case.record(EventKind.PART_RESULT, article="gz:11.2", quiet=True, part=id_, name=item.name)
        if item.type is ItemType.PERMIT:
            limit = Limit(days=item.delivery.days, unit=item.delivery.unit)
            begins = Beginning(f"{DELIVERY_OF}{id_}", limit, item.delivery.basis or "apl:44")
            self._case.begin((begins,), result.delivery_since or result.at)

    def count_by(self, before: Office, calendars: Mapping[str, Calendar]) -> None:
        """The calendar changed: `calendars` are those in force for the units of the items. A unit that is not among them
        goes with the lead department if it counted by the same calendar before."""
        now, offices = self._case.clock.office, dict(self.bundle.offices)
        for unit in {part.item.unit: None for part in self.bundle.parts}:
            office = offices.get(unit, before)
            with_the_lead = office.calendar.version == before.calendar.version
            calendar = calendars.get(unit) or (now.calendar if with_the_lead else office.calendar)
            offices[unit] = office.model_copy(update={"calendar": calendar})
        self.bundle = self.bundle.model_copy(update={"offices": offices})
        self._case.turns.put_nowait(Changed())

    def _counts_by(self, part: Part, office: Office) -> None:
        """The item's unit counts by another calendar now. One for the whole city reaches the bundle by itself, and all units
        at once."""
        known = self.bundle.office_of(part, self._case.clock.office)
        if not any(year.unit for year in (*known.calendar.years, *office.calendar.years)):
            return
        first = min((year.year for year in office.calendar.years), default=0)
        earlier = tuple(year for year in known.calendar.years if year.year < first)
        calendar = Calendar(version=office.calendar.version, years=(*earlier, *office.calendar.years))
        now = office.model_copy(update={"calendar": calendar})
        self.bundle = self.bundle.model_copy(update={"offices": {**self.bundle.offices, part.item.unit: now}})

    def near(self, key: str) -> None:
        """A limit is near: a result whose own limit of delivery it is does not wait for the others any longer (apl:44)."""
        if key.startswith(DELIVERY_OF) and not self.progress.settled:
            self.collect_early(key.removeprefix(DELIVERY_OF), None, "apl:44")
            self._case.turns.put_nowait(Changed())

    def take_news(self, news: News) -> None:
        """An item told how it stands."""
        part = self.bundle.part(news.part)
        if news.office is not None:
            self._counts_by(part, news.office)
        if news.kind == "refused":
            self._ended_without(news.part, Ending.REFUSED)
            return
        before = self.progress.longer.get(news.part, ())
        self.progress = self.progress.takes_longer(news.part, news.extended, news.paused)
        if self.progress.longer[news.part] != before:
            self.restate(part=news.part, name=part.item.name)

    def _ended_without(self, id_: str, ending: Ending) -> None:
        self.progress = self.progress.ended(id_, ending)
        papers = () if self.withdrawn else (Paper.PARTS_GO_ON,)
        self._ended(EventKind.PART_ENDED, papers, part=id_, name=self.bundle.part(id_).item.name, how=ending)

    def _ended(self, kind: EventKind, papers: tuple[Paper, ...], *, by: Actor | None = None, **facts: Any) -> None:
        """Some items end without a result: what depends on them never begins, and the applicant is told what goes on."""
        dropped = never(self.bundle, self.progress)
        self.progress = self.progress.now(PartState.DROPPED, *dropped)
        on = self.progress.are(PartState.WAITING, PartState.RUNNING, PartState.RESULT)
        names = {"dropped": self._names(dropped), "goes_on": self._names(on)}
        self._case.record(kind, by=by, article="gz:11.2", papers=papers, **facts, **names)
        self.restate()

    def _names(self, ids: Iterable[str]) -> list[str]:
        return [self.bundle.part(id_).item.name for id_ in ids]

    def withdraw(self, ids: Iterable[str], by: Actor) -> None:
        """The applicant does not want these any more: those that run are told, the others never begin."""
        ids = tuple(ids)
        waiting = tuple(id_ for id_ in ids if self.progress.states[id_] is PartState.WAITING)
        for id_ in ids:
            if self.progress.states[id_] is PartState.RUNNING:
                self.words.append((id_, FromBundle(kind="withdrawn", by=by)))
        self.progress = self.progress.now(PartState.DROPPED, *waiting)
        papers = (Paper.PARTS_GO_ON,) if waiting else ()  # those that run tell it when they end
        self._ended(EventKind.PART_WITHDRAWAL, papers, by=by, parts=self._names(ids))

    def withdraw_all(self, by: Actor) -> None:
        """The applicant takes the whole back; what is decided already stays, and is handed over."""
        self.withdrawn = True
        self._case.record(EventKind.WITHDRAWN, by=by, article="apl:29", papers=(Paper.WITHDRAWAL,))
        running = self.progress.are(PartState.RUNNING)
        self.words += [(id_, FromBundle(kind="withdrawn", by=by)) for id_ in running]
        self.progress = self.progress.now(PartState.DROPPED, *self.progress.are(PartState.WAITING))

    def collect_early(self, id_: str, by: Actor | None, article: str) -> None:
        """The result of this item goes out before the others."""
        if self.progress.states[id_] is PartState.RESULT and id_ not in self.collected_early:
            self.collected_early[id_] = None
            name = self.bundle.part(id_).item.name
            self._case.record(
                EventKind.COLLECTION_ASKED, by=by, article=article, papers=(Paper.RESULT_READY,), part=id_, name=name
            )

    def hand_over(self, ids: Iterable[str]) -> list[str]:
        """The results of these were handed over at the window; their names."""
        for id_ in ids:
            self.collected_early.pop(id_, None)
            self._case.clock.stop(f"{DELIVERY_OF}{id_}")
        self.progress = self.progress.now(PartState.HANDED_OVER, *ids)
        return self._names(ids)

    def pass_on_materials(self) -> None:
        """What came in since goes to every item that runs and needs it."""
        case = self._case
        for id_ in self.progress.are(PartState.RUNNING):
            new = names_for(self.bundle.part(id_), self.arrived[self._passed_on[id_] :])
            self._passed_on[id_] = len(self.arrived)
            if new:
                word = FromBundle(kind="materials", by=case.start.by, materials=new, received_at=case.now())
                self.words.append((id_, word))

    @property
    def done(self) -> bool:
        """Whether every item is handed over or ended."""
        return all(state in OVER for state in self.progress.states.values())

    def records(self) -> tuple[PartRecord, ...]:
        """How every item stands."""
        if self._case.accepted_at is None:
            return tuple(not_begun(self.bundle))
        plan = self.plan()
        path = plan.path
        return tuple(
            report(part, self.progress, plan.legs.get(part.id), on_path=part.id in path) for part in self.bundle.parts
        )

    def take_changed(self) -> tuple[PartRecord, ...]:
        """How every item stands, if any stands otherwise than at the last call."""
        now = self.records()
        if now == self._last_said:
            return ()
        self._last_said = now
        return now
