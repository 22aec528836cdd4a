-- Files that came by chat: noted with their message, fetched from the provider once their report is filed. sealed holds the provider's
-- name of the file, sealed to the agency (HPKE, RFC 9180). Private to the agency that is written to.
SET LOCAL ROLE sinergi_owner;

-- tracking_code: of the report that the file belongs to. due_at: when to fetch it next; NULL before it is filed and once it is settled.
CREATE TABLE intake.channel_media (
    agency        int NOT NULL,
    id            uuid NOT NULL,
    conversation  uuid NOT NULL,
    kind          text NOT NULL CHECK (length(kind) BETWEEN 1 AND 20),
    sealed        bytea NOT NULL CHECK (length(sealed) <= 4096),
    tracking_code text CHECK (length(tracking_code) BETWEEN 10 AND 30),
    attempts      int NOT NULL DEFAULT 0,
    due_at        timestamptz,
    outcome       text CHECK (length(outcome) <= 100),
    received_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, id)
);
CREATE INDEX channel_media_due ON intake.channel_media (agency, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX channel_media_age ON intake.channel_media (agency, received_at);

ALTER TABLE intake.channel_media ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake.channel_media FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON intake.channel_media USING (agency = directory.me()) WITH CHECK (agency = directory.me());
GRANT SELECT, INSERT ON intake.channel_media TO sinergi_intake;
GRANT UPDATE (tracking_code, attempts, due_at, outcome) ON intake.channel_media TO sinergi_intake;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake.channel_media TO sinergi_migrator;
GRANT SELECT (received_at), DELETE ON intake.channel_media TO sinergi_gate;

SET LOCAL ROLE sinergi_migrator;
-- As long as the providers keep them.
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('intake.channel_media', 'received_at', '30 days');
