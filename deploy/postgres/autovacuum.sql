-- Autovacuum per table, with reasons. Run as credit_owner after the migration (psql -d credit -f autovacuum.sql); it can be run again.
-- The values are for tables of millions of rows: the defaults (a fifth of the table) let four million dead rows gather in a table of
-- twenty million before the first of them goes, and one vacuum then takes the disk for an hour.
BEGIN;

DO $$
DECLARE
    part record;
BEGIN
    FOR part IN
        SELECT format('%I.%I', n.nspname, c.relname) AS name, p.relname AS parent
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_class AS p ON p.oid = i.inhparent
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'credit' AND c.relkind = 'r'
    LOOP
        IF part.parent = 'journal' THEN
            -- Never updated: vacuum is only there to freeze rows and to mark pages as visible to all. Frozen when first visited,
            -- a page is never written again, and no freeze of the whole table comes years later.
            EXECUTE format(
                'ALTER TABLE %s SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_insert_threshold = 100000, '
                'autovacuum_freeze_min_age = 0)', part.name);
        ELSE
            -- One update for each folded batch of a subject: a fiftieth, and not the default fifth.
            EXECUTE format(
                'ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, '
                'autovacuum_analyze_scale_factor = 0.05)', part.name);
        END IF;
    END LOOP;
END $$;

-- As the journal: only inserted.
ALTER TABLE credit.record SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_freeze_min_age = 0);
ALTER TABLE credit.change SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_freeze_min_age = 0);
ALTER TABLE credit.access_log SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_freeze_min_age = 0);
ALTER TABLE credit.access_page SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_freeze_min_age = 0);

-- Blocks of results: every write-back and every recomputation writes whole blocks, with their bytes outside the row.
ALTER TABLE credit.sheet SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, toast.autovacuum_vacuum_scale_factor = 0.02);

-- The index of names keeps new entries on a list that each search reads through; vacuum and analyze work it into the index.
ALTER TABLE credit.listing SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Some dozen rows, updated with every commit: small enough to be vacuumed in one go, which must not pause half way.
ALTER TABLE credit.shard SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE credit.fold SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE credit.lease SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE credit.access_head
    SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE credit.node SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

-- Rows that come and go: what was deleted is used again while the table is still small.
ALTER TABLE credit.command_answer SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE credit.job SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE credit.job_result SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE credit.statistic SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE credit.report SET (autovacuum_vacuum_scale_factor = 0.05);

COMMIT;
