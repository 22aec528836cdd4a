-- What officers keep for their own work: saved views of the queue, and who is looking at a case right now.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.saved_view (
    agency     int NOT NULL,
    id         uuid NOT NULL,
    -- Whose it is, as tokens name the person; NULL: everybody's in the agency.
    owner      text CHECK (length(owner) BETWEEN 1 AND 200),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    filter     jsonb NOT NULL CHECK (jsonb_typeof(filter) = 'object' AND length(filter::text) <= 5000),
    created_by text NOT NULL CHECK (length(created_by) <= 200),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at timestamptz,
    PRIMARY KEY (agency, id)
);

-- "Being edited by …": a row a minute old means nothing any more.
CREATE TABLE casework.presence (
    agency  int NOT NULL,
    case_id uuid NOT NULL REFERENCES casework."case",
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    name    text NOT NULL CHECK (length(name) <= 200),
    editing boolean NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, case_id, subject)
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['saved_view', 'presence'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('GRANT SELECT, INSERT ON casework.%I TO sinergi_routing', v_table);
    END LOOP;
END
$$;
CREATE POLICY own_agency ON casework.saved_view USING (agency = directory.me()) WITH CHECK (agency = directory.me());
GRANT UPDATE (name, filter, removed_at) ON casework.saved_view TO sinergi_routing;
CREATE POLICY own_agency ON casework.presence USING (agency = directory.me()) WITH CHECK (
    agency = directory.me() AND EXISTS (SELECT FROM casework.participation p
                                        WHERE p.agency = directory.me() AND p.case_id = presence.case_id AND p.state <> 'ended'));
GRANT UPDATE (name, editing, at) ON casework.presence TO sinergi_routing;

SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('casework.presence', 'at', '1 hour');
