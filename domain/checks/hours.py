"""The hours of an office day on one scale, breaks left out: how much of the day is used at a moment, and the reverse."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from domain.deadline import Office
from domain.values import SHANGHAI

NOTHING = timedelta()


class Hours:
    """The sessions of an office, laid end to end."""

    def __init__(self, office: Office) -> None:
        self._sessions = [(_since_midnight(opens), _since_midnight(closes)) for opens, closes in office.sessions]
        self.whole = sum((closes - opens for opens, closes in self._sessions), NOTHING)

    def used_at(self, moment: datetime) -> timedelta:
        """How much of the day's hours lies behind at the moment."""
        now = moment - datetime.combine(moment.date(), time(0), moment.tzinfo)
        return sum((min(max(now - opens, NOTHING), closes - opens) for opens, closes in self._sessions), NOTHING)

    def moment(self, day: date, used: timedelta) -> datetime:
        """The first moment of the day at which so much is used."""
        for opens, closes in self._sessions:
            if used <= closes - opens:
                return datetime.combine(day, time(0), SHANGHAI) + opens + used
            used -= closes - opens
        raise ValueError("more than the office's day")


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
