-- Roles of CreditGrains in one database, with least rights:
--   credit_owner   owns the schemas and migrates (credit migrate, credit restore, credit backup); no server runs under it
--   credit_server  serves: reads everything, appends to the journal and the access log, changes what is derived from them.
--                  It cannot change, delete or truncate a line of what was reported or looked at, nor create or drop an object
--
-- Run as the database's owner with CREATEROLE, or as superuser, in the database itself; once before the first migration, and again
-- after every migration and every restore (a restored table has no grants). It can be run at any time: all in one transaction.
--     CREATE DATABASE credit ENCODING 'UTF8' TEMPLATE template0;
--     psql -d credit -v ON_ERROR_STOP=1 -f roles.sql
-- Passwords are not here: \password credit_owner, \password credit_server, or whatever pg_hba.conf asks for.
BEGIN;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'credit_owner') THEN
        CREATE ROLE credit_owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'credit_server') THEN
        CREATE ROLE credit_server LOGIN;
    END IF;

    -- Temporary tables are objects, too; the server needs none.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM credit_server', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO credit_server', current_database());
    EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO credit_owner', current_database());
END $$;

-- PostgreSQL 14 and older let everybody create tables there, and databases upgraded from them still do.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

DO $$
BEGIN
    IF to_regclass('credit.schema_version') IS NULL THEN
        RAISE NOTICE 'no store yet: run "credit migrate" as credit_owner, then this file again';
        RETURN;
    END IF;
    IF to_regnamespace('orleans') IS NULL THEN
        RAISE EXCEPTION 'schema "orleans" is missing: run "credit migrate" as credit_owner, then this file again';
    END IF;

    -- What a former version of this file gave, and this one does not, is taken back.
    REVOKE ALL ON SCHEMA credit, orleans FROM credit_server;
    REVOKE ALL ON ALL TABLES IN SCHEMA credit, orleans FROM credit_server;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA credit, orleans FROM credit_server;
    GRANT USAGE ON SCHEMA credit, orleans TO credit_server;

    -- Read only: what the store is.
    GRANT SELECT ON credit.schema_version TO credit_server;

    -- Append only: what was reported, who looked at what, who decided what. Their partitions are reached through the tables alone, and
    -- get no grant.
    GRANT SELECT, INSERT ON
        credit.journal, credit.record, credit.symbol, credit.access_log, credit.access_page, credit.control_event,
        credit.former_incarnation
    TO credit_server;

    -- The outbox: derived from the journal, pruned behind its readers, never changed. Feedback on checks: deleted after its years.
    GRANT SELECT, INSERT, DELETE ON credit.change, credit.feedback TO credit_server;

    -- Heads and leases: rows that are there from the migration on. Changing a head is found by verifying the chain under it.
    GRANT SELECT, UPDATE ON
        credit.shard, credit.fold, credit.lease, credit.access_head, credit.control_head
    TO credit_server;
    GRANT SELECT, UPDATE (value) ON credit.meta TO credit_server;

    -- State derived from the journal, documents with versions, lines that were rejected.
    GRANT SELECT, INSERT, UPDATE ON
        credit.subject, credit.sheet, credit.listing, credit.control, credit.identifier_exception, credit.quarantine,
        credit.quarantine_head
    TO credit_server;

    -- Files of proofs: an upload waits a day; one of a case changes in two columns only, and goes unless a step named it. Its digest is in
    -- the journal, so that another content in its place is found when it is read.
    GRANT SELECT, INSERT, DELETE, UPDATE (name, actor, at) ON credit.proof_upload TO credit_server;
    GRANT SELECT, INSERT, DELETE, UPDATE (named_at, is_settled, content) ON credit.proof TO credit_server;

    -- What is forgotten after its time: nodes, openings, jobs, answers to commands, report numbers, due lists, figures, reminders, work lists,
    -- digests.
    GRANT SELECT, INSERT, UPDATE, DELETE ON
        credit.node, credit.opening, credit.job, credit.job_result, credit.command_answer, credit.report, credit.deadline,
        credit.statistic, credit.feedback_pending, credit.measure_task, credit.watchlist_digest
    TO credit_server;

    -- Destruction after retention: empties what is due, and nothing else (docs/adr/0011-destruction.md).
    GRANT EXECUTE ON FUNCTION credit.destroy_content(int4, text) TO credit_server;

    -- Orleans: membership, state of its grains, reminders. Its functions run with the caller's rights.
    GRANT SELECT ON orleans.OrleansQuery TO credit_server;
    GRANT SELECT, INSERT, UPDATE, DELETE ON
        orleans.OrleansMembershipVersionTable, orleans.OrleansMembershipTable, orleans.OrleansStorage, orleans.OrleansRemindersTable
    TO credit_server;
END $$;

COMMIT;
