-- A reporter's objection to a decision that no person took: the origin's triage answers it, nothing moves by itself before.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.objection (
    -- The origin: the machine was its own.
    agency      int NOT NULL REFERENCES directory.agency,
    id          uuid NOT NULL,
    case_id     uuid NOT NULL REFERENCES casework."case",
    decision    uuid NOT NULL,
    at          timestamptz NOT NULL,
    -- Of a secret case a sealed token, which is longer than what was written.
    reason      text NOT NULL CHECK (length(reason) BETWEEN 10 AND 10000),
    answered_at timestamptz,
    answered_by text CHECK (length(answered_by) <= 200),
    -- Whether a person agreed with the reporter.
    upheld      boolean,
    note        text CHECK (length(note) <= 10000),
    PRIMARY KEY (agency, id),
    -- One decision is objected to once.
    UNIQUE (agency, case_id, decision),
    CHECK ((answered_at IS NULL) = (upheld IS NULL))
);
CREATE INDEX objection_open ON casework.objection (agency, case_id) WHERE answered_at IS NULL;
ALTER TABLE casework.objection ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.objection FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON casework.objection FOR SELECT USING (agency = directory.me());
GRANT SELECT ON casework.objection TO sinergi_routing;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.objection TO sinergi_gate, sinergi_migrator;

-- Decisions of an agency by time, for what became of them.
CREATE INDEX decision_agency_at ON casework.decision (agency, at);
