-- What officers have said about callers: who is shut out for a time and why, and which networks are never challenged. Private to
-- the agency. Contacts stand here only as a keyed hash, and nothing says to whom it belongs.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE intake.caller_rule (
    agency     int NOT NULL,
    id         uuid NOT NULL,
    effect     text NOT NULL CHECK (effect IN ('block', 'exempt')),
    network    text CHECK (length(network) BETWEEN 2 AND 50),
    contact    bytea CHECK (length(contact) = 32),
    client     text CHECK (length(client) BETWEEN 1 AND 200),
    reason     text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
    created_by text NOT NULL CHECK (length(created_by) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL,
    -- A rule always ends: 90 days are the longest, and who wants more says so again.
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz,
    ended_by   text CHECK (length(ended_by) BETWEEN 1 AND 200),
    PRIMARY KEY (agency, id),
    CHECK (num_nonnulls(network, contact, client) = 1),
    CHECK (effect = 'block' OR network IS NOT NULL),
    CHECK (expires_at > created_at AND expires_at <= created_at + interval '90 days 1 hour')
);
CREATE INDEX caller_rule_active ON intake.caller_rule (agency, expires_at) WHERE ended_at IS NULL;

ALTER TABLE intake.caller_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake.caller_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON intake.caller_rule USING (agency = directory.me()) WITH CHECK (agency = directory.me());
GRANT SELECT, INSERT ON intake.caller_rule TO sinergi_intake;
GRANT UPDATE (ended_at, ended_by) ON intake.caller_rule TO sinergi_intake;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake.caller_rule TO sinergi_migrator;
GRANT SELECT (expires_at), DELETE ON intake.caller_rule TO sinergi_gate;

SET LOCAL ROLE sinergi_migrator;
-- Kept a year after they ended, for those who ask why they were shut out.
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('intake.caller_rule', 'expires_at', '365 days');
