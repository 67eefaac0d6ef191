-- Which credit reports were issued, in the order of their coming; never their content. Instants are UTC ticks.
CREATE TABLE credit.report (
    id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text COLLATE "C" NOT NULL,
    at int8 NOT NULL,
    subject text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    signature bytea NOT NULL);
CREATE UNIQUE INDEX report_number ON credit.report (number);
CREATE INDEX report_at ON credit.report (at);
