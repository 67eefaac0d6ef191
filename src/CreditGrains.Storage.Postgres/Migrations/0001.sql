-- Instants are UTC ticks, dates day numbers; source, kind, actor, grade, policy and facts are symbols. Texts that are compared or ordered
-- have COLLATE "C": order by bytes, whatever the database's own collation is. Bytes are not compressed: it costs more than it saves.
-- Partitions by range of shards are made beside this file (PostgresSchema).

CREATE TABLE credit.meta (name text COLLATE "C" PRIMARY KEY, value int8 NOT NULL);

-- One row a shard. Heads are here, under the row's lock, so that positions have no gaps and become visible in order (I12). An append
-- locks this row and a write-back the row of fold: neither waits for the other. Whoever takes a lease raises the epoch of both.
CREATE TABLE credit.shard (
    shard int2 PRIMARY KEY,
    head int8 NOT NULL DEFAULT 0,
    received_at int8 NOT NULL DEFAULT 0,
    epoch int8 NOT NULL DEFAULT 0) WITH (fillfactor = 20);

CREATE TABLE credit.fold (
    shard int2 PRIMARY KEY,
    watermark int8 NOT NULL DEFAULT 0,
    change_head int8 NOT NULL DEFAULT 0,
    subjects int8 NOT NULL DEFAULT 0,
    epoch int8 NOT NULL DEFAULT 0) WITH (fillfactor = 20);

-- Who works on the shard, until when by this server's clock. Apart from shard, so that a renewal does not wait for an append.
CREATE TABLE credit.lease (
    shard int2 PRIMARY KEY,
    owner text,
    until timestamptz NOT NULL DEFAULT 'epoch') WITH (fillfactor = 20);

CREATE TABLE credit.symbol (id int4 PRIMARY KEY, text text COLLATE "C" NOT NULL UNIQUE);

CREATE TABLE credit.journal (
    shard int2 NOT NULL,
    position int8 NOT NULL,
    subject text COLLATE "C" NOT NULL,
    subject_key int8 NOT NULL,
    source int4 NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    revision int4 NOT NULL,
    op int2 NOT NULL,
    kind int4 NOT NULL,
    date int4,
    digest bytea NOT NULL,
    natural_key int8 NOT NULL,
    actor int4 NOT NULL,
    received_at int8 NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (shard, position)) PARTITION BY RANGE (shard);
ALTER TABLE credit.journal ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE INDEX journal_subject ON credit.journal (subject_key, position);

-- Holds (source, record id, revision) unique over all shards (I2), which a key of the partitioned journal cannot, and finds the entry.
CREATE TABLE credit.record (
    source int4 NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    revision int4 NOT NULL,
    shard int2 NOT NULL,
    position int8 NOT NULL,
    natural_key int8 NOT NULL,
    CONSTRAINT record_revision PRIMARY KEY (source, record_id, revision));
CREATE INDEX record_natural_key ON credit.record (natural_key) WHERE natural_key <> 0;

-- The state grows with nearly every write: room is left for the new version beside the old, so that no index changes.
CREATE TABLE credit.subject (
    shard int2 NOT NULL,
    subject text COLLATE "C" NOT NULL,
    state_position int8 NOT NULL,
    facts int4 NOT NULL,
    name text,
    region text,
    industry text,
    status text,
    state bytea,
    PRIMARY KEY (shard, subject)) PARTITION BY RANGE (shard);
ALTER TABLE credit.subject ALTER COLUMN state SET STORAGE EXTERNAL;

-- Position and assessment of all subjects of a shard, some dozens of neighbours a row (AssessmentSheet).
CREATE TABLE credit.sheet (
    shard int2 NOT NULL,
    first text COLLATE "C" NOT NULL,
    next_due int4,
    grades int8 NOT NULL DEFAULT 0,
    body bytea NOT NULL,
    PRIMARY KEY (shard, first)) WITH (fillfactor = 45, toast_tuple_target = 8160);
ALTER TABLE credit.sheet ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX sheet_due ON credit.sheet (shard, next_due);

-- What search looks at, over all shards in the order of its answers; written when a subject is new or its description changes.
CREATE TABLE credit.listing (
    subject text COLLATE "C" PRIMARY KEY,
    shard int2 NOT NULL,
    region text COLLATE "C",
    name text,
    grams int4[] NOT NULL);
CREATE INDEX listing_region ON credit.listing (region, subject);
CREATE INDEX listing_grams ON credit.listing USING gin (grams);

CREATE TABLE credit.change (
    shard int2 NOT NULL,
    number int8 NOT NULL,
    subject text NOT NULL,
    type int4 NOT NULL,
    data text NOT NULL,
    at int8 NOT NULL,
    PRIMARY KEY (shard, number));

CREATE TABLE credit.quarantine_head (source text COLLATE "C" PRIMARY KEY, number int8 NOT NULL) WITH (fillfactor = 50);

CREATE TABLE credit.quarantine (
    source text COLLATE "C" NOT NULL,
    number int8 NOT NULL,
    record_id text,
    code text NOT NULL,
    detail text NOT NULL,
    pointer text NOT NULL,
    at int8 NOT NULL,
    sameness bytea NOT NULL,
    closed_how text,
    closed_by text,
    closed_at int8,
    line bytea,
    PRIMARY KEY (source, number));
CREATE UNIQUE INDEX quarantine_same ON credit.quarantine (source, sameness) WHERE closed_at IS NULL;
CREATE INDEX quarantine_open ON credit.quarantine (source, number) WHERE closed_at IS NULL;

-- One row for each append: entries first to last as bytes (AccessBlock).
CREATE TABLE credit.access_log (first int8 PRIMARY KEY, last int8 NOT NULL, entries bytea NOT NULL, hash bytea NOT NULL);

-- Entries by subject, up to access_head.keyed.
CREATE TABLE credit.access_key (key int8 NOT NULL, number int8 NOT NULL, PRIMARY KEY (key, number));

-- The end of the chain, kept apart: rows cut off the end of the log are missed too.
CREATE TABLE credit.access_head (
    single int2 PRIMARY KEY CHECK (single = 1), number int8 NOT NULL, hash bytea NOT NULL, keyed int8 NOT NULL) WITH (fillfactor = 20);
INSERT INTO credit.access_head (single, number, hash, keyed) VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0);

CREATE TABLE credit.identifier_exception (
    code text COLLATE "C" PRIMARY KEY, evidence text NOT NULL, actor text NOT NULL, at int8 NOT NULL);

CREATE TABLE credit.control (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version int8 NOT NULL,
    content text NOT NULL,
    at int8 NOT NULL,
    PRIMARY KEY (kind, id));

CREATE TABLE credit.control_event (
    number int8 PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version int8 NOT NULL,
    at int8 NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    data text NOT NULL);
CREATE INDEX control_event_document ON credit.control_event (kind, id, number);

-- The last number given: its lock puts writers one after the other, so that events become visible in order (I12).
CREATE TABLE credit.control_head (single int2 PRIMARY KEY CHECK (single = 1), number int8 NOT NULL) WITH (fillfactor = 20);
INSERT INTO credit.control_head (single, number) VALUES (1, 0);
