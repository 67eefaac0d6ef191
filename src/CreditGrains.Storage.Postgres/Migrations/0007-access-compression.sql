-- PostgreSQL's own compression cost more than all else about a batch of the access log. Where the server has no LZ4, none.
DO $$
BEGIN
    ALTER TABLE credit.access_log ALTER entries SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    ALTER TABLE credit.access_log ALTER entries SET STORAGE EXTERNAL;
END $$;
