-- notification: what is to be said to whom, and what became of it. Private to the agency that says it.
SET LOCAL ROLE sinergi_owner;

CREATE SCHEMA notification;
GRANT USAGE ON SCHEMA notification TO sinergi_notification, sinergi_migrator;

-- Wording as dated data. Agency 0 is the wording of everybody who has none of their own. The text is a mustache template.
CREATE TABLE notification.template (
    agency     int NOT NULL,
    audience   text NOT NULL CHECK (audience IN ('reporter', 'office')),
    event      text NOT NULL CHECK (event ~ '^[a-z][a-z_]{1,39}$'),
    channel    text NOT NULL CHECK (channel IN ('mail', 'sms', 'whatsapp')),
    language   text NOT NULL CHECK (language IN ('id', 'en')),
    valid_from date NOT NULL,
    subject    text CHECK (length(subject) BETWEEN 1 AND 200),
    body       text NOT NULL CHECK (length(body) BETWEEN 1 AND 4000),
    PRIMARY KEY (agency, audience, event, channel, language, valid_from),
    CHECK ((channel = 'mail') = (subject IS NOT NULL))
);
COMMENT ON TABLE notification.template IS 'event "news" is for confidential cases: it says only that there is news about a code';

-- One message per step, channel and recipient. The address is sealed to the agency (HPKE, RFC 9180), is opened only while
-- sending, and is erased once the message is sent. Offices' addresses are public and looked up in directory.office.
CREATE TABLE notification.message (
    agency        int NOT NULL,
    id            uuid NOT NULL,
    step_id       uuid NOT NULL,
    recipient     text NOT NULL CHECK (length(recipient) BETWEEN 2 AND 60),
    channel       text NOT NULL CHECK (channel IN ('mail', 'sms', 'whatsapp')),
    reference     text NOT NULL CHECK (length(reference) BETWEEN 10 AND 100),
    tracking_code text NOT NULL CHECK (length(tracking_code) BETWEEN 3 AND 40),
    event         text NOT NULL CHECK (length(event) BETWEEN 1 AND 40),
    language      text NOT NULL CHECK (language IN ('id', 'en')),
    confidential  boolean NOT NULL,
    content       jsonb NOT NULL CHECK (length(content::text) <= 8000),
    sealed        bytea CHECK (length(sealed) <= 8192),
    state         text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'dead')),
    attempts      int NOT NULL DEFAULT 0,
    available_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL DEFAULT clock_timestamp() + interval '7 days',
    holder        uuid,
    leased_until  timestamptz,
    last_error    text CHECK (length(last_error) <= 500),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at       timestamptz,
    PRIMARY KEY (agency, id),
    CONSTRAINT message_once UNIQUE (agency, step_id, channel, recipient),
    CHECK ((state = 'sending') = (holder IS NOT NULL)),
    CHECK ((state = 'sending') = (leased_until IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON COLUMN notification.message.recipient IS '"reporter", or the code of an office';
COMMENT ON COLUMN notification.message.reference IS 'the same for every attempt: left part of Message-ID, idempotency key at the gateway';
CREATE INDEX message_due ON notification.message (agency, available_at) WHERE state IN ('queued', 'sending');
CREATE INDEX message_lane ON notification.message (agency, tracking_code, id);
CREATE INDEX message_dead ON notification.message (agency, id) WHERE state = 'dead';

-- Every try, for whoever asks why a message came late or not at all.
CREATE TABLE notification.attempt (
    agency      int NOT NULL,
    id          uuid NOT NULL,
    message     uuid NOT NULL,
    outcome     text NOT NULL CHECK (outcome IN ('accepted', 'failed', 'refused')),
    detail      text CHECK (length(detail) <= 500),
    duration_ms int NOT NULL CHECK (duration_ms >= 0),
    PRIMARY KEY (agency, id)
) PARTITION BY RANGE (id);
CREATE INDEX attempt_message ON notification.attempt (agency, message);
INSERT INTO platform.stream (parent, keep_days) VALUES ('notification.attempt', 90);

ALTER TABLE notification.template ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification.template FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_common ON notification.template FOR SELECT USING (agency = 0 OR agency = directory.me());
ALTER TABLE notification.message ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification.message FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON notification.message USING (agency = directory.me()) WITH CHECK (agency = directory.me());
ALTER TABLE notification.attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification.attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON notification.attempt USING (agency = directory.me()) WITH CHECK (agency = directory.me());

GRANT SELECT ON notification.template, notification.message, notification.attempt TO sinergi_notification;
GRANT SELECT, INSERT, UPDATE, DELETE ON notification.template, notification.message, notification.attempt TO sinergi_migrator;
GRANT INSERT (agency, id, step_id, recipient, channel, reference, tracking_code, event, language, confidential, content, sealed)
    ON notification.message TO sinergi_notification;
-- What is said, and to whom, is never changed; only what became of it.
GRANT UPDATE (state, attempts, available_at, expires_at, holder, leased_until, last_error, sent_at, sealed)
    ON notification.message TO sinergi_notification;
GRANT INSERT (agency, id, message, outcome, detail, duration_ms) ON notification.attempt TO sinergi_notification;

SET LOCAL ROLE sinergi_migrator;
SELECT platform.ensure_partitions(30);

-- Sent messages tell what was delivered for a quarter of a year; what is unsent or dead stays until it is settled.
SET LOCAL ROLE sinergi_owner;
CREATE INDEX message_sent ON notification.message (sent_at) WHERE sent_at IS NOT NULL;
GRANT USAGE ON SCHEMA notification TO sinergi_gate;
GRANT SELECT (sent_at), DELETE ON notification.message TO sinergi_gate;
SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('notification.message', 'sent_at', '90 days');
