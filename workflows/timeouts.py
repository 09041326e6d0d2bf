"""How long activities may take and how often they are tried, by name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.common import RetryPolicy

RECORD = "record"
"""The activity that puts a batch on file."""

LAST_LOOK = "last_look"
"""The activity that asks whether something came in time of which the case has not heard."""
LAST_LOOK_OF_PART = "last_look_of_part"
"""The same for an item of a bundle."""

OPEN_PART = "open_part"
"""The activity that opens the case file of an item of a bundle, and puts its first batch there."""

HOW_IT_ENDED = "how_it_ended"
"""The activity that asks the case file how a case ended."""

RECORD_GRIEVANCE = "record_grievance"
"""The activity that puts a batch of a grievance on file, with its papers."""
ASK_OF_CASE = "ask_of_case"
"""The activity that asks of a case what the outcome of a grievance calls for."""

MONTHS_DUE = "months_due"
"""The activity that says of which months a report is due."""
MAKE_MONTH = "make_month"
"""The activity that makes the report of a month, with its notices."""

HAND_ON = "hand_on"
"""The activity that shows materials of a bundle in the case file of one of its items."""

ON_FILE: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10)),
}
"""Without end, and seen by supervisors: a database that is down delays a case, it never loses an act."""

UNTIL_IT_ENDED: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(minutes=10), maximum_interval=timedelta(minutes=10)),
}
"""Asked again and again, without a trace in the history."""

MONTHLY: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=10)),
}
"""Without end, its cause seen in the engine: a report that cannot be made today is made when it can."""

BEFORE_THE_END: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
}
"""Without end: a case does not lapse while nobody can say what was handed in."""
FAILS_OFTEN = 3
"""From this attempt on an activity that fails is a trouble, and no hiccup."""
WAITS_BY_FAILING = frozenset({HOW_IT_ENDED})
"""Activities that fail on purpose until what they wait for has come."""

LOOK_AGAIN = timedelta(seconds=15)
"""How long something that came in time may be on its way before it is asked for again."""
