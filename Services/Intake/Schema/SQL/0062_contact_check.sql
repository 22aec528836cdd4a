-- One-time codes by which a reporter shows that a telephone number or an address of mail is theirs. Private to the agency. The
-- contact stands here sealed, and as a keyed hash by which codes to it are counted; the code as a keyed hash.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE intake.contact_check (
    agency       int NOT NULL,
    id           uuid NOT NULL,
    complaint    uuid NOT NULL,
    channel      text NOT NULL CHECK (channel IN ('sms', 'whatsapp', 'email')),
    contact      bytea NOT NULL CHECK (length(contact) = 32),
    sealed       bytea NOT NULL CHECK (length(sealed) <= 8192),
    code_hash    bytea NOT NULL CHECK (length(code_hash) = 32),
    attempts     int NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 5),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    confirmed_at timestamptz,
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, complaint) REFERENCES intake.complaint (agency, id)
);
CREATE INDEX contact_check_complaint ON intake.contact_check (agency, complaint, created_at DESC);
CREATE INDEX contact_check_contact ON intake.contact_check (agency, contact, created_at);

ALTER TABLE intake.contact_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake.contact_check FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON intake.contact_check USING (agency = directory.me()) WITH CHECK (agency = directory.me());
GRANT SELECT, INSERT ON intake.contact_check TO sinergi_intake;
GRANT UPDATE (attempts, confirmed_at) ON intake.contact_check TO sinergi_intake;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake.contact_check TO sinergi_migrator;
GRANT SELECT (created_at), DELETE ON intake.contact_check TO sinergi_gate;

-- Since when a contact is known to be the reporter's own. Only a reporter who has shown that changes what is sealed here.
ALTER TABLE intake.reporter ADD COLUMN email_verified_at timestamptz, ADD COLUMN phone_verified_at timestamptz;
GRANT UPDATE (key_id, sealed, has_email, has_phone, email_verified_at, phone_verified_at) ON intake.reporter TO sinergi_intake;

SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('intake.contact_check', 'created_at', '2 days');
