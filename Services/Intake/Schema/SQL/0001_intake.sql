-- intake: what came in, word for word, and what its reporter is shown. Private to the agency that received it.
SET LOCAL ROLE sinergi_owner;

CREATE SCHEMA intake;
GRANT USAGE ON SCHEMA intake TO sinergi_intake, sinergi_migrator;

-- id is the case's id too. view is the reporter's view of the case, a projection kept by case.changed; version counts the
-- complaint's own messages, view_version is the case's version that the view was made from.
CREATE TABLE intake.complaint (
    agency           int NOT NULL,
    id               uuid NOT NULL,
    tracking_code    text NOT NULL CHECK (length(tracking_code) BETWEEN 10 AND 30),
    access_key_hash  bytea NOT NULL CHECK (length(access_key_hash) = 32),
    version          bigint NOT NULL DEFAULT 1,
    kind             text NOT NULL CHECK (kind IN ('complaint', 'supervisory', 'whistleblowing', 'aspiration', 'information')),
    -- Of confidential and supervisory complaints the words stand in sealed alone: JSON, sealed to the agency's key (HPKE) before
    -- it reaches the database, so that who runs the database cannot read it.
    title            text CHECK (length(title) BETWEEN 1 AND 200),
    description      text CHECK (length(description) BETWEEN 10 AND 10000),
    sealed_key       text CHECK (length(sealed_key) <= 100),
    sealed           bytea CHECK (length(sealed) <= 131072),
    category         text CHECK (length(category) <= 81),
    event_date       date,
    lat              float8 CHECK (lat BETWEEN -90 AND 90),
    long             float8 CHECK (long BETWEEN -180 AND 180),
    area_code        text CHECK (length(area_code) <= 20),
    address          text CHECK (length(address) <= 500),
    anonymous        boolean NOT NULL,
    confidential     boolean NOT NULL,
    language         text NOT NULL CHECK (language IN ('id', 'en')),
    source           text CHECK (length(source) <= 100),
    external_id      text CHECK (length(external_id) <= 200),
    addressed_office text CHECK (length(addressed_office) <= 60),
    -- Whose misconduct it is about: the office hides the case from that office; the person's name is a text like any other.
    accused_office   text CHECK (length(accused_office) <= 60),
    accused_person   text CHECK (length(accused_person) <= 500),
    -- Answers to the category's questions, by their codes.
    attributes       jsonb CHECK (pg_column_size(attributes) <= 32768),
    -- When a letter or a walk-in reached the office, if that was before it was keyed in.
    originally_received_on date,
    -- The door it came through: portal, api, desk, whatsapp, sms, social, import, open311.
    channel          text NOT NULL DEFAULT 'api' CHECK (length(channel) BETWEEN 1 AND 20),
    -- What would still help the officers, as the receipt said.
    missing          text[] NOT NULL DEFAULT '{}' CHECK (cardinality(missing) <= 40),
    client           text NOT NULL CHECK (length(client) <= 200),
    received_at      timestamptz NOT NULL,
    view             jsonb CHECK (pg_column_size(view) <= 524288),
    view_version     int NOT NULL DEFAULT 0,
    notified_seq     int NOT NULL DEFAULT 0,
    published        boolean NOT NULL DEFAULT false,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (agency, id),
    UNIQUE (agency, tracking_code),
    CHECK (sealed IS NULL AND title IS NOT NULL AND description IS NOT NULL
           OR sealed IS NOT NULL AND sealed_key IS NOT NULL AND title IS NULL AND description IS NULL AND address IS NULL
              AND accused_person IS NULL AND attributes IS NULL)
);
CREATE UNIQUE INDEX complaint_external ON intake.complaint (agency, source, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX complaint_published ON intake.complaint (agency, received_at DESC) WHERE published AND NOT confidential;

-- Sealed to the agency's public key (HPKE, RFC 9180) before it reaches the database.
CREATE TABLE intake.reporter (
    agency    int NOT NULL,
    complaint uuid NOT NULL,
    key_id    text NOT NULL CHECK (length(key_id) <= 100),
    sealed    bytea NOT NULL CHECK (length(sealed) <= 8192),
    has_email boolean NOT NULL,
    has_phone boolean NOT NULL,
    PRIMARY KEY (agency, complaint)
);

-- The first answer is derived again (HMAC), so no access key is kept. Rows older than 24 h do not count and are pruned.
CREATE TABLE intake.idempotency (
    agency       int NOT NULL,
    caller       text NOT NULL CHECK (length(caller) BETWEEN 1 AND 200),
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
    complaint    uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (agency, caller, key)
);
CREATE INDEX idempotency_age ON intake.idempotency (agency, created_at);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['complaint', 'reporter', 'idempotency'] LOOP
        EXECUTE format('ALTER TABLE intake.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE intake.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY own_agency ON intake.%I USING (agency = directory.me()) WITH CHECK (agency = (SELECT directory.me()))', v_table);
        EXECUTE format('GRANT SELECT, INSERT ON intake.%I TO sinergi_intake', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON intake.%I TO sinergi_migrator', v_table);
    END LOOP;
END
$$;
-- What came in is never changed; only what is derived from the case is.
GRANT UPDATE (version, view, view_version, notified_seq, published, updated_at) ON intake.complaint TO sinergi_intake;
GRANT UPDATE (request_hash, complaint, created_at) ON intake.idempotency TO sinergi_intake;
GRANT USAGE ON SCHEMA intake TO sinergi_gate;
GRANT SELECT (created_at), DELETE ON intake.idempotency TO sinergi_gate;
SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('intake.idempotency', 'created_at', '24 hours');
