"""Acts that are no answers to a task: who may do them, and until when."""

from __future__ import annotations

from domain.acceptance import Application
from domain.checklist import names
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
    own = by.id == applied_by.id and Role.WINDOW not in applied_by.roles
    if not (own or at_window):
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
def check_promise(stage: Stage, application: Application) -> None:
    """Raise `ActNotAllowed` unless a promise can still bring about deferred acceptance, and is true."""
    if application.item.promise is None:
        raise ActNotAllowed(
            "deferral_not_allowed", "本事项不适用容缺受理", "This item allows no deferred acceptance", article="gdbe:32"
        )
    if stage not in (Stage.ACCEPTANCE, Stage.SUPPLEMENT):
        raise ActNotAllowed("accepted_already", "申请已经受理，无需再作容缺承诺", "The application is accepted already")
    if application.promised:
        raise ActNotAllowed("promised_already", "已经作出容缺承诺，无需重复", "The promise is given already")
    if application.checklist.missing_main:
        raise ActNotAllowed(
            "main_materials_missing",
            f"主要材料不齐，不能容缺受理：{names(application.checklist.missing_main)}；请先补交",
            "Main materials are missing; hand them in first",
            article="gdbe:32",
        )
    if not application.checklist.missing:
        raise ActNotAllowed("nothing_missing", "材料已经齐全，无需容缺承诺", "Nothing is missing; no promise is needed")


def case_closed() -> ActNotAllowed:
    """The case is over, and nothing can be done with it any more."""
    return ActNotAllowed(
        "case_closed", "办件已经办结；如需继续办理请重新申请", "The case is closed; apply anew to go on"
    )


@carries_out("gz:13.5")
def check_supplement(stage: Stage, *, says_something: bool, in_time: bool) -> None:
    """Raise `ActNotAllowed` where what is handed in is nothing, or comes after the applicant's limit has passed and the
    case is about to end; otherwise it is never turned away."""
    if not says_something and stage is not Stage.SUPPLEMENT:
        raise ActNotAllowed(
            "nothing_handed_in",
            "没有补交任何材料；只有在补正期间可以仅说明已按要求办妥",
            "Nothing is handed in; only during a supplement may you merely say that all is done",
        )
    if not in_time:
        raise ActNotAllowed(
            "came_too_late", "已经超过补交期限；如需继续办理请重新申请", "The limit has passed; apply anew to go on"
        )
