-- Figures of days, counted beforehand.
CREATE TABLE credit.statistic (
    figure text COLLATE "C" NOT NULL, part text COLLATE "C" NOT NULL, day int4 NOT NULL, name text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL, value int8 NOT NULL,
    PRIMARY KEY (figure, part, day, name, key));
CREATE INDEX statistic_day ON credit.statistic (day);
