-- media: attachments and evidence in chunks. What is the same is stored once within an agency (sha256).
-- Applied after intake and casework: the policies ask both who has to do with a complaint.
SET LOCAL ROLE sinergi_owner;

CREATE SCHEMA media;
GRANT USAGE ON SCHEMA media TO sinergi_intake, sinergi_routing, sinergi_migrator;
GRANT USAGE, CREATE ON SCHEMA media TO sinergi_gate;

-- Bytes with a name of their own. sha256 is known once they are complete; until then they belong to one upload.
CREATE TABLE media.content (
    agency     int NOT NULL,
    id         uuid NOT NULL,
    sha256     bytea CHECK (length(sha256) = 32),
    size       bigint NOT NULL CHECK (size BETWEEN 0 AND 268435456),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agency, id),
    UNIQUE (agency, sha256)
);

CREATE TABLE media.chunk (
    agency  int NOT NULL,
    content uuid NOT NULL,
    number  int NOT NULL CHECK (number >= 0),
    data    bytea NOT NULL CHECK (length(data) BETWEEN 1 AND 262144),
    PRIMARY KEY (agency, content, number)
);
-- Pictures and films are compressed already.
ALTER TABLE media.chunk ALTER COLUMN data SET STORAGE EXTERNAL;

-- One file of one case. upload holds what was sent until it has been checked; content and thumbnail are what may be shown.
-- captured_… come from the file before it is stripped, and are for officers only.
CREATE TABLE media.item (
    agency          int NOT NULL,
    id              uuid NOT NULL,
    case_id         uuid NOT NULL,
    purpose         text NOT NULL CHECK (purpose IN ('attachment', 'evidence')),
    shared          boolean NOT NULL,
    state           text NOT NULL CHECK (state IN ('uploading', 'checking', 'ready', 'refused')),
    reason          text CHECK (length(reason) <= 60),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    added_by        text NOT NULL CHECK (length(added_by) BETWEEN 1 AND 200),
    declared_size   bigint NOT NULL CHECK (declared_size BETWEEN 1 AND 268435456),
    received        bigint NOT NULL DEFAULT 0,
    chunks          int NOT NULL DEFAULT 0,
    upload          uuid NOT NULL,
    content         uuid,
    thumbnail       uuid,
    thumbnail_size  bigint,
    type            text CHECK (length(type) <= 100),
    size            bigint,
    width           int,
    height          int,
    original_sha256 bytea CHECK (length(original_sha256) = 32),
    perceptual_hash bigint,
    captured_at     text CHECK (length(captured_at) <= 40),
    captured_lat    float8 CHECK (captured_lat BETWEEN -90 AND 90),
    captured_long   float8 CHECK (captured_long BETWEEN -180 AND 180),
    attempts        int NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, id)
);
CREATE INDEX item_of_case ON media.item (case_id, id);
CREATE INDEX item_waiting ON media.item (agency, lease_until) WHERE state = 'checking';
CREATE INDEX item_unfinished ON media.item (agency, created_at) WHERE state = 'uploading';
CREATE INDEX item_content ON media.item (agency, content);
CREATE INDEX item_thumbnail ON media.item (agency, thumbnail);
CREATE INDEX item_original ON media.item (agency, original_sha256);

-- What one agency has stored on one day, so that nobody fills the disk of all.
CREATE TABLE media.quota (
    agency int NOT NULL,
    day    date NOT NULL,
    items  bigint NOT NULL,
    bytes  bigint NOT NULL,
    PRIMARY KEY (agency, day)
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['content', 'chunk', 'item', 'quota'] LOOP
        EXECUTE format('ALTER TABLE media.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE media.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON media.%I TO sinergi_gate, sinergi_migrator', v_table);
    END LOOP;
END
$$;
-- Agencies read, and nothing else: all writing is done by the functions below.
GRANT SELECT ON media.content, media.chunk, media.item TO sinergi_intake, sinergi_routing;
CREATE POLICY own_agency ON media.content FOR SELECT USING (agency = directory.me());
CREATE POLICY own_agency ON media.chunk FOR SELECT USING (agency = directory.me());
CREATE POLICY own_agency ON media.item FOR SELECT USING (agency = directory.me());
CREATE POLICY own_agency ON media.quota FOR SELECT USING (agency = directory.me());
-- By a part in the case: what is finished, and only for officers. The chunks follow the items that show them.
CREATE POLICY by_part ON media.item FOR SELECT TO sinergi_routing USING (
    shared AND state = 'ready'
    AND EXISTS (SELECT FROM casework.participation p
                WHERE p.agency = directory.me() AND p.case_id = item.case_id AND p.state <> 'ended'));
CREATE POLICY by_part ON media.chunk FOR SELECT TO sinergi_routing USING (
    EXISTS (SELECT FROM media.item i WHERE i.agency = chunk.agency AND i.content = chunk.content)
    OR EXISTS (SELECT FROM media.item i WHERE i.agency = chunk.agency AND i.thumbnail = chunk.content));

SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('media.quota', 'day', '7 days');
