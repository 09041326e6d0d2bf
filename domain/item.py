"""What a running case carries of its definition: the executable part, settled for the applicant's situations."""

from __future__ import annotations

from typing import Literal

from domain.definition import Handling, Intake, ItemDefinition, ItemType, Role, Step, demanded
from domain.form import as_material
from domain.graph import bridged
from domain.law import carries_out
from domain.limits import Limit, StatedLimit
from domain.situations import Answers, answered_fully, applies
from domain.values import Message


class Needed(Message):
    """A material that this application needs, or may hand in besides."""

    id: str
    name: str
    main: bool
    from_register: bool = False
    optional: bool = False
    """Taken whenever it is handed in, and never missing."""


class Sitting(Message):
    """One who has to answer a step: a role in a unit."""

    role: Role
    unit: str


class ItemStep(Message):
    """A step of the examination as the case runs it."""

    id: str
    name: str
    mode: Literal["single", "all", "any", "ordered"]
    sittings: tuple[Sitting, ...]
    officers: int
    after: tuple[str, ...]
    limit: Limit
    decides: bool


class Procedure(Message):
    """A special procedure that the definition declares (特别程序)."""

    id: str
    name: str
    kind: str
    """One of the eight of apl:45, or `item_law`."""
    counted: bool
    max: Limit
    basis: str


class ExtensionRight(Message):
    """How far the statutory limit may be extended, how often, and who approves it."""

    max: Limit
    mode: Literal["add", "to"]
    times: int
    approver: Sitting
    basis: str


class Item(Message):
    """The executable part of an item's definition; travels in the input of the case, never read again from outside."""

    code: str
    version: str
    digest: str
    name: str
    unit: str
    type: ItemType
    handling: Handling
    intake: Intake
    acceptance: StatedLimit
    statutory: StatedLimit | None
    promised: StatedLimit
    delivery: StatedLimit
    supplement: Limit | None
    promise: Limit | None
    """How long a deferred material may follow later; None where deferral is not allowed."""
    materials: tuple[Needed, ...]
    steps: tuple[ItemStep, ...]
    procedures: tuple[Procedure, ...] = ()
    extension: ExtensionRight | None = None
    """None where the item's law gives no right to extend."""


@carries_out("gz:9")
def item_of(definition: ItemDefinition, digest: str, answers: Answers, government: str | None = None) -> Item:
    """The executable part of the definition for one application; `government` is the unit whose head approves what the
    law leaves to the government of the level.

    Raises `SituationUnclear` when a declared situation is not answered.
    """
    answers = answered_fully(definition.situations, answers)
    steps = _spliced(definition.examination, answers)
    limits = definition.limits
    return Item(
        code=definition.code,
        version=definition.version.isoformat(),
        digest=digest,
        name=definition.name,
        unit=definition.department.code,
        type=definition.type,
        handling=definition.handling,
        intake=definition.intake,
        acceptance=limits.acceptance,
        statutory=limits.statutory,
        promised=limits.promised,
        delivery=limits.delivery,
        supplement=limits.supplement,
        promise=definition.deferral.supplement_within if definition.deferral.allowed else None,
        materials=tuple(
            Needed(id=m.id, name=m.name, main=m.main, from_register=not demanded(m), optional=m.need == "optional")
            for m in definition.materials
            if m.need != "when" or applies(m.when, answers)
        )
        + tuple(
            Needed(id=as_material(field.id), name=f"申请表“{field.name}”", main=True)
            for field in definition.form
            if field.required
        ),
        steps=tuple(_step(step, definition) for step in steps),
        procedures=tuple(
            Procedure(id=p.id, name=p.name, kind=p.procedure, counted=p.counted, max=p.max, basis=p.basis or "apl:45")
            for p in definition.special_procedures
        ),
        extension=_right(definition, government),
    )


def _right(definition: ItemDefinition, government: str | None) -> ExtensionRight | None:
    extension, unit = definition.limits.extension, definition.department.code
    if extension is None:
        return None
    role = Role(extension.approver)
    return ExtensionRight(
        max=Limit(days=extension.days, unit=extension.unit),
        mode=extension.mode,
        times=extension.times,
        approver=Sitting(role=role, unit=(government or unit) if role is Role.GOVERNMENT_HEAD else unit),
        basis=extension.basis,
    )


def _spliced(steps: tuple[Step, ...], answers: Answers) -> list[Step]:
    """The steps that apply, past those that are left out."""
    afters = bridged(steps, [step.id for step in steps if not applies(step.when, answers)])
    return [step.model_copy(update={"after": afters[step.id]}) for step in steps if step.id in afters]


def _step(step: Step, definition: ItemDefinition) -> ItemStep:
    unit = step.unit or definition.department.code
    signers = step.signers if step.mode != "single" else ()
    sittings = tuple(Sitting(role=s.role, unit=s.unit or unit) for s in signers)
    return ItemStep(
        id=step.id,
        name=step.name,
        mode=step.mode,
        sittings=sittings or (Sitting(role=step.role, unit=unit),),
        officers=step.officers,
        after=step.after,
        limit=step.limit,
        decides=step.decides,
    )
