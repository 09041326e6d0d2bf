"""The case of a grievance, really played beside it: its own acts go on, and what is asked of it reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cli.simulation.bundle_play import BundlePlay
from cli.simulation.living import Living
from cli.simulation.play import Play
from cli.simulation.rules import rules_of
from domain.supervision.findings import CaseStanding, Finding, findings_in
from domain.words import Text
from workflows.grievance.messages import AskOfCase, CaseAnswered


@dataclass
class Beside:
    """The play of the case, and the case of it that the grievance is about."""

    play: Play
    part: str | None = None
    ends: datetime | None = None
    """Its own acts are played until then; None: all of them."""

    @property
    def case(self) -> Living:
        """That of the item of the bundle, where one is named and has begun."""
        if self.part is not None and isinstance(self.play, BundlePlay) and self.part in self.play.parts:
            return self.play.parts[self.part]
        return self.play.case

    async def until(self, moment: datetime) -> None:
        """Return once it is the moment for the case too, with all that was done on it and was due on file."""
        await self.play.acts_until(min(moment, self.ends) if self.ends else moment)
        await self.play.reach(moment.replace(second=0, microsecond=0))
        await self.play.settle()

    async def answer(self, asked: AskOfCase, moment: datetime) -> CaseAnswered:
        """What the case made of what is asked of it at the moment."""
        await self.until(moment)
        if self.case.over:
            return CaseAnswered(refused="case_closed")
        refusal = await self.case.does(asked.act)
        await self.play.take_in(self.case)
        return CaseAnswered(refused=refusal.code if refusal else None)

    def failures(self) -> list[Text]:
        """Where the case did not go as its own file has it."""
        said = [one.text for one in self.play.course.failures]
        return [
            Text(f"关联办件没有照其实例办理：{one.zh}", f"its case did not go as written: {one.en}") for one in said
        ]


def findings_of(case: Living) -> list[Finding]:
    """What the file of the case shows by now."""
    found: list[Finding] = []
    for batch, desks in case.found.with_desks():
        standing = CaseStanding(number=case.number, unit=case.item.unit, item_code=case.item.code, desks=desks)
        found += findings_in(batch, standing, rules_of(case.item.unit))
    return found
