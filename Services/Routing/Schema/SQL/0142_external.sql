-- The supervisor outside the administration (Ombudsman): who it is, where. It is not joined, so its part goes out as letter or link.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.external_body (
    office     uuid PRIMARY KEY REFERENCES directory.office,
    -- NULL: the whole country.
    area_code  text CHECK (length(area_code) <= 20),
    valid_from date NOT NULL DEFAULT '2000-01-01',
    valid_to   date
);
ALTER TABLE casework.external_body ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.external_body FORCE ROW LEVEL SECURITY;
GRANT SELECT ON casework.external_body TO sinergi_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.external_body TO sinergi_migrator;

-- Its place is taken by casework.reporter_consents, which keeps which wording the reporter agreed to.
SET LOCAL ROLE sinergi_gate;
DROP FUNCTION IF EXISTS casework.reporter_consent(uuid, boolean, text);
