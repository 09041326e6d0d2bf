"""The seats that must be filled: every role in a unit on whose desk the law or a definition can lay something (gz:8.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from domain.bundle.definition import BundleDefinition
from domain.definition import ItemDefinition, Role
from domain.law import carries_out
from domain.supervision.posts import CHIEF, GRIEVANCE_WINDOW, SUPERVISOR, Roster, Seat


@carries_out("gz:8.3")
def seats_of(definition: ItemDefinition | BundleDefinition, government: str | None) -> frozenset[Seat]:
    """The seats on which a case under the definition can lay a task or a warning; `government` is that of its place.

    Items of a bundle are cases of their own and have seats of their own.
    """
    unit = definition.department.code
    seats = {Seat(unit, Role.WINDOW), Seat(unit, CHIEF)}
    if isinstance(definition, ItemDefinition):
        seats |= set(_of_steps(definition)) | set(_of_extensions(definition, government))
    return frozenset(seats)


def _of_steps(item: ItemDefinition) -> Iterator[Seat]:
    """Of each step who answers it, and the chief representative of a unit that owes one: its warnings go there."""
    for step in item.examination:
        unit = step.unit or item.department.code
        signers = step.signers if step.mode != "single" else ()
        for role, at in [(one.role, one.unit or unit) for one in signers] or [(step.role, unit)]:
            yield Seat(at, role)
            if role is not Role.GOVERNMENT_HEAD:
                yield Seat(at, CHIEF)


def _of_extensions(item: ItemDefinition, government: str | None) -> Iterator[Seat]:
    """Who approves an extension: of the promised limit within the statutory one, and of that where the item's law lets it
    be extended (`domain.extension`)."""
    unit, limits = item.department.code, item.limits
    if limits.statutory is not None:
        yield Seat(unit, Role.AGENCY_HEAD)
        if limits.extension is not None and Role(limits.extension.approver) is Role.GOVERNMENT_HEAD:
            yield Seat(government or unit, Role.GOVERNMENT_HEAD)


@carries_out("gz:6.3", "gz:8.3")
def seats_of_department(management: str) -> frozenset[Seat]:
    """The seats of the department that oversees a place: its "can't get it done" window, and those who oversee."""
    return frozenset({Seat(management, SUPERVISOR), Seat(management, GRIEVANCE_WINDOW)})


class Vacancy(NamedTuple):
    """A seat in which nobody is, or a unit (`role` None) in which nobody has any post."""

    unit: str
    role: str | None


class Ahead(NamedTuple):
    """A seat that is filled today and will not be on this day."""

    seat: Seat
    day: date


@carries_out("gz:8.3")
def vacancies(seats: frozenset[Seat], roster: Roster, day: date) -> frozenset[Vacancy]:
    """What is vacant on the day: one for each seat, and one alone for a unit of several seats and no post at all: whoever runs
    the program wants to hear once that nobody of the unit was ever told to it."""
    empty = [seat for seat in seats if not roster.who(seat, day)]
    several = {unit for unit, many in Counter(seat.unit for seat in empty).items() if many > 1}
    whole = {unit for unit in several if not roster.is_staffed(unit, day)}
    return frozenset(Vacancy(seat.unit, None if seat.unit in whole else seat.role) for seat in empty)


@carries_out("gz:8.3")
def vacant_ahead(seats: frozenset[Seat], roster: Roster, today: date, until: date) -> tuple[Ahead, ...]:
    """The seats that are filled today and vacant on a day until then, with the first such day, the nearest first."""
    days = [today + timedelta(days=n) for n in range(1, (until - today).days + 1)]
    filled = [seat for seat in seats if roster.who(seat, today)]
    found = [(seat, next((day for day in days if not roster.who(seat, day)), None)) for seat in filled]
    ahead = [Ahead(seat, day) for seat, day in found if day is not None]
    return tuple(sorted(ahead, key=lambda one: (one.day, one.seat)))
