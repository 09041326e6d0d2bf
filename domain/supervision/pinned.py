"""What of a place's rules a case is opened with, so that a change of them is for new cases only."""

from __future__ import annotations

from domain.running import Policy
from domain.supervision.rules import Supervision


def pinned(policy: Policy, rules: Supervision) -> Policy:
    """The policy with what the clock and the acts of a case need of the rules."""
    return policy.model_copy(
        update={
            "told_late": rules.late_clocks,
            "still_late_after": rules.still_late_after,
            "urge_every": rules.urging.every,
            "urge_most": rules.urging.most,
            "order_days": rules.orders.answer_within,
        }
    )
