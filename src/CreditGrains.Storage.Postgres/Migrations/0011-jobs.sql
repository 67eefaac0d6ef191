-- A job, or a partition of one by its number from 0; part -1 is the job itself. Instants are UTC ticks. Nodes of an earlier version keep
-- runs and answers in documents: end them all before.
CREATE TABLE credit.job (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    part int4 NOT NULL,
    version int8 NOT NULL,
    state text NOT NULL,
    node text,
    created_at int8 NOT NULL,
    at int8 NOT NULL,
    ended_at int8,
    content text NOT NULL,
    PRIMARY KEY (kind, id, part)) WITH (fillfactor = 50);
CREATE INDEX job_newest ON credit.job (created_at, kind, id) WHERE part = -1;
CREATE INDEX job_ended ON credit.job (kind, ended_at, id) WHERE part = -1 AND ended_at IS NOT NULL;

CREATE TABLE credit.job_result (
    kind text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, number int4 NOT NULL, content bytea NOT NULL,
    PRIMARY KEY (kind, id, number));

-- What commands with an Idempotency-Key were answered.
CREATE TABLE credit.command_answer (
    key text COLLATE "C" PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    request text NOT NULL,
    at int8 NOT NULL,
    version int8 NOT NULL,
    first_at int8,
    uncertain bool NOT NULL,
    status int4 NOT NULL,
    content_type text,
    location text,
    etag text,
    bytes int4 NOT NULL,
    body bytea NOT NULL);
CREATE INDEX command_answer_at ON credit.command_answer (at);

-- They were kept in 256 documents.
INSERT INTO credit.command_answer (
    key, owner, request, at, version, first_at, uncertain, status, content_type, location, etag, bytes, body)
SELECT item ->> 'key', coalesce(item ->> 'owner', ''), item ->> 'request',
    (extract(epoch FROM (item ->> 'at')::timestamptz) * 10000000)::int8 + 621355968000000000, 1,
    (extract(epoch FROM (item ->> 'firstAt')::timestamptz) * 10000000)::int8 + 621355968000000000,
    coalesce((item ->> 'isUncertain')::bool, false), coalesce((item ->> 'status')::int4, 0),
    item ->> 'contentType', item ->> 'location', item ->> 'eTag',
    512 + length(decode(coalesce(item ->> 'body', ''), 'base64')), decode(coalesce(item ->> 'body', ''), 'base64')
FROM credit.control, json_array_elements(content::json -> 'items') AS item WHERE kind = 'command-answers'
ON CONFLICT DO NOTHING;
DELETE FROM credit.control WHERE kind = 'command-answers';
