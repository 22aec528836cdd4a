-- definitions 1
-- Finding surges and answering them. Definers: they look at many cases at once, ring offices, and write what other agencies may see.
SET LOCAL ROLE sinergi_gate;

CREATE OR REPLACE FUNCTION casework._surge_limit(p_code text) RETURNS casework.surge_limit
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l FROM casework.surge_limit l WHERE l.agency IN (0, directory.me()) AND l.code IN ('', p_code)
    ORDER BY l.code = '', l.agency = 0 LIMIT 1
$$;

-- The office that most of the reports were offered to or are held by; the front office where nobody has decided yet.
CREATE OR REPLACE FUNCTION casework._surge_office(p_code text, p_region text, p_since timestamptz) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((
        SELECT p.office FROM casework.matter m
        JOIN casework.participation p ON p.agency = m.agency AND p.case_id = m.case_id AND p.role = 'lead' AND p.state IN ('offered', 'active')
        WHERE m.agency = directory.me() AND m.code = p_code AND m.region = p_region AND m.received_at >= p_since
          AND p.office <> directory.front_office(directory.me())
        GROUP BY p.office ORDER BY count(*) DESC, p.office LIMIT 1), directory.front_office(directory.me()))
$$;

-- Rings the office that is to answer and the duty officers of the agency, by the alarm of the first report: until somebody takes it.
CREATE OR REPLACE FUNCTION casework._ring_surge(k casework.cluster, p_reports int) RETURNS jsonb
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(k.first_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_office directory.office;
    v_words text := p_reports || ' laporan serupa: ' || coalesce(
        (SELECT g.name_id FROM directory.category g WHERE g.code = k.code ORDER BY g.valid_from DESC LIMIT 1), k.code);
    v_step jsonb;
BEGIN
    FOR v_office IN SELECT o.* FROM directory.office o
                    WHERE o.agency = directory.me() AND o.joined AND (o.id = k.office OR 'any' = ANY (o.dangers))
                      AND NOT o.id = ANY (casework._accused(c.id)) ORDER BY o.code LIMIT 10 LOOP
        INSERT INTO casework.alarm (agency, case_id, office, words, rings, rung_at, next_at)
        VALUES (v_office.agency, c.id, v_office.id, left(v_words, 500), 1, v_at, casework._next_ring(1, v_at))
        ON CONFLICT DO NOTHING;
        IF NOT EXISTS (SELECT FROM casework.participation p WHERE p.agency = v_office.agency AND p.case_id = c.id AND p.office = v_office.id
                         AND p.state <> 'ended') THEN
            PERFORM casework._part(c, v_office.id, 'monitor', 'active', v_at, c.resolve_due, NULL);
        END IF;
    END LOOP;
    c.priority := 'urgent';
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.holder_office, 'Sinergi', 'surge_rung', c.status, 'participants', v_words);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'surge_rung',
        jsonb_build_object('cluster', k.id, 'reports', p_reports), '{}', NULL);
END
$$;

-- Puts new reports into their open cluster, opens clusters where there are enough of them, and lets clusters rest that nobody adds to.
-- Any copy of the service may run it at any time: a unique index decides who opens, and only that one rings.
CREATE OR REPLACE FUNCTION casework.gather_surges() RETURNS TABLE (cluster uuid, opened boolean, reports int, wake int[])
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory.me();
    v_now timestamptz := clock_timestamp();
    v_group record;
    v_limit casework.surge_limit;
    -- No limit looks back further.
    v_span interval := (SELECT max(l.minutes) * interval '1 minute' FROM casework.surge_limit l WHERE l.agency IN (0, v_me));
    v_usual int;
    k casework.cluster;
    v_saved jsonb;
BEGIN
    UPDATE casework.cluster x SET state = 'quiet'
    WHERE x.agency = v_me AND x.state = 'open'
      AND (SELECT max(m.received_at) FROM casework.matter m WHERE m.agency = v_me AND m.cluster = x.id)
          < v_now - (casework._surge_limit(x.code)).quiet * interval '1 minute';

    FOR k IN SELECT x.* FROM casework.cluster x WHERE x.agency = v_me AND x.state = 'open' LOOP
        v_limit := casework._surge_limit(k.code);
        UPDATE casework.matter m SET cluster = k.id
        WHERE m.agency = v_me AND m.code = k.code AND m.region = k.region AND m.cluster IS NULL AND NOT m.kept_out
          AND m.received_at > k.opened_at - (v_limit.minutes + v_limit.quiet) * interval '1 minute';
        IF FOUND THEN
            cluster := k.id; opened := false; wake := '{}';
            reports := (SELECT count(*) FROM casework.matter m WHERE m.agency = v_me AND m.cluster = k.id);
            RETURN NEXT;
        END IF;
    END LOOP;

    FOR v_group IN
        SELECT m.code, m.region, count(*)::int AS reports, min(m.received_at) AS since
        FROM casework.matter m CROSS JOIN LATERAL casework._surge_limit(m.code) l
        WHERE m.agency = v_me AND m.code IS NOT NULL AND m.cluster IS NULL AND NOT m.kept_out
          AND m.received_at > v_now - v_span AND m.received_at > v_now - l.minutes * interval '1 minute'
        GROUP BY m.code, m.region, l.reports HAVING count(*) >= l.reports
    LOOP
        v_limit := casework._surge_limit(v_group.code);
        -- What is usual: no more is counted than is needed to know.
        SELECT count(*) INTO v_usual FROM (
            SELECT FROM casework.matter m WHERE m.agency = v_me AND m.code = v_group.code AND m.region = v_group.region
              AND m.received_at < v_now - v_limit.minutes * interval '1 minute' AND m.received_at > v_now - interval '28 days'
            LIMIT 1 + (v_group.reports / v_limit.times_usual * (28 * 1440 / v_limit.minutes))::int) x;
        CONTINUE WHEN v_usual * v_limit.minutes / (28 * 1440.0) * v_limit.times_usual > v_group.reports;
        INSERT INTO casework.cluster (agency, id, code, region, first_case, office, opened_at, alarm_at)
        SELECT v_me, directory.uuid7(v_now), v_group.code, v_group.region, m.case_id,
               casework._surge_office(v_group.code, v_group.region, v_group.since), v_now, v_group.reports
        FROM casework.matter m
        JOIN casework.participation p ON p.agency = v_me AND p.case_id = m.case_id AND p.state <> 'ended'
        WHERE m.agency = v_me AND m.code = v_group.code AND m.region = v_group.region AND m.cluster IS NULL AND NOT m.kept_out
          AND m.received_at >= v_group.since
        ORDER BY p.confidential, m.received_at, m.case_id LIMIT 1
        ON CONFLICT DO NOTHING
        RETURNING * INTO k;
        CONTINUE WHEN NOT FOUND;
        UPDATE casework.matter m SET cluster = k.id
        WHERE m.agency = v_me AND m.code = k.code AND m.region = k.region AND m.cluster IS NULL AND NOT m.kept_out
          AND m.received_at >= v_group.since;
        v_saved := casework._ring_surge(k, v_group.reports);
        cluster := k.id; opened := true; reports := v_group.reports;
        wake := ARRAY(SELECT w::int FROM jsonb_array_elements_text(v_saved -> 'wake') w);
        RETURN NEXT;
    END LOOP;
END
$$;

-- An officer's word about what belongs to a cluster goes before the machine's. p_cluster NULL: out of the one that it is in.
CREATE OR REPLACE FUNCTION casework.place_in_cluster(p_case uuid, p_cluster uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    k casework.cluster;
BEGIN
    IF p_cluster IS NULL THEN
        UPDATE casework.matter SET cluster = NULL, kept_out = true WHERE agency = directory.me() AND case_id = p_case AND cluster IS NOT NULL;
        IF NOT FOUND THEN
            PERFORM casework._fail('SN404', 'not_found');
        END IF;
        RETURN;
    END IF;
    SELECT x.* INTO k FROM casework.cluster x WHERE x.agency = directory.me() AND x.id = p_cluster;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    ELSIF k.state = 'closed' OR casework._is_secret(c) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'a closed cluster takes nothing more, and a secret case belongs to none');
    END IF;
    INSERT INTO casework.matter AS m (agency, case_id, received_at, code, region, words, cluster)
    VALUES (directory.me(), c.id, c.received_at, k.code, k.region, left(lower(c.title || ' ' || c.description), 2000), k.id)
    ON CONFLICT (agency, case_id) DO UPDATE SET cluster = k.id, kept_out = false WHERE m.cluster IS DISTINCT FROM k.id;
END
$$;

-- Approve (draft → approved) or return (draft or approved → returned). Four eyes are watched by the trigger on the state.
CREATE OR REPLACE FUNCTION casework.review_cluster_answer(p_answer uuid, p_actor text, p_approve boolean, p_note text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a casework.cluster_answer;
BEGIN
    SELECT x.* INTO a FROM casework.cluster_answer x WHERE x.agency = directory.me() AND x.id = p_answer FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    ELSIF a.state <> 'draft' AND (p_approve OR a.state <> 'approved') THEN
        PERFORM casework._fail('SN409', 'wrong_state', a.state);
    END IF;
    UPDATE casework.cluster_answer SET state = CASE WHEN p_approve THEN 'approved' ELSE 'returned' END,
        approved_by = CASE WHEN p_approve THEN p_actor END, note = p_note
    WHERE agency = a.agency AND id = a.id;
    RETURN a.id;
END
$$;

-- The common answer becomes one case's own: the case comes to the answering office, if need be, and is answered in one transaction.
-- A repeat finds it reached. The answer counts as published from the first case on.
CREATE OR REPLACE FUNCTION casework.answer_member(p_answer uuid, p_case uuid, p_actor text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a casework.cluster_answer;
    c casework."case";
    v_offer casework.handoff;
    v_id uuid;
    v_code text;
    v_saved jsonb;
    v_reason constant text := 'Dijawab bersama laporan-laporan serupa';
    v_wake jsonb := '[]';
BEGIN
    SELECT x.* INTO a FROM casework.cluster_answer x WHERE x.agency = directory.me() AND x.id = p_answer;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM casework.matter m WHERE m.agency = directory.me() AND m.case_id = p_case AND m.cluster = a.cluster) THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF a.state NOT IN ('approved', 'published') THEN
        PERFORM casework._fail('SN409', 'wrong_state', a.state);
    END IF;
    -- A merged case is answered by way of the case that it follows.
    c := casework._lock(p_case, NULL);
    IF EXISTS (SELECT FROM casework.cluster_reached r WHERE r.agency = directory.me() AND r.answer = p_answer AND r.case_id = p_case) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'wake', v_wake);
    END IF;
    v_code := (SELECT o.code FROM directory.office o WHERE o.id = a.office);
    IF c.lead_office <> a.office AND c.status NOT IN ('merged', 'closed', 'archived') THEN
        SELECT h.* INTO v_offer FROM casework.handoff h WHERE h.case_id = c.id AND h.role = 'lead' AND h.state = 'offered';
        IF v_offer.id IS NOT NULL AND v_offer.to_office <> a.office THEN
            v_wake := v_wake || (casework.recall(v_offer.id, NULL, p_actor, v_reason, p_trace) -> 'wake');
            v_offer := NULL;
        END IF;
        v_id := coalesce(v_offer.id, directory.uuid7());
        IF v_offer.id IS NULL THEN
            v_wake := v_wake || (casework.offer(v_id, c.id, NULL, p_actor, v_code, 'lead', v_reason, NULL, p_trace) -> 'wake');
        END IF;
        v_wake := v_wake || (casework.accept(v_id, NULL, p_actor, v_reason, NULL, p_trace) -> 'wake');
    ELSIF c.status = 'submitted' THEN
        v_wake := v_wake || (casework.verify(c.id, NULL, p_actor, '{}', NULL, p_trace) -> 'wake');
    END IF;
    v_id := directory.uuid7();
    INSERT INTO casework.answer (id, case_id, agency, office, body, interim, state, drafted_by, drafted_by_officer, approved_by, created_at)
    VALUES (v_id, p_case, a.agency, a.office, a.body, a.interim, 'approved', a.drafted_by, a.drafted_by_officer, a.approved_by, clock_timestamp());
    v_saved := casework.publish_answer(p_case, v_id, NULL, p_actor, NULL, p_trace);
    UPDATE casework.cluster_answer SET state = 'published', published_at = coalesce(published_at, clock_timestamp())
    WHERE agency = a.agency AND id = a.id AND state <> 'published';
    INSERT INTO casework.cluster_reached (agency, answer, case_id, at) VALUES (a.agency, a.id, p_case, clock_timestamp());
    RETURN v_saved || jsonb_build_object('wake', v_saved -> 'wake' || v_wake);
END
$$;

REVOKE EXECUTE ON FUNCTION casework._surge_limit(text), casework._surge_office(text, text, timestamptz),
    casework._ring_surge(casework.cluster, int), casework.gather_surges(), casework.place_in_cluster(uuid, uuid),
    casework.review_cluster_answer(uuid, text, boolean, text), casework.answer_member(uuid, uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.gather_surges(), casework.place_in_cluster(uuid, uuid),
    casework.review_cluster_answer(uuid, text, boolean, text), casework.answer_member(uuid, uuid, text, text) TO sinergi_routing;
