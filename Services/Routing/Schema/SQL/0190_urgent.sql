-- definitions 1
-- Danger in a report that only few may read. Nobody gets a part by being rung for it: that could be the accused (docs/adr/0047).
SET LOCAL ROLE sinergi_gate;

-- Offices of an agency that a ring is for: those not taken yet; from the third ring of anybody on, the holder too, and the coordinators of
-- what is no secret. What is secret rings whoever it was offered to since as well. Whoever is accused is never rung.
CREATE OR REPLACE FUNCTION casework._rung(c casework."case", p_agency int) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_agg(DISTINCT o.code), '[]') FROM directory.office o, casework._is_secret(c) AS s(secret)
    WHERE o.agency = p_agency AND o.joined AND NOT casework._is_accused(c.id, o.id)
      AND (EXISTS (SELECT FROM casework.alarm a WHERE a.case_id = c.id AND a.office = o.id AND a.agency = p_agency AND a.taken_at IS NULL)
           OR (o.id = c.holder_office OR NOT s.secret AND (o.is_coordinator OR o.id = c.interim_holder)
               OR s.secret AND EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = o.id AND p.agency = p_agency
                                         AND p.role = 'lead' AND p.state IN ('offered', 'active')))
              AND EXISTS (SELECT FROM casework.alarm a WHERE a.case_id = c.id AND a.taken_at IS NULL AND a.rings >= 3))
$$;

-- Who may read a secret case in which somebody is in danger: the offices to which the lead is offered, else the holder, else, where that is
-- accused, the agency itself.
CREATE OR REPLACE FUNCTION casework._urgent_offices(c casework."case") RETURNS uuid[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(x.office), '{}') FROM (
        SELECT y.office FROM (
            SELECT p.office, 1 AS rank FROM casework.participation p WHERE p.case_id = c.id AND p.role = 'lead' AND p.state = 'offered'
            UNION SELECT c.holder_office, 2
            UNION SELECT o.id, 3 FROM directory.office o WHERE o.agency = c.origin AND strpos(o.code, '/') = 0) y
        JOIN directory.office o ON o.id = y.office
        WHERE o.joined AND NOT casework._is_accused(c.id, o.id)
        ORDER BY y.rank LIMIT 1) x
$$;

-- Rings for a danger in a case that is secret for what it accuses of: without a word of it, and without a new part for anybody.
CREATE OR REPLACE FUNCTION casework.raise_secret_alarm(p_case uuid, p_actor text, p_words text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_offices uuid[];
    v_step jsonb;
BEGIN
    IF c.origin <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    v_offices := casework._urgent_offices(c);
    IF cardinality(v_offices) = 0 THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'nobody may be rung who is not accused');
    END IF;
    INSERT INTO casework.alarm (agency, case_id, office, words, rings, rung_at, next_at)
    SELECT o.agency, c.id, o.id, left(p_words, 500), 1, v_at, casework._next_ring(1, v_at) FROM directory.office o WHERE o.id = ANY (v_offices)
    ON CONFLICT DO NOTHING;
    c.priority := 'urgent';
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.holder_office, p_actor, 'danger_rung', c.status, 'participants', left(p_words, 500));
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'danger_rung',
        jsonb_build_object('offices', (SELECT jsonb_agg(o.code) FROM directory.office o WHERE o.id = ANY (v_offices)), 'words', left(p_words, 500)),
        '{}', p_trace);
END
$$;

REVOKE EXECUTE ON FUNCTION casework._rung(casework."case", int), casework._urgent_offices(casework."case"),
    casework.raise_secret_alarm(uuid, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.raise_secret_alarm(uuid, text, text, text) TO sinergi_routing;
