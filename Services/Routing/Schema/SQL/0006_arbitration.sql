-- definitions 1
SET LOCAL ROLE sinergi_gate;

-- Any party may ask for the arbiter, with a reason.
CREATE OR REPLACE FUNCTION casework.request_arbitration(p_id uuid, p_case uuid, p_expected int, p_actor text, p_reason text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb := '[]';
    v_also int[] := '{}';
BEGIN
    IF EXISTS (SELECT FROM casework.arbitration a WHERE a.id = p_id AND a.case_id = p_case) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'arbitration_id', p_id, 'existing', true,
                                  'wake', '[]'::jsonb);
    END IF;
    IF (SELECT count(*) FROM casework.arbitration a WHERE a.case_id = c.id) >= 5 THEN
        PERFORM casework._fail('SN429', 'rate_limited', 'arbitrations per case');
    END IF;
    SELECT * INTO r
    FROM casework._open_arbitration(c, v_steps, v_also, p_id, 'requested', p_actor, p_reason, v_at) a;
    c := r.c;
    v_steps := r.steps;
    v_also := r.also;
    RETURN casework._save(c, v_at, v_steps, 'arbitration_requested', jsonb_build_object('actor', p_actor, 'reason', p_reason), v_also, p_trace)
        || jsonb_build_object('arbitration_id', p_id);
END
$$;

-- A party says what it knows, while there is time for it; the arbiter reads it beside the case.
CREATE OR REPLACE FUNCTION casework.advise(p_id uuid, p_arbitration uuid, p_actor text, p_office text, p_body text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case";
    v_arbitration casework.arbitration;
    v_office directory.office := casework._office(p_office, '#/office');
    v_at timestamptz;
    v_step jsonb;
BEGIN
    SELECT a.* INTO v_arbitration FROM casework.arbitration a WHERE a.id = p_arbitration;
    IF NOT FOUND OR v_office.agency <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    c := casework._lock(v_arbitration.case_id, NULL);
    v_at := clock_timestamp();
    SELECT a.* INTO v_arbitration FROM casework.arbitration a WHERE a.id = p_arbitration;
    IF EXISTS (SELECT FROM casework.entry e WHERE e.id = p_id AND e.case_id = c.id) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    IF v_arbitration.decided_at IS NOT NULL OR v_arbitration.advice_due < v_at THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the time for advice is over');
    END IF;
    IF NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.agency = directory.me() AND p.state = 'active'
                   AND p.role IN ('party', 'lead', 'contributor', 'monitor')) THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    c.entries := c.entries + 1;
    INSERT INTO casework.entry (id, case_id, seq, at, agency, office, actor, type, status, visibility, body)
    VALUES (p_id, c.id, c.entries, v_at, directory.me(), v_office.id, p_actor, 'advice', c.status, 'participants', p_body);
    v_step := jsonb_build_object('id', p_id, 'seq', c.entries, 'at', v_at, 'event', 'advice', 'status', c.status,
                                 'office', casework._office_ref(v_office.id), 'note', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'advised', jsonb_build_object('actor', p_actor, 'office', v_office.code, 'entry', p_id),
        '{}', p_trace) || jsonb_build_object('arbitration_id', p_arbitration);
END
$$;

-- The arbiter's decision binds: parts become active without an offer and cannot be declined or left.
-- p_contributors: [{"office":"PLN","request":"…"}, …]. p_multi: declared a multi-agency case, since all whom it concerns refused it; then the
-- final answer waits until each named one has answered.
CREATE OR REPLACE FUNCTION casework.arbitrate(p_arbitration uuid, p_expected int, p_actor text, p_lead text, p_contributors jsonb, p_monitor text,
                                   p_reason text, p_trace text DEFAULT NULL, p_multi boolean DEFAULT false) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case";
    v_arbitration casework.arbitration;
    v_at timestamptz;
    v_named record;
    v_office directory.office;
    v_also int[];
    v_step jsonb;
    v_handoff uuid;
    v_codes text[];
BEGIN
    SELECT a.* INTO v_arbitration FROM casework.arbitration a WHERE a.id = p_arbitration AND a.arbiter_agency = directory.me();
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    c := casework._lock(v_arbitration.case_id, p_expected);
    v_at := clock_timestamp();
    SELECT a.* INTO v_arbitration FROM casework.arbitration a WHERE a.id = p_arbitration;
    IF v_arbitration.arbiter_agency <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF v_arbitration.decided_at IS NOT NULL THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'decided already');
    END IF;
    c.status := casework._to(c.status, 'arbitrate');
    v_codes := ARRAY[upper(p_lead)] || ARRAY(SELECT upper(x ->> 'office') FROM jsonb_array_elements(coalesce(p_contributors, '[]')) x);
    IF cardinality(v_codes) <> (SELECT count(DISTINCT x) FROM unnest(v_codes) x) THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/contributors');
    END IF;
    v_also := ARRAY(SELECT DISTINCT p.agency FROM casework.participation p WHERE p.case_id = c.id AND p.state <> 'ended');
    PERFORM casework._end_part(c.id, c.lead_office, 'lead', v_at);
    -- The interim part has no handoff; somebody who watched before goes on watching.
    UPDATE casework.clock k SET state = 'stopped', stopped_at = v_at FROM casework.participation p
    WHERE p.case_id = c.id AND p.role = 'monitor' AND p.handoff_id IS NULL AND k.case_id = c.id AND k.step = 'open' AND k.part = p.id;
    UPDATE casework.participation SET state = 'ended', until = v_at
    WHERE case_id = c.id AND state = 'active' AND (role IN ('arbiter', 'party') OR role = 'monitor' AND handoff_id IS NULL);
    -- What was still on offer is decided now.
    PERFORM casework._recall_offers(c.id, ARRAY['contributor', 'monitor'], v_at);
    c.multi_agency := jsonb_array_length(coalesce(p_contributors, '[]')) > 0 AND (p_multi OR c.multi_agency);
    FOR v_named IN
        SELECT p_lead AS code, 'lead' AS role, NULL::text AS request, '#/lead' AS pointer
        UNION ALL SELECT x.value ->> 'office', 'contributor', x.value ->> 'request', format('#/contributors/%s/office', x.ordinality - 1)
                  FROM jsonb_array_elements(coalesce(p_contributors, '[]')) WITH ORDINALITY x
        UNION ALL SELECT p_monitor, 'monitor', NULL, '#/monitor' WHERE p_monitor IS NOT NULL
    LOOP
        v_office := casework._office(v_named.code, v_named.pointer, v_named.role = 'contributor');
        IF v_named.role = 'lead' THEN
            c.lead_office := v_office.id;
        END IF;
        v_handoff := directory.uuid7(v_at);
        INSERT INTO casework.handoff (id, case_id, from_office, to_office, from_agency, to_agency, role, state, hop, reason, request,
                                      offered_at, due_at, decided_at, decided_by)
        VALUES (v_handoff, c.id, v_arbitration.arbiter_office, v_office.id, v_arbitration.arbiter_agency, v_office.agency, v_named.role,
                'arbitrated', c.hops, p_reason, v_named.request, v_at, c.resolve_due, v_at, p_actor);
        IF EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = v_office.id AND p.role = v_named.role
                   AND p.state = 'active') THEN
            UPDATE casework.participation SET bound = true WHERE case_id = c.id AND office = v_office.id AND role = v_named.role;
            CONTINUE;
        END IF;
        PERFORM casework._part(c, v_office.id, v_named.role, 'active', v_at, c.resolve_due, v_handoff);
        UPDATE casework.participation SET bound = true WHERE case_id = c.id AND office = v_office.id AND role = v_named.role;
        PERFORM casework._start_part_clock(c, v_office.id, v_named.role, v_at);
        PERFORM casework._start_open_clock(c, v_office.id, v_named.role, v_at);
    END LOOP;
    UPDATE casework.arbitration SET decided_at = v_at, decided_by = p_actor, reason = p_reason,
        decision = jsonb_build_object('lead', p_lead, 'contributors', p_contributors, 'monitor', p_monitor, 'multi_agency', c.multi_agency)
    WHERE id = p_arbitration;
    PERFORM casework._stop_clocks(c.id, ARRAY['arbitration', 'advice', 'holder', 'verify'], v_at);
    c.holder_office := c.lead_office;
    c.held_since := v_at;
    c.interim_holder := NULL;
    c.refusals := 0;
    c.verified_at := coalesce(c.verified_at, v_at);
    c.accepted_at := coalesce(c.accepted_at, v_at);
    -- Everything that a rule for cases like this one needs: the origin's routing makes a draft of it.
    INSERT INTO casework.decision (id, case_id, agency, at, mode, rule, suggestions, trace)
    VALUES (directory.uuid7(v_at), c.id, directory.me(), v_at, 'arbitrated', NULL,
        jsonb_build_array(jsonb_build_object('office', casework._office_ref(c.lead_office), 'role', 'lead', 'probability', 1.0,
                                             'reasons', jsonb_build_array(p_reason))),
        jsonb_build_object('arbitration', p_arbitration, 'why', v_arbitration.why, 'multi_agency', c.multi_agency, 'rule_draft',
            jsonb_build_object('category', c.category, 'area_code', c.area_code, 'kind', c.kind, 'lead', upper(p_lead),
                               'contributors', to_jsonb(v_codes[2:]), 'monitor', upper(p_monitor), 'reason', p_reason)));
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, v_arbitration.arbiter_office, p_actor, 'arbitrated', c.status, 'reporter', p_reason);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'arbitrated',
        jsonb_build_object('actor', p_actor, 'lead', p_lead, 'contributors', p_contributors, 'monitor', p_monitor,
                           'multi_agency', c.multi_agency, 'reason', p_reason),
        v_also, p_trace) || jsonb_build_object('arbitration_id', p_arbitration);
END
$$;

-- Who looks after a clock: parties, coordinators above its office, the operator.
CREATE OR REPLACE FUNCTION casework._looks_after(k casework.clock) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT directory.is_operator()
        OR EXISTS (SELECT FROM casework.participation p
                   WHERE p.agency = directory.me() AND p.case_id = k.case_id AND p.state <> 'ended')
        OR EXISTS (SELECT FROM casework._above(k.office) a JOIN directory.office o ON o.id = a.office
                   WHERE o.agency = directory.me() AND o.is_coordinator)
$$;

-- A clock that ran out. Decides for itself and idempotently: true when it did something. Any party, every coordinator and the platform run it.
CREATE OR REPLACE FUNCTION casework.expire(p_clock uuid, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    k casework.clock;
    c casework."case";
    h casework.handoff;
    v_at timestamptz;
    v_to uuid;
    v_new uuid := directory.uuid7();
    v_also int[] := '{}';
    v_steps jsonb := '[]';
    v_arbitration casework.arbitration;
    v_due timestamptz;
BEGIN
    SELECT x.* INTO k FROM casework.clock x WHERE x.id = p_clock;
    IF NOT FOUND OR NOT casework._looks_after(k) THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = k.case_id FOR NO KEY UPDATE;
    v_at := clock_timestamp();
    SELECT x.* INTO k FROM casework.clock x WHERE x.id = p_clock;
    IF k.state <> 'running' OR k.due_at > v_at OR k.step NOT IN ('offer', 'holder', 'arbitration', 'reporter_reply', 'commitment', 'hold', 'information') THEN
        RETURN NULL;
    END IF;
    UPDATE casework.clock SET state = 'expired' WHERE id = k.id;
    CASE k.step
    WHEN 'offer' THEN
        SELECT x.* INTO h FROM casework.handoff x WHERE x.id = k.handoff_id;
        UPDATE casework.handoff SET state = 'expired', decided_at = v_at, decided_by = 'sistem' WHERE id = h.id;
        UPDATE casework.clock SET state = 'stopped', stopped_at = v_at WHERE id = k.id;
        PERFORM casework._end_part(c.id, h.to_office, h.role, v_at);
        v_also := ARRAY[h.to_agency];
        c.entries := c.entries + 1;
        v_steps := v_steps || casework._entry(c.id, c.entries, v_at, h.to_office, NULL, 'handoff_expired', c.status, 'reporter', NULL);
        -- The coordinator decides; the sender does not get it back silently.
        SELECT * INTO r
        FROM casework._refused(c, v_steps, v_also, h, v_new, casework._coordinator(c.id, h.to_office), 'no_holder', h.reason, NULL, v_at) x;
        c := r.c;
        v_steps := r.steps;
        v_also := r.also;
    WHEN 'holder' THEN
        -- Answered, paused or ended meanwhile: nothing follows.
        IF NOT EXISTS (SELECT FROM casework.transition t WHERE t.from_status = c.status AND t.move = 'open_arbitration') THEN
            RETURN NULL;
        END IF;
        SELECT * INTO r
        FROM casework._open_arbitration(c, v_steps, v_also, v_new, 'no_holder', NULL, NULL, v_at) a;
        c := r.c;
        v_steps := r.steps;
        v_also := r.also;
    WHEN 'arbitration' THEN
        -- Overdue: it climbs to the next arbiter above. At the root it stays with the root, shown as overdue.
        SELECT x.* INTO v_arbitration FROM casework.arbitration x WHERE x.id = k.arbitration_id;
        v_to := casework._arbiter(casework._disputants(c), v_arbitration.arbiter_office);
        IF v_to = v_arbitration.arbiter_office THEN
            RETURN NULL;
        END IF;
        PERFORM casework._end_part(c.id, v_arbitration.arbiter_office, 'arbiter', v_at);
        PERFORM casework._stop_clocks(c.id, ARRAY['arbitration'], v_at);
        v_also := ARRAY[v_arbitration.arbiter_agency];
        v_due := casework._start_clock(c.id, c.kind, 'arbitration', 'arbitration', v_to, v_at, v_at, NULL, v_arbitration.id);
        UPDATE casework.arbitration SET arbiter_office = v_to, arbiter_agency = casework._agency_of(v_to), due_at = v_due
        WHERE id = v_arbitration.id;
        PERFORM casework._part(c, v_to, 'arbiter', 'active', v_at, v_due, NULL);
        c.entries := c.entries + 1;
        v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_to, NULL, 'arbitration_opened', c.status, 'reporter', NULL);
    WHEN 'reporter_reply' THEN
        IF c.status <> 'answered' THEN
            RETURN NULL;
        END IF;
        SELECT * INTO r FROM casework._close(c, v_steps, 'silence', casework._outcome(c, 'closed_by_silence'), NULL, v_at) x;
        c := r.c;
        v_steps := r.steps;
    WHEN 'hold' THEN
        SELECT * INTO r FROM casework._resume(c, v_steps, NULL, NULL, v_at) x;
        c := r.c;
        v_steps := r.steps;
    WHEN 'information' THEN
        -- Never answered: that is no archiving (product decision 10).
        SELECT * INTO r FROM casework._close(c, v_steps, 'lapse', 'lapsed_incomplete', NULL, v_at) x;
        c := r.c;
        v_steps := r.steps;
    WHEN 'commitment' THEN
        SELECT * INTO r FROM casework._come_back(c, v_steps, v_at) x;
        c := r.c;
        v_steps := r.steps;
    END CASE;
    RETURN casework._save(c, v_at, v_steps, 'clock_expired', jsonb_build_object('step', k.step, 'due_at', k.due_at), v_also, p_trace);
END
$$;

-- Ends a case: parts finish, open offers end, clocks stop.
CREATE OR REPLACE FUNCTION casework._close(INOUT c casework."case", INOUT steps jsonb, p_move text, p_outcome text, p_note text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.status := casework._to(c.status, p_move);
    c.outcome := p_outcome;
    c.closed_at := p_at;
    UPDATE casework.handoff SET state = 'recalled', decided_at = p_at, decided_by = 'sistem' WHERE case_id = c.id AND state = 'offered';
    UPDATE casework.arbitration SET decided_at = p_at, decided_by = 'sistem' WHERE case_id = c.id AND decided_at IS NULL;
    UPDATE casework.participation
    SET state = CASE WHEN state = 'offered' OR role IN ('arbiter', 'party') THEN 'ended' ELSE 'finished' END, until = p_at
    WHERE case_id = c.id AND state IN ('offered', 'active');
    UPDATE casework.clock SET state = 'stopped', stopped_at = p_at, paused_at = NULL
    WHERE case_id = c.id AND state IN ('running', 'paused', 'expired');
    IF p_outcome = 'committed' THEN
        PERFORM casework._start_commitment(c, p_at);
    END IF;
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, c.holder_office, NULL, 'closed', c.status, 'reporter', p_note);
END
$$;

-- Clocks that ran out, most overdue first, of cases in which the caller has a part or which it coordinates. The platform sees all.
CREATE OR REPLACE FUNCTION casework.overdue(p_limit int) RETURNS TABLE (clock uuid, step text, due_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.id, k.step, k.due_at FROM casework.clock k
    WHERE k.state = 'running' AND k.step IN ('offer', 'holder', 'arbitration', 'reporter_reply', 'commitment', 'hold', 'information') AND k.due_at < clock_timestamp()
      AND casework._looks_after(k)
    ORDER BY k.due_at LIMIT least(p_limit, 1000)
$$;

-- The platform's fallback: agencies whose nodes are down are not forgotten. Returns how many clocks it settled.
CREATE OR REPLACE FUNCTION casework.sweep(p_limit int) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_clock uuid;
    v_count int := 0;
BEGIN
    FOR v_clock IN SELECT o.clock FROM casework.overdue(p_limit) o LOOP
        IF casework.expire(v_clock) IS NOT NULL THEN
            v_count := v_count + 1;
        END IF;
    END LOOP;
    FOR v_clock IN SELECT o.clock FROM casework.rungs_due(p_limit) o LOOP
        IF casework.climb(v_clock) IS NOT NULL THEN
            v_count := v_count + 1;
        END IF;
    END LOOP;
    RETURN v_count;
END
$$;
