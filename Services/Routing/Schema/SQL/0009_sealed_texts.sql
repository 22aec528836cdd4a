-- The words of confidential and supervisory complaints: one copy for each agency with a part, sealed to that agency's key (HPKE)
-- outside the database. Who runs the database sees ciphertext; an agency whose part has ended no longer gets its copy.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.sealed_text (
    agency   int NOT NULL REFERENCES directory.agency,
    case_id  uuid NOT NULL REFERENCES casework."case",
    key_id   text NOT NULL CHECK (length(key_id) <= 100),
    sealed   bytea NOT NULL CHECK (length(sealed) <= 131072),
    given_by int NOT NULL REFERENCES directory.agency,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (agency, case_id)
);
CREATE INDEX sealed_text_case ON casework.sealed_text (case_id);
ALTER TABLE casework.sealed_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.sealed_text FORCE ROW LEVEL SECURITY;
CREATE POLICY own_copy ON casework.sealed_text FOR SELECT USING (
    agency = directory.me()
    AND EXISTS (SELECT FROM casework.participation p
                WHERE p.agency = directory.me() AND p.case_id = sealed_text.case_id AND p.state <> 'ended'));
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.sealed_text TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.sealed_text TO sinergi_routing;

SET LOCAL ROLE sinergi_gate;

-- Agencies with a live part in a sealed case of mine that have no copy yet. A definer, because it looks at others' parts.
CREATE FUNCTION casework.texts_wanted(p_limit int) RETURNS TABLE (case_id uuid, agency int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT t.case_id, p.agency
    FROM casework.sealed_text t
    JOIN casework."case" c ON c.id = t.case_id AND c.sealed AND c.closed_at IS NULL
    JOIN casework.participation p ON p.case_id = t.case_id AND p.agency <> t.agency AND p.state <> 'ended'
    WHERE t.agency = directory.me()
        AND EXISTS (SELECT FROM casework.participation own
                    WHERE own.agency = t.agency AND own.case_id = t.case_id AND own.state <> 'ended')
        AND NOT EXISTS (SELECT FROM casework.sealed_text x WHERE x.agency = p.agency AND x.case_id = t.case_id)
    LIMIT least(p_limit, 100)
$$;

-- Gives another party a copy that my service has sealed to its key. Only who reads the case itself can, and only to a party.
CREATE FUNCTION casework.share_text(p_case uuid, p_agency int, p_key text, p_sealed bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(DISTINCT p.agency) FROM casework.participation p
        WHERE p.case_id = p_case AND p.agency IN (directory.me(), p_agency) AND p.state <> 'ended') <> 2
        OR NOT EXISTS (SELECT FROM casework.sealed_text t WHERE t.agency = directory.me() AND t.case_id = p_case) THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    INSERT INTO casework.sealed_text (agency, case_id, key_id, sealed, given_by, given_at)
    VALUES (p_agency, p_case, p_key, p_sealed, directory.me(), clock_timestamp())
    ON CONFLICT DO NOTHING;
END
$$;
-- A rating after the end, by the reporter; the origin alone has one.
CREATE FUNCTION casework.reporter_rate(p_case uuid, p_rating int, p_comment text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_origin(p_case);
BEGIN
    IF c.status <> 'closed' THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow a rating', c.status));
    END IF;
    c.rating := p_rating;
    RETURN casework._save(c, clock_timestamp(), '[]', 'rated', jsonb_build_object('rating', p_rating, 'comment', p_comment), '{}', p_trace);
END
$$;
REVOKE EXECUTE ON FUNCTION casework.reporter_rate(uuid, int, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.reporter_rate(uuid, int, text, text) TO sinergi_routing;
REVOKE EXECUTE ON FUNCTION casework.texts_wanted(int), casework.share_text(uuid, int, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.texts_wanted(int), casework.share_text(uuid, int, text, bytea) TO sinergi_routing;
