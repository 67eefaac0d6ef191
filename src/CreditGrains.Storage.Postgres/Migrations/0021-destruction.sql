-- Destruction after retention (docs/adr/0011-destruction.md): the server's role cannot change the journal, and may execute this alone. Empties
-- the content of revisions below the newest one of a record, if that is a withdrawal, and only of content whose date is a year past.
CREATE FUNCTION credit.destroy_content(of_source int4, of_record text) RETURNS int8
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    newest credit.record;
    emptied int8;
BEGIN
    SELECT * INTO newest FROM credit.record WHERE source = of_source AND record_id = of_record ORDER BY revision DESC LIMIT 1;
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM credit.journal WHERE shard = newest.shard AND position = newest.position AND op = 1) THEN
        RETURN 0;
    END IF;
    UPDATE credit.journal AS j SET payload = '', date = NULL
    FROM credit.record AS r
    WHERE r.source = of_source AND r.record_id = of_record AND r.revision < newest.revision
        AND j.shard = r.shard AND j.position = r.position AND j.op = 0 AND length(j.payload) > 0
        AND coalesce(j.date, 0) <= (current_date - date '0001-01-01') - 365;
    GET DIAGNOSTICS emptied = ROW_COUNT;
    RETURN emptied;
END $$;
REVOKE ALL ON FUNCTION credit.destroy_content(int4, text) FROM PUBLIC;
