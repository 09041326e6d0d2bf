"""办理流程: from acceptance to delivery, in the order in which the steps can run."""

from __future__ import annotations

from domain.checks.graph import before
from domain.definition import Signer, Step
from domain.law import carries_out
from registry.guide.parts import GuideStep
from registry.guide.pen import Pen


@carries_out("gz:5")
def process_said(pen: Pen) -> tuple[GuideStep, ...]:
    """Acceptance, the steps of the examination by the order in which they can start, issue and delivery."""
    steps, limits = pen.definition.examination, pen.definition.limits
    orders = _orders(steps)
    return (
        GuideStep(
            order=1,
            name=pen.word("acceptance"),
            starts=pen.say("收到申请材料后", "on receipt of the application"),
            by=pen.word("window"),
            limit=pen.limit(limits.acceptance),
        ),
        *(_said(step, orders[step.id], pen) for step in sorted(steps, key=lambda step: orders[step.id])),
        GuideStep(
            order=max(orders.values()) + 1,
            name=pen.word("delivery"),
            starts=pen.say("作出准予决定后", "after a positive decision"),
            by=pen.word("window"),
            limit=pen.limit(limits.delivery),
        ),
    )


def _said(step: Step, order: int, pen: Pen) -> GuideStep:
    steps, path = pen.definition.examination, f"examination.{step.id}"
    names = {one.id: one.name for one in steps}
    waits = "".join(f"“{names[one]}”" for one in step.after)
    related = (step.id, *before(step.id, steps), *(one.id for one in steps if step.id in before(one.id, steps)))
    return GuideStep(
        order=order,
        id=step.id,
        name=step.name + pen.mark_entry(path, apart=("limit",)),
        starts=pen.say(f"{waits}完成后", f"after {waits}") if waits else pen.say("受理后", "after acceptance"),
        by=_by(step, pen),
        limit=pen.length(step.limit) + pen.mark(f"{path}.limit"),
        alongside=tuple(one.name for one in steps if one.id not in related),
        when=pen.when(step.when),
        decides=step.decides,
    )


def _by(step: Step, pen: Pen) -> str:
    if step.mode == "single":
        said = _who(Signer(role=step.role, unit=step.unit), pen)
    else:
        parties = pen.say("、", ", ").join(_who(signer, pen) for signer in step.signers)
        said = f"{parties}{pen.say('（', ' (')}{pen.word(f'mode.{step.mode}')}{pen.say('）', ')')}"
    return said + pen.say(f"，{step.officers}名工作人员", f", {step.officers} officers") if step.officers > 1 else said


def _who(signer: Signer, pen: Pen) -> str:
    department, role = pen.definition.department, pen.word(f"role.{signer.role.value}")
    if signer.unit is None or signer.unit == department.code:
        return role
    return f"{pen.library.units.unit(signer.unit).name}{pen.say('', ' ')}{role}"


def _orders(steps: tuple[Step, ...]) -> dict[str, int]:
    """For each step how many lie one after the other before it, acceptance being the first."""
    orders: dict[str, int] = {}
    while len(orders) < len(steps):
        for step in steps:
            if step.id not in orders and all(one in orders for one in step.after):
                orders[step.id] = 1 + max((orders[one] for one in step.after), default=1)
    return orders
