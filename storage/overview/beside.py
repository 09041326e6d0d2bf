"""What is open beside the cases: passed limits, hearings, orders, extensions, papers that nobody acknowledged, and files that
are behind. It is little, and each part has a partial index of its own."""

from __future__ import annotations

from collections.abc import Iterable

from domain.record import Paper
from domain.supervision.stuck import Mark

BIT = {mark: 1 << n for n, mark in enumerate(Mark)}
"""The marks of a case are one number, so that 200,000 of them are grouped in one go and summed up afterwards."""

FILED = (Paper.FILING, Paper.ORDER_LATE, Paper.STILL_LATE, Paper.CARD_APPEAL)
"""What goes from a case to the department that oversees; all else that is acknowledged goes to a unit."""

HEARD, EXTENDS = 1 << len(BIT), 2 << len(BIT)
"""Not marks, but found in the same places: a hearing runs, an extension waits."""


def bits(marks: Iterable[Mark]) -> int:
    """The marks as one number."""
    return sum(BIT[mark] for mark in marks)


# What is open beside the cases. Each part has a partial index of its own, and the whole is reckoned once for a query: were
# it joined in parts, a plan for the first page would reckon each part anew for every row. Scalar subqueries, for a join would
# read all events and all limits to find the few that matter. The oldest task decides whose move it is; an order stands beside
# what it urges, so it decides only where it is alone: `first_role` is for cases with an order.
BESIDE = f"""
    late AS MATERIALIZED (
        SELECT k.number, max(k.due_at) AS due_at, bit_or(CASE split_part(k.key, ':', 1)
                   WHEN 'acceptance' THEN {BIT[Mark.ACCEPTANCE_LATE]} WHEN 'step' THEN {BIT[Mark.STEP_LATE]}
                   WHEN 'hearing' THEN {BIT[Mark.HEARING_LATE]} WHEN 'promised' THEN {BIT[Mark.PROMISED_LATE]}
                   WHEN 'statutory' THEN {BIT[Mark.STATUTORY_LATE]} WHEN 'delivery' THEN {BIT[Mark.DELIVERY_LATE]}
                   WHEN 'order' THEN {BIT[Mark.ORDER_LATE]} ELSE 0 END) AS flags
          FROM clock AS k
         WHERE k.state = 'running' AND k.passed AND k.key NOT IN ('supplement', 'promise', 'hearing_request') {{k}}
         GROUP BY k.number
    ),
    m AS MATERIALIZED (
        SELECT number, bit_or(flags) AS flags, max(first_role) AS first_role FROM (
            SELECT l.number, l.flags, CAST(NULL AS text) AS first_role FROM late AS l
             UNION ALL
            SELECT l.number, {BIT[Mark.IDLE]}, NULL FROM late AS l
             WHERE coalesce(l.due_at >= (
                SELECT max(e.at) FROM case_event AS e
                 WHERE e.number = l.number AND e.by IS NOT NULL AND e.kind NOT IN ('urged', 'ordered')), TRUE)
             UNION ALL
            SELECT k.number, {HEARD}, NULL FROM clock AS k
             WHERE k.state = 'running' AND k.key IN ('hearing', 'hearing_request') {{k}}
             UNION ALL
            SELECT t.number, CASE t.step WHEN 'extend' THEN {EXTENDS} ELSE {BIT[Mark.ORDER_OPEN]} END, CASE t.step
                       WHEN 'order' THEN coalesce((SELECT f.role FROM task AS f
                            WHERE f.number = t.number AND f.state = 'open' AND f.step <> 'order'
                            ORDER BY f.opened_at, CAST(split_part(f.id, '.', 2) AS int) LIMIT 1), t.role) END
              FROM task AS t
             WHERE t.state = 'open' AND t.step IN ('extend', 'order') {{t}}
             UNION ALL
            SELECT n.number, CASE WHEN n.paper IN ({", ".join(f"'{paper}'" for paper in FILED)})
                                  THEN {BIT[Mark.FILING_OPEN]} ELSE {BIT[Mark.WARNING_OPEN]} END, NULL
              FROM notice AS n WHERE n.addressee IS NOT NULL AND n.acknowledged_at IS NULL {{n}}
             UNION ALL
            SELECT c.number, {BIT[Mark.BEHIND]}, NULL FROM case_file AS c WHERE c.seq = 0 AND c.received_at < :behind {{c}}
             UNION ALL
            SELECT k.number, {BIT[Mark.BEHIND]}, NULL FROM clock AS k
             WHERE k.state = 'running' AND NOT k.passed AND k.due_at < :behind {{k}}
               AND (SELECT c.stage <> 'closed' AND c.due_day <= :today AND (c.paused_until IS NULL
                           OR NOT (k.key IN ('promised', 'statutory') OR k.key LIKE 'step:%'))
                      FROM case_file AS c WHERE c.number = k.number)
             UNION ALL
            SELECT a.number, {BIT[Mark.BEHIND]}, NULL FROM act_under_way AS a
             WHERE a.command IS NOT NULL AND CAST(a.command->>'received_at' AS timestamptz) < :behind {{a}}
        ) AS each_of_them GROUP BY number
    )
"""
