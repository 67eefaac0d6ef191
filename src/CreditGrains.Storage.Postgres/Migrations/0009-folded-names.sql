-- Names are indexed by the pairs of their folded form (NameFolding), which SQL cannot make: rows without keys are folded beside the work
-- (NameKeys) and found by a walk until then. Nodes of an earlier version cannot write the listing any more: end them all before.
ALTER TABLE credit.listing DROP COLUMN grams, ADD COLUMN keys int4[];
CREATE INDEX listing_keys ON credit.listing USING gin (keys) WHERE keys IS NOT NULL;
CREATE INDEX listing_unfolded ON credit.listing (subject) WHERE keys IS NULL;
