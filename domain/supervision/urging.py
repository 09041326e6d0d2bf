"""Urging (催办): an applicant may ask where the case has got to, so often and no more often (gz:13.4, gz:13.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.deadline import Office, due
from domain.law import Refused, carries_out
from domain.limits import Limit
from domain.record import Stage
from domain.running import Policy

THE_APPLICANTS_MOVE = (Stage.SUPPLEMENT, Stage.PROMISE)


class UrgingNotAllowed(Refused):
    """There is nothing to urge, or not yet again."""


@carries_out("gz:13.4", "gz:13.5")
def check_urging(stage: Stage) -> None:
    """Raise `UrgingNotAllowed` while it is the applicant's own move that the case waits for."""
    if stage in THE_APPLICANTS_MOVE:
        raise UrgingNotAllowed(
            "your_own_move",
            "目前等待申请人补交材料，不需要催办；请先补交，补齐后单位即继续办理",
            "The case waits for materials of the applicant's; hand them in, and the unit goes on",
            article="gz:13.2",
        )


@carries_out("gz:13.4", "gz:13.5")
def check_urged_again(urged: Sequence[datetime], policy: Policy, office: Office, now: datetime) -> None:
    """Raise `UrgingNotAllowed` where the applicant has urged too lately, or too often; it says what may be done when."""
    if len(urged) >= policy.urge_most:
        raise UrgingNotAllowed(
            "urged_enough",
            f"本办件已经催办{policy.urge_most}次，不再重复催办；可以查看办件经过，"
            "对未按时办结等情形可以到“办不成事”反映窗口反映",
            f"This case was urged {policy.urge_most} times; see its timeline, or go to the “can't get it done” window",
            article="gz:13.5",
        )
    if urged and now.date() < (again := again_from(urged[-1], policy, office)):
        raise UrgingNotAllowed(
            "urged_lately",
            f"每{policy.urge_every}个工作日可以催办一次；自{again:%Y-%m-%d}起可以再次催办",
            f"Urging is possible once in {policy.urge_every} working days; again from {again} on",
            article="gz:13.4",
        )


def again_from(urged_at: datetime, policy: Policy, office: Office) -> date:
    """The day from which the applicant may urge again."""
    return due(urged_at, Limit(days=policy.urge_every), office).day
