-- A natural key is one of its subject's: it is found with the subject, in the index that is there for it, and costs no second one.
DROP INDEX credit.journal_subject;
CREATE INDEX journal_subject ON credit.journal (subject_key, position, natural_key);
ALTER TABLE credit.record DROP COLUMN natural_key;
