"""Since when a case stands as it does; reckoned for the rows that are shown, or asked for."""

from __future__ import annotations

from domain.supervision.stuck import StandingCause

OLDEST_TASK = """
    (SELECT coalesce(min(t.opened_at) FILTER (WHERE t.step <> 'order'), min(t.opened_at)) FROM task AS t
      WHERE t.number = s.number AND t.state = 'open')
"""
OPENED = """
    opened AS MATERIALIZED (
        SELECT t.number, coalesce(min(t.opened_at) FILTER (WHERE t.step <> 'order'), min(t.opened_at)) AS at
          FROM task AS t WHERE t.state = 'open' GROUP BY t.number
    )
"""
"""The oldest open task of every case, for where all cases are asked about at once; joined as `o`."""


def since(oldest_task: str = OLDEST_TASK) -> str:
    """When the cause of `s` began."""
    return f"""
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
        ELSE {oldest_task}
    END, s.changed_at)
    """


SINCE = since()
