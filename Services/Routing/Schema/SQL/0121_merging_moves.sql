-- definitions 2
-- Merging and taking apart again. A parent is locked before its children, always: its moves are handed down to them (_follow).
SET LOCAL ROLE sinergi_gate;

-- Whether a case is kept from everybody but a few; such a case is never merged, compared or counted with others.
CREATE OR REPLACE FUNCTION casework._is_secret(c casework."case") RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN c.confidential OR c.sealed OR c.kind IN ('supervisory', 'whistleblowing') OR cardinality(casework._accused(c.id)) > 0;
END
$$;

-- The case that a merged one follows in the end: a parent may have been merged itself.
CREATE OR REPLACE FUNCTION casework._root(p_case uuid) RETURNS casework."case"
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE up (id, depth) AS (
        SELECT p_case, 0
        UNION ALL SELECT m.parent, up.depth + 1 FROM up JOIN casework.merge m ON m.child = up.id AND m.undone_at IS NULL WHERE up.depth < 20)
    SELECT c FROM casework."case" c WHERE c.id = (SELECT up.id FROM up ORDER BY up.depth DESC LIMIT 1)
$$;

-- What a merged case's reporter is shown of the case that it follows.
CREATE OR REPLACE FUNCTION casework._merged_into(p_root casework."case") RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN jsonb_build_object('tracking_code', p_root.tracking_code, 'status', p_root.status, 'outcome', p_root.outcome,
        'answered', EXISTS (SELECT FROM casework.answer a WHERE a.case_id = p_root.id AND a.state = 'published' AND NOT a.interim));
END
$$;

-- Answers of the parent that the child's reporter has not got yet.
CREATE OR REPLACE FUNCTION casework._hand_down_answers(p_parent uuid, p_child uuid, p_at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a casework.answer;
    v_new boolean := false;
BEGIN
    FOR a IN SELECT x.* FROM casework.answer x
             WHERE x.case_id = p_parent AND x.state = 'published'
               AND NOT EXISTS (SELECT FROM casework.answer y WHERE y.copy_of = x.id AND y.case_id = p_child)
             ORDER BY x.published_at, x.id LOOP
        INSERT INTO casework.answer (id, case_id, agency, office, body, interim, state, drafted_by, drafted_by_officer, approved_by,
                                     corrects, created_at, published_at, copy_of)
        VALUES (directory.uuid7(p_at), p_child, a.agency, a.office, a.body, a.interim, 'published', a.drafted_by, a.drafted_by_officer,
                a.approved_by, (SELECT y.id FROM casework.answer y WHERE y.copy_of = a.corrects AND y.case_id = p_child),
                p_at, p_at, a.id);
        v_new := true;
    END LOOP;
    UPDATE casework.answer y SET corrected_by = z.id
    FROM casework.answer z
    WHERE y.case_id = p_child AND z.case_id = p_child AND z.corrects = y.id AND y.copy_of IS NOT NULL AND y.corrected_by IS NULL;
    RETURN v_new;
END
$$;

-- Hands the steps of a case down to those that were merged into it, so that every reporter is told. What its own reporter said is
-- nobody else's word: a report that is withdrawn, lapses or is archived lets its followers go, as they were before.
CREATE OR REPLACE FUNCTION casework._follow(c casework."case", p_at timestamptz, p_steps jsonb, p_trace text) RETURNS int[]
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_child uuid;
    k casework."case";
    e casework.entry;
    r record;
    v_steps jsonb;
    v_wake int[] := '{}';
BEGIN
    FOR v_child IN SELECT m.child FROM casework.merge m WHERE m.parent = c.id AND m.undone_at IS NULL ORDER BY m.child LOOP
        SELECT x.* INTO k FROM casework."case" x WHERE x.id = v_child FOR NO KEY UPDATE;
        IF c.outcome IN ('withdrawn', 'archived', 'lapsed_incomplete') THEN
            SELECT * INTO r FROM casework._unmerge(k, '[]'::jsonb, NULL, CASE k.language
                WHEN 'en' THEN 'The main report has ended without an answer.' ELSE 'Laporan induk berakhir tanpa jawaban.' END, p_at) x;
            v_wake := v_wake || ARRAY(SELECT w::int FROM jsonb_array_elements_text(
                casework._save(r.c, p_at, r.steps, 'let_go', jsonb_build_object('parent', c.id, 'outcome', c.outcome), '{}', p_trace) -> 'wake') w);
            CONTINUE;
        END IF;
        v_steps := '[]';
        FOR e IN SELECT x.* FROM jsonb_array_elements(p_steps) s JOIN casework.entry x ON x.case_id = c.id AND x.id = (s ->> 'id')::uuid
                 WHERE x.visibility IN ('public', 'reporter')
                   AND x.type IN ('routed', 'handoff_offered', 'handoff_accepted', 'handoff_declined', 'handoff_expired', 'arbitration_opened',
                                  'arbitrated', 'held', 'extended', 'answer_published', 'reopened', 'closed', 'acted_for', 'due_changed',
                                  'merged', 'unmerged')
                 ORDER BY x.seq LOOP
            k.entries := k.entries + 1;
            v_steps := v_steps || casework._entry(k.id, k.entries, p_at, e.office, e.actor, e.type, e.status, 'reporter', e.body);
        END LOOP;
        IF v_steps = '[]' THEN
            CONTINUE;
        END IF;
        IF casework._hand_down_answers(c.id, k.id, p_at) THEN
            k.first_answer_at := coalesce(k.first_answer_at, p_at);
        END IF;
        v_wake := v_wake || ARRAY(SELECT w::int FROM jsonb_array_elements_text(
            casework._save(k, p_at, v_steps, 'followed', jsonb_build_object('parent', c.id, 'version', c.version), '{}', p_trace) -> 'wake') w);
    END LOOP;
    RETURN v_wake;
END
$$;

-- Merges a case into another that the same agency holds. Both are locked in the order of their ids: neither is the other's parent yet.
CREATE OR REPLACE FUNCTION casework.merge_into(p_case uuid, p_expected int, p_into uuid, p_actor text, p_reason text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case";
    t casework."case";
    v_at timestamptz;
    v_also int[];
    v_snapshot jsonb;
    v_steps jsonb;
    v_wake jsonb;
    v_saved jsonb;
BEGIN
    IF p_case = p_into THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/into');
    END IF;
    IF p_case < p_into THEN
        c := casework._lock(p_case, p_expected);
        t := casework._lock(p_into, NULL);
    ELSE
        t := casework._lock(p_into, NULL);
        c := casework._lock(p_case, p_expected);
    END IF;
    v_at := clock_timestamp();
    IF casework._agency_of(c.lead_office) <> directory.me() OR casework._agency_of(t.lead_office) <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only who holds both cases merges them');
    END IF;
    IF casework._is_secret(c) OR casework._is_secret(t) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'a secret case is never merged');
    END IF;
    IF t.status IN ('closed', 'merged', 'archived') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('the other case is %s', t.status));
    END IF;
    IF (SELECT count(*) FROM casework.merge m WHERE m.parent = p_into AND m.undone_at IS NULL) >= 500 THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the other case has 500 merged ones already');
    END IF;
    v_snapshot := jsonb_build_object(
        'status', c.status, 'holder_office', c.holder_office, 'interim_holder', c.interim_holder,
        'parts', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'state', p.state)), '[]') FROM casework.participation p
                  WHERE p.case_id = c.id AND p.state IN ('offered', 'active')),
        'clocks', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'state', k.state, 'stopped_at', k.stopped_at,
                              'paused_at', k.paused_at)), '[]')
                   FROM casework.clock k WHERE k.case_id = c.id AND k.state IN ('running', 'paused', 'expired')),
        'handoffs', (SELECT coalesce(jsonb_agg(h.id), '[]') FROM casework.handoff h WHERE h.case_id = c.id AND h.state = 'offered'));
    c.status := casework._to(c.status, 'merge');
    c.outcome := 'merged';
    c.closed_at := v_at;
    SELECT coalesce(array_agg(DISTINCT p.agency), '{}') INTO v_also FROM casework.participation p WHERE p.case_id = c.id AND p.state <> 'ended';
    UPDATE casework.handoff SET state = 'recalled', decided_at = v_at, decided_by = p_actor WHERE case_id = c.id AND state = 'offered';
    UPDATE casework.participation SET state = CASE state WHEN 'offered' THEN 'ended' ELSE 'finished' END, until = v_at
    WHERE case_id = c.id AND state IN ('offered', 'active');
    UPDATE casework.clock SET state = 'stopped', stopped_at = v_at, paused_at = NULL
    WHERE case_id = c.id AND state IN ('running', 'paused', 'expired');
    INSERT INTO casework.merge (child, number, parent, agency, reason, merged_by, merged_at, snapshot)
    VALUES (c.id, 1 + (SELECT count(*) FROM casework.merge m WHERE m.child = c.id), t.id, directory.me(), p_reason, p_actor, v_at, v_snapshot);
    IF casework._hand_down_answers(t.id, c.id, v_at) THEN
        c.first_answer_at := coalesce(c.first_answer_at, v_at);
    END IF;
    -- The parent's timeline tells its offices; its reporter has nothing to do with it.
    t.entries := t.entries + 1;
    v_steps := jsonb_build_array(casework._entry(t.id, t.entries, v_at, t.lead_office, p_actor, 'absorbed', t.status, 'participants', c.tracking_code));
    v_wake := casework._save(t, v_at, v_steps, 'absorbed', jsonb_build_object('actor', p_actor, 'child', c.id), '{}', p_trace) -> 'wake';
    c.entries := c.entries + 1;
    v_steps := jsonb_build_array(casework._entry(c.id, c.entries, v_at, c.lead_office, p_actor, 'merged', c.status, 'reporter',
        t.tracking_code || ': ' || p_reason));
    v_saved := casework._save(c, v_at, v_steps, 'merged',
        jsonb_build_object('actor', p_actor, 'parent', t.id, 'reason', p_reason), v_also, p_trace);
    RETURN v_saved || jsonb_build_object('wake', v_saved -> 'wake' || v_wake);
END
$$;

-- Gives a merged case back what it was: state, parts, offers that were open, clocks with the due dates that they had. What its
-- reporter was told meanwhile stays told. The caller has the locks.
CREATE OR REPLACE FUNCTION casework._unmerge(INOUT c casework."case", INOUT steps jsonb, p_actor text, p_reason text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_snapshot jsonb;
BEGIN
    -- The table says that it may; where to, only what it was can say (ADR 0017).
    PERFORM casework._to(c.status, 'unmerge');
    UPDATE casework.merge m SET undone_at = p_at, undone_by = p_actor, undo_reason = p_reason
    WHERE m.child = c.id AND m.undone_at IS NULL
    RETURNING m.snapshot INTO v_snapshot;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'it is merged into nothing');
    END IF;
    c.status := v_snapshot ->> 'status';
    c.outcome := NULL;
    c.closed_at := NULL;
    c.holder_office := (v_snapshot ->> 'holder_office')::uuid;
    c.held_since := p_at;
    c.interim_holder := (v_snapshot ->> 'interim_holder')::uuid;
    UPDATE casework.participation p SET state = x.state, until = NULL
    FROM jsonb_to_recordset(v_snapshot -> 'parts') x(id uuid, state text) WHERE p.id = x.id AND p.case_id = c.id;
    UPDATE casework.clock k SET state = x.state, stopped_at = x.stopped_at, paused_at = x.paused_at
    FROM jsonb_to_recordset(v_snapshot -> 'clocks') x(id uuid, state text, stopped_at timestamptz, paused_at timestamptz)
    WHERE k.id = x.id AND k.case_id = c.id;
    UPDATE casework.handoff h SET state = 'offered', decided_at = NULL, decided_by = NULL
    FROM jsonb_array_elements_text(v_snapshot -> 'handoffs') x(id) WHERE h.id = x.id::uuid AND h.case_id = c.id;
    UPDATE casework.alarm SET next_at = p_at WHERE case_id = c.id AND taken_at IS NULL AND next_at IS NULL;
    IF c.first_answer_at IS NOT NULL THEN
        PERFORM casework._stop_clocks(c.id, ARRAY['first_answer'], p_at);
    END IF;
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, c.lead_office, p_actor, 'unmerged', c.status, 'reporter', p_reason);
END
$$;

-- Locks a merged case under its parent: the parent first.
CREATE OR REPLACE FUNCTION casework._lock_merged(p_case uuid, p_expected int) RETURNS casework."case"
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_parent uuid := (SELECT m.parent FROM casework.merge m WHERE m.child = p_case AND m.undone_at IS NULL);
    c casework."case";
BEGIN
    PERFORM FROM casework."case" x WHERE x.id = v_parent FOR NO KEY UPDATE;
    c := casework._lock(p_case, p_expected);
    IF (SELECT m.parent FROM casework.merge m WHERE m.child = p_case AND m.undone_at IS NULL) IS DISTINCT FROM v_parent THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'it was merged or taken apart at the same time');
    END IF;
    RETURN c;
END
$$;

CREATE OR REPLACE FUNCTION casework.unmerge(p_case uuid, p_expected int, p_actor text, p_reason text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_merged(p_case, p_expected);
BEGIN
    IF casework._agency_of(c.lead_office) <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only who held the case takes it out again');
    END IF;
    SELECT * INTO r FROM casework._unmerge(c, '[]'::jsonb, p_actor, p_reason, clock_timestamp()) x;
    RETURN casework._save(r.c, clock_timestamp(), r.steps, 'unmerged', jsonb_build_object('actor', p_actor, 'reason', p_reason), '{}', p_trace);
END
$$;

-- The reporter of a merged case says that the common answer does not solve it: the case stands for itself again.
CREATE OR REPLACE FUNCTION casework.reporter_leaves(p_case uuid, p_reason text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_merged(p_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb;
BEGIN
    IF c.origin <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    c.entries := c.entries + 1;
    v_steps := jsonb_build_array(casework._entry(c.id, c.entries, v_at, c.lead_office, NULL, 'disputed', c.status, 'reporter', p_reason));
    SELECT * INTO r FROM casework._unmerge(c, v_steps, NULL, NULL, v_at) x;
    RETURN casework._save(r.c, v_at, r.steps, 'left', jsonb_build_object('reason', p_reason), '{}', p_trace);
END
$$;

-- What a case is about. Only its origin knows the text first; a secret one is about nothing that others may learn.
CREATE OR REPLACE FUNCTION casework.note_matter(p_case uuid, p_code text, p_region text, p_words text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casework.matter (agency, case_id, received_at, code, region, words)
    SELECT c.origin, c.id, c.received_at, p_code, p_region, left(p_words, 2000)
    FROM casework."case" c WHERE c.id = p_case AND c.origin = directory.me() AND NOT casework._is_secret(c)
    ON CONFLICT DO NOTHING;
END
$$;

-- Cases that may be the same as one, best first: likeness of words 0.5, place 0.3, time 0.1, matter or category 0.1. Looked for among
-- at most 2,400 neighbours: of the place, of the matter, and of the agency at the same time; 30 days before and after.
CREATE OR REPLACE FUNCTION casework.similar(p_case uuid, p_subject text, p_office uuid, p_handles boolean, p_limit int)
    RETURNS TABLE (case_id uuid, score float8, likeness float8, metres float8, hours float8, same_area boolean, same_matter boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case";
    m casework.matter;
    v_words text;
    v_span constant interval := '30 days';
BEGIN
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = p_case;
    IF NOT FOUND OR NOT casework._sees(p_case) OR casework._is_secret(c)
        OR NOT casework.may_read(p_case, c.confidential, p_subject, p_office, p_handles) THEN
        RETURN;
    END IF;
    SELECT x.* INTO m FROM casework.matter x WHERE x.agency = c.origin AND x.case_id = c.id;
    v_words := coalesce(m.words, lower(left(c.title || ' ' || c.description, 2000)));
    RETURN QUERY
    WITH near AS (
        (SELECT p.case_id FROM casework.participation p WHERE p.agency = directory.me() AND p.received_at <= c.received_at
           AND p.received_at > c.received_at - v_span ORDER BY p.received_at DESC LIMIT 400)
        UNION (SELECT p.case_id FROM casework.participation p WHERE p.agency = directory.me() AND p.received_at >= c.received_at
           AND p.received_at < c.received_at + v_span ORDER BY p.received_at LIMIT 400)
        UNION (SELECT p.case_id FROM casework.participation p WHERE p.agency = directory.me() AND p.area_code = c.area_code
           AND p.received_at <= c.received_at AND p.received_at > c.received_at - v_span ORDER BY p.received_at DESC LIMIT 400)
        UNION (SELECT p.case_id FROM casework.participation p WHERE p.agency = directory.me() AND p.area_code = c.area_code
           AND p.received_at >= c.received_at AND p.received_at < c.received_at + v_span ORDER BY p.received_at LIMIT 400)
        UNION (SELECT x.case_id FROM casework.matter x WHERE x.agency = directory.me() AND x.code = m.code
           AND x.received_at <= c.received_at AND x.received_at > c.received_at - v_span ORDER BY x.received_at DESC LIMIT 400)
        UNION (SELECT x.case_id FROM casework.matter x WHERE x.agency = directory.me() AND x.code = m.code
           AND x.received_at >= c.received_at AND x.received_at < c.received_at + v_span ORDER BY x.received_at LIMIT 400)
    ), measured AS (
        SELECT o.id, o.confidential,
            public.similarity(v_words, coalesce(y.words, lower(left(o.title || ' ' || o.description, 2000))))::float8 AS words,
            CASE WHEN c.lat IS NOT NULL AND o.lat IS NOT NULL THEN
                public.st_distancesphere(public.st_makepoint(c.long, c.lat), public.st_makepoint(o.long, o.lat)) END AS metres,
            abs(extract(epoch FROM o.received_at - c.received_at))::float8 / 3600 AS hours,
            coalesce(o.area_code = c.area_code, false) AS area,
            coalesce(y.code = m.code OR o.category = c.category AND split_part(c.category, '.', 1) <> 'other', false) AS matter
        FROM near n JOIN casework."case" o ON o.id = n.case_id
        LEFT JOIN casework.matter y ON y.agency = o.origin AND y.case_id = o.id
        WHERE o.id <> c.id AND o.status NOT IN ('merged', 'archived') AND NOT o.confidential AND NOT o.sealed
          AND o.kind NOT IN ('supervisory', 'whistleblowing') AND casework._sees(o.id)
    ), scored AS (
        SELECT d.*, 0.5 * d.words + 0.3 * coalesce(exp(-least(d.metres / 700, 100)), CASE WHEN d.area THEN 0.4 ELSE 0 END)
            + 0.1 * exp(-d.hours / 168) + CASE WHEN d.matter THEN 0.1 ELSE 0 END AS score
        FROM measured d
    )
    SELECT s.id, round(s.score::numeric, 3)::float8, round(s.words::numeric, 3)::float8, s.metres, s.hours, s.area, s.matter
    FROM scored s
    WHERE s.score >= 0.35 AND (s.words >= 0.15 OR s.matter)
      -- Two kilometres apart are two potholes; what is known to be near or may be.
      AND (s.metres IS NULL OR s.metres <= 2000 OR s.words >= 0.5)
      AND cardinality(casework._accused(s.id)) = 0
    ORDER BY s.score DESC, s.id LIMIT least(greatest(p_limit, 1), 50);
END
$$;

REVOKE EXECUTE ON FUNCTION casework.merge_into(uuid, int, uuid, text, text, text), casework.unmerge(uuid, int, text, text, text),
    casework.reporter_leaves(uuid, text, text), casework.note_matter(uuid, text, text, text), casework.similar(uuid, text, uuid, boolean, int),
    casework._is_secret(casework."case"), casework._root(uuid), casework._merged_into(casework."case"),
    casework._hand_down_answers(uuid, uuid, timestamptz), casework._follow(casework."case", timestamptz, jsonb, text),
    casework._unmerge(casework."case", jsonb, text, text, timestamptz), casework._lock_merged(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.merge_into(uuid, int, uuid, text, text, text), casework.unmerge(uuid, int, text, text, text),
    casework.reporter_leaves(uuid, text, text), casework.note_matter(uuid, text, text, text), casework.similar(uuid, text, uuid, boolean, int)
    TO sinergi_routing;
