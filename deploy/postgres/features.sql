-- Tries each feature of PostgreSQL that the store needs, and says for each whether it is there: for PostgreSQL itself, and for operators
-- of a database that is compatible with it (openGauss, KingbaseES, ...). Run it in an empty database encoded in UTF8, as a user who may
-- create schemas: psql -f features.sql (gsql, ksql). Nothing of it stays.
--
-- Rows with needed = true and present = false: the store does not run there, "says" is what the database answered. The last statement
-- prints a few bytes that begin with PGCOPY; an error there means that COPY in binary, by which everything is written, is missing.
-- A database that has all of this is compatible as far as this goes; the proof is the contract suite (CREDIT_TEST_POSTGRES, docs/postgres.md).
BEGIN;

CREATE SCHEMA credit_features;
CREATE TABLE credit_features.tried (
    number int PRIMARY KEY, feature text NOT NULL, used_for text NOT NULL, needed boolean NOT NULL, present boolean, says text,
    sql text NOT NULL);

INSERT INTO credit_features.tried (number, feature, used_for, needed, sql) VALUES
(1, 'server_version_num of 150000 or more', 'the start refuses others', true,
    $q$SELECT 1 / (current_setting('server_version_num')::int >= 150000)::int$q$),
(2, 'encoding UTF8', 'names as they are sent', true, $q$SELECT 1 / (current_setting('server_encoding') = 'UTF8')::int$q$),
(3, 'partitions by range', 'journal and subjects', true, $q$
    CREATE TABLE credit_features.j (shard int2 NOT NULL, position int8 NOT NULL, body bytea, PRIMARY KEY (shard, position))
        PARTITION BY RANGE (shard);
    CREATE TABLE credit_features.j_0 PARTITION OF credit_features.j FOR VALUES FROM (0) TO (8) WITH (fillfactor = 70);
    CREATE INDEX j_position ON credit_features.j (position, shard);
    INSERT INTO credit_features.j VALUES (1, 1, '\x00')$q$),
(4, 'autovacuum_vacuum_insert_scale_factor', 'journal', true, $q$
    CREATE TABLE credit_features.v (n int) WITH (autovacuum_vacuum_insert_scale_factor = 0.2)$q$),
(5, 'COLLATE "C" of columns', 'order by bytes', true, $q$
    CREATE TABLE credit_features.c (t text COLLATE "C" PRIMARY KEY); INSERT INTO credit_features.c VALUES ('a'), ('B');
    SELECT 1 / (string_agg(t, '' ORDER BY t) = 'Ba')::int FROM credit_features.c$q$),
(6, 'storage outside the row, toast_tuple_target, statistics per column', 'states and blocks', true, $q$
    CREATE TABLE credit_features.s (k int PRIMARY KEY, body bytea) WITH (fillfactor = 45, toast_tuple_target = 8160);
    ALTER TABLE credit_features.s ALTER body SET STORAGE EXTERNAL, ALTER k SET STATISTICS 10$q$),
(7, 'compression lz4', 'access log; uncompressed without', false, $q$
    CREATE TABLE credit_features.z (body bytea); ALTER TABLE credit_features.z ALTER body SET COMPRESSION lz4$q$),
(8, 'identity columns', 'report numbers', true, $q$
    CREATE TABLE credit_features.i (n int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text);
    INSERT INTO credit_features.i (t) VALUES ('a')$q$),
(9, 'partial unique indexes', 'open rejected lines, first revisions', true, $q$
    CREATE TABLE credit_features.u (k int, open bool); CREATE UNIQUE INDEX u_open ON credit_features.u (k) WHERE open$q$),
(10, 'GIN over int4[] with @>', 'search by name', true, $q$
    CREATE TABLE credit_features.g (keys int4[]); CREATE INDEX g_keys ON credit_features.g USING gin (keys) WHERE keys IS NOT NULL;
    SELECT count(*) FROM credit_features.g WHERE keys @> ARRAY[1, 2]$q$),
(11, 'ON CONFLICT DO NOTHING and DO UPDATE', 'documents, symbols, leases of nodes', true, $q$
    CREATE TABLE credit_features.o (k int PRIMARY KEY, n int); INSERT INTO credit_features.o VALUES (1, 1) ON CONFLICT DO NOTHING;
    INSERT INTO credit_features.o AS h VALUES (1, 1) ON CONFLICT (k) DO UPDATE SET n = h.n + excluded.n RETURNING n$q$),
(12, 'WITH that changes rows, and RETURNING', 'access log', true, $q$
    CREATE TABLE credit_features.h (n int8); CREATE TABLE credit_features.l (n int8); INSERT INTO credit_features.h VALUES (1);
    WITH head AS (UPDATE credit_features.h SET n = n + 1 RETURNING n) INSERT INTO credit_features.l SELECT n FROM head RETURNING n$q$),
(13, 'unnest of several arrays', 'every batch', true, $q$SELECT a, b FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) AS u (a, b)$q$),
(14, 'unnest WITH ORDINALITY, CROSS JOIN LATERAL', 'reads of many subjects at once', true, $q$
    SELECT u.place, l.n FROM unnest(ARRAY[1, 2]) WITH ORDINALITY AS u (a, place) CROSS JOIN LATERAL (SELECT u.a * 2 AS n LIMIT 1) AS l$q$),
(15, 'FOR NO KEY UPDATE, SKIP LOCKED', 'heads of shards', true, $q$
    CREATE TABLE credit_features.k (n int PRIMARY KEY); SELECT n FROM credit_features.k FOR NO KEY UPDATE SKIP LOCKED$q$),
(16, 'ctid = ANY(ARRAY(SELECT ...))', 'trimming by pieces', true, $q$
    CREATE TABLE credit_features.t (n int); DELETE FROM credit_features.t WHERE ctid = ANY(ARRAY(SELECT ctid FROM credit_features.t LIMIT 1))
    $q$),
(17, 'advisory locks of a transaction, two keys', 'migrations, nodes, symbols', true, $q$SELECT pg_advisory_xact_lock(4848021, 99)$q$),
(18, 'pg_blocking_pids, pg_terminate_backend, pg_stat_activity', 'taking over from a hanging server', true, $q$
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid = ANY(pg_blocking_pids(pg_backend_pid()))$q$),
(19, 'sha256(bytea), int8send', 'chain of the access log', true, $q$
    SELECT 1 / (encode(sha256(int8send(1)), 'hex') LIKE 'cd2662154e6d76b2%')::int$q$),
(20, 'pg_current_xact_id, xmin', 'blocks written meanwhile, restored dumps', true, $q$
    CREATE TABLE credit_features.x (n int); INSERT INTO credit_features.x VALUES (1);
    SELECT 1 / (pg_current_xact_id()::xid::text = pg_current_xact_id()::xid::text AND xmin::text <> '')::int FROM credit_features.x$q$),
(21, 'pg_walfile_name, pg_current_wal_insert_lsn', 'timeline: whether the store was put back', true, $q$
    SELECT left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)$q$),
(22, 'pg_control_system', 'whether the store is in another cluster; left out where it is not allowed', false, $q$
    SELECT system_identifier::text FROM pg_control_system()$q$),
(23, 'has_function_privilege, pg_is_in_recovery, to_regclass', 'the start', true, $q$
    SELECT has_function_privilege('pg_is_in_recovery()', 'execute'), pg_is_in_recovery(), to_regclass('credit_features.nothing')$q$),
(24, 'bounds of one transaction', 'no call waits for ever', true, $q$
    SELECT set_config('statement_timeout', '30000', true), set_config('lock_timeout', '10000', true),
        set_config('idle_in_transaction_session_timeout', '30000', true)$q$),
(25, 'synchronous_commit of one transaction', 'what is acknowledged survives a crash', true, $q$
    SELECT set_config('synchronous_commit', 'on', true)$q$),
(26, 'settings of the planner for one transaction', 'plans that do not change with the data', true, $q$
    SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true),
        set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)$q$),
(27, 'pg_prepared_statements', 'finding out whether a pooler loses statements', true, $q$SELECT count(*) FROM pg_prepared_statements$q$),
(28, 'jsonb, jsonb_array_elements', 'migrations', true, $q$
    SELECT jsonb_build_object('a', 1) || '{}'::jsonb, item ->> 'b' FROM jsonb_array_elements('[{"b": 2}]'::jsonb) AS item$q$),
(29, 'U&'' and convert_from', 'search by region, pages of subjects', true, $q$
    SELECT 1 / (U&'\+10FFFF' > 'z' COLLATE "C" AND convert_from('\x61'::bytea, 'UTF8') = 'a')::int$q$),
(30, 'generate_series, format, clock_timestamp, interval', 'leases, migrations', true, $q$
    SELECT format('%I', 'a b'), clock_timestamp() + 5 * interval '1 millisecond' FROM generate_series(0, 3)$q$),
(31, 'functions in PL/pgSQL with ASSERT, GET DIAGNOSTICS, %TYPE', 'membership of Orleans', true, $q$
    CREATE TABLE credit_features.m (n int);
    CREATE FUNCTION credit_features.f (a credit_features.m.n%TYPE) RETURNS TABLE (row_count int) AS $f$
    DECLARE c int := 0;
    BEGIN
        BEGIN
            INSERT INTO credit_features.m VALUES (a); GET DIAGNOSTICS c = ROW_COUNT; ASSERT c <> 0, 'none'; RETURN QUERY SELECT c;
        EXCEPTION WHEN assert_failure THEN RETURN QUERY SELECT c;
        END;
    END $f$ LANGUAGE plpgsql;
    SELECT * FROM credit_features.f(1)$q$),
(32, 'timestamptz(3), varchar', 'membership of Orleans', true, $q$
    CREATE TABLE credit_features.w (at timestamptz(3) NOT NULL DEFAULT now(), name varchar(150) NOT NULL)$q$),
(33, 'pg_table_size, pg_relation_size, pg_inherits', 'backup, analysis after a restore', true, $q$
    SELECT pg_table_size(c.oid), pg_relation_size(c.oid) FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid LIMIT 1$q$),
(34, 'rights on columns, ALL TABLES IN SCHEMA', 'roles.sql', true, $q$
    GRANT UPDATE (name) ON credit_features.w TO CURRENT_USER; GRANT SELECT ON ALL TABLES IN SCHEMA credit_features TO CURRENT_USER$q$);

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT number, sql FROM credit_features.tried ORDER BY number LOOP
        BEGIN
            EXECUTE one.sql;
            UPDATE credit_features.tried SET present = true WHERE number = one.number;
        EXCEPTION WHEN OTHERS THEN
            UPDATE credit_features.tried SET present = false, says = SQLSTATE || ' ' || SQLERRM WHERE number = one.number;
        END;
    END LOOP;
END $$;

SELECT number, feature, used_for, needed, present, says FROM credit_features.tried ORDER BY number;

ROLLBACK;

COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT BINARY);
