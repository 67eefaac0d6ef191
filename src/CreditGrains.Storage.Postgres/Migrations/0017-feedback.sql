-- What was done with the measures that checks have shown, one row a revision. Instants are UTC ticks.
CREATE TABLE credit.feedback (
    check_number text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    revision int4 NOT NULL,
    action text NOT NULL,
    amount text,
    note text,
    acted_on int4 NOT NULL,
    actor text NOT NULL,
    department text,
    at int8 NOT NULL,
    PRIMARY KEY (check_number, measure, revision));

-- Mandatory measures of checks of which nothing was fed back yet.
CREATE TABLE credit.feedback_pending (
    check_number text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    matter text NOT NULL,
    stage text,
    asked_on int4 NOT NULL,
    due int4 NOT NULL,
    PRIMARY KEY (check_number, measure));
CREATE INDEX feedback_pending_due ON credit.feedback_pending (due, check_number, measure);
CREATE INDEX feedback_pending_owner ON credit.feedback_pending (owner, due, check_number, measure);
