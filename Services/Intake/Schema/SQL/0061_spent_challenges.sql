-- Challenges that were answered: each opens the door for one request. Written only when somebody was challenged and has answered.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE intake.spent_challenge (
    agency       int NOT NULL,
    -- The challenge's random part.
    id           text NOT NULL CHECK (length(id) BETWEEN 10 AND 40),
    -- The request that it was spent on: the same one may come again when its answer was lost.
    request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
    uses         int NOT NULL DEFAULT 1,
    at           timestamptz NOT NULL,
    PRIMARY KEY (agency, id)
);
ALTER TABLE intake.spent_challenge ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake.spent_challenge FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON intake.spent_challenge USING (agency = directory.me()) WITH CHECK (agency = directory.me());
GRANT SELECT, INSERT ON intake.spent_challenge TO sinergi_intake;
GRANT UPDATE (uses) ON intake.spent_challenge TO sinergi_intake;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake.spent_challenge TO sinergi_migrator;
GRANT SELECT (at), DELETE ON intake.spent_challenge TO sinergi_gate;

SET LOCAL ROLE sinergi_migrator;
-- Longer than any challenge lives, a question's waiting time included.
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('intake.spent_challenge', 'at', '1 hour');
