-- Rule sets: an agency's decision table as a whole, drafted, tried on past cases, put in force, kept. Rows of casework.rule are what decides
-- now; a set is the document of it. Private to the agency, so plain policies and functions with the caller's rights do (0101).
SET LOCAL ROLE sinergi_owner;

-- How urgent a case of this rule is; NULL leaves it as it is.
ALTER TABLE casework.rule ADD COLUMN case_priority text CHECK (case_priority IN ('low', 'normal', 'high', 'urgent'));
-- Version of the agency's rules by which it was decided; NULL for what people decided, and where none is on record.
ALTER TABLE casework.decision ADD COLUMN rules_version int CHECK (rules_version > 0);

CREATE TABLE casework.rule_set (
    agency       int NOT NULL REFERENCES directory.agency,
    id           uuid NOT NULL,
    -- Counts the changes of a draft: its entity tag.
    revision     int NOT NULL DEFAULT 1,
    -- Drawn when it is put in force; NULL for drafts.
    version      int CHECK (version > 0),
    state        text NOT NULL CHECK (state IN ('draft', 'active', 'retired', 'discarded')),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    note         text CHECK (length(note) <= 2000),
    -- The version that a draft replaces as a whole; NULL where its rules are added to whatever is in force then.
    base_version int,
    -- Who thought of it: an officer, an arbiter's decision, or the record of rules that were written one by one.
    source       text NOT NULL CHECK (source IN ('officer', 'arbitration', 'record')),
    -- The case whose arbitration it was learnt from.
    learnt_from  uuid,
    rules        jsonb NOT NULL CHECK (jsonb_typeof(rules) = 'array' AND length(rules::text) <= 400000),
    created_by   text NOT NULL CHECK (length(created_by) <= 200),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_by   text NOT NULL CHECK (length(updated_by) <= 200),
    updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    activated_by text CHECK (length(activated_by) <= 200),
    activated_at timestamptz,
    -- The trial on past cases that it was activated on, or why there was none.
    simulation   uuid,
    untried      text CHECK (length(untried) <= 2000),
    retired_at   timestamptz,
    PRIMARY KEY (agency, id),
    CHECK ((version IS NULL) = (state IN ('draft', 'discarded')))
);
CREATE UNIQUE INDEX rule_set_version ON casework.rule_set (agency, version);
CREATE UNIQUE INDEX rule_set_active ON casework.rule_set (agency) WHERE state = 'active';
-- An arbiter's decision is offered once.
CREATE UNIQUE INDEX rule_set_arbitration ON casework.rule_set (agency, learnt_from) WHERE state = 'draft' AND source = 'arbitration';
CREATE INDEX rule_set_updated ON casework.rule_set (agency, state, updated_at);

-- A trial of a draft on past cases: what it was held against, and what came of it.
CREATE TABLE casework.rule_simulation (
    agency   int NOT NULL REFERENCES directory.agency,
    id       uuid NOT NULL,
    rule_set uuid NOT NULL,
    revision int NOT NULL,
    -- The version that was in force; NULL where there was none.
    against  int,
    result   jsonb NOT NULL CHECK (jsonb_typeof(result) = 'object' AND length(result::text) <= 200000),
    by       text NOT NULL CHECK (length(by) <= 200),
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, rule_set) REFERENCES casework.rule_set
);
CREATE INDEX rule_simulation_set ON casework.rule_simulation (agency, rule_set, at);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['rule_set', 'rule_simulation'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY own_agency ON casework.%I USING (agency = directory.me()) WITH CHECK (agency = directory.me())', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('GRANT SELECT, INSERT ON casework.%I TO sinergi_routing', v_table);
    END LOOP;
END
$$;
GRANT UPDATE (revision, version, state, name, note, base_version, rules, updated_by, updated_at, activated_by, activated_at, simulation,
              untried, retired_at) ON casework.rule_set TO sinergi_routing;

-- The latest cases of one intake, for simulations.
CREATE INDEX case_origin ON casework."case" (origin, received_at, id);
