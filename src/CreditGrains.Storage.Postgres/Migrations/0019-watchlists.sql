-- Daily digests of watchlists. A projection of the outbox; next_at is null where nothing is (or is still) to be delivered.
CREATE TABLE credit.watchlist_digest (
    watchlist text COLLATE "C" NOT NULL,
    day int4 NOT NULL,
    made_at int8 NOT NULL,
    counts text NOT NULL,
    content text NOT NULL,
    subscription text COLLATE "C",
    attempts int4 NOT NULL,
    next_at int8,
    delivered_at int8,
    error text,
    PRIMARY KEY (watchlist, day));
CREATE INDEX watchlist_digest_made ON credit.watchlist_digest (made_at);
CREATE INDEX watchlist_digest_due ON credit.watchlist_digest (next_at) WHERE next_at IS NOT NULL;
