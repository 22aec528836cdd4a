-- definitions 1
SET LOCAL ROLE sinergi_gate;

-- An own office's live working part, or 404.
CREATE OR REPLACE FUNCTION casework._own_part(p_case uuid, p_office text) RETURNS casework.participation
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_part casework.participation;
BEGIN
    SELECT p.* INTO v_part FROM casework.participation p
    WHERE p.case_id = p_case AND p.agency = directory.me() AND p.state = 'active' AND p.role IN ('lead', 'contributor', 'monitor')
      AND (p_office IS NULL OR p.office_code = p_office)
    ORDER BY array_position(ARRAY['lead', 'contributor', 'monitor'], p.role) LIMIT 1;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'no accepted part of that office');
    END IF;
    RETURN v_part;
END
$$;

-- To a person inside the office (disposisi). p_office NULL: the agency's lead part, else its first.
CREATE OR REPLACE FUNCTION casework.assign(p_id uuid, p_case uuid, p_expected int, p_actor text, p_office text, p_officer uuid, p_note text,
                                p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_part casework.participation := casework._own_part(p_case, p_office);
    v_name text;
    v_step jsonb;
BEGIN
    SELECT o.name INTO v_name FROM directory.officer o WHERE o.agency = directory.me() AND o.id = p_officer AND o.active;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/officer');
    END IF;
    IF c.status IN ('closed', 'merged', 'archived') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow assignment', c.status));
    END IF;
    INSERT INTO casework.assignment (agency, id, case_id, office, officer, officer_name, assigned_by, note, at)
    VALUES (directory.me(), p_id, p_case, v_part.office, p_officer, v_name, p_actor, p_note, v_at)
    ON CONFLICT DO NOTHING;
    UPDATE casework.participation SET officer = p_officer, officer_name = v_name WHERE id = v_part.id;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, v_part.office, NULL, 'assigned', c.status, 'reporter', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'assigned',
        jsonb_build_object('actor', p_actor, 'office', v_part.office_code), '{}', p_trace);
END
$$;

CREATE OR REPLACE FUNCTION casework.note(p_id uuid, p_case uuid, p_actor text, p_office text, p_visibility text, p_body text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_office uuid;
    v_step jsonb;
BEGIN
    IF p_visibility NOT IN ('participants', 'agency', 'office') THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/visibility');
    END IF;
    IF EXISTS (SELECT FROM casework.entry e WHERE e.id = p_id AND e.case_id = p_case) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    SELECT p.office INTO v_office FROM casework.participation p
    WHERE p.case_id = p_case AND p.agency = directory.me() AND p.state <> 'ended' AND (p_office IS NULL OR p.office_code = p_office) LIMIT 1;
    c.entries := c.entries + 1;
    INSERT INTO casework.entry (id, case_id, seq, at, agency, office, actor, type, status, visibility, body)
    VALUES (p_id, p_case, c.entries, v_at, directory.me(), v_office, p_actor, 'note', c.status, p_visibility, p_body);
    v_step := jsonb_build_object('id', p_id, 'seq', c.entries, 'at', v_at, 'event', 'note', 'status', c.status,
                                 'office', casework._office_ref(v_office), 'note', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'noted',
        jsonb_build_object('actor', p_actor, 'entry', p_id, 'visibility', p_visibility), '{}', p_trace);
END
$$;

-- A draft is its agency's own until it is published; the case's version does not move.
CREATE OR REPLACE FUNCTION casework.draft_answer(p_answer uuid, p_case uuid, p_actor text, p_officer uuid, p_office text, p_body text, p_interim boolean)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_part casework.participation := casework._own_part(p_case, p_office);
BEGIN
    IF NOT p_interim THEN
        IF v_part.role <> 'lead' THEN
            PERFORM casework._fail('SN409', 'wrong_state', 'only the lead writes the final answer');
        END IF;
        PERFORM casework._to(c.status, 'answer_final');
    ELSIF c.status IN ('closed', 'merged', 'archived') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow answers', c.status));
    END IF;
    INSERT INTO casework.answer (id, case_id, agency, office, body, interim, state, drafted_by, drafted_by_officer, created_at)
    VALUES (p_answer, p_case, directory.me(), v_part.office, p_body, p_interim, 'draft', p_actor, p_officer, clock_timestamp())
    ON CONFLICT (id) DO NOTHING;
    RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'answer_id', p_answer, 'wake', '[]'::jsonb);
END
$$;

-- Approve (draft → approved) or return (draft or approved → returned) an own answer.
CREATE OR REPLACE FUNCTION casework.review_answer(p_case uuid, p_answer uuid, p_actor text, p_approve boolean, p_note text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_answer casework.answer;
BEGIN
    SELECT a.* INTO v_answer FROM casework.answer a WHERE a.id = p_answer AND a.case_id = p_case AND a.agency = directory.me();
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF v_answer.state <> 'draft' AND (p_approve OR v_answer.state <> 'approved') THEN
        PERFORM casework._fail('SN409', 'wrong_state', v_answer.state);
    END IF;
    UPDATE casework.answer SET state = CASE WHEN p_approve THEN 'approved' ELSE 'returned' END,
        approved_by = CASE WHEN p_approve THEN p_actor END, note = p_note
    WHERE id = p_answer;
    RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'answer_id', p_answer, 'wake', '[]'::jsonb);
END
$$;

-- Only a final answer starts the silence clock (product decision 9).
CREATE OR REPLACE FUNCTION casework.publish_answer(p_case uuid, p_answer uuid, p_expected int, p_actor text, p_note text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_answer casework.answer;
    v_step jsonb;
    v_also int[] := '{}';
BEGIN
    SELECT a.* INTO v_answer FROM casework.answer a WHERE a.id = p_answer AND a.case_id = p_case AND a.agency = directory.me();
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF v_answer.state <> 'approved' THEN
        PERFORM casework._fail('SN409', 'wrong_state', v_answer.state);
    END IF;
    PERFORM casework._own_part(p_case, (SELECT o.code FROM directory.office o WHERE o.id = v_answer.office));
    IF NOT v_answer.interim THEN
        IF v_answer.office <> c.lead_office THEN
            PERFORM casework._fail('SN409', 'wrong_state', 'only the lead publishes the final answer');
        END IF;
        -- Refused by all: each of those whom the arbiter named has answered, or its time has run out.
        IF c.multi_agency AND EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.role = 'contributor' AND p.bound
                                      AND p.state = 'active' AND p.due_at > v_at) THEN
            PERFORM casework._fail('SN409', 'wrong_state', 'every named office must answer its part first');
        END IF;
        c.status := casework._to(c.status, 'answer_final');
        c.answered_at := v_at;
        v_also := casework._recall_offers(c.id, ARRAY['lead', 'contributor', 'monitor'], v_at);
        PERFORM casework._start_clock(c.id, c.kind, 'reporter_reply', 'reporter_reply', c.lead_office, v_at, v_at);
        PERFORM casework._stop_clocks(c.id, ARRAY['resolve', 'office_reply', 'verify'], v_at);
    ELSIF c.status IN ('closed', 'merged', 'archived') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow answers', c.status));
    END IF;
    -- What a reporter asked after the answer is answered: the silence clock starts anew.
    IF v_answer.interim AND c.status = 'answered' AND v_answer.office = c.lead_office
       AND EXISTS (SELECT FROM casework.clock k WHERE k.case_id = c.id AND k.step = 'office_reply' AND k.state IN ('running', 'expired')) THEN
        PERFORM casework._stop_clocks(c.id, ARRAY['office_reply'], v_at);
        PERFORM casework._start_clock(c.id, c.kind, 'reporter_reply', 'reporter_reply', c.lead_office, v_at, v_at);
    END IF;
    c.first_answer_at := coalesce(c.first_answer_at, v_at);
    PERFORM casework._stop_clocks(c.id, ARRAY['first_answer'], v_at);
    UPDATE casework.answer SET state = 'published', published_at = v_at WHERE id = p_answer;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, v_answer.office, p_actor, 'answer_published', c.status, 'reporter', p_note);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'answered',
        jsonb_build_object('actor', p_actor, 'answer', p_answer, 'interim', v_answer.interim,
                           'body', encode(sha256(convert_to(v_answer.body, 'UTF8')), 'hex')), v_also, p_trace)
        || jsonb_build_object('answer_id', p_answer);
END
$$;

-- The reporter's moves come through the origin only.
CREATE OR REPLACE FUNCTION casework._lock_origin(p_case uuid) RETURNS casework."case"
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
BEGIN
    IF c.origin <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    RETURN c;
END
$$;

CREATE OR REPLACE FUNCTION casework.reporter_confirm(p_case uuid, p_rating int, p_comment text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_origin(p_case);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb := '[]';
BEGIN
    PERFORM casework._to(c.status, 'confirm');
    c.rating := p_rating;
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, c.holder_office, NULL, 'confirmed', c.status, 'reporter', p_comment);
    SELECT * INTO r FROM casework._close(c, v_steps, 'confirm', casework._outcome(c, 'confirmed_solved'), NULL, v_at) x;
    c := r.c;
    v_steps := r.steps;
    RETURN casework._save(c, v_at, v_steps, 'confirmed', jsonb_build_object('rating', p_rating, 'comment', p_comment), '{}', p_trace);
END
$$;

-- First dispute: same lead, overall clock going on, the holder's reply clock starts; in a joint case only the part disputed (p_part, its
-- office) opens again. Second: an appeal, one level up, and closed only there (product decision 12).
CREATE OR REPLACE FUNCTION casework.reporter_dispute(p_case uuid, p_reason text, p_part uuid, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_origin(p_case);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb := '[]';
    v_was text := c.status;
    v_appeal boolean := c.disputes >= 1;
BEGIN
    IF c.appeal_office IS NOT NULL THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the appeal has been answered');
    END IF;
    c.status := casework._to(c.status, CASE WHEN v_appeal THEN 'appeal' ELSE 'dispute' END);
    c.disputes := c.disputes + 1;
    c.answered_at := NULL;
    PERFORM casework._stop_clocks(c.id, ARRAY['reporter_reply', 'office_reply'], v_at);
    UPDATE casework.clock SET state = 'running', stopped_at = NULL
    WHERE id = (SELECT k.id FROM casework.clock k WHERE k.case_id = c.id AND k.step = 'resolve' ORDER BY k.id DESC LIMIT 1);
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, c.holder_office, NULL, 'disputed', v_was, 'reporter', p_reason);
    IF v_appeal THEN
        SELECT * INTO r FROM casework._appeal(c, v_steps, v_at) a;
    ELSE
        SELECT * INTO r FROM casework._reopen_part(c, v_steps, p_part, v_at) a;
    END IF;
    c := r.c;
    v_steps := r.steps;
    PERFORM casework._start_clock(c.id, c.kind, 'office_reply', CASE WHEN v_appeal THEN 'appeal' ELSE 'office_reply' END, c.lead_office, v_at, v_at);
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, c.holder_office, NULL, 'reopened', c.status, 'reporter', NULL);
    RETURN casework._save(c, v_at, v_steps, CASE WHEN v_appeal THEN 'appealed' ELSE 'disputed' END,
        jsonb_build_object('reason', p_reason, 'part', p_part), '{}', p_trace);
END
$$;

CREATE OR REPLACE FUNCTION casework.reporter_withdraw(p_case uuid, p_reason text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_origin(p_case);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb := '[]';
    v_also int[];
BEGIN
    SELECT coalesce(array_agg(DISTINCT p.agency), '{}') INTO v_also FROM casework.participation p WHERE p.case_id = c.id AND p.state <> 'ended';
    SELECT * INTO r FROM casework._close(c, v_steps, 'withdraw', 'withdrawn', p_reason, v_at) x;
    c := r.c;
    v_steps := r.steps;
    RETURN casework._save(c, v_at, v_steps, 'withdrawn', jsonb_build_object('reason', p_reason), v_also, p_trace);
END
$$;
