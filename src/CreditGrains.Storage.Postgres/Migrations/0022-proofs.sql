-- Files of proofs that wait for a step to name them, a row a party, organisation and content. Instants are UTC ticks.
CREATE TABLE credit.proof_upload (
    id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    party text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    name text NOT NULL,
    type int4 NOT NULL,
    size int4 NOT NULL,
    actor text NOT NULL,
    at int8 NOT NULL,
    content bytea NOT NULL,
    UNIQUE (party, subject, digest));
CREATE INDEX proof_upload_party ON credit.proof_upload (party, at);
CREATE INDEX proof_upload_at ON credit.proof_upload (at);

-- Files of cases. Content is null once it was destroyed; is_settled, once the journal was found to name the file.
CREATE TABLE credit.proof (
    case_id text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    party text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    name text NOT NULL,
    type int4 NOT NULL,
    size int4 NOT NULL,
    actor text NOT NULL,
    at int8 NOT NULL,
    named_at int8 NOT NULL,
    is_settled bool NOT NULL,
    content bytea,
    PRIMARY KEY (case_id, digest));
CREATE INDEX proof_unsettled ON credit.proof (named_at) WHERE NOT is_settled;
CREATE INDEX proof_unsettled_party ON credit.proof (party, named_at) WHERE NOT is_settled;
CREATE INDEX proof_content ON credit.proof (case_id) WHERE content IS NOT NULL;

-- Such files are compressed already.
ALTER TABLE credit.proof_upload ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE credit.proof ALTER COLUMN content SET STORAGE EXTERNAL;
