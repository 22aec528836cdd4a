-- definitions 2
SET LOCAL ROLE sinergi_gate;

-- The automatic decision that the reporter may object to now; NULL where a person has decided, the work is done, or it was objected to.
CREATE OR REPLACE FUNCTION casework._objectionable(c casework."case") RETURNS uuid
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT d.id FROM (SELECT x.id, x.mode FROM casework.decision x WHERE x.case_id = c.id ORDER BY x.at DESC, x.id DESC LIMIT 1) d
            WHERE c.automatic AND c.status IN ('verified', 'routed', 'in_progress') AND d.mode = 'automatic'
              AND NOT EXISTS (SELECT FROM casework.objection o WHERE o.agency = c.origin AND o.case_id = c.id AND o.decision = d.id));
END
$$;

-- Intake's own service says that the reporter objects. It waits in the origin's triage queue.
CREATE OR REPLACE FUNCTION casework.reporter_object(p_case uuid, p_reason text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_origin(p_case);
    v_at timestamptz := clock_timestamp();
    v_decision uuid := casework._objectionable(c);
    v_step jsonb;
BEGIN
    IF v_decision IS NULL THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'no automatic decision to object to');
    END IF;
    INSERT INTO casework.objection (agency, id, case_id, decision, at, reason)
    VALUES (c.origin, directory.uuid7(v_at), c.id, v_decision, v_at, p_reason);
    PERFORM casework._signal(c, 'objected', NULL, 'pelapor', v_at);
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, directory.front_office(c.origin), NULL, 'objected', c.status, 'reporter', p_reason);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'objected', jsonb_build_object('reason', p_reason, 'decision', v_decision), '{}', p_trace);
END
$$;

-- A person of the origin answers. It moves nothing: who agrees with the reporter recalls, offers or asks for the arbiter as always.
CREATE OR REPLACE FUNCTION casework.answer_objection(p_case uuid, p_expected int, p_actor text, p_upheld boolean, p_note text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_step jsonb;
BEGIN
    IF c.origin <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only the agency that received it answers');
    END IF;
    UPDATE casework.objection o SET answered_at = v_at, answered_by = p_actor, upheld = p_upheld, note = p_note
    WHERE o.agency = c.origin AND o.case_id = c.id AND o.answered_at IS NULL;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'no open objection');
    END IF;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, directory.front_office(c.origin), p_actor,
        CASE WHEN p_upheld THEN 'objection_upheld' ELSE 'objection_kept' END, c.status, 'reporter', p_note);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'objection_answered',
        jsonb_build_object('actor', p_actor, 'upheld', p_upheld, 'note', p_note), '{}', p_trace);
END
$$;

REVOKE EXECUTE ON FUNCTION casework._objectionable(casework."case"), casework.reporter_object(uuid, text, text),
    casework.answer_objection(uuid, int, text, boolean, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.reporter_object(uuid, text, text), casework.answer_objection(uuid, int, text, boolean, text, text)
    TO sinergi_routing;
