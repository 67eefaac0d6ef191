-- Simulations and draws were documents, and so were the pieces of what they found. Instants are those of JSON, in UTC ticks.
INSERT INTO credit.job (kind, id, part, version, state, node, created_at, at, ended_at, content)
SELECT 'simulation', run ->> 'id', -1, 1, run ->> 'state', run ->> 'node',
    (extract(epoch FROM (run ->> 'askedAt')::timestamptz) * 10000000)::int8 + 621355968000000000, at,
    CASE WHEN run ->> 'state' NOT IN ('queued', 'running') THEN
        coalesce((extract(epoch FROM (run ->> 'endedAt')::timestamptz) * 10000000)::int8 + 621355968000000000, at) END, content
FROM (SELECT at, content, content::json AS run FROM credit.control WHERE kind = 'simulation') AS s;

INSERT INTO credit.job_result (kind, id, number, content)
SELECT job.kind, job.id, substr(piece.id, 4)::int4, decode(piece.part ->> 'gzip', 'base64')
FROM (SELECT id, content::json AS part FROM credit.control WHERE kind = 'simulation-part') AS piece
JOIN credit.job ON job.kind = 'simulation' AND job.id = piece.part ->> 'run'
    AND job.content::json ->> 'attempt' = piece.part ->> 'attempt'
WHERE substr(piece.id, 4)::int4 < (job.content::json ->> 'parts')::int4;

INSERT INTO credit.job (kind, id, part, version, state, node, created_at, at, ended_at, content)
SELECT kind, id, -1, 1, state, draw ->> 'node',
    (extract(epoch FROM (draw ->> 'startedAt')::timestamptz) * 10000000)::int8 + 621355968000000000, at,
    CASE WHEN state <> 'running' THEN at END,
    (draw || jsonb_build_object('state', state, 'askedAt', draw ->> 'startedAt'))::text
FROM (
    SELECT kind, id, at, content::jsonb AS draw,
        CASE content::json ->> 'state' WHEN 'drawing' THEN 'running' WHEN 'drawn' THEN 'finished' ELSE content::json ->> 'state' END
            AS state
    FROM credit.control WHERE kind = 'inspection-draw') AS d;

INSERT INTO credit.job_result (kind, id, number, content)
SELECT 'inspection-plan', left(id, -7), right(id, 6)::int4, convert_to(content, 'UTF8')
FROM credit.control WHERE kind = 'inspection-plan-part';

DELETE FROM credit.control WHERE kind IN ('simulation', 'simulation-part', 'inspection-draw', 'inspection-plan-part');
