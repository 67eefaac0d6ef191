-- 1: where several processes write, the revision of its record that came first. Two that take in different revisions of one new record in
-- the same instant, for two organisations, cannot both be first: the second is judged again. One process sees that by itself and writes 0.
ALTER TABLE credit.record ADD COLUMN first int2 NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX record_first ON credit.record (source, record_id) WHERE first = 1;

-- The processes that have the store open together, each until when by this server's clock; ahead: how far its clock is before this one.
CREATE TABLE credit.node (
    node text COLLATE "C" PRIMARY KEY,
    cluster text NOT NULL,
    role text NOT NULL,
    rulebook text NOT NULL,
    rulebook_digest text NOT NULL,
    schema_version int4 NOT NULL,
    ahead_ms int8 NOT NULL DEFAULT 0,
    until timestamptz NOT NULL) WITH (fillfactor = 50);
