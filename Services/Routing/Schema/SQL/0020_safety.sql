-- The safety lane: a danger rings the duty officers of the place until somebody takes it. It waits for no triage and changes no status.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.alarm (
    agency   int NOT NULL REFERENCES directory.agency,
    case_id  uuid NOT NULL REFERENCES casework."case",
    office   uuid NOT NULL REFERENCES directory.office,
    words    text NOT NULL CHECK (length(words) <= 500),
    rings    int NOT NULL CHECK (rings BETWEEN 1 AND 1000),
    rung_at  timestamptz NOT NULL,
    -- NULL: no longer rung, because somebody took it or the case is over.
    next_at  timestamptz,
    taken_at timestamptz,
    taken_by text CHECK (length(taken_by) <= 200),
    PRIMARY KEY (agency, case_id, office)
);
CREATE INDEX alarm_next ON casework.alarm (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX alarm_case ON casework.alarm (case_id);
ALTER TABLE casework.alarm ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.alarm FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.alarm TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.alarm TO sinergi_routing;
CREATE POLICY own_part ON casework.alarm FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id = alarm.case_id AND p.state <> 'ended'));

SET LOCAL ROLE sinergi_gate;

-- When to ring again: 2 minutes, 5, then every 10, and once an hour after a day's worth of rings.
CREATE FUNCTION casework._next_ring(p_rings int, p_at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_at + CASE WHEN p_rings < 2 THEN interval '2 minutes' WHEN p_rings < 3 THEN interval '5 minutes'
                       WHEN p_rings < 144 THEN interval '10 minutes' ELSE interval '1 hour' END
$$;

-- Offices of an agency that a ring is for: those not taken yet; from the third ring of anybody on, the holder and the coordinators too.
CREATE FUNCTION casework._rung(c casework."case", p_agency int) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_agg(DISTINCT o.code), '[]') FROM directory.office o
    WHERE o.agency = p_agency AND o.joined
      AND (EXISTS (SELECT FROM casework.alarm a WHERE a.case_id = c.id AND a.office = o.id AND a.agency = p_agency AND a.taken_at IS NULL)
           OR (o.is_coordinator OR o.id IN (c.holder_office, c.interim_holder))
              AND EXISTS (SELECT FROM casework.alarm a WHERE a.case_id = c.id AND a.taken_at IS NULL AND a.rings >= 3))
$$;

-- Rings the offices for the first time. Definer: the offices may be another agency's, which needs a part to see the case at all. It gets
-- one only if it has none: what it is offered besides stays its own business to decline. A unit of the origin always gets one, to act by.
CREATE FUNCTION casework.raise_alarm(p_case uuid, p_actor text, p_words text, p_offices text[], p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_step jsonb;
    v_office directory.office;
BEGIN
    IF c.origin <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    FOR v_office IN SELECT o.* FROM directory.office o
                    WHERE o.code = ANY (p_offices[1:10]) AND o.joined AND cardinality(o.dangers) > 0
                      -- Whoever is accused is not rung: it gets no part.
                      AND NOT o.id = ANY (casework._accused(c.id)) ORDER BY o.code LOOP
        INSERT INTO casework.alarm (agency, case_id, office, words, rings, rung_at, next_at)
        VALUES (v_office.agency, c.id, v_office.id, left(p_words, 500), 1, v_at, casework._next_ring(1, v_at))
        ON CONFLICT DO NOTHING;
        IF NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.agency = v_office.agency AND p.state <> 'ended'
                         AND (v_office.agency <> c.origin OR p.office = v_office.id)) THEN
            PERFORM casework._part(c, v_office.id, 'monitor', 'active', v_at, c.resolve_due, NULL);
        END IF;
    END LOOP;
    c.priority := 'urgent';
    -- Until somebody has taken it, the government of the place owns safety.
    c.interim_holder := coalesce(c.interim_holder, casework._interim_holder(c, ARRAY[]::uuid[]));
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.holder_office, p_actor, 'danger_rung', c.status, 'participants', left(p_words, 500));
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'danger_rung',
        jsonb_build_object('offices', p_offices, 'words', left(p_words, 500)), '{}', p_trace);
END
$$;

-- Cases whose alarm is to be rung again, by whoever has a part or coordinates.
CREATE FUNCTION casework.alarms_due(p_limit int) RETURNS TABLE (case_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT a.case_id FROM casework.alarm a
    WHERE a.next_at < clock_timestamp()
      AND EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = a.case_id AND p.state <> 'ended')
    LIMIT least(p_limit, 100)
$$;

-- Rings again what is due. From the third ring on the holder and its coordinator hear it too. NULL when another sweep was quicker.
CREATE FUNCTION casework.ring_again(p_case uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_step jsonb;
    v_rings int;
BEGIN
    UPDATE casework.alarm SET next_at = NULL
    WHERE case_id = p_case AND c.status IN ('closed', 'archived', 'merged', 'answered');
    UPDATE casework.alarm a SET rings = least(a.rings + 1, 1000), rung_at = v_at, next_at = casework._next_ring(a.rings + 1, v_at)
    WHERE a.case_id = p_case AND a.next_at < v_at;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_rings := (SELECT max(a.rings) FROM casework.alarm a WHERE a.case_id = p_case);
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.holder_office, NULL, 'danger_rung', c.status, 'participants', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'danger_rung', jsonb_build_object('rings', v_rings), '{}', NULL);
END
$$;

-- Somebody goes. One office's word is enough to stop the ringing of its own agency; the other agencies' duty officers go on being rung.
CREATE FUNCTION casework.take_alarm(p_case uuid, p_expected int, p_actor text, p_office text, p_note text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_office uuid := (SELECT o.id FROM directory.office o WHERE o.code = p_office AND o.agency = directory.me());
    v_step jsonb;
BEGIN
    UPDATE casework.alarm SET next_at = NULL, taken_at = v_at, taken_by = p_actor
    WHERE agency = directory.me() AND case_id = p_case AND taken_at IS NULL;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'no alarm to take');
    END IF;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, coalesce(v_office, c.holder_office), p_actor, 'danger_taken', c.status, 'participants', p_note);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'danger_taken', jsonb_build_object('actor', p_actor, 'office', p_office, 'note', p_note),
        '{}', p_trace);
END
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA casework FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.raise_alarm(uuid, text, text, text[], text), casework.alarms_due(int), casework.ring_again(uuid),
    casework.take_alarm(uuid, int, text, text, text, text) TO sinergi_routing;
