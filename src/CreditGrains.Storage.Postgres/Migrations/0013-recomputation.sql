-- Recomputation runs were documents. The newest, unless it is finished, has a partition a shard; what it has come to so far is counted in
-- the first. Instants are those of JSON, in UTC ticks.
INSERT INTO credit.job (kind, id, part, version, state, created_at, at, ended_at, content)
SELECT kind, id, -1, 1, run ->> 'state',
    (extract(epoch FROM (run ->> 'startedAt')::timestamptz) * 10000000)::int8 + 621355968000000000, at,
    CASE WHEN run ->> 'state' NOT IN ('running', 'paused') THEN
        coalesce((extract(epoch FROM (run ->> 'finishedAt')::timestamptz) * 10000000)::int8 + 621355968000000000, at) END, content
FROM (SELECT kind, id, at, content, content::json AS run FROM credit.control WHERE kind = 'recomputation') AS r;

INSERT INTO credit.job (kind, id, part, version, state, created_at, at, ended_at, content)
SELECT r.kind, r.id, shard.number - 1, 1, CASE WHEN (shard.cursor ->> 'done')::bool THEN 'finished' ELSE 'running' END, r.at, r.at,
    CASE WHEN (shard.cursor ->> 'done')::bool THEN r.at END,
    (jsonb_build_object('after', shard.cursor -> 'after', 'isDone', (shard.cursor ->> 'done')::bool)
        || CASE shard.number WHEN 1 THEN jsonb_build_object(
            'elapsedMs', run -> 'elapsedMs', 'passed', run -> 'done', 'written', run -> 'written', 'gradesChanged', run -> 'gradesChanged',
            'refolded', run -> 'refolded', 'poison', run -> 'poison', 'matrix', run -> 'matrix') ELSE '{}'::jsonb END)::text
FROM (SELECT kind, id, at, content::jsonb AS run FROM credit.control WHERE kind = 'recomputation') AS r
JOIN credit.control AS newest ON newest.kind = 'recomputation-newest' AND newest.content::json ->> 'id' = r.id
CROSS JOIN jsonb_array_elements(run -> 'shards') WITH ORDINALITY AS shard (cursor, number)
WHERE run ->> 'state' <> 'finished';

DELETE FROM credit.control WHERE kind IN ('recomputation', 'recomputation-part');

-- No grain drives runs any more, and none is to be reminded of one. A copy of the schema credit alone has no reminders.
DO $$
BEGIN
    IF to_regclass('orleans.orleansreminderstable') IS NOT NULL THEN
        DELETE FROM orleans.OrleansRemindersTable WHERE GrainId LIKE 'credit.recomputation/%';
    END IF;
END $$;
