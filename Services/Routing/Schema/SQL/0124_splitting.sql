-- One report about several matters: parts of it become cases of their own.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.split (
    child    uuid PRIMARY KEY REFERENCES casework."case",
    parent   uuid NOT NULL REFERENCES casework."case",
    agency   int NOT NULL REFERENCES directory.agency,
    reason   text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    split_by text NOT NULL CHECK (length(split_by) <= 200),
    split_at timestamptz NOT NULL,
    CHECK (child <> parent)
);
CREATE INDEX split_parent ON casework.split (parent, child);
ALTER TABLE casework.split ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.split FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.split TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.split TO sinergi_routing;
CREATE POLICY own_part ON casework.split FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id IN (split.child, split.parent) AND p.state <> 'ended'));
