-- Version of the contract between nodes that a process speaks: processes of two versions do not work together. 0 of programs before it.
ALTER TABLE credit.node ADD COLUMN contract int4 NOT NULL DEFAULT 0;
