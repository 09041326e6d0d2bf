"""A grievance as it stands: whose move it is, and how long the leg may take."""

from __future__ import annotations

from domain.commands import Actor
from domain.definition import Role
from domain.grievance.commands import Conclusion, Exclusion, Said
from domain.grievance.record import GrievanceEnding, Leg
from domain.supervision import standing
from domain.supervision.rules import Class, GrievanceRules
from domain.supervision.shortcomings import Shortcoming
from domain.values import Message

WINDOW, SUPERVISOR = standing.GRIEVANCE_WINDOW, standing.SUPERVISOR
STAFF_OF_UNIT = (Role.CHIEF_REPRESENTATIVE, Role.AGENCY_HEAD, Role.APPROVER, Role.EXAMINER, Role.WINDOW)
"""Who may answer for a unit, the chief representative first (gz:8.3)."""

AT_THE_WINDOW = (Leg.CLASSIFICATION, Leg.TRANSFER, Leg.FEEDBACK, Leg.RETURN_VISIT)
WITH_THE_DEPARTMENT = (Leg.APPROVAL, Leg.REVIEW, Leg.NOTIFICATION)


class Grievance(Message):
    """One grievance at one moment."""

    window: str
    """The overseeing department whose window has it."""
    case: str | None = None
    reported_by: str | None = None
    """The account of a reporter who came online; nobody handles what they reported themselves."""
    found: bool = False
    """Whether a fact on file shows one of the three grounds of gz:13.5."""
    grounds: tuple[Shortcoming, ...] = ()
    unit: str | None = None
    leg: Leg = Leg.CLASSIFICATION
    entry: int = 1
    """Grows whenever a leg begins, so that each has a limit of its own."""
    klass: Class | None = None
    excluded: Exclusion | None = None
    said: Said | None = None
    again: bool = False
    """The answer was sent back."""
    has_answered: bool = False
    """Whether the unit that has it gave an answer; what the window settled on the spot is none of the unit's."""
    redone: int = 0
    attempts: int = 0
    satisfaction: int | None = None
    withdrawn: bool = False
    conclusion: Conclusion | None = None
    responsible: str | None = None
    level: int = 0
    """How far the leg was escalated: 0 not at all, 1 chief representative, 2 overseeing department."""

    @property
    def ending(self) -> GrievanceEnding | None:
        """How it was closed."""
        if self.leg is not Leg.CLOSED:
            return None
        return GrievanceEnding.EXCLUDED if self.excluded and not self.conclusion else GrievanceEnding.SETTLED

    @property
    def negative(self) -> bool:
        """Whether the reporter is told no, which is reported upward."""
        return self.excluded is not None or self.said is Said.REJECTED

    @property
    def holder(self) -> str:
        """The unit that has the leg."""
        return self.unit if self.leg is Leg.ANSWER and self.unit else self.window

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """Whose move it is, and who has to see to it by now."""
        if self.leg is Leg.CLOSED:
            return ()
        if self.leg is Leg.ANSWER:
            asked = [f"{Role.CHIEF_REPRESENTATIVE}@{self.unit}"]
        else:
            asked = [f"{WINDOW if self.leg in AT_THE_WINDOW else SUPERVISOR}@{self.window}"]
        if self.level >= 2 and (above := f"{SUPERVISOR}@{self.window}") not in asked:
            asked.append(above)
        return tuple(asked)

    def at(self, leg: Leg, **changes: object) -> Grievance:
        """The grievance with its next leg begun."""
        return self.model_copy(update={"leg": leg, "entry": self.entry + 1, "level": 0, **changes})

    def days(self, rules: GrievanceRules) -> int:
        """How many working days the leg may take."""
        if self.leg is Leg.ANSWER:
            return rules.again if self.again else rules.answer.of(self.klass or Class.COMPLEX)
        return int(getattr(rules, self.leg.value))

    @property
    def first_level(self) -> int:
        """The level that a late leg goes up to first: from a unit to its chief representative, from the window to the
        department."""
        return 1 if self.leg is Leg.ANSWER else 2


def serves(actor: Actor, roles: tuple[str, ...], unit: str | None) -> bool:
    """Whether the actor has one of the roles in the unit; `*` stands for every unit."""
    return bool(set(roles) & set(actor.roles)) and (unit in actor.units or "*" in actor.units)
