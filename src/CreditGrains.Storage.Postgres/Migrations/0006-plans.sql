-- Statements are held to their indexes, so ANALYZE need not know much of the tables that grow with every event: a sample of 3,000 rows of
-- what their indexes hold, not of 30,000 with the payloads. Sampling them was a tenth of what the server did while a store was filled.
ALTER TABLE credit.journal
    ALTER shard SET STATISTICS 10, ALTER position SET STATISTICS 10, ALTER subject_key SET STATISTICS 10,
    ALTER natural_key SET STATISTICS 10, ALTER subject SET STATISTICS 0, ALTER source SET STATISTICS 0, ALTER record_id SET STATISTICS 0,
    ALTER revision SET STATISTICS 0, ALTER op SET STATISTICS 0, ALTER kind SET STATISTICS 0, ALTER date SET STATISTICS 0,
    ALTER digest SET STATISTICS 0, ALTER actor SET STATISTICS 0, ALTER received_at SET STATISTICS 0, ALTER payload SET STATISTICS 0;
ALTER TABLE credit.record
    ALTER source SET STATISTICS 10, ALTER record_id SET STATISTICS 10, ALTER revision SET STATISTICS 10, ALTER shard SET STATISTICS 0,
    ALTER position SET STATISTICS 0, ALTER first SET STATISTICS 0;
ALTER TABLE credit.subject
    ALTER shard SET STATISTICS 10, ALTER subject SET STATISTICS 10, ALTER state_position SET STATISTICS 0, ALTER facts SET STATISTICS 0,
    ALTER name SET STATISTICS 0, ALTER region SET STATISTICS 0, ALTER industry SET STATISTICS 0, ALTER status SET STATISTICS 0,
    ALTER state SET STATISTICS 0;
ALTER TABLE credit.sheet
    ALTER shard SET STATISTICS 10, ALTER first SET STATISTICS 10, ALTER next_due SET STATISTICS 10, ALTER grades SET STATISTICS 10,
    ALTER body SET STATISTICS 0;
ALTER TABLE credit.change
    ALTER shard SET STATISTICS 10, ALTER number SET STATISTICS 10, ALTER subject SET STATISTICS 0, ALTER type SET STATISTICS 0,
    ALTER data SET STATISTICS 0, ALTER at SET STATISTICS 0;
ALTER TABLE credit.quarantine
    ALTER source SET STATISTICS 10, ALTER number SET STATISTICS 10, ALTER sameness SET STATISTICS 10, ALTER closed_at SET STATISTICS 10,
    ALTER record_id SET STATISTICS 0, ALTER code SET STATISTICS 0, ALTER detail SET STATISTICS 0, ALTER pointer SET STATISTICS 0,
    ALTER at SET STATISTICS 0, ALTER closed_how SET STATISTICS 0, ALTER closed_by SET STATISTICS 0, ALTER line SET STATISTICS 0;

DROP INDEX credit.quarantine_same;
CREATE UNIQUE INDEX quarantine_same ON credit.quarantine (sameness, source) WHERE closed_at IS NULL;
