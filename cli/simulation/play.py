"""A scenario while it is played: every act at its moment, and whether the case stands as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cli.simulation.acting import NotToBeDone, PersonsAct, changed_calendar, command, recount
from cli.simulation.course import Course
from cli.simulation.expectation import Expectation
from cli.simulation.expecting import differences
from cli.simulation.living import Living
from cli.simulation.scenario import CalendarAct, ScenarioAct, WaitAct
from cli.simulation.sending import CLOSED, Refusal, otherwise
from domain.calendar import Calendar
from domain.commands import Act, Answer
from domain.words import Text


@dataclass
class Play:
    """The play of one case; that of a bundle has more cases, and does otherwise what they need."""

    course: Course
    case: Living
    first: Calendar | None = None
    """The calendar that the case was opened with, once another one took its place."""
    played: int = 0
    """So many acts have been played."""
    came_off: bool = True
    """Whether all of those came off."""

    @property
    def cases(self) -> tuple[Living, ...]:
        """Every case of the play."""
        return (self.case,)

    async def reach(self, moment: datetime) -> None:
        """Let time pass until the moment."""
        await self.case.reach(moment)

    async def settle(self) -> None:
        """Return once all that was due has happened and is on file."""
        await self.case.settle()

    async def take_in(self, case: Living) -> None:
        """Return once an act on the case has led to all that it leads to; a case answers with that."""

    async def look(self) -> None:
        """Find out how it stands; of a case all is on file that an expectation asks for."""

    def case_of(self, act: PersonsAct) -> Living:
        """The case on which the act is done. Raises `NotToBeDone`."""
        return self.case

    def differences(self, expected: Expectation) -> Iterator[Text]:
        """Every point in which it does not stand as expected."""
        return differences(expected, self.case.found, self.case.item)

    async def all(self) -> None:
        """Every act in order; an act that does not come off ends the play, for what follows builds on it."""
        if not await self.acts_until(None):
            return
        await self._compare(self.course.scenario.case.expect)
        for case in self.cases:
            for fault in (*case.found.faults, *case.found.gaps):
                self.course.fail(fault)

    async def acts_until(self, moment: datetime | None) -> bool:
        """Whether every act up to the moment (None: all of them) came off; those that were played before are not played again."""
        acts = self.course.scenario.case.acts
        while self.came_off and self.played < len(acts) and (moment is None or acts[self.played].on <= moment):
            n, act = self.played, acts[self.played]
            self.played += 1
            await self.reach(act.on)
            self.came_off = await self._do(n, act)
            if self.came_off and act.expect is not None:
                await self._compare(act.expect, n)
        return self.came_off

    async def _do(self, n: int, act: ScenarioAct) -> bool:
        """Whether the act came off as written, done or refused."""
        if isinstance(act, WaitAct):
            await self.settle()
            return True
        request = f"{self.case.number}-{n}"
        try:
            refusal = await (self._recount(act, request) if isinstance(act, CalendarAct) else self._act(act, request))
        except NotToBeDone as wrong:
            self.course.fail(wrong.text, n)
            return False
        return self._as_written(n, act, refusal)

    async def _act(self, act: PersonsAct, request: str) -> Refusal | None:
        case = self.case_of(act)
        if case.over:
            return CLOSED
        refusal = await case.does(await self._command(act, case, request))
        await self.take_in(case)
        return refusal

    async def _command(self, act: PersonsAct, case: Living, request: str) -> Answer | Act:
        try:
            return command(act, case.found, case.item, request)
        except NotToBeDone:  # time may have laid the task a moment ago
            await self.settle()
            return command(act, case.found, case.item, request)

    async def _recount(self, act: CalendarAct, request: str) -> Refusal | None:
        """The calendar changes for every case, and for whoever explains its dates."""
        self.first = self.first or self.case.office.calendar
        calendar = changed_calendar(act, self.case.office.calendar, self.first)
        refusal = CLOSED if self.case.over else None
        for case in self.cases:
            if not case.over:
                refusal = await case.does(recount(calendar, case.office, f"{request}.{case.number}")) or refusal
                case.office = case.office.model_copy(update={"calendar": calendar})
                await self.take_in(case)
        return refusal

    def _as_written(self, n: int, act: ScenarioAct, refusal: Refusal | None) -> bool:
        if (refusal.code if refusal else None) == act.refused:
            return True
        self.course.fail(otherwise(act.refused, refusal), n)
        return False

    async def _compare(self, expected: Expectation, n: int | None = None) -> None:
        await self.look()
        for text in self.differences(expected):
            self.course.fail(text, n)
