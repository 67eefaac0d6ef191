-- Which entries of the access log are about whom (AccessPages), up to access_head.keyed.
CREATE TABLE credit.access_page (page int2 NOT NULL, first int8 NOT NULL, keys bytea NOT NULL, PRIMARY KEY (page, first));
ALTER TABLE credit.access_page ALTER COLUMN keys SET STORAGE EXTERNAL;
DROP TABLE credit.access_key;
UPDATE credit.access_head SET keyed = 0;
