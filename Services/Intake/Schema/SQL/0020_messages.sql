-- What reporters wrote after their complaint; officers' messages stand in the view that routing sends. A rating comes once.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE intake.message (
    agency    int NOT NULL,
    complaint uuid NOT NULL,
    id        uuid NOT NULL,
    at        timestamptz NOT NULL,
    body      text CHECK (length(body) BETWEEN 1 AND 5000),
    -- Of a sealed complaint the words stand here alone.
    sealed    bytea CHECK (length(sealed) <= 32768),
    PRIMARY KEY (agency, complaint, id),
    FOREIGN KEY (agency, complaint) REFERENCES intake.complaint (agency, id),
    CHECK ((body IS NULL) <> (sealed IS NULL))
);
CREATE TABLE intake.rating (
    agency    int NOT NULL,
    complaint uuid NOT NULL,
    rating    int NOT NULL CHECK (rating BETWEEN 1 AND 5),
    at        timestamptz NOT NULL,
    PRIMARY KEY (agency, complaint),
    FOREIGN KEY (agency, complaint) REFERENCES intake.complaint (agency, id)
);
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['message', 'rating'] LOOP
        EXECUTE format('ALTER TABLE intake.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE intake.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY own_agency ON intake.%I USING (agency = directory.me()) WITH CHECK (agency = (SELECT directory.me()))', v_table);
        EXECUTE format('GRANT SELECT, INSERT ON intake.%I TO sinergi_intake', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON intake.%I TO sinergi_migrator', v_table);
    END LOOP;
END
$$;
