-- Each opening and closing of the store: what the mark beside a node says too (PostgresMark). made_by is the transaction that wrote the
-- row: a row that a dump brought has been written by another one. place is the server's cluster, database and timeline.
CREATE TABLE credit.opening (
    number int8 PRIMARY KEY, nonce text NOT NULL, made_by text NOT NULL, place text NOT NULL, at int8 NOT NULL);

-- Incarnations that ended because the database was put back, the oldest first.
CREATE TABLE credit.former_incarnation (
    number int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id int8 NOT NULL, at int8 NOT NULL, reason text NOT NULL);

-- Names the store in the marks of its nodes; a copy keeps the name.
INSERT INTO credit.meta (name, value) VALUES ('store_id', (random() * 9e15)::int8);
