"""Acts that are no answers to a task: who may do them, and until when."""

from __future__ import annotations

from domain.commands import Actor
from domain.definition import Role
from domain.item import Item
from domain.law import Refused, carries_out
from domain.record import Stage


class ActNotAllowed(Refused):
    """The act is not open to this person, or not any more."""


UNDECIDED = (Stage.ACCEPTANCE, Stage.SUPPLEMENT, Stage.EXAMINATION)


def check_applicant(by: Actor, applied_by: Actor, item: Item) -> None:
    """Raise `ActNotAllowed` unless the applicant acts, or the item's window on the applicant's behalf."""
    at_window = Role.WINDOW in by.roles and item.unit in by.units
    if by.id != applied_by.id and not at_window:
        raise ActNotAllowed(
            "not_the_applicant",
            "只有申请人本人或者受理窗口可以代为办理此操作",
            "Only the applicant, or the item's window on the applicant's behalf, may do this",
            article="apl:29",
        )


@carries_out("apl:29")
def check_withdrawal(stage: Stage) -> None:
    """Raise `ActNotAllowed` once the application is decided: until then it may be taken back."""
    if stage not in UNDECIDED:
        raise ActNotAllowed(
            "decided_already",
            "已经作出决定，不能再撤回申请；不需要结果的，可以在领取时说明",
            "The application is decided and can no longer be withdrawn",
        )


@carries_out("gdbe:32")
def check_promise(stage: Stage, item: Item) -> None:
    """Raise `ActNotAllowed` unless a promise can still bring about deferred acceptance."""
    if item.promise is None:
        raise ActNotAllowed(
            "deferral_not_allowed", "本事项不适用容缺受理", "This item allows no deferred acceptance", article="gdbe:32"
        )
    if stage not in (Stage.ACCEPTANCE, Stage.SUPPLEMENT):
        raise ActNotAllowed("accepted_already", "申请已经受理，无需再作容缺承诺", "The application is accepted already")


def check_supplement(stage: Stage) -> None:
    """Raise `ActNotAllowed` only for a closed case: what is handed in before is never turned away (gz:13.5)."""
    if stage is Stage.CLOSED:
        raise ActNotAllowed(
            "case_closed", "办件已经办结；如需继续办理请重新申请", "The case is closed; apply anew to go on"
        )
