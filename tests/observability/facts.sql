-- One of each fact that a figure tells and that neither the office nor the made-up cases leave behind, about a real case.
INSERT INTO notice (number, seq, paper, document_number, unit, title, body, given_on, given_at)
VALUES (%(number)s, 900, 'receipt', 'test-900', 'gz-thr-samr', '测试', '{}', CURRENT_DATE, now());
INSERT INTO delivery (id, number, seq, paper, channel, address, state, attempts, next_attempt_at)
VALUES ('test-waiting', %(number)s, 900, 'receipt', 'a-channel-that-is-gone', '-', 'waiting', 0, now()),
       ('test-failed', %(number)s, 900, 'receipt', 'a-channel-that-is-gone', '-', 'failed', 1, NULL);
INSERT INTO material (id, number, material, source, state, register_name, attempts, next_attempt_at, handed_in_by, received_at)
VALUES (gen_random_uuid(), %(number)s, 'business_licence', 'register', 'requested', 'a-register-that-is-gone', 0, now(), '-', now());
INSERT INTO case_event (number, seq, kind, at, papers, data)
VALUES (%(number)s, 900, 'not_accepted', now(), '{}', '{}'), (%(number)s, 901, 'closed', now(), '{}', '{"ending": "not_accepted"}');
INSERT INTO card (id, number, seq, colour, rule, name, rules_version, unit, item_code, article, given_at)
VALUES ('test-card', %(number)s, 900, 'red', 'late', '测试', '2026-01-01', 'gz-thr-samr', '440199001000', 'gz:13.4', now());
INSERT INTO grievance_event (number, seq, kind, at, papers, data)
SELECT number, 900, 'leg_late', now(), '{}', '{}' FROM grievance LIMIT 1;
UPDATE grievance SET ending = 'settled' WHERE number = (SELECT number FROM grievance WHERE leg = 'closed' LIMIT 1);
INSERT INTO trouble (id, kind, subject, since, found_at, seen_at, facts, told)
VALUES ('test-trouble', 'register_down', 'a-register-that-is-gone', now(), now(), now(), '{}', FALSE) ON CONFLICT DO NOTHING;
INSERT INTO look (name, at, seconds) VALUES ('a-look-that-is-gone', now(), 1) ON CONFLICT DO NOTHING;
UPDATE case_file SET archived_at = NULL, changed_at = now()
 WHERE number = (SELECT number FROM case_file WHERE stage = 'closed' AND archived_at IS NOT NULL LIMIT 1);
INSERT INTO history (workflow, place, events, size, ended_at, archived_at)
VALUES ('case:a-case-that-is-gone', 1, 0, 0, now() - interval '10 years', now());
