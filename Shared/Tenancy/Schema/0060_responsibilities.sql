-- A directory that agencies edit: who is in charge of what since when, boundaries that codes cannot express, areas that succeed
-- others; versions for If-Match, a revision by which copies in memory see that something changed, and who changed what.
SET LOCAL ROLE sinergi_owner;

-- A day on which a row ends counts no more: valid_from <= day < valid_to.
ALTER TABLE directory.office ADD COLUMN version int NOT NULL DEFAULT 1,
    ADD CONSTRAINT office_period CHECK (valid_to IS NULL OR valid_to >= valid_from) NOT VALID;
ALTER TABLE directory.officer ADD COLUMN version int NOT NULL DEFAULT 1;
ALTER TABLE directory.position ADD COLUMN version int NOT NULL DEFAULT 1,
    ADD CONSTRAINT position_period CHECK (valid_to IS NULL OR valid_to >= valid_from) NOT VALID;
ALTER TABLE directory.jurisdiction ADD COLUMN version int NOT NULL DEFAULT 1,
    ADD CONSTRAINT jurisdiction_period CHECK (valid_to IS NULL OR valid_to >= valid_from) NOT VALID;
CREATE INDEX jurisdiction_agency ON directory.jurisdiction (agency, id);
CREATE INDEX position_officer ON directory.position (agency, officer);
-- Codes that took over from this one when it ended: one after a renaming, several after a split.
ALTER TABLE directory.area ADD COLUMN successors text[] NOT NULL DEFAULT '{}'
    CHECK (cardinality(successors) <= 50 AND length(successors::text) <= 1200),
    ADD CONSTRAINT area_period CHECK (valid_to IS NULL OR valid_to >= valid_from) NOT VALID;

-- What an office is there for: a category, or all below it, in an area, or everywhere.
CREATE TABLE directory.responsibility (
    agency     int NOT NULL REFERENCES directory.agency,
    id         uuid NOT NULL,
    office     uuid NOT NULL REFERENCES directory.office,
    category   text NOT NULL REFERENCES directory.category,
    area_code  text CHECK (length(area_code) BETWEEN 2 AND 20),
    valid_from date NOT NULL DEFAULT '2000-01-01',
    valid_to   date,
    version    int NOT NULL DEFAULT 1,
    PRIMARY KEY (agency, id),
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX responsibility_office ON directory.responsibility (agency, office);

-- A territory that no area code describes: a port, a toll road, an industrial estate.
CREATE TABLE directory.boundary (
    agency     int NOT NULL REFERENCES directory.agency,
    id         uuid NOT NULL,
    -- NULL: the agency's own, which only the operator draws.
    office     uuid REFERENCES directory.office,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    geom       public.geometry(MultiPolygon, 4326) NOT NULL CHECK (public.st_npoints(geom) <= 20000),
    valid_from date NOT NULL DEFAULT '2000-01-01',
    valid_to   date,
    version    int NOT NULL DEFAULT 1,
    PRIMARY KEY (agency, id),
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX boundary_geom ON directory.boundary USING gist (geom);

-- One row. Its lock makes changes of the directory follow each other; its number tells copies in memory to read again.
CREATE TABLE directory.revision (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    number bigint NOT NULL
);
INSERT INTO directory.revision (number) VALUES (1);

-- Who changed what of an agency's own part, through the API.
CREATE TABLE directory.change (
    agency int NOT NULL REFERENCES directory.agency,
    id     uuid NOT NULL,
    at     timestamptz NOT NULL,
    by     text NOT NULL CHECK (length(by) BETWEEN 1 AND 200),
    what   text NOT NULL CHECK (length(what) BETWEEN 1 AND 30),
    key    text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    before jsonb CHECK (length(before::text) <= 20000),
    after  jsonb CHECK (length(after::text) <= 20000),
    PRIMARY KEY (agency, id)
);
CREATE INDEX change_at ON directory.change (agency, at);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['responsibility', 'boundary', 'revision', 'change'] LOOP
        EXECUTE format('ALTER TABLE directory.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE directory.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON directory.%I TO sinergi_migrator', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['responsibility', 'boundary', 'revision'] LOOP
        EXECUTE format('CREATE POLICY everyone_reads ON directory.%I FOR SELECT USING (true)', v_table);
        EXECUTE format('GRANT SELECT ON directory.%I TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics,
                        sinergi_platform', v_table);
    END LOOP;
END
$$;
CREATE POLICY own_agency ON directory.change FOR SELECT USING (agency = directory.me());
GRANT SELECT ON directory.change TO sinergi_routing;

-- The gate writes what an agency's administrator may change (0062), and nothing else.
GRANT SELECT, INSERT, UPDATE ON directory.office, directory.officer, directory.position, directory.jurisdiction,
    directory.responsibility, directory.boundary, directory.change TO sinergi_gate;
GRANT SELECT, UPDATE ON directory.revision TO sinergi_gate;

CREATE FUNCTION directory._changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE directory.revision SET number = number + 1;
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION directory._changed() TO sinergi_owner;
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['agency', 'agency_key', 'area', 'boundary', 'calendar', 'calendar_day', 'calendar_year', 'category',
        'category_question', 'jurisdiction', 'office', 'responsibility'] LOOP
        EXECUTE format('CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON directory.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION directory._changed()', v_table);
    END LOOP;
END
$$;
