"""Who may see to it that a case goes on: its unit's chief representative, and those who oversee the services of the place."""

from __future__ import annotations

from collections.abc import Iterable

from domain.commands import Actor
from domain.definition import Role
from domain.law import Refused, carries_out
from domain.telling import ROLES

GRIEVANCE_WINDOW, SUPERVISOR = "grievance_window", "supervisor"
OVERSEERS = (SUPERVISOR, GRIEVANCE_WINDOW)
"""Roles of the overseeing department and its window; they belong to no unit that handles cases."""


class NotYoursToSay(Refused):
    """The act is for others."""


@carries_out("gz:8.3", "gz:13.5")
def standing_in(by: Actor, unit: str, overseen_by: str | None, roles: Iterable[str]) -> Actor | None:
    """The actor in the first of these roles that they hold for the unit; None where they hold none.

    `overseen_by` is the department that oversees the unit's place; where none is known, whoever oversees is let in.
    """
    for role in roles:
        if role not in by.roles:
            continue
        at = (overseen_by or "*") if role in OVERSEERS else unit
        if at in by.units or (role in OVERSEERS and ("*" in by.units or overseen_by is None)):
            return Actor(id=by.id, roles=(role,), units=() if at == "*" else (at,))
    return None


def acting_for(by: Actor, unit: str, overseen_by: str | None, roles: tuple[str, ...]) -> Actor:
    """The actor in the role in which they act. Raises `NotYoursToSay` where they hold none of these roles for the unit."""
    found = standing_in(by, unit, overseen_by, roles)
    if found is None:
        zh = "、".join(
            f"{overseen_by or '管理部门'}的{ROLES[r].zh}" if r in OVERSEERS else f"{unit}的{ROLES[r].zh}" for r in roles
        )
        en = ", ".join(
            f"the {ROLES[r].en} of {(overseen_by or 'the place') if r in OVERSEERS else unit}" for r in roles
        )
        raise NotYoursToSay("not_yours_to_say", f"此操作由{zh}进行", f"This is for {en}", article="gz:8.3")
    return found


CHIEF: str = Role.CHIEF_REPRESENTATIVE.value
URGING = (CHIEF, SUPERVISOR)
ORDERING = (CHIEF, SUPERVISOR, GRIEVANCE_WINDOW)
CALLING_TOGETHER = (CHIEF, SUPERVISOR)
REMEDYING = (SUPERVISOR,)
