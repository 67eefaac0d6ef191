-- The platform's own line of a case. Where a source is to move first, it comes with the next step.
INSERT INTO credit.deadline (case_id, source, kind, state, due, clock, subject, revision)
SELECT case_id, 'platform', kind, state, due, clock, subject, revision FROM credit.deadline
WHERE source = '' AND clock IN ('objection-own', 'objection-source', 'repair-accept');
