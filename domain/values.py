"""The one way in which values are modelled here: frozen, typed, nothing unknown."""

from __future__ import annotations

from datetime import timedelta, timezone

from pydantic import BaseModel, ConfigDict

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone of every legal day. A fixed offset: China has kept no summer time since 1991, and a replay must not
depend on the zone data of a machine."""


class Value(BaseModel):
    """A frozen value; unknown keys are refused, so that a slip of the pen is never silent."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(BaseModel):
    """A frozen value that travels or is kept; unknown keys are passed over, so that old code reads new messages."""

    model_config = ConfigDict(frozen=True, extra="ignore")
