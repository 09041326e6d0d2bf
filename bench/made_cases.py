"""Made-up case files, straight into the tables: every stage, cause and mark, as many as wanted, the same each time."""

from __future__ import annotations

from datetime import datetime

import psycopg

MADE = """
CREATE TEMP TABLE made AS
SELECT n, %(prefix)s || lpad(n::text, 7, '0') AS number,
       (ARRAY['gz-thr-samr', 'gz-thr-health', 'gz-thr-water', 'gz-hpf', 'gz-samr', 'gz-yx-samr'])[1 + n %% 6] AS unit,
       (ARRAY['440106', '440104', NULL])[1 + (n / 6) %% 3] AS district,
       lpad((449900000000 + (n / 7) %% 40)::text, 12, '0') AS item,
       n > %(open)s AS closed,
       (CAST(n AS bigint) * 7919) %% 1000 AS dice, CAST((CAST(n AS bigint) * 104729) %% 997 AS int) AS die,
       CAST(%(now)s AS timestamptz) - make_interval(mins => 60 + CAST((CAST(n AS bigint) * 37) %% 57600 AS int)) AS received_at,
       CAST(%(now)s AS date) + CAST((CAST(n AS bigint) * 31) %% 61 AS int) - 3 AS due_day,
       CAST(NULL AS text) AS kind
  FROM generate_series(1, %(cases)s) AS n;
UPDATE made SET kind = CASE
    WHEN closed THEN 'closed' WHEN dice < 5 THEN 'not_opened' WHEN dice < 80 THEN 'supplement' WHEN dice < 90 THEN 'promise'
    WHEN dice < 110 THEN 'hearing' WHEN dice < 150 THEN 'special' WHEN dice < 160 THEN 'extension' WHEN dice < 170 THEN 'items'
    WHEN dice < 400 THEN 'window' WHEN dice < 800 THEN 'examiner' WHEN dice < 990 THEN 'approver' WHEN dice < 995 THEN 'ordered'
    ELSE 'nobody' END;
UPDATE made SET received_at = %(now)s WHERE kind = 'not_opened' AND n %% 2 = 0;
CREATE INDEX ON made (number);
INSERT INTO applicant (id, kind, name, document_kind, document_number, recorded_at)
VALUES ('00000000-0000-0000-0000-0000000000aa', 'person', '测试申请人', 'passport', 'TEST000001', %(now)s) ON CONFLICT DO NOTHING;
INSERT INTO definition (code, version, kind, digest, unit, name, body, source, state, registered_by, registered_at)
VALUES ('449900000003', '2026-01-01', 'bundle', '', 'gz-hpf', '测试一件事', '{}', '', 'published', 'test', %(now)s)
ON CONFLICT DO NOTHING;
INSERT INTO case_file (number, query_code, item_code, item_version, item_name, unit, district, channel, applicant, applied_by,
    situations, form, start, received_at, calendar_version, seq, stage, ending, light, waiting_for, due_day, paused_until,
    changed_at, bundle, part, parts, archived_at)
SELECT number, 'TESTCODE', item, '2026-01-01', '测试事项' || item, unit, district,
       CASE WHEN n %% 5 = 0 THEN 'window' ELSE 'online' END, '00000000-0000-0000-0000-0000000000aa',
       CASE WHEN n %% 50 < 2 THEN 'supervisor-own' ELSE 'applicant-' || n %% 1000 END, '{}', '{}', CAST(%(start)s AS jsonb),
       received_at, 'test', CASE kind WHEN 'not_opened' THEN 0 ELSE 5 END,
       CASE kind WHEN 'closed' THEN 'closed' WHEN 'supplement' THEN 'supplement' WHEN 'promise' THEN 'promise'
                 WHEN 'not_opened' THEN 'acceptance' WHEN 'window' THEN 'acceptance' ELSE 'examination' END,
       CASE kind WHEN 'closed' THEN 'granted' END,
       CASE WHEN dice < 870 THEN 'green' WHEN dice < 930 THEN 'blue' WHEN dice < 980 THEN 'yellow' ELSE 'red' END,
       CASE kind WHEN 'closed' THEN '{}' WHEN 'not_opened' THEN '{}' WHEN 'nobody' THEN '{}'
                 WHEN 'supplement' THEN ARRAY['applicant'] WHEN 'promise' THEN ARRAY['applicant'] WHEN 'items' THEN ARRAY['items']
                 WHEN 'window' THEN ARRAY['window@' || unit] WHEN 'approver' THEN ARRAY['approver@' || unit]
                 WHEN 'ordered' THEN ARRAY['chief_representative@' || unit, 'examiner@' || unit]
                 WHEN 'extension' THEN ARRAY['examiner@' || unit, 'agency_head@' || unit] ELSE ARRAY['examiner@' || unit] END,
       CASE WHEN kind NOT IN ('closed', 'not_opened', 'nobody') THEN due_day END,
       CASE WHEN kind = 'special' OR (kind = 'hearing' AND n %% 2 = 0) THEN due_day END,
       received_at + interval '1 hour', NULL, NULL, '[]', CASE WHEN closed THEN CAST(%(now)s AS timestamptz) END
  FROM made;
UPDATE case_file SET bundle = m.whole, part = 'p' FROM (
    SELECT a.number, b.number AS whole FROM made AS a JOIN made AS b ON b.n = a.n - a.n %% 20 AND b.n <> a.n
     WHERE a.n %% 20 IN (3, 4) AND b.kind = a.kind) AS m WHERE case_file.number = m.number;
INSERT INTO task (id, number, step, name, role, unit, assignee, state, outcomes, opened_at, closed_at, due_day, provisional)
SELECT number || '.1.check', number, 'check', '受理审查', 'window', unit, CASE WHEN n %% 3 = 0 THEN 'window-1' END,
       CASE WHEN kind = 'window' THEN 'open' ELSE 'answered' END, ARRAY['accept'], received_at,
       CASE WHEN kind <> 'window' THEN received_at + interval '30 minutes' END, due_day, FALSE
  FROM made WHERE kind <> 'not_opened'
UNION ALL
SELECT number || '.2.review', number, 'review', '审查', CASE kind WHEN 'approver' THEN 'approver' ELSE 'examiner' END, unit, NULL,
       CASE WHEN kind IN ('closed', 'nobody') THEN 'answered' ELSE 'open' END, ARRAY['pass'], received_at + interval '1 hour',
       CASE WHEN kind IN ('closed', 'nobody') THEN received_at + interval '1 day' END, due_day, FALSE
  FROM made WHERE kind IN ('closed', 'hearing', 'special', 'extension', 'examiner', 'approver', 'ordered', 'nobody')
UNION ALL
SELECT number || '.3.extend', number, 'extend', '审批延期', 'agency_head', unit, NULL, 'open', ARRAY['approve'],
       received_at + interval '2 hours', NULL, due_day, FALSE FROM made WHERE kind = 'extension'
UNION ALL
SELECT number || '.4.order.1', number, 'order', '督办', 'chief_representative', unit, NULL, 'open', ARRAY['answered'],
       received_at + interval '50 minutes', NULL, due_day, FALSE FROM made WHERE kind = 'ordered';
INSERT INTO clock (number, key, started_at, "limit", article, due_day, due_at, provisional, state, passed, pauses, more, told)
SELECT number, key, received_at, '{"days": 5, "unit": "working"}', 'gz:13.1', m.due_day,
       (m.due_day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', FALSE,
       CASE WHEN kind = 'closed' THEN 'met' ELSE 'running' END,
       CASE WHEN kind = 'closed' THEN die < 20
            ELSE (m.due_day < CAST(%(now)s AS date) AND key <> 'supplement' AND die >= 15) OR key = 'order:1' END, '[]', '[]', '[]'
  FROM made AS m CROSS JOIN LATERAL unnest(CASE kind
       WHEN 'not_opened' THEN '{}' WHEN 'nobody' THEN '{}' WHEN 'window' THEN ARRAY['acceptance']
       WHEN 'supplement' THEN ARRAY['supplement'] WHEN 'promise' THEN ARRAY['promise']
       WHEN 'hearing' THEN ARRAY['promised', 'statutory', 'hearing', 'step:review']
       WHEN 'ordered' THEN ARRAY['promised', 'statutory', 'order:1'] WHEN 'approver' THEN ARRAY['delivery', 'delivery:p']
       ELSE ARRAY['promised', 'statutory', 'step:review'] END) AS key;
INSERT INTO case_event (number, seq, kind, at, by, article, papers, data)
SELECT number, s, CASE WHEN s = 1 THEN 'received' WHEN s = 2 THEN 'accepted' WHEN s = 3 AND kind IN ('special', 'hearing') THEN 'paused'
                       WHEN s = 3 AND kind = 'promise' THEN 'granted' WHEN s = 3 AND die < 30 THEN 'task_transferred'
                       WHEN s = 3 AND die < 35 THEN 'breach_found' WHEN s = 4 AND die < 60 THEN 'limit_passed'
                       WHEN s = 4 AND die < 65 THEN 'pause_overrun' WHEN s = 5 AND die < 4 THEN 'lateness_withdrawn'
                       ELSE 'step_answered' END,
       CASE WHEN s = 5 AND die > 500 THEN CAST(%(now)s AS timestamptz) ELSE received_at + s * interval '10 minutes' END,
       CASE WHEN s IN (1, 2, 3) OR die > 500 THEN '{"id": "examiner-1", "roles": ["examiner"], "units": []}'::jsonb END,
       'gz:13.1', '{}',
       CASE WHEN s >= 4 AND die < 60 THEN jsonb_build_object('clock', (ARRAY['promised', 'step:review', 'acceptance'])[1 + n %% 3],
                                                             'due_day', due_day)
            ELSE '{"procedure": "inspection", "name": "检验"}'::jsonb END
  FROM made CROSS JOIN generate_series(1, 5) AS s WHERE kind <> 'not_opened';
INSERT INTO notice (number, seq, paper, document_number, unit, title, body, given_on, given_at, addressee, acknowledge_by,
    acknowledged_at)
SELECT number, 4, paper, number || paper, unit, '测试', '{}', CAST(%(now)s AS date), %(now)s,
       CASE paper WHEN 'acceptance' THEN NULL WHEN 'filing' THEN 'gz-thr-management' ELSE unit END, due_day,
       CASE WHEN die %% 3 = 0 THEN CAST(%(now)s AS timestamptz) END
  FROM made CROSS JOIN unnest(ARRAY['acceptance', 'filing', 'overrun']) AS paper
 WHERE paper = 'acceptance' AND n %% 4 = 0 OR die %% 100 = 7;
INSERT INTO finding (id, shortcoming, number, seq, unit, item_code, district, clock, article, found_at, evidence, withdrawn_at)
SELECT number || ':4', (ARRAY['not_told_once', 'not_finished', 'not_taken'])[1 + n %% 3], number, 4, unit, item, district, 'promised',
       'gz:13.5', received_at, '{}', CASE WHEN die < 4 THEN CAST(%(now)s AS timestamptz) END
  FROM made WHERE die < 60;
INSERT INTO grievance (number, query_code, channel, case_number, item_code, item_name, place, window_unit, district, unit,
    grounds, reported_by, start, evidence, received_at, calendar_version, seq, leg, klass, level, waiting_for, due_day, changed_at, clocks)
SELECT 'FY' || number, 'TESTCODE', (ARRAY['window', 'online', 'system'])[1 + n %% 3], CASE WHEN n %% 2 = 0 THEN number END, item,
       '测试事项', 'gz-thr', CASE WHEN unit LIKE 'gz-thr-%%' THEN 'gz-thr-management' ELSE 'gz-management' END, district, unit,
       CASE WHEN n %% 4 = 0 THEN '{not_taken,not_finished}' ELSE '{not_told_once}' END::text[],
       CASE WHEN n %% 10 = 1 THEN 'supervisor-own' END, '{}', '[]', received_at, 'test', 3,
       (ARRAY['classification', 'transfer', 'answer', 'review', 'closed'])[1 + die %% 5],
       (ARRAY['simple', 'complex', NULL])[1 + n %% 3], die %% 3, '{}', CASE WHEN die %% 5 < 4 THEN due_day END, received_at, '[]'
  FROM made WHERE n %% 31 = 0;
DROP TABLE made;
"""


def make(url: str, *, open_cases: int, closed: int, now: datetime, start: str = "{}", prefix: str = "GZT") -> None:
    """So many open and closed cases with their tasks, limits, events, papers, findings and grievances."""
    named = {"cases": open_cases + closed, "open": open_cases, "now": now, "start": start, "prefix": prefix}
    with psycopg.connect(
        url.replace("+psycopg", ""), autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        connection.execute("SET timezone TO 'Asia/Shanghai'")
        for statement in MADE.split(";\n"):
            if statement.strip():
                connection.execute(statement, named)
        connection.execute("VACUUM ANALYZE")
