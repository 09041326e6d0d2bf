"""办理流程: from acceptance to delivery, in the order in which the steps can run."""

from __future__ import annotations

from collections.abc import Sequence

from domain.definition import Signer, Step
from domain.graph import Node, before, behind, in_order
from domain.law import carries_out
from registry.guide.parts import GuideStep
from registry.guide.pen import ItemPen


@carries_out("gz:5")
def process_said(pen: ItemPen) -> tuple[GuideStep, ...]:
    """Acceptance, the steps of the examination by the order in which they can start, issue and delivery."""
    steps, limits = pen.definition.examination, pen.definition.limits
    orders = orders_of(steps)
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


def _said(step: Step, order: int, pen: ItemPen) -> GuideStep:
    steps, path = pen.definition.examination, f"examination.{step.id}"
    names = {one.id: one.name for one in steps}
    waits = "".join(f"“{names[one]}”" for one in step.after)
    return GuideStep(
        order=order,
        id=step.id,
        name=step.name + pen.mark_entry(path, apart=("limit",)),
        starts=pen.say(f"{waits}完成后", f"after {waits}") if waits else pen.say("受理后", "after acceptance"),
        by=_by(step, pen),
        limit=pen.length(step.limit) + pen.mark(f"{path}.limit"),
        alongside=tuple(names[one] for one in alongside(step.id, steps)),
        when=pen.when(step.when),
        decides=step.decides,
    )


def _by(step: Step, pen: ItemPen) -> str:
    if step.mode == "single":
        said = _who(Signer(role=step.role, unit=step.unit), pen)
    else:
        parties = pen.say("、", ", ").join(_who(signer, pen) for signer in step.signers)
        said = f"{parties}{pen.say('（', ' (')}{pen.word(f'mode.{step.mode}')}{pen.say('）', ')')}"
    return said + pen.say(f"，{step.officers}名工作人员", f", {step.officers} officers") if step.officers > 1 else said


def _who(signer: Signer, pen: ItemPen) -> str:
    department, role = pen.definition.department, pen.word(f"role.{signer.role.value}")
    if signer.unit is None or signer.unit == department.code:
        return role
    return f"{pen.library.units.unit(signer.unit).name}{pen.say('', ' ')}{role}"


def orders_of(nodes: Sequence[Node]) -> dict[str, int]:
    """For each step or item how many lie one after the other before it, acceptance being the first."""
    orders: dict[str, int] = {}
    for node in in_order([*nodes]):
        orders[node.id] = 1 + max((orders[one] for one in node.after), default=1)
    return orders


def alongside(node: str, nodes: Sequence[Node]) -> tuple[str, ...]:
    """The steps or items that may run while this one does: all that neither come before it nor after it."""
    related = (node, *before(node, nodes), *behind(node, nodes))
    return tuple(one.id for one in nodes if one.id not in related)
