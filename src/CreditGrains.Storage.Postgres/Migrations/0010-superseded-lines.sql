-- Which lines a record that is taken in puts right; null for lines of earlier versions. Closed lines are listed by how they were closed.
ALTER TABLE credit.quarantine ADD revision int4;
CREATE INDEX quarantine_record ON credit.quarantine (record_id, source) WHERE closed_at IS NULL;
CREATE INDEX quarantine_closed ON credit.quarantine (source, closed_how, number) WHERE closed_at IS NOT NULL;
