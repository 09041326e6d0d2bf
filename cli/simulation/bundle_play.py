"""A bundle while it is played: its own case and those of its items, each with a clock of its own that is moved with the
others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cli.simulation.acting import NotToBeDone, PersonsAct
from cli.simulation.expectation import Expectation
from cli.simulation.expecting import differences_of_bundle
from cli.simulation.living import Living
from cli.simulation.passage import Passage, Watch
from cli.simulation.play import Play
from cli.simulation.quiet import quiet
from cli.simulation.scenario import CollectEarlyAct
from cli.simulation.sending import PATIENCE
from domain.acts import UNDECIDED
from domain.bundle.settling import Bundle, Part
from domain.commands import Act, Answer, WithdrawParts
from domain.record import Clock, ClockState
from domain.words import Text
from workflows.case_workflow import CaseWorkflow
from workflows.messages import workflow_id

HEARD_BY_OTHERS = (Clock.ACCEPTANCE, Clock.PROMISE)
"""Limits with whose end items begin, or end. Of all others only the case itself takes notice."""


@dataclass
class BundlePlay(Play):
    """The play of a bundle. The bundle is moved before its items, so that what it hears of them it never hears too early."""

    bundle: Bundle = field(kw_only=True)
    parts: dict[str, Living] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    """The last thing that each case did, when it was asked last."""

    @property
    def cases(self) -> tuple[Living, ...]:
        """The bundle's, and that of every item that began."""
        return (self.case, *self.parts.values())

    async def reach(self, moment: datetime) -> None:
        """Let time pass for all of them, and stop wherever one has something to tell the others."""
        while (stop := self._next_stop(moment)) is not None:
            await self._move(stop)
        await self._move(moment)

    async def _move(self, moment: datetime) -> None:
        await self.case.reach(moment)
        await self._listen(self.case)
        parts = [part for part in self.parts.values() if not part.over]
        await asyncio.gather(*(part.reach(moment) for part in parts))
        await self._listen(*parts)

    def _next_stop(self, moment: datetime) -> datetime | None:
        reached = self.case.time.watch.shows()
        stops = (stop for case in self.cases if not case.over for stop in _stops(case))
        return min((stop for stop in stops if reached < stop < moment), default=None)

    async def settle(self) -> None:
        """Return once nothing is under way in or between the cases."""
        await self._listen(*self.cases)

    async def take_in(self, case: Living) -> None:
        """Return once every case has heard of what was done on this one, if it has to."""
        await self._listen(case)

    async def _listen(self, *cases: Living) -> None:
        """Return once these have nothing more to say, nor those to whom they said something."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while cases:
                said = await asyncio.gather(*(self._says(case) for case in cases if case.time.open))
                cases = tuple(dict.fromkeys(other for others in said for other in others))

    async def _says(self, case: Living) -> tuple[Living, ...]:
        """Whom the case may have told something since this was asked last: an item tells the bundle, the bundle its items."""
        did = await quiet(case.env.client, case.handle, case.time.engine_time)
        case.time.open = case.found.ending is None
        if did == self.heard.get(case.number):
            return ()
        self.heard[case.number] = did
        if case is not self.case:
            return (self.case,)
        self._take_up()
        return tuple(self.parts.values())

    def case_of(self, act: PersonsAct) -> Living:
        """That of the item on whose case the act is done, else the bundle's."""
        if act.part is None or isinstance(act, CollectEarlyAct):
            return self.case
        if act.part not in self.parts:
            begun = "、".join(self.parts)
            raise NotToBeDone(
                Text(
                    f"事项 {act.part} 此时尚未开始办理；已经开始的是：{begun or '无'}",
                    f"item {act.part} has not begun now; begun are: {begun or 'none'}",
                )
            )
        return self.parts[act.part]

    async def _command(self, act: PersonsAct, case: Living, request: str) -> Answer | Act:
        """What is sent; with the fact that the counter would look up, which items are decided."""
        made = await super()._command(act, case, request)
        decided = tuple(id_ for id_, part in self.parts.items() if part.found.stage not in UNDECIDED)
        return made.model_copy(update={"decided": decided}) if isinstance(made, WithdrawParts) else made

    async def look(self) -> None:
        """Ask the bundle how it stands: that an item began, or has its result, it puts on file with what comes next."""
        if self.case.time.open:
            await self.case.look()

    def differences(self, expected: Expectation) -> Iterator[Text]:
        """Every point in which the bundle or one of its items does not stand as expected."""
        yield from super().differences(expected)
        yield from differences_of_bundle(expected, self.case.found.parts, self.parts)

    def _take_up(self) -> None:
        """Items that began are cases from now on."""
        for part in self.bundle.parts:
            if part.id not in self.parts and part.number in self.case.env.beside.shifts:
                self.parts[part.id] = self._begun(part)

    def _begun(self, part: Part) -> Living:
        """The case of an item, whose clock nobody has moved so far."""
        env, whole = self.case.env, self.case.office
        shift = env.beside.shifts[part.number]
        handle = env.client.get_workflow_handle_for(CaseWorkflow.run, workflow_id(part.number))
        return Living(
            number=part.number,
            item=part.item,
            office=self.bundle.office_of(part, whole),
            found=env.recorder.cases[part.number],
            env=env,
            time=Passage(handle, env.time, Watch(datetime.now(UTC) + shift), shift),
        )


def _stops(case: Living) -> Iterator[datetime]:
    """The moments at which time may have a case tell the others something."""
    running = (clock for clock in case.found.clocks if clock.state is ClockState.RUNNING)
    return (clock.due_at for clock in running if clock.key in HEARD_BY_OTHERS)
