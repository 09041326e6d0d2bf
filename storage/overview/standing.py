"""Every open case with its one cause of standing and its marks, as one SELECT that all counts and lists are made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from domain.supervision.stuck import ROLE_CAUSES, Mark, StandingCause
from domain.values import SHANGHAI
from storage.overview.beside import BESIDE, BIT, EXTENDS, HEARD, bits
from storage.overview.scope import NOT_MY_OWN, Scope

BEHIND_AFTER = timedelta(minutes=10)
"""The engine says what a moment led to within seconds; a case file that is later than this is behind."""

ON_THE_CASE = {
    Mark.NEAR: "{of}.light = 'blue'",
    Mark.PAUSED: "{of}.is_paused",
    Mark.VACANT: "{of}.waiting_for && CAST(:vacant AS text[])",
}
"""Marks that the row of the case shows; all others are found in what is open beside it."""

TELLING = ("stage", "light", "waiting_for", "begun", "is_paused", "beside", "first_role", "is_bundle")
"""All that cause and marks are told from: cases that are alike in these have the same, so counts group them first."""


def cause(of: str) -> str:
    """The cause of standing of rows with the columns that tell it; the first one that holds."""
    roles = ", ".join(f"'{role}'" for role in ROLE_CAUSES)
    role = f"coalesce({of}.first_role, split_part({of}.waiting_for[1], '@', 1))"
    return f"""
        CASE WHEN NOT {of}.begun THEN '{StandingCause.NOT_OPENED}'
             WHEN {of}.stage IN ('supplement', 'promise') THEN {of}.stage
             WHEN {of}.beside & {HEARD} <> 0 THEN '{StandingCause.HEARING}'
             WHEN {of}.is_paused THEN '{StandingCause.SPECIAL_PROCEDURE}'
             WHEN {of}.beside & {EXTENDS} <> 0 THEN '{StandingCause.EXTENSION}'
             WHEN 'items' = ANY({of}.waiting_for) THEN '{StandingCause.ITEMS}'
             WHEN {role} IN ({roles}) THEN {role}
             ELSE '{StandingCause.NOBODY}' END
    """


def flags(of: str) -> str:
    """The marks of such rows as one number."""
    shown = (f"CASE WHEN {holds.format(of=of)} THEN {BIT[mark]} ELSE 0 END" for mark, holds in ON_THE_CASE.items())
    return f"(coalesce({of}.beside, 0) & {bits(Mark)}) + {' + '.join(shown)}"


SHOWN = "number provincial_number item_code item_name unit district stage light due_day paused_until bundle received_at"
COLUMNS = ", ".join(f"c.{name}" for name in (*SHOWN.split(), "changed_at", "waiting_for"))


def standing(scope: Scope, *, named_ones: bool = False) -> str:
    """`WITH` what is open beside the cases, and the open cases of the scope as `s`: `s.flags` are all marks. Where it is about
    `named_ones`, those of `:numbers` alone."""
    these = {name: f"AND {name}.number = ANY(:numbers)" if named_ones else "" for name in "ktnca"}
    return f"""
        WITH {BESIDE.format(**these)},
        r AS NOT MATERIALIZED (
            SELECT {COLUMNS}, c.seq > 0 AS begun, c.paused_until IS NOT NULL AS is_paused, m.flags AS beside, m.first_role,
                   c.item_code IN (SELECT f.code FROM definition AS f WHERE f.kind = 'bundle') AS is_bundle
              FROM case_file AS c LEFT JOIN m ON m.number = c.number
             WHERE c.stage <> 'closed' AND {scope.holds_for("c.unit")} AND {NOT_MY_OWN} {these["c"]}
        ),
        s AS NOT MATERIALIZED (SELECT r.*, {cause("r")} AS cause, {flags("r")} AS flags FROM r)
    """


def values(scope: Scope, now: datetime, vacant: list[str]) -> dict[str, Any]:
    """What `standing` names."""
    today = now.astimezone(SHANGHAI).date()
    return {**scope.values, "behind": now - BEHIND_AFTER, "today": today, "vacant": vacant}


def any_of(marks: Iterable[Mark]) -> str:
    """The condition that holds where one of the marks does; `beside` is looked at alone where it can be, for then a plan may
    begin with what has the mark."""
    wanted = tuple(marks)
    on_the_case = any(mark in ON_THE_CASE for mark in wanted)
    return f"s.{'flags' if on_the_case else 'beside'} & {bits(wanted)} <> 0"


@cache
def marks_of(shown: int) -> tuple[Mark, ...]:
    """The marks that the number stands for."""
    return tuple(mark for mark in Mark if shown & BIT[mark])
