-- What an agency's machine has learnt: models in versions, what they said of each case, and which offices have earned automation.
-- Private to the agency. The functions run with their caller's rights: policies decide, the explicit agency number serves the operator.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.model (
    agency          int NOT NULL REFERENCES directory.agency,
    version         int NOT NULL CHECK (version > 0),
    -- Counts changes of status, for If-Match.
    revision        int NOT NULL DEFAULT 1,
    status          text NOT NULL CHECK (status IN ('candidate', 'active', 'retired')),
    bytes           bytea NOT NULL CHECK (length(bytes) BETWEEN 1 AND 31457280),
    sha256          bytea NOT NULL CHECK (length(sha256) = 32),
    -- What it is worth, on cases that it had not seen.
    card            jsonb NOT NULL CHECK (jsonb_typeof(card) = 'object' AND length(card::text) <= 200000),
    rows            int NOT NULL CHECK (rows >= 0),
    trained_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Outcomes up to this moment were learnt from: later ones are unseen, and fit to compare models on.
    trained_through timestamptz NOT NULL,
    trained_by      text NOT NULL CHECK (length(trained_by) <= 200),
    -- Why it was promoted or not.
    note            text NOT NULL CHECK (length(note) <= 1000),
    activated_at    timestamptz,
    retired_at      timestamptz,
    PRIMARY KEY (agency, version)
);
CREATE UNIQUE INDEX model_one_active ON casework.model (agency) WHERE status = 'active';

-- One row an agency: who trains now, and what came of it last. Its lock makes changes of models follow each other.
CREATE TABLE casework.model_training (
    agency      int PRIMARY KEY REFERENCES directory.agency,
    holder      text CHECK (length(holder) <= 200),
    lease_until timestamptz,
    finished_at timestamptz,
    result      text CHECK (length(result) <= 1000)
);

-- The first choice of the active model when a case came in, whether or not it acted on it.
CREATE TABLE casework.model_opinion (
    agency      int NOT NULL,
    case_id     uuid NOT NULL REFERENCES casework."case",
    version     int NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    office      text NOT NULL CHECK (length(office) BETWEEN 1 AND 60),
    probability float8 NOT NULL CHECK (probability BETWEEN 0 AND 1),
    -- As sure as its card demands for acting by itself.
    certain     boolean NOT NULL,
    acted       boolean NOT NULL,
    PRIMARY KEY (agency, case_id)
);
CREATE INDEX model_opinion_office ON casework.model_opinion (agency, office, at);

-- Whether the model acts for an office (automatic) or only proposes it (shadow): earned by what its certain opinions came to.
CREATE TABLE casework.model_office (
    agency   int NOT NULL,
    office   text NOT NULL CHECK (length(office) BETWEEN 1 AND 60),
    state    text NOT NULL CHECK (state IN ('shadow', 'automatic')),
    -- Of its latest certain opinions: those whose outcome is known, and those that were right.
    judged   int NOT NULL,
    correct  int NOT NULL,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    revision int NOT NULL DEFAULT 1,
    PRIMARY KEY (agency, office)
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['model', 'model_training', 'model_opinion', 'model_office'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('GRANT SELECT, INSERT ON casework.%I TO sinergi_routing', v_table);
    END LOOP;
END
$$;
CREATE POLICY own_agency ON casework.model USING (agency = directory.me()) WITH CHECK (agency = directory.me());
CREATE POLICY own_agency ON casework.model_training USING (agency = directory.me()) WITH CHECK (agency = directory.me());
CREATE POLICY own_agency ON casework.model_office USING (agency = directory.me()) WITH CHECK (agency = directory.me());
CREATE POLICY own_agency ON casework.model_opinion USING (agency = directory.me()) WITH CHECK (
    agency = directory.me() AND EXISTS (SELECT FROM casework.participation p
                                        WHERE p.agency = directory.me() AND p.case_id = model_opinion.case_id AND p.state <> 'ended'));
-- A model's bytes and card are never changed: a new model is a new row.
GRANT UPDATE (status, revision, note, activated_at, retired_at) ON casework.model TO sinergi_routing;
GRANT UPDATE (holder, lease_until, finished_at, result) ON casework.model_training TO sinergi_routing;
GRANT UPDATE (state, judged, correct, since, revision) ON casework.model_office TO sinergi_routing;

-- Where an agency's cases really belonged: the office that led them to an answer. Another agency counts as one; its units are its own affair.
-- Secret cases and what reporters took back teach nothing.
CREATE VIEW casework.routing_outcome WITH (security_invoker = true) AS
SELECT c.origin AS agency, c.id AS case_id, CASE WHEN o.agency = c.origin THEN o.code ELSE a.code END AS office,
       coalesce(c.answered_at, c.closed_at) AS at
FROM casework."case" c
JOIN directory.office o ON o.id = c.lead_office
JOIN directory.agency a ON a.number = o.agency
WHERE c.accepted_at IS NOT NULL AND c.status IN ('answered', 'closed') AND coalesce(c.answered_at, c.closed_at) IS NOT NULL
    AND (c.outcome IS NULL OR c.outcome IN ('confirmed_solved', 'closed_by_silence', 'answered', 'noted', 'committed', 'referred'))
    AND NOT c.confidential AND NOT c.sealed AND c.kind NOT IN ('supervisory', 'whistleblowing') AND c.accused_office IS NULL;
GRANT SELECT ON casework.routing_outcome TO sinergi_routing, sinergi_migrator;

SET LOCAL ROLE sinergi_gate;

-- One training of an agency at a time. A copy that died keeps the others waiting half an hour.
CREATE FUNCTION casework.claim_training(p_agency int, p_holder text) RETURNS boolean
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casework.model_training AS t (agency, holder, lease_until)
    VALUES (p_agency, p_holder, clock_timestamp() + interval '30 minutes')
    ON CONFLICT (agency) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
    WHERE t.lease_until IS NULL OR t.lease_until < clock_timestamp();
    RETURN FOUND;
END
$$;

-- Ends the training and says what came of it.
CREATE FUNCTION casework.finish_training(p_agency int, p_holder text, p_result text) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE casework.model_training SET lease_until = NULL, holder = NULL, finished_at = clock_timestamp(), result = left(p_result, 1000)
    WHERE agency = p_agency AND holder = p_holder;
$$;

-- Stores a trained model. It becomes active only if it won against the model that is active now: p_against, NULL for none.
CREATE FUNCTION casework.store_model(p_agency int, p_bytes bytea, p_sha256 bytea, p_card jsonb, p_rows int, p_through timestamptz, p_by text,
    p_against int, p_wins boolean, p_note text) RETURNS jsonb
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz := clock_timestamp();
    v_version int;
    v_status text := 'candidate';
    v_active int;
BEGIN
    UPDATE casework.model_training SET result = result WHERE agency = p_agency;
    SELECT version INTO v_active FROM casework.model WHERE agency = p_agency AND status = 'active';
    SELECT coalesce(max(version), 0) + 1 INTO v_version FROM casework.model WHERE agency = p_agency;
    -- Somebody activated another one meanwhile: what it was compared with is not what is in use.
    IF p_wins AND v_active IS NOT DISTINCT FROM p_against THEN
        v_status := 'active';
    END IF;
    UPDATE casework.model SET status = 'retired', retired_at = v_at, revision = revision + 1
    WHERE agency = p_agency AND (status = 'candidate' OR status = 'active' AND v_status = 'active');
    INSERT INTO casework.model (agency, version, status, bytes, sha256, card, rows, trained_at, trained_through, trained_by, note, activated_at)
    VALUES (p_agency, v_version, v_status, p_bytes, p_sha256, p_card, p_rows, v_at, p_through, p_by, p_note,
            CASE WHEN v_status = 'active' THEN v_at END);
    RETURN jsonb_build_object('version', v_version, 'status', v_status);
END
$$;

-- A person activates or retires a version. NULL: it is not there; -1: it changed since the caller read it; else the new revision.
CREATE FUNCTION casework.set_model(p_agency int, p_version int, p_revision int, p_status text, p_note text) RETURNS int
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz := clock_timestamp();
    m casework.model;
BEGIN
    INSERT INTO casework.model_training (agency) VALUES (p_agency) ON CONFLICT (agency) DO NOTHING;
    UPDATE casework.model_training SET result = result WHERE agency = p_agency;
    SELECT x.* INTO m FROM casework.model x WHERE x.agency = p_agency AND x.version = p_version;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF m.revision <> p_revision THEN
        RETURN -1;
    ELSIF m.status = p_status THEN
        RETURN m.revision;
    END IF;
    IF p_status = 'active' THEN
        UPDATE casework.model SET status = 'retired', retired_at = v_at, revision = revision + 1
        WHERE agency = p_agency AND status = 'active';
    END IF;
    UPDATE casework.model
    SET status = p_status, revision = revision + 1, note = p_note,
        activated_at = CASE WHEN p_status = 'active' THEN v_at ELSE activated_at END,
        retired_at = CASE WHEN p_status = 'retired' THEN v_at END
    WHERE agency = p_agency AND version = p_version;
    RETURN m.revision + 1;
END
$$;

-- Compares certain opinions with what became of the cases. An office goes automatic after 20 of which at least 94 % were right, counting half
-- a wrong one more than there were; it falls back below 90 %. Looked at: the latest 50 of half a year. Docs: adr/0013.
CREATE FUNCTION casework.measure_offices(p_agency int) RETURNS int
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count int;
BEGIN
    WITH judged AS (
        SELECT p.office, coalesce(r.office = p.office, false) AS correct, row_number() OVER (PARTITION BY p.office ORDER BY p.at DESC) AS n
        FROM casework.model_opinion p
        LEFT JOIN casework.routing_outcome r ON r.agency = p.agency AND r.case_id = p.case_id
        WHERE p.agency = p_agency AND p.certain AND p.at > clock_timestamp() - interval '180 days'
            AND (r.office IS NOT NULL
                 -- Wrong at once, before there is an answer: a person said so.
                 OR EXISTS (SELECT FROM casework.routing_signal s
                            WHERE s.agency = p.agency AND s.decision IN (SELECT d.id FROM casework.decision d WHERE d.case_id = p.case_id)
                                AND s.kind IN ('overruled', 'refused', 'objected') AND s.suggested = p.office))
    ), figures AS (
        SELECT j.office, count(*)::int AS judged, (count(*) FILTER (WHERE j.correct))::int AS correct FROM judged j WHERE j.n <= 50 GROUP BY j.office
    ), verdicts AS (
        SELECT f.*, CASE WHEN f.judged >= 20 AND f.correct - 0.5 >= 0.94 * f.judged THEN 'automatic'
                         WHEN f.correct < 0.90 * f.judged OR m.office IS NULL THEN 'shadow' ELSE m.state END AS state
        FROM figures f LEFT JOIN casework.model_office m ON m.agency = p_agency AND m.office = f.office
    )
    INSERT INTO casework.model_office AS m (agency, office, state, judged, correct)
    SELECT p_agency, v.office, v.state, v.judged, v.correct FROM verdicts v
    ON CONFLICT (agency, office) DO UPDATE
        SET state = excluded.state, judged = excluded.judged, correct = excluded.correct, revision = m.revision + 1,
            since = CASE WHEN m.state = excluded.state THEN m.since ELSE clock_timestamp() END
        WHERE (m.state, m.judged, m.correct) IS DISTINCT FROM (excluded.state, excluded.judged, excluded.correct);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

REVOKE EXECUTE ON FUNCTION casework.claim_training(int, text), casework.finish_training(int, text, text),
    casework.store_model(int, bytea, bytea, jsonb, int, timestamptz, text, int, boolean, text), casework.set_model(int, int, int, text, text),
    casework.measure_offices(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.claim_training(int, text), casework.finish_training(int, text, text),
    casework.store_model(int, bytea, bytea, jsonb, int, timestamptz, text, int, boolean, text), casework.set_model(int, int, int, text, text),
    casework.measure_offices(int) TO sinergi_routing, sinergi_migrator;

-- Retired models can be activated again for 30 days, then they go.
SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('casework.model', 'retired_at', '30 days');
