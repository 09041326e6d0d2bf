"""What the outcome of a grievance may ask of its case, and when the case has to do it (gz:13.1, gz:13.2, gz:13.5)."""

from __future__ import annotations

from datetime import date

from domain.acceptance import Application, NoticeRound, is_complete, no_deferral
from domain.commands import Demand, Outcome
from domain.law import Refused, carries_out
from domain.record import Stage

NOT_ACCEPTED_YET = (Stage.ACCEPTANCE, Stage.SUPPLEMENT)


class RemedyNotAllowed(Refused):
    """The case has no place for what is asked of it."""


@carries_out("gz:13.1", "gz:13.5")
def accepting(stage: Stage, application: Application, today: date) -> Outcome:
    """How the application is accepted now. Raises `RemedyNotAllowed` unless acceptance is still open and a must: all is there,
    or what is missing may follow."""
    if stage not in NOT_ACCEPTED_YET:
        raise RemedyNotAllowed(
            "accepted_already",
            "申请已经受理，不需要再责令受理；要求尽快办结的，请责令限期办结",
            "The application is accepted already; ask for its decision by a day instead",
            article="gz:13.1",
        )
    if is_complete(application):
        return Outcome.ACCEPT
    hindrance = no_deferral(application, None, today)
    if hindrance is None:
        return Outcome.ACCEPT_DEFERRED
    raise RemedyNotAllowed(
        "not_to_be_accepted",
        f"依照条例第十三条第一款，目前不属于应当受理的情形：{hindrance.text.zh}",
        f"Acceptance is no must under gz:13.1: {hindrance.text.en}",
        article="gz:13.1",
    )


@carries_out("gz:13.2", "gz:13.5")
def without_what_came_late(
    stage: Stage, rounds: tuple[NoticeRound, ...], late: tuple[Demand, ...]
) -> tuple[NoticeRound, ...]:
    """The notices once the last one no longer demands what the first could have said. Raises `RemedyNotAllowed` where no notice
    is open, or nothing in it came late."""
    if stage is not Stage.SUPPLEMENT or not rounds:
        raise RemedyNotAllowed(
            "no_notice_open",
            "目前没有等待申请人补正的告知，没有可以撤销的要求",
            "The case waits for no supplement; there is no notice to withdraw",
            article="gz:13.2",
        )
    fall = tuple(demand for demand in late if demand in rounds[-1].standing)
    if not fall:
        raise RemedyNotAllowed(
            "nothing_told_late",
            "最近一次告知中没有认定为未一次性告知的要求，不能撤销；其余要求申请人仍须补正",
            "Nothing in the last notice was found to have come late; what it demands still stands",
            article="gz:13.2",
        )
    return (*rounds[:-1], rounds[-1].model_copy(update={"withdrawn": (*rounds[-1].withdrawn, *fall)}))
