"""What can be the case at once: situations are independent of one another, and each has one answer."""

from __future__ import annotations

from domain.bundle.definition import BundleItem
from domain.definition import Material
from domain.situations import Answers


def may_meet(one: Answers, other: Answers) -> bool:
    """Whether an application may be in both circumstances: no situation is answered in two ways."""
    return all(other.get(situation, answer) == answer for situation, answer in one.items())


def implies(one: Answers, other: Answers) -> bool:
    """Whether every application in the first circumstances is in the second ones too."""
    return all(one.get(situation) == answer for situation, answer in other.items())


def may_be_needed(material: Material, one: BundleItem) -> bool:
    """Whether the material can be needed when the item runs for the bundle; what is optional can."""
    return may_meet(material.when, {**one.when, **one.answers})


def needed_when(material: Material, one: BundleItem) -> Answers:
    """The situations of the bundle in which the item runs and needs the material."""
    return {**one.when, **{s: answer for s, answer in material.when.items() if s not in one.answers}}
