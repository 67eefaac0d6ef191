-- Where clients reach a process, and what its leases carry as their owner: which node has which shards.
ALTER TABLE credit.node ADD COLUMN address text, ADD COLUMN holder text COLLATE "C";
