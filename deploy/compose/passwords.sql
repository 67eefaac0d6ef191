-- For psql: passwords of the roles from files, so that they stand in no list of processes.
\set owner `cat /run/secrets/owner-password`
\set server `cat /run/secrets/server-password`
SET log_statement = 'none';
ALTER ROLE credit_owner PASSWORD :'owner';
ALTER ROLE credit_server PASSWORD :'server';
