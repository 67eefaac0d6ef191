-- An append whose answer was lost is repeated under the same name: one of both comes about.
ALTER TABLE credit.access_log ADD attempt uuid;
CREATE UNIQUE INDEX access_log_attempt ON credit.access_log (attempt) WHERE attempt IS NOT NULL;

-- PostgreSQL's own compression cost more than all else about a batch of the access log. Where the server has no LZ4, none.
DO $$
BEGIN
    ALTER TABLE credit.access_log ALTER entries SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    ALTER TABLE credit.access_log ALTER entries SET STORAGE EXTERNAL;
END $$;
