-- Open cases with the earliest deadline of each, as everybody sees it and as each of its sources does. A projection of the journal.
CREATE TABLE credit.deadline (
    case_id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    kind int2 NOT NULL,
    state int2 NOT NULL,
    due int4 NOT NULL,
    clock text NOT NULL,
    subject text COLLATE "C" NOT NULL,
    revision int4 NOT NULL,
    PRIMARY KEY (case_id, source));

CREATE INDEX deadline_due ON credit.deadline (kind, source, due, case_id);

CREATE INDEX deadline_state ON credit.deadline (kind, source, state, due, case_id);
