-- definitions 1
-- The escalation ladder: who is told when time runs short or out, who may step in, and the supervisor outside.
SET LOCAL ROLE sinergi_gate;

-- A step that names the offices which it tells.
CREATE OR REPLACE FUNCTION casework._telling(p_step jsonb, p_offices uuid[]) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_step || jsonb_build_object('told', (SELECT coalesce(jsonb_agg(o.code ORDER BY o.code), '[]') FROM directory.office o WHERE o.id = ANY (p_offices)))
$$;

-- The accused, and everybody of an accused agency, are told nothing and get no part.
CREATE OR REPLACE FUNCTION casework._is_accused(p_case uuid, p_office uuid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM unnest(casework._accused(p_case)) AS x(id) JOIN directory.office a ON a.id = x.id, directory.office o
                   WHERE o.id = p_office AND (a.id = o.id OR strpos(a.code, '/') = 0 AND a.agency = o.agency))
$$;

-- The nearest office above that has a login; p_coordinator: one that coordinates and has not refused the case itself.
CREATE OR REPLACE FUNCTION casework._superior(p_case uuid, p_office uuid, p_coordinator boolean) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id FROM casework._above(p_office) a JOIN directory.office o ON o.id = a.office
    WHERE o.joined AND NOT casework._is_accused(p_case, o.id)
      AND (NOT p_coordinator OR o.is_coordinator
           AND NOT EXISTS (SELECT FROM casework.handoff h
                           WHERE h.case_id = p_case AND h.to_office = o.id AND h.state IN ('declined', 'expired')))
    ORDER BY a.distance LIMIT 1
$$;

-- An office sees the case from now on, unless it has a working part already.
CREATE OR REPLACE FUNCTION casework._let_watch(c casework."case", p_office uuid, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_office IS NOT NULL AND NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = p_office AND p.state = 'active'
                                            AND p.role IN ('lead', 'contributor', 'monitor')) THEN
        PERFORM casework._part(c, p_office, 'monitor', 'active', p_at, c.resolve_due, NULL);
    END IF;
END
$$;

-- Climbs one rung of one clock, if it is time. Idempotent; anybody who looks after the clock may call it.
CREATE OR REPLACE FUNCTION casework.climb(p_clock uuid, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    k casework.clock;
    c casework."case";
    v_at timestamptz;
    v_office uuid;
    v_self uuid;
    v_told uuid[];
    v_event text;
    v_visibility text := 'participants';
    v_also int[] := '{}';
    v_steps jsonb := '[]';
BEGIN
    SELECT x.* INTO k FROM casework.clock x WHERE x.id = p_clock;
    IF NOT FOUND OR NOT casework._looks_after(k) THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = k.case_id FOR NO KEY UPDATE;
    v_at := clock_timestamp();
    SELECT x.* INTO k FROM casework.clock x WHERE x.id = p_clock;
    IF k.state <> 'running' OR k.rung_at IS NULL OR k.rung_at > v_at THEN
        RETURN NULL;
    END IF;
    -- After a long absence only the highest rung that is due is told, not every one below it.
    LOOP
        k.rung := k.rung + 1;
        k.rung_at := casework._next_rung(k);
        EXIT WHEN k.rung_at IS NULL OR k.rung_at > v_at;
    END LOOP;
    UPDATE casework.clock SET rung = k.rung WHERE id = k.id;
    v_office := coalesce((SELECT p.office FROM casework.participation p WHERE p.id = k.part AND p.state = 'active'),
                         CASE WHEN k.step IN ('verify', 'first_answer', 'resolve', 'office_reply') THEN c.holder_office ELSE k.office END);
    -- An office without login is told nothing; whoever delivers its part owns its clock.
    v_self := CASE WHEN (SELECT o.joined FROM directory.office o WHERE o.id = v_office) THEN v_office ELSE k.office END;
    v_event := CASE WHEN k.step = 'open' THEN (ARRAY['not_opened', 'not_opened_superior', 'not_opened_coordinator'])[k.rung]
                    ELSE (ARRAY['due_soon', 'overdue', 'escalated', 'external_consent_asked'])[k.rung] END;
    v_told := array_remove(CASE
        WHEN k.rung = 1 THEN ARRAY[v_self]
        WHEN k.rung = 2 THEN ARRAY[v_self, casework._superior(c.id, v_office, false)]
        ELSE ARRAY[v_self, casework._superior(c.id, v_office, true)] END, NULL);
    IF v_event = 'not_opened_coordinator' THEN
        -- It may act on the office's behalf now, so it sees the case.
        v_told := ARRAY[coalesce(casework._superior(c.id, v_office, true), v_self)];
        PERFORM casework._let_watch(c, v_told[1], v_at);
    ELSIF v_event = 'external_consent_asked' THEN
        -- The Ombudsman may be told only if the reporter has agreed to it (UU 37/2008); if nobody is named for it, nobody is asked.
        IF casework._external_office(c) IS NULL THEN
            v_event := 'escalated';
        ELSIF c.external_consent_at IS NULL THEN
            v_visibility := 'reporter';
        END IF;
    END IF;
    v_also := ARRAY(SELECT DISTINCT casework._agency_of(x) FROM unnest(v_told) x);
    IF v_event = 'external_consent_asked' AND c.external_consent_at IS NOT NULL THEN
        SELECT * INTO r FROM casework._name_external(c, v_steps, v_also, v_at) e;
        c := r.c;
        v_steps := r.steps;
        v_also := r.also;
    ELSE
        c.entries := c.entries + 1;
        v_steps := v_steps || casework._telling(
            casework._entry(c.id, c.entries, v_at, v_told[array_upper(v_told, 1)], NULL, v_event, c.status, v_visibility, NULL), v_told);
    END IF;
    RETURN casework._save(c, v_at, v_steps, 'escalated', jsonb_build_object('step', k.step, 'rung', k.rung, 'due_at', k.due_at, 'told',
        (SELECT jsonb_agg(o.code ORDER BY o.code) FROM directory.office o WHERE o.id = ANY (v_told))), v_also, p_trace);
END
$$;

-- The body of the place, else of the country.
CREATE OR REPLACE FUNCTION casework._external_office(c casework."case") RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT b.office FROM casework.external_body b
    WHERE b.valid_from <= current_date AND (b.valid_to IS NULL OR b.valid_to > current_date)
      AND (b.area_code IS NULL OR c.area_code = b.area_code OR starts_with(c.area_code, b.area_code || '.'))
    ORDER BY length(b.area_code) DESC NULLS LAST, b.office LIMIT 1
$$;

-- The last limit has passed and the reporter agrees: the outside body gets a part that only watches. The coordinator, or the lead where
-- there is none above, sends it the letter or the link (casework.deliver); then the reporter is told that it went out.
CREATE OR REPLACE FUNCTION casework._name_external(INOUT c casework."case", INOUT steps jsonb, INOUT also int[], p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_body uuid := casework._external_office(c);
    v_sender uuid := coalesce(casework._superior(c.id, c.holder_office, true), c.lead_office);
BEGIN
    IF v_body IS NULL OR EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = v_body AND p.state = 'active') THEN
        RETURN;
    END IF;
    PERFORM casework._part(c, v_body, 'monitor', 'active', p_at, NULL, NULL);
    PERFORM casework._let_watch(c, v_sender, p_at);
    also := also || casework._agency_of(v_sender);
    c.entries := c.entries + 1;
    steps := steps || casework._telling(casework._entry(c.id, c.entries, p_at, v_body, NULL, 'external_ready', c.status, 'participants', NULL),
                                        ARRAY[v_sender, c.lead_office]);
END
$$;

-- Whether the external supervisor may be asked in the reporter's name. p_wording: the version of the text agreed to, kept with the time in
-- the history. Taking it back is as easy as giving it: then the body's part and its links end; what it has read it has read.
CREATE OR REPLACE FUNCTION casework.reporter_consents(p_case uuid, p_given boolean, p_wording text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_origin(p_case);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb := '[]';
    v_also int[] := '{}';
BEGIN
    IF p_given = (c.external_consent_at IS NOT NULL) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    IF p_given AND c.status IN ('closed', 'merged', 'archived') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow it', c.status));
    END IF;
    c.external_consent_at := CASE WHEN p_given THEN v_at END;
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, c.holder_office, NULL,
        CASE WHEN p_given THEN 'external_consent_given' ELSE 'external_consent_withdrawn' END, c.status, 'reporter', NULL);
    IF NOT p_given THEN
        FOR r IN UPDATE casework.participation p SET state = 'ended', until = v_at
                 WHERE p.case_id = c.id AND p.state = 'active' AND p.role = 'monitor'
                   AND p.office IN (SELECT b.office FROM casework.external_body b) RETURNING p.office LOOP
            UPDATE casework.delivery SET revoked_at = v_at WHERE case_id = c.id AND office = r.office AND revoked_at IS NULL;
        END LOOP;
    ELSIF EXISTS (SELECT FROM casework.clock k WHERE k.case_id = c.id AND k.step = 'resolve' AND k.state = 'running' AND k.rung = 4) THEN
        SELECT * INTO r FROM casework._name_external(c, v_steps, v_also, v_at) e;
        c := r.c;
        v_steps := r.steps;
        v_also := r.also;
    END IF;
    RETURN casework._save(c, v_at, v_steps, 'external_consent', jsonb_build_object('given', p_given, 'wording', p_wording, 'at', v_at), v_also, p_trace);
END
$$;

-- A coordinator takes over the part of an office that has not looked at it for three working days: logged, and shown as such.
CREATE OR REPLACE FUNCTION casework.act_for(p_case uuid, p_office text, p_expected int, p_actor text, p_reason text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_part casework.participation;
    v_coordinator uuid;
    v_steps jsonb := '[]';
    v_also int[];
BEGIN
    SELECT p.* INTO v_part FROM casework.participation p
    WHERE p.case_id = c.id AND p.office_code = upper(p_office) AND p.state = 'active' AND p.role IN ('lead', 'contributor');
    IF NOT FOUND THEN
        PERFORM casework._fail('SN422', 'unknown_office', '#/office');
    END IF;
    SELECT a.office INTO v_coordinator FROM casework._above(v_part.office) a JOIN directory.office o ON o.id = a.office
    WHERE o.agency = directory.me() AND o.is_coordinator AND o.joined ORDER BY a.distance LIMIT 1;
    IF v_coordinator IS NULL OR NOT EXISTS (SELECT FROM casework.clock k WHERE k.case_id = c.id AND k.step = 'open' AND k.part = v_part.id
                                            AND k.state = 'running' AND k.rung >= 3) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the office has not been silent for three working days');
    END IF;
    v_also := ARRAY[v_part.agency];
    PERFORM casework._end_part(c.id, v_part.office, v_part.role, v_at);
    UPDATE casework.participation SET state = 'ended', until = v_at
    WHERE case_id = c.id AND office = v_coordinator AND role = 'monitor' AND state = 'active' AND handoff_id IS NULL;
    IF v_part.role = 'lead' THEN
        c.lead_office := v_coordinator;
        c.holder_office := v_coordinator;
        c.held_since := v_at;
    END IF;
    PERFORM casework._part(c, v_coordinator, v_part.role, 'active', v_at, v_part.due_at, v_part.handoff_id);
    UPDATE casework.participation SET bound = v_part.bound, opened_at = v_at
    WHERE case_id = c.id AND office = v_coordinator AND role = v_part.role;
    PERFORM casework._start_part_clock(c, v_coordinator, v_part.role, v_at);
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._telling(casework._entry(c.id, c.entries, v_at, v_coordinator, p_actor, 'acted_for', c.status, 'reporter',
        format('%s: %s', v_part.office_code, p_reason)), ARRAY[v_part.office, v_coordinator]);
    RETURN casework._save(c, v_at, v_steps, 'acted_for',
        jsonb_build_object('actor', p_actor, 'for', v_part.office_code, 'role', v_part.role, 'reason', p_reason), v_also, p_trace);
END
$$;

-- Somebody who may do the work of an office looked at cases of it, in the list or on the page: it is not dormant. An officer of the agency
-- itself looks for those offices that have nobody of their own (p_office NULL: only for those). Changes no case; one that is being changed
-- right now is noted the next time.
CREATE OR REPLACE FUNCTION casework.mark_seen(p_cases uuid[], p_office uuid, p_agency_wide boolean) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz := clock_timestamp();
    v_part record;
    v_count int := 0;
BEGIN
    FOR v_part IN
        SELECT p.id, p.case_id FROM casework.participation p
        WHERE p.agency = directory.me() AND p.case_id = ANY (p_cases) AND p.state = 'active' AND p.opened_at IS NULL
          AND (p.office = p_office
               OR p_agency_wide AND NOT EXISTS (
                   SELECT FROM directory.position s
                   WHERE s.agency = p.agency AND s.office = p.office AND s.roles && ARRAY['triage', 'handler', 'liaison', 'supervisor']
                     AND s.valid_from <= current_date AND (s.valid_to IS NULL OR s.valid_to > current_date)))
        ORDER BY p.case_id, p.id LIMIT 200
    LOOP
        PERFORM FROM casework."case" c WHERE c.id = v_part.case_id FOR NO KEY UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        UPDATE casework.clock k SET state = 'stopped', stopped_at = v_at
        WHERE k.case_id = v_part.case_id AND k.step = 'open' AND k.part = v_part.id AND k.state = 'running';
        UPDATE casework.participation p SET opened_at = v_at WHERE p.id = v_part.id AND p.state = 'active' AND p.opened_at IS NULL;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END
$$;

GRANT EXECUTE ON FUNCTION casework.reporter_consents(uuid, boolean, text, text), casework.mark_seen(uuid[], uuid, boolean) TO sinergi_routing;
