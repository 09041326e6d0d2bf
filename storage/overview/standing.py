"""Every open case with its one cause of standing and its marks, as one SELECT that all counts and lists are made from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from domain.record import Paper
from domain.supervision.stuck import ROLE_CAUSES, Mark, StandingCause
from domain.values import SHANGHAI
from storage.overview.scope import NOT_MY_OWN, Scope

BEHIND_AFTER = timedelta(minutes=10)
"""The engine says what a moment led to within seconds; a case file that is later than this is behind."""

BIT = {mark: 1 << n for n, mark in enumerate(Mark)}
"""The marks of a case are one number, so that 200,000 of them are grouped in one go and summed up afterwards."""

ON_THE_CASE = {
    Mark.NEAR: "c.light = 'blue'",
    Mark.PAUSED: "c.paused_until IS NOT NULL",
    Mark.VACANT: "c.waiting_for && CAST(:vacant AS text[])",
}
"""Marks that the row of the case shows; all others are found in what is open beside it, which is little."""

FILED = (Paper.FILING, Paper.ORDER_LATE, Paper.STILL_LATE, Paper.CARD_APPEAL)
"""What goes from a case to the department that oversees; all else that is acknowledged goes to a unit."""

HEARD, EXTENDS = 1 << len(BIT), 2 << len(BIT)
"""Not marks, but found in the same places: a hearing runs, an extension waits."""


def bits(marks: Iterable[Mark]) -> int:
    """The marks as one number."""
    return sum(BIT[mark] for mark in marks)


# What is open beside the cases. Each part has a partial index of its own, and the whole is reckoned once for a query: were
# it joined in parts, a plan for the first page would reckon each part anew for every row. Scalar subqueries, for a join would
# read all events and all limits to find the few that matter.
BESIDE = f"""
    late AS MATERIALIZED (
        SELECT k.number, max(k.due_at) AS due_at, bit_or(CASE split_part(k.key, ':', 1)
                   WHEN 'acceptance' THEN {BIT[Mark.ACCEPTANCE_LATE]} WHEN 'step' THEN {BIT[Mark.STEP_LATE]}
                   WHEN 'hearing' THEN {BIT[Mark.HEARING_LATE]} WHEN 'promised' THEN {BIT[Mark.PROMISED_LATE]}
                   WHEN 'statutory' THEN {BIT[Mark.STATUTORY_LATE]} WHEN 'delivery' THEN {BIT[Mark.DELIVERY_LATE]}
                   WHEN 'order' THEN {BIT[Mark.ORDER_LATE]} ELSE 0 END) AS flags
          FROM clock AS k
         WHERE k.state = 'running' AND k.passed AND k.key NOT IN ('supplement', 'promise', 'hearing_request')
         GROUP BY k.number
    ),
    m AS MATERIALIZED (
        SELECT number, bit_or(flags) AS flags FROM (
            SELECT l.number, l.flags FROM late AS l
             UNION ALL
            SELECT l.number, {BIT[Mark.IDLE]} FROM late AS l
             WHERE coalesce(l.due_at >= (
                SELECT max(e.at) FROM case_event AS e
                 WHERE e.number = l.number AND e.by IS NOT NULL AND e.kind NOT IN ('urged', 'ordered')), TRUE)
             UNION ALL
            SELECT k.number, {HEARD} FROM clock AS k
             WHERE k.state = 'running' AND k.key IN ('hearing', 'hearing_request')
             UNION ALL
            SELECT t.number, CASE t.step WHEN 'extend' THEN {EXTENDS} ELSE {BIT[Mark.ORDER_OPEN]} END FROM task AS t
             WHERE t.state = 'open' AND t.step IN ('extend', 'order')
             UNION ALL
            SELECT n.number, CASE WHEN n.paper IN ({", ".join(f"'{paper}'" for paper in FILED)})
                                  THEN {BIT[Mark.FILING_OPEN]} ELSE {BIT[Mark.WARNING_OPEN]} END
              FROM notice AS n WHERE n.addressee IS NOT NULL AND n.acknowledged_at IS NULL
             UNION ALL
            SELECT c.number, {BIT[Mark.BEHIND]} FROM case_file AS c WHERE c.seq = 0 AND c.received_at < :behind
             UNION ALL
            SELECT k.number, {BIT[Mark.BEHIND]} FROM clock AS k
             WHERE k.state = 'running' AND NOT k.passed AND k.due_at < :behind
               AND (SELECT c.stage <> 'closed' AND c.due_day <= :today AND (c.paused_until IS NULL
                           OR NOT (k.key IN ('promised', 'statutory') OR k.key LIKE 'step:%'))
                      FROM case_file AS c WHERE c.number = k.number)
             UNION ALL
            SELECT a.number, {BIT[Mark.BEHIND]} FROM act_under_way AS a
             WHERE a.command IS NOT NULL AND CAST(a.command->>'received_at' AS timestamptz) < :behind
        ) AS each_of_them GROUP BY number
    )
"""

# The oldest task decides whose move it is; an order stands beside what it urges, so it decides only where it is alone.
ROLES = ", ".join(f"'{role}'" for role in ROLE_CAUSES)
CAUSE = f"""
    CASE WHEN c.seq = 0 THEN '{StandingCause.NOT_OPENED}'
         WHEN c.stage IN ('supplement', 'promise') THEN c.stage
         WHEN m.flags & {HEARD} <> 0 THEN '{StandingCause.HEARING}'
         WHEN c.paused_until IS NOT NULL THEN '{StandingCause.SPECIAL_PROCEDURE}'
         WHEN m.flags & {EXTENDS} <> 0 THEN '{StandingCause.EXTENSION}'
         WHEN 'items' = ANY(c.waiting_for) THEN '{StandingCause.ITEMS}'
         WHEN m.flags & {BIT[Mark.ORDER_OPEN]} <> 0
         THEN coalesce((SELECT t.role FROM task AS t
                         WHERE t.number = c.number AND t.state = 'open' AND t.step <> 'order' AND t.role IN ({ROLES})
                         ORDER BY t.opened_at, CAST(split_part(t.id, '.', 2) AS int) LIMIT 1),
                       '{StandingCause.CHIEF_REPRESENTATIVE}')
         WHEN split_part(c.waiting_for[1], '@', 1) IN ({ROLES}) THEN split_part(c.waiting_for[1], '@', 1)
         ELSE '{StandingCause.NOBODY}' END
"""

SHOWN = "number provincial_number item_code item_name unit district stage light due_day paused_until bundle received_at"
COLUMNS = ", ".join(f"c.{name}" for name in (*SHOWN.split(), "changed_at", "waiting_for"))
FLAGS = " + ".join(f"CASE WHEN {holds} THEN {BIT[mark]} ELSE 0 END" for mark, holds in ON_THE_CASE.items())


def standing(scope: Scope) -> str:
    """`WITH` what is open beside the cases, and the open cases of the scope as `s`: `s.flags` are all marks."""
    return f"""
        WITH {BESIDE},
        s AS NOT MATERIALIZED (
            SELECT {COLUMNS}, {CAUSE} AS cause, m.flags AS beside, (coalesce(m.flags, 0) & {bits(Mark)}) + {FLAGS} AS flags,
                   c.item_code IN (SELECT f.code FROM definition AS f WHERE f.kind = 'bundle') AS is_bundle
              FROM case_file AS c LEFT JOIN m ON m.number = c.number
             WHERE c.stage <> 'closed' AND {scope.holds_for("c.unit")} AND {NOT_MY_OWN}
        )
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


def marks_of(flags: int) -> tuple[Mark, ...]:
    """The marks that the number stands for."""
    return tuple(mark for mark in Mark if flags & BIT[mark])


# Since when the cause holds; reckoned for the rows that are shown, or asked for, only.
SINCE = f"""
    coalesce(CASE s.cause
        WHEN '{StandingCause.NOT_OPENED}' THEN s.received_at
        WHEN '{StandingCause.SUPPLEMENT}' THEN (SELECT max(k.started_at) FROM clock AS k
            WHERE k.number = s.number AND k.state = 'running' AND k.key = 'supplement')
        WHEN '{StandingCause.PROMISE}' THEN (SELECT max(e.at) FROM case_event AS e
            WHERE e.number = s.number AND e.kind = 'granted')
        WHEN '{StandingCause.HEARING}' THEN (SELECT min(k.started_at) FROM clock AS k
            WHERE k.number = s.number AND k.state = 'running' AND k.key IN ('hearing', 'hearing_request'))
        WHEN '{StandingCause.SPECIAL_PROCEDURE}' THEN (SELECT min(e.at) FROM case_event AS e
            WHERE e.number = s.number AND e.kind = 'paused' AND NOT EXISTS (
                SELECT FROM case_event AS r WHERE r.number = e.number AND r.seq > e.seq AND r.kind = 'resumed'
                   AND r.data->>'procedure' = e.data->>'procedure'))
        WHEN '{StandingCause.EXTENSION}' THEN (SELECT min(t.opened_at) FROM task AS t
            WHERE t.number = s.number AND t.state = 'open' AND t.step = 'extend')
        WHEN '{StandingCause.ITEMS}' THEN (SELECT max(e.at) FROM case_event AS e
            WHERE e.number = s.number AND e.kind IN ('accepted', 'accepted_deferred', 'deemed_accepted'))
        ELSE (SELECT coalesce(min(t.opened_at) FILTER (WHERE t.step <> 'order'), min(t.opened_at)) FROM task AS t
            WHERE t.number = s.number AND t.state = 'open')
    END, s.changed_at)
"""
