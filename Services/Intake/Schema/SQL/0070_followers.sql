-- Who follows a published complaint of somebody else's. The address is sealed to the agency (HPKE, RFC 9180) and found again by a
-- keyed hash; nobody is followed by an address that has not confirmed. Private to the agency that published.
SET LOCAL ROLE sinergi_owner;

-- version numbers the messages in the follower's lane. forget_at: unconfirmed after two days, the others 30 days after the
-- complaint has ended, all after a year.
CREATE TABLE intake.follower (
    agency       int NOT NULL,
    id           uuid NOT NULL,
    complaint    uuid NOT NULL,
    contact      bytea NOT NULL CHECK (length(contact) = 32),
    channel      text NOT NULL CHECK (channel IN ('mail', 'sms')),
    language     text NOT NULL CHECK (language IN ('id', 'en')),
    sealed       bytea NOT NULL CHECK (length(sealed) <= 2048),
    version      bigint NOT NULL DEFAULT 1,
    asked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    confirmed_at timestamptz,
    forget_at    timestamptz NOT NULL DEFAULT clock_timestamp() + interval '2 days',
    PRIMARY KEY (agency, id),
    UNIQUE (agency, complaint, contact)
);
CREATE INDEX follower_contact ON intake.follower (agency, contact, asked_at);
CREATE INDEX follower_age ON intake.follower (agency, forget_at);

ALTER TABLE intake.follower ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake.follower FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON intake.follower USING (agency = directory.me()) WITH CHECK (agency = directory.me());
GRANT SELECT, INSERT ON intake.follower TO sinergi_intake;
-- Whom a row means never changes.
GRANT UPDATE (language, version, asked_at, confirmed_at, forget_at) ON intake.follower TO sinergi_intake;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake.follower TO sinergi_migrator;
GRANT SELECT (agency, id, forget_at), DELETE ON intake.follower TO sinergi_gate;
GRANT CREATE ON SCHEMA intake TO sinergi_gate;

SET LOCAL ROLE sinergi_gate;
-- Whoever stops following is forgotten at once, not marked.
CREATE FUNCTION intake.forget_follower(p_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM intake.follower f WHERE f.agency = directory.me() AND f.id = p_id
$$;
REVOKE EXECUTE ON FUNCTION intake.forget_follower(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake.forget_follower(uuid) TO sinergi_intake;

SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('intake.follower', 'forget_at', '0 days');
