-- Names are indexed by runs of four characters besides pairs (NameRuns): many names have a pair, few four characters in common. As after
-- version 9, rows without runs are indexed beside the work (NameKeys) and found by a walk until then. The column has another name, since
-- nodes of an earlier version would write pairs alone: they cannot write the listing any more, end them all before.
ALTER TABLE credit.listing DROP COLUMN keys, ADD COLUMN runs int4[];
CREATE INDEX listing_runs ON credit.listing USING gin (runs) WHERE runs IS NOT NULL;
CREATE INDEX listing_unfolded ON credit.listing (subject) WHERE runs IS NULL;
