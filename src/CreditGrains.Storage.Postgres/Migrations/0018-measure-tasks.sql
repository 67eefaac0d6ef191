-- Measures that their implementers are to apply or to lift, named by the change that made them. A projection of the outbox.
CREATE TABLE credit.measure_task (
    shard int4 NOT NULL,
    number int8 NOT NULL,
    subject text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    implementer text COLLATE "C" NOT NULL,
    is_lift bool NOT NULL,
    since int4 NOT NULL,
    done_on int4,
    note text,
    actor text,
    done_at int8,
    PRIMARY KEY (shard, number));
CREATE UNIQUE INDEX measure_task_subject ON credit.measure_task (subject, measure) WHERE done_at IS NULL;
CREATE INDEX measure_task_open ON credit.measure_task (since, shard, number) WHERE done_at IS NULL;
CREATE INDEX measure_task_implementer ON credit.measure_task (implementer, since, shard, number) WHERE done_at IS NULL;
