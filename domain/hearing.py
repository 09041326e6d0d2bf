"""Hearings: who may ask for one until when, who chairs it, and that the decision waits for its record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from domain.calendar import ONE_DAY
from domain.commands import Hear, HearingMove
from domain.deadline import Office, due
from domain.law import Refused, carries_out
from domain.limits import Limit
from domain.record import ClockRecord, Stage
from domain.values import Message

NOTICE = Limit(days=7)
"""Days between the notice of a hearing and the hearing, none of them shared with either (apl:48)."""


class HearingNotAllowed(Refused):
    """The hearing may not go on like this; the message says what would be right."""


class Hearing(Message):
    """How far the hearing of a case is."""

    move: HearingMove
    """The last thing that was done about it."""
    lapsed: bool = False
    """Nobody asked for it within the five days."""
    held_on: date | None = None
    host: str | None = None
    ordered: bool = False
    """The agency holds it of its own motion; then nobody can decline it."""

    @property
    def is_wanted(self) -> bool:
        """Whether it was asked for or ordered, and is still to be held."""
        return self.move in (HearingMove.REQUEST, HearingMove.ORDER, HearingMove.SCHEDULE)

    @property
    def may_be_asked_for(self) -> bool:
        """Whether the applicant may still ask for it."""
        return self.move is HearingMove.OFFER and not self.lapsed


def moves_from(hearing: Hearing | None) -> tuple[HearingMove, ...]:
    """What may be done next."""
    if hearing is None or hearing.lapsed or hearing.move is HearingMove.DECLINE:
        return (HearingMove.OFFER, HearingMove.ORDER)
    back = () if hearing.ordered else (HearingMove.DECLINE,)
    return {
        HearingMove.OFFER: (HearingMove.REQUEST, HearingMove.DECLINE, HearingMove.ORDER),
        HearingMove.REQUEST: (HearingMove.SCHEDULE, HearingMove.DECLINE),
        HearingMove.ORDER: (HearingMove.SCHEDULE,),
        HearingMove.SCHEDULE: (HearingMove.HOLD, HearingMove.SCHEDULE, *back),
        HearingMove.HOLD: (HearingMove.ORDER,),
    }[hearing.move]


@carries_out("apl:46", "apl:47")
def check_hearing(
    act: Hear, stage: Stage, hearing: Hearing | None, limit: ClockRecord | None, now: datetime, office: Office
) -> None:
    """Raise `HearingNotAllowed` unless this is the next thing to do about the hearing; `limit` is that for holding it."""
    if stage is not Stage.EXAMINATION:
        raise HearingNotAllowed(
            "no_hearing_now",
            "听证只在受理之后、作出决定之前进行",
            "A hearing has its place between acceptance and decision",
            article="apl:47",
        )
    allowed = moves_from(hearing)
    if act.move not in allowed:
        if act.move is HearingMove.REQUEST and hearing is not None and hearing.lapsed:
            raise HearingNotAllowed(
                "hearing_asked_too_late",
                "已经超过被告知听证权利后五日的期限；机关认为确有必要的，可以依职权举行听证",
                "The five days after being told of the right are over; the agency may still order one itself",
                article="apl:47",
            )
        raise HearingNotAllowed(
            "hearing_not_there_yet",
            f"现在不能办理听证的这一步（{act.move}）；可以办理的是：{'、'.join(allowed)}",
            f"{act.move} is not the next thing to do about the hearing; it is one of {', '.join(allowed)}",
            article="apl:47",
        )
    if act.move is HearingMove.SCHEDULE:
        _check_schedule(act, limit, now, office)
    if act.move is HearingMove.HOLD and hearing is not None:
        _check_held(act, hearing, now)
    if act.move is HearingMove.ORDER and act.text is None:
        raise HearingNotAllowed(
            "reasons_missing",
            "依职权听证须写明依据的规定，或者涉及的重大公共利益",
            "Say which rule asks for the hearing, or which public interest is at stake",
            article="apl:46",
        )


@carries_out("apl:47", "apl:48")
def _check_schedule(act: Hear, limit: ClockRecord | None, now: datetime, office: Office) -> None:
    if act.held_on is None or act.host is None or act.text is None:
        raise HearingNotAllowed(
            "hearing_incomplete",
            "通知听证须写明日期（held_on）、主持人（host）以及时间和地点（text）",
            "Name the day (held_on), the chair (host), and time and place (text)",
            article="apl:48",
        )
    earliest = due(now, NOTICE, office).day
    if act.held_on <= earliest:
        raise HearingNotAllowed(
            "hearing_too_soon",
            f"听证须提前七日（工作日）通知；今天通知的，最早在{earliest:%Y-%m-%d}之后举行",
            f"A hearing is notified seven working days ahead; told today, it is held after {earliest:%Y-%m-%d}",
            article="apl:48",
        )
    first = office.calendar.next_worked(earliest + ONE_DAY)
    if limit is not None and not limit.passed and act.held_on > max(limit.due_day, first):
        late = "；期限之内已经来不及提前七日通知" if first > limit.due_day else ""
        raise HearingNotAllowed(
            "hearing_too_far",
            f"听证应当在{limit.due_day:%Y-%m-%d}以前组织{late}；请选在{first:%Y-%m-%d}"
            + ("举行" if late else f"至{limit.due_day:%Y-%m-%d}之间的一天"),
            f"The hearing has to be held by {limit.due_day:%Y-%m-%d}; {first:%Y-%m-%d} is the first day that the notice "
            "allows",
            article="apl:47",
        )
    if not office.calendar.is_worked(act.held_on):
        raise HearingNotAllowed(
            "hearing_on_day_off",
            f"{act.held_on:%Y-%m-%d}不是工作日；请选择工作日举行听证",
            f"{act.held_on:%Y-%m-%d} is no working day; choose one",
            article="apl:48",
        )


@carries_out("apl:48")
def _check_held(act: Hear, hearing: Hearing, now: datetime) -> None:
    if hearing.held_on is not None and now.date() < hearing.held_on:
        raise HearingNotAllowed(
            "hearing_not_held_yet",
            f"听证定于{hearing.held_on:%Y-%m-%d}举行，不能提前记为已举行；改期的请重新通知",
            f"The hearing is called for {hearing.held_on:%Y-%m-%d}; notify another day if it has changed",
            article="apl:48",
        )
    if act.text is None:
        raise HearingNotAllowed(
            "record_missing",
            "听证应当制作笔录；请把笔录要点填入 text",
            "A hearing has a record; give what it says (text)",
            article="apl:48",
        )


@carries_out("apl:45")
def check_is_wanted(hearing: Hearing | None) -> None:
    """Raise `HearingNotAllowed` where the clock would stop for a hearing that nobody asked for or ordered."""
    if hearing is None or not hearing.is_wanted:
        raise HearingNotAllowed(
            "no_hearing_to_pause_for",
            "没有人要求听证，机关也没有决定举行听证，不能因听证暂停计时；请先办理听证（hear）",
            "Nobody asked for a hearing and none was ordered; the clock does not stop for it",
            article="apl:45",
        )


@carries_out("apl:48")
def check_host(host: str | None, examining: Collection[str]) -> None:
    """Raise `HearingNotAllowed` where the chair examines this application."""
    if host is not None and host in examining:
        raise HearingNotAllowed(
            "host_examines",
            "听证主持人不得是审查本申请的工作人员；请另行指定",
            "The chair may not be one who examines this application; name another",
            article="apl:48",
        )


@carries_out("apl:47", "apl:48")
def check_heard(hearing: Hearing | None) -> None:
    """Raise `HearingNotAllowed` where the application would be decided before a hearing that is due or may still be
    asked for."""
    if hearing is None:
        return
    if hearing.is_wanted:
        raise HearingNotAllowed(
            "hearing_due",
            "听证尚未举行；应当根据听证笔录作出决定",
            "The hearing is still to be held; the decision has to rest on its record",
            article="apl:48",
        )
    if hearing.may_be_asked_for:
        raise HearingNotAllowed(
            "hearing_right_open",
            "申请人要求听证的期限尚未届满，也没有表示放弃；届满或者放弃之后再作决定",
            "The applicant may still ask for a hearing; decide once the five days are over or it was declined",
            article="apl:47",
        )
