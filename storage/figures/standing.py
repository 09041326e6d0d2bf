"""Figures that a query tells. A new one is one entry here; the last column of its query is the value, all others are labels.

Labels are of a bounded number: units, roles, kinds. Never a case number, never a person. Each query lives on a partial index
or on a small table, for it is asked again every half minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Values = list[tuple[Mapping[str, str], float]]
"""Labels with their value."""


class Figure(NamedTuple):
    """A metric: its name, what it says, and the query that tells it."""

    name: str
    says: str
    query: str
    unit: str = ""
    """`s` for seconds; empty for a number of things."""
    grows: bool = False
    """A count since the beginning; it is shown as `…_total`."""


STANDING = (
    Figure(
        "bancheng_cases_open",
        "Cases that are not closed, by the unit that handles them, their stage and their light.",
        """SELECT unit, stage, light, count(*) FROM case_file WHERE stage <> 'closed' GROUP BY 1, 2, 3""",
    ),
    Figure(
        "bancheng_cases_open_by_age",
        "Cases that are not closed, by the days since they were received.",
        """SELECT (ARRAY['0-1', '1-5', '5-10', '10-20', '20-60', '60+'])[
                       1 + width_bucket(extract(epoch FROM now() - received_at) / 86400, ARRAY[1, 5, 10, 20, 60])] AS days,
                  count(*) FROM case_file WHERE stage <> 'closed' GROUP BY 1""",
    ),
    Figure(
        "bancheng_cases_waiting",
        "Cases that wait for a role of a unit, for the applicant, or for items of a bundle; one may wait for several.",
        """SELECT split_part(w, '@', 1) AS role, split_part(w, '@', 2) AS unit, count(*)
             FROM case_file, unnest(waiting_for) AS w WHERE stage <> 'closed' GROUP BY 1, 2""",
    ),
    Figure(
        "bancheng_cases_unstarted",
        "Applications on file for more than a minute that no workflow has taken up.",
        """SELECT count(*) FROM case_file WHERE seq = 0 AND bundle IS NULL AND received_at < now() - interval '1 minute'""",
    ),
    Figure(
        "bancheng_limits_overdue",
        "Limits that have passed while what they are for is not done, by the kind of limit.",
        """SELECT split_part(key, ':', 1) AS clock, count(*) FROM clock WHERE state = 'running' AND passed GROUP BY 1""",
    ),
    Figure(
        "bancheng_acts_under_way",
        "Acts that were sent to a case more than a minute ago and are not on file.",
        """SELECT count(*) FROM act_under_way WHERE sent_at < now() - interval '1 minute'""",
    ),
    Figure(
        "bancheng_acts_slow",
        "The same after five seconds: the worker notes anew when it tried one, so that one that fails again and again stays young.",
        """SELECT count(*) FROM act_under_way WHERE sent_at < now() - interval '5 seconds'""",
    ),
    Figure(
        "bancheng_papers_unacknowledged",
        "Filings and warnings that the unit they went to has not acknowledged; overdue: past the day by which it was to.",
        """SELECT addressee AS unit, paper, CASE WHEN acknowledge_by < CURRENT_DATE THEN 'yes' ELSE 'no' END AS overdue, count(*)
             FROM notice WHERE addressee IS NOT NULL AND acknowledged_at IS NULL GROUP BY 1, 2, 3""",
    ),
    Figure(
        "bancheng_deliveries",
        "Deliveries that wait to go, or go again, over a channel, and those that the channel refused for good.",
        """SELECT channel, state, count(*) FROM delivery WHERE state = 'waiting' GROUP BY 1, 2
            UNION ALL SELECT channel, state, count(*) FROM delivery WHERE state = 'failed' GROUP BY 1, 2""",
    ),
    Figure(
        "bancheng_delivery_oldest",
        "How long the oldest paper has been waiting for a channel to take it.",
        """SELECT d.channel, extract(epoch FROM now() - min(n.given_at)) FROM delivery AS d
             JOIN notice AS n ON (n.number, n.seq, n.paper) = (d.number, d.seq, d.paper)
            WHERE d.state = 'waiting' GROUP BY 1""",
        unit="s",
    ),
    Figure(
        "bancheng_materials_awaited",
        "Materials that a register was asked for and has not given.",
        """SELECT register_name AS register, count(*) FROM material WHERE state = 'requested' GROUP BY 1""",
    ),
    Figure(
        "bancheng_grievances_open",
        "Grievances that are not closed, by the window they lie with, where they stand, and how far they were escalated.",
        """SELECT window_unit AS unit, leg, level::text AS level, count(*) FROM grievance
            WHERE leg <> 'closed' GROUP BY 1, 2, 3""",
    ),
    Figure(
        "bancheng_grievances_opened",
        "Grievances that were registered.",
        """SELECT window_unit AS unit, count(*) FROM grievance WHERE seq > 0 GROUP BY 1""",
        grows=True,
    ),
    Figure(
        "bancheng_grievances_closed",
        "Grievances that were closed, by how.",
        """SELECT window_unit AS unit, ending, count(*) FROM grievance WHERE ending IS NOT NULL GROUP BY 1, 2""",
        grows=True,
    ),
    Figure(
        "bancheng_grievances_escalated",
        "Legs of a grievance that were not done in time: leg_late, and escalated once more.",
        """SELECT g.window_unit AS unit, e.kind AS step, count(*) FROM grievance_event AS e JOIN grievance AS g USING (number)
            WHERE e.kind IN ('leg_late', 'escalated') GROUP BY 1, 2""",
        grows=True,
    ),
    Figure(
        "bancheng_findings",
        "Shortcomings of gz:13.5 that were found from facts, whether or not they were withdrawn later.",
        """SELECT unit, shortcoming, count(*) FROM finding GROUP BY 1, 2""",
        grows=True,
    ),
    Figure(
        "bancheng_cards",
        "Cards that units were given.",
        """SELECT unit, colour, count(*) FROM card GROUP BY 1, 2""",
        grows=True,
    ),
    Figure(
        "bancheng_alarms_open",
        "What nobody answers for, first of all posts that nobody holds, by the unit.",
        """SELECT kind, unit, count(*) FROM alarm WHERE cleared_at IS NULL GROUP BY 1, 2""",
    ),
    Figure(
        "bancheng_troubles",
        "What keeps cases from going on, as the liveness probe sees it.",
        """SELECT kind, count(*) FROM trouble WHERE cleared_at IS NULL GROUP BY 1""",
    ),
    Figure(
        "bancheng_cases_unarchived",
        "Closed cases and grievances whose history is not in the archive: it waits, or was gone before.",
        """SELECT 'waiting' AS state, count(*)
             FROM (SELECT 1 FROM case_file WHERE stage = 'closed' AND archived_at IS NULL
                    UNION ALL SELECT 1 FROM grievance WHERE leg = 'closed' AND archived_at IS NULL) AS w HAVING count(*) > 0
            UNION ALL SELECT 'gone', count(*) FROM history WHERE run IS NULL HAVING count(*) > 0""",
    ),
    Figure(
        "bancheng_cases_unarchived_oldest",
        "Since the case or grievance was closed whose history has waited longest for the archive.",
        """SELECT extract(epoch FROM now() - min(closed_at))
             FROM (SELECT min(changed_at) AS closed_at FROM case_file WHERE stage = 'closed' AND archived_at IS NULL
                    UNION ALL SELECT min(changed_at) FROM grievance WHERE leg = 'closed' AND archived_at IS NULL) AS w
           HAVING min(closed_at) IS NOT NULL""",
        unit="s",
    ),
    Figure(
        "bancheng_look_age",
        "Since the liveness probe last finished a look of this name.",
        """SELECT name AS look, extract(epoch FROM now() - at) FROM look""",
        unit="s",
    ),
)


async def told_by(connection: AsyncConnection, figure: Figure) -> Values:
    """The figure as it stands now."""
    rows = (await connection.execute(text(figure.query))).mappings()
    return [_point(dict(row)) for row in rows]


def _point(row: dict[str, object]) -> tuple[Mapping[str, str], float]:
    *labels, (_, value) = row.items()
    return {name: str(label) for name, label in labels}, float(str(value))
