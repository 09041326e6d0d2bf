"""The words that officials use in case files: moments, days, limits, places of a step."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from domain.values import SHANGHAI

WRITTEN_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
WRITTEN_MOMENT = re.compile(r"^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})$")


def _moment(written: object) -> datetime:
    """A moment in Asia/Shanghai to the minute; 24:00 is the end of the day, as the law says it."""
    if isinstance(written, datetime) and written.tzinfo is not None:
        return written.astimezone(SHANGHAI)
    if found := WRITTEN_MOMENT.match(written) if isinstance(written, str) else None:
        day, hour, minute = found.groups()
        if (hour, minute) == ("24", "00"):
            return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(0), SHANGHAI)
        return datetime.combine(date.fromisoformat(day), time(int(hour), int(minute)), SHANGHAI)
    raise ValueError(f"需要日期和时刻，如 2026-02-26 23:30 (a day and a time are needed); got {written!r}")


def _day(written: object) -> date:
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    if isinstance(written, str) and WRITTEN_DAY.match(written):
        return date.fromisoformat(written)
    raise ValueError(f"需要日期，如 2026-02-26 (a day is needed); got {written!r}")


Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_day)]
ClockKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^(acceptance|supplement|promised|statutory|promise|delivery|hearing|hearing_request|(step|delivery):[a-z][a-z0-9_]*|order:[0-9]{1,3})$",
    ),
]
Slot = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[0-9]+)?(\.h[0-9]+)?$")]
Person = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
