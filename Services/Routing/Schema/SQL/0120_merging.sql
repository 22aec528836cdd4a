-- Several reports of one matter: which were merged into which, and what a machine has read each to be about.
SET LOCAL ROLE sinergi_owner;

-- A merged case (child) follows another (parent) until somebody takes it out again. snapshot: what it was, to be restored.
CREATE TABLE casework.merge (
    child       uuid NOT NULL REFERENCES casework."case",
    number      int NOT NULL CHECK (number > 0),
    parent      uuid NOT NULL REFERENCES casework."case",
    agency      int NOT NULL REFERENCES directory.agency,
    reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    merged_by   text NOT NULL CHECK (length(merged_by) <= 200),
    merged_at   timestamptz NOT NULL,
    snapshot    jsonb NOT NULL CHECK (length(snapshot::text) <= 100000),
    undone_at   timestamptz,
    undone_by   text CHECK (length(undone_by) <= 200),
    undo_reason text CHECK (length(undo_reason) <= 2000),
    PRIMARY KEY (child, number),
    CHECK (child <> parent)
);
CREATE UNIQUE INDEX merge_live ON casework.merge (child) WHERE undone_at IS NULL;
CREATE INDEX merge_children ON casework.merge (parent, child) WHERE undone_at IS NULL;

-- What an ordinary case is about, as read by a machine when it came in: never of a secret one. words: usual words, for likeness.
CREATE TABLE casework.matter (
    agency      int NOT NULL REFERENCES directory.agency,
    case_id     uuid NOT NULL REFERENCES casework."case",
    received_at timestamptz NOT NULL,
    -- A category; NULL where the text is about nothing that many people report at once.
    code        text CHECK (length(code) <= 81),
    -- Where reports of this matter count together: a regency, or a district for what is not supplied by a network.
    region      text NOT NULL CHECK (length(region) <= 20),
    words       text NOT NULL CHECK (length(words) <= 2000),
    cluster     uuid,
    -- An officer said that it does not belong to that cluster: the machine does not put it back.
    kept_out    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (agency, case_id)
);
CREATE INDEX matter_code ON casework.matter (agency, code, received_at) WHERE code IS NOT NULL;
CREATE INDEX matter_loose ON casework.matter (agency, received_at) WHERE code IS NOT NULL AND cluster IS NULL AND NOT kept_out;
CREATE INDEX matter_cluster ON casework.matter (agency, cluster, received_at) WHERE cluster IS NOT NULL;

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['merge', 'matter'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
    END LOOP;
END
$$;
GRANT SELECT (child, number, parent, agency, reason, merged_by, merged_at, undone_at, undone_by, undo_reason) ON casework.merge TO sinergi_routing;
GRANT SELECT (agency, case_id, received_at, code, region, cluster, kept_out) ON casework.matter TO sinergi_routing;
CREATE POLICY own_part ON casework.merge FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id IN (merge.child, merge.parent) AND p.state <> 'ended'));
CREATE POLICY own_agency ON casework.matter FOR SELECT USING (agency = directory.me());

-- An answer that reached a merged case by way of its parent.
ALTER TABLE casework.answer ADD COLUMN copy_of uuid REFERENCES casework.answer;
CREATE INDEX answer_copy ON casework.answer (copy_of, case_id) WHERE copy_of IS NOT NULL;

-- Neighbours in time, of a place and of an agency: where likely duplicates are looked for.
CREATE INDEX participation_place ON casework.participation (agency, area_code, received_at);
CREATE INDEX participation_received ON casework.participation (agency, received_at);

-- Nobody's report becomes secret behind the backs of those who follow it, or shows them what has become secret.
CREATE FUNCTION casework.refuse_secret_parent() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM casework.merge m WHERE NEW.id IN (m.parent, m.child) AND m.undone_at IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'SN409', MESSAGE = 'wrong_state', DETAIL = 'unmerge first: a secret case is never merged';
    END IF;
    RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION casework.refuse_secret_parent() FROM PUBLIC;
CREATE TRIGGER case_secret_parent BEFORE UPDATE OF confidential ON casework."case"
    FOR EACH ROW WHEN (NEW.confidential AND NOT OLD.confidential) EXECUTE FUNCTION casework.refuse_secret_parent();
