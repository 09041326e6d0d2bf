"""The checklist of one application: what it needs, what is in hand, what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from domain.item import Needed
from domain.law import Refused, carries_out
from domain.values import Message


class UnknownMaterial(Refused):
    """A material that the guide of the item does not list."""


class Checklist(Message):
    """What an application needs, and what of it is in hand; what a register holds counts as in hand (gz:17)."""

    needed: tuple[Needed, ...]
    in_hand: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    """What was looked for in its register and is not there; the applicant has to hand it in after all."""
    waived: tuple[str, ...] = ()
    """What was demanded too late, and taken back by the outcome of a grievance."""

    def __contains__(self, material: str) -> bool:
        return any(needed.id == material for needed in self.needed)

    @property
    @carries_out("gz:17", "od:7")
    def missing(self) -> tuple[Needed, ...]:
        """What the applicant still has to hand in, in the order of the guide."""
        there = (*self.in_hand, *self.waived)
        return tuple(n for n in self.needed if not (n.optional or self.is_held(n) or n.id in there))

    def is_held(self, needed: Needed) -> bool:
        """Whether a register holds the material, as far as anybody knows."""
        return needed.from_register and needed.id not in self.not_found

    @property
    def missing_main(self) -> tuple[Needed, ...]:
        """The main materials that are missing; without them nothing can be deferred."""
        return tuple(n for n in self.missing if n.main)

    def name_of(self, material: str) -> str:
        """The name of a needed material; its id where it is not needed."""
        return next((n.name for n in self.needed if n.id == material), material)

    def without(self, not_found: Iterable[str]) -> Checklist:
        """The checklist once registers have answered that they do not hold these."""
        return self.model_copy(update={"not_found": tuple(dict.fromkeys([*self.not_found, *not_found]))})

    def waiving(self, materials: Iterable[str]) -> Checklist:
        """The checklist once these are not asked of the applicant any more."""
        return self.model_copy(update={"waived": tuple(dict.fromkeys([*self.waived, *materials]))})

    def with_more(self, materials: Iterable[str]) -> Checklist:
        """The checklist after more was handed in; order of arrival, each once."""
        return self.model_copy(update={"in_hand": tuple(dict.fromkeys([*self.in_hand, *materials]))})


def names(materials: Iterable[Needed]) -> str:
    """The names of materials as a clerk reads them in one line."""
    return "、".join(material.name for material in materials)
