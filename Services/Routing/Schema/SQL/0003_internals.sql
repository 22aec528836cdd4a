-- definitions 5
-- Parts that the move functions share. Owned by the gate and executable by nobody else.
-- In PL/pgSQL even where one statement is all: it keeps its plans for the session, a function in SQL is read and planned at every call
-- (docs/adr/0045).
SET LOCAL ROLE sinergi_gate;

CREATE OR REPLACE FUNCTION casework._fail(p_state text, p_code text, p_detail text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = p_state, MESSAGE = p_code, DETAIL = coalesce(p_detail, '');
END
$$;

CREATE OR REPLACE FUNCTION casework._office_ref(p_office uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('code', o.code, 'agency', a.code, 'name', o.name)
            FROM directory.office o JOIN directory.agency a ON a.number = o.agency WHERE o.id = p_office);
END
$$;

-- An office that can hold work today, by code. One without login only where the caller sees to it that its part is delivered.
CREATE OR REPLACE FUNCTION casework._office(p_code text, p_pointer text, p_unjoined boolean DEFAULT false) RETURNS directory.office
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_office directory.office;
BEGIN
    SELECT * INTO v_office FROM directory.office o
    WHERE o.code = upper(p_code) AND (o.joined OR p_unjoined) AND o.valid_from <= current_date AND (o.valid_to IS NULL OR o.valid_to > current_date);
    IF NOT FOUND THEN
        PERFORM casework._fail('SN422', 'unknown_office', p_pointer);
    END IF;
    RETURN v_office;
END
$$;

CREATE OR REPLACE FUNCTION casework._agency_of(p_office uuid) RETURNS int
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT o.agency FROM directory.office o WHERE o.id = p_office);
END
$$;

-- Locks the case for one move. 404 unless the caller has a live part; 412 when the caller saw another version.
CREATE OR REPLACE FUNCTION casework._lock(p_case uuid, p_expected int) RETURNS casework."case"
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case";
BEGIN
    IF directory.me() IS NULL THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    SELECT * INTO c FROM casework."case" WHERE id = p_case FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM casework.participation p
                                WHERE p.agency = directory.me() AND p.case_id = p_case AND p.state <> 'ended') THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF p_expected IS NOT NULL AND p_expected <> c.version THEN
        PERFORM casework._fail('SN412', 'changed_meanwhile');
    END IF;
    RETURN c;
END
$$;

CREATE OR REPLACE FUNCTION casework._to(p_status text, p_move text) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_to text;
BEGIN
    SELECT t.to_status INTO v_to FROM casework.transition t WHERE t.from_status = p_status AND t.move = p_move;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow %s', p_status, p_move));
    END IF;
    RETURN v_to;
END
$$;

-- Starts a clock by the limit in force for this kind. Returns when it is due, in the office's calendar.
CREATE OR REPLACE FUNCTION casework._start_clock(p_case uuid, p_kind text, p_step text, p_limit text, p_office uuid, p_from timestamptz, p_at timestamptz,
                                      p_handoff uuid DEFAULT NULL, p_arbitration uuid DEFAULT NULL, p_part uuid DEFAULT NULL)
    RETURNS timestamptz LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- The limit in force on the day from which it counts: a case keeps its limits unless they are changed for that day.
    v_limit directory.service_level := directory.limit_of(p_kind, p_limit, p_from);
    v_calendar text := (SELECT o.calendar FROM directory.office o WHERE o.id = p_office);
    v_due record;
BEGIN
    IF v_limit IS NULL THEN
        RAISE EXCEPTION 'limit_missing' USING ERRCODE = 'SN500', HINT = format('No service level for %s of %s.', p_limit, p_kind);
    END IF;
    SELECT d.due_at, d.provisional INTO v_due FROM directory.due(v_calendar, p_from, v_limit.amount, v_limit.unit) d;
    INSERT INTO casework.clock (id, case_id, step, office, started_at, due_at, state, provisional, legal_basis, handoff_id, arbitration_id,
                                part, limit_name, calendar, amount, unit)
    VALUES (directory.uuid7(p_at), p_case, p_step, p_office, p_from, v_due.due_at, 'running', v_due.provisional, v_limit.legal_basis,
            p_handoff, p_arbitration, p_part, p_limit, v_calendar, v_limit.amount, v_limit.unit);
    RETURN v_due.due_at;
END
$$;

CREATE OR REPLACE FUNCTION casework._stop_clocks(p_case uuid, p_steps text[], p_at timestamptz, p_handoff uuid DEFAULT NULL, p_part uuid DEFAULT NULL)
    RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE casework.clock SET state = 'stopped', stopped_at = p_at, paused_at = NULL
    WHERE case_id = p_case AND step = ANY (p_steps) AND state IN ('running', 'paused', 'expired')
      AND (p_handoff IS NULL OR handoff_id = p_handoff) AND (p_part IS NULL OR part = p_part);
END
$$;

-- Gives an office a part, or changes the one it has. Copies of the case's columns are refreshed by _save.
CREATE OR REPLACE FUNCTION casework._part(c casework."case", p_office uuid, p_role text, p_state text, p_at timestamptz, p_due timestamptz,
                               p_handoff uuid, p_external text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casework.participation AS p (id, agency, case_id, office, office_code, role, state, since, until, due_at, handoff_id,
        external_reference, tracking_code, title, status, outcome, kind, category, area_code, priority, confidential, lead_office,
        received_at, case_due_at, updated_at)
    SELECT directory.uuid7(p_at), o.agency, c.id, o.id, o.code, p_role, p_state, p_at, NULL, p_due, p_handoff, p_external,
        c.tracking_code, c.title, c.status, c.outcome, c.kind, c.category, c.area_code, c.priority, c.confidential, c.lead_office,
        c.received_at, c.resolve_due, p_at
    FROM directory.office o WHERE o.id = p_office
    ON CONFLICT (agency, case_id, office, role) DO UPDATE
    SET state = excluded.state, since = excluded.since, until = NULL, due_at = excluded.due_at, handoff_id = excluded.handoff_id,
        external_reference = coalesce(excluded.external_reference, p.external_reference), officer = NULL, officer_name = NULL,
        bound = false, opened_at = NULL, result = NULL;
END
$$;

CREATE OR REPLACE FUNCTION casework._end_part(p_case uuid, p_office uuid, p_role text, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE casework.clock k SET state = 'stopped', stopped_at = p_at, paused_at = NULL
    FROM casework.participation p
    WHERE p.case_id = p_case AND p.office = p_office AND p.role = p_role AND p.state = 'active'
      AND k.case_id = p_case AND k.step IN ('part', 'open') AND k.part = p.id AND k.state <> 'stopped';
    UPDATE casework.participation SET state = 'ended', until = p_at
    WHERE case_id = p_case AND office = p_office AND role = p_role AND state IN ('offered', 'active');
END
$$;

-- One line of the timeline. Returns the step as it is told to others; the caller counts c.entries up.
CREATE OR REPLACE FUNCTION casework._entry(p_case uuid, p_seq int, p_at timestamptz, p_office uuid, p_actor text, p_type text, p_status text,
                                p_visibility text, p_body text) RETURNS jsonb
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_id uuid := directory.uuid7(p_at);
BEGIN
    INSERT INTO casework.entry (id, case_id, seq, at, agency, office, actor, type, status, visibility, body)
    VALUES (v_id, p_case, p_seq, p_at, coalesce(directory.me(), 0), p_office, p_actor, p_type, p_status, p_visibility, p_body);
    RETURN jsonb_build_object('id', v_id, 'seq', p_seq, 'at', p_at, 'event', p_type, 'status', p_status,
                              'office', casework._office_ref(p_office), 'note', p_body);
END
$$;

CREATE OR REPLACE FUNCTION casework._next_step(c casework."case", OUT step text, OUT expected_at timestamptz)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    SELECT x.step, (SELECT k.due_at FROM casework.clock k
                    WHERE k.case_id = c.id AND k.state IN ('running', 'expired') AND k.step = ANY (x.clocks)
                      AND (k.handoff_id IS NULL OR EXISTS (SELECT FROM casework.handoff h WHERE h.id = k.handoff_id AND h.role = 'lead'))
                    ORDER BY array_position(x.clocks, k.step), k.started_at DESC LIMIT 1)
    INTO step, expected_at
    FROM (SELECT CASE c.status WHEN 'submitted' THEN 'verify' WHEN 'verified' THEN 'accept_handoff' WHEN 'routed' THEN 'accept_handoff'
                     WHEN 'in_progress' THEN 'answer' WHEN 'reopened' THEN 'answer' WHEN 'on_hold' THEN 'answer'
                     WHEN 'in_arbitration' THEN 'arbitrate' WHEN 'answered' THEN 'confirm' WHEN 'needs_information' THEN 'reply' END AS step,
                 CASE c.status WHEN 'submitted' THEN ARRAY['verify'] WHEN 'verified' THEN ARRAY['offer', 'holder', 'first_answer']
                     WHEN 'routed' THEN ARRAY['offer', 'holder'] WHEN 'in_progress' THEN ARRAY['first_answer', 'office_reply', 'resolve']
                     WHEN 'reopened' THEN ARRAY['office_reply', 'resolve'] WHEN 'on_hold' THEN ARRAY['hold']
                     WHEN 'in_arbitration' THEN ARRAY['arbitration'] WHEN 'answered' THEN ARRAY['office_reply', 'reporter_reply']
                     WHEN 'needs_information' THEN ARRAY['information'] ELSE '{}' END AS clocks) x;
END
$$;

-- What the origin's intake shows the reporter (contract: GET /v1/complaints/{code}), less what only intake knows.
CREATE OR REPLACE FUNCTION casework._view(c casework."case") RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    -- A merged case is in the hands of whoever holds the one that it follows.
    v_held casework."case" := CASE WHEN c.status = 'merged' THEN casework._root(c.id) ELSE c END;
BEGIN
    c.holder_office := v_held.holder_office;
    c.held_since := v_held.held_since;
    RETURN (SELECT jsonb_build_object(
        'case_id', c.id, 'version', c.version, 'status', c.status, 'outcome', c.outcome, 'kind', c.kind, 'category', c.category,
        'title', c.title, 'title_published', c.title_published, 'description_published', c.description_published, 'area_code', c.area_code,
        'anonymous', c.anonymous, 'confidential', c.confidential, 'sealed', c.sealed, 'created_at', c.received_at, 'updated_at', c.updated_at,
        'holder', casework._office_ref(c.holder_office), 'held_since', c.held_since, 'lead', casework._office_ref(c.lead_office),
        'next_step', n.step, 'expected_at', n.expected_at,
        'calendar', (SELECT o.calendar FROM directory.office o WHERE o.id = c.holder_office),
        'clocks', jsonb_build_object(
            'since_submission', jsonb_build_object('due_at', c.resolve_due, 'working_days_left',
                (SELECT directory.working_days_between(o.calendar, c.updated_at, c.resolve_due)
                 FROM directory.office o WHERE o.id = c.holder_office)),
            'legal', jsonb_build_object('started_at', c.verified_at, 'due_at',
                (SELECT d.due_at FROM directory.office o, directory.limit_of(c.kind, 'resolve', c.verified_at) l,
                        directory.due(o.calendar, c.verified_at, l.amount, l.unit) d
                 WHERE o.id = (SELECT directory.front_office(c.origin)) AND c.verified_at IS NOT NULL))),
        'objectable', casework._objectionable(c) IS NOT NULL,
        'merged_into', CASE WHEN c.status = 'merged' THEN casework._merged_into(v_held) END,
        'outcome_details', c.outcome_details, 'parts', casework._public_parts(c), 'holding', casework._holding(c.id),
        'steps', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'seq', e.seq, 'at', e.at, 'event', e.type, 'status', e.status,
                             'office', casework._office_ref(e.office), 'note', e.body) ORDER BY e.seq), '[]')
                  FROM casework.entry e WHERE e.case_id = c.id AND e.visibility IN ('public', 'reporter')),
        'answers', (SELECT coalesce(jsonb_agg(jsonb_build_object('answer_id', a.id, 'office', casework._office_ref(a.office), 'body', a.body,
                               'interim', a.interim, 'published_at', a.published_at, 'corrects', a.corrects,
                               'corrected_by', a.corrected_by) ORDER BY a.published_at), '[]')
                    FROM casework.answer a WHERE a.case_id = c.id AND a.state = 'published'))
    FROM casework._next_step(v_held) n);
END
$$;

-- What an agency's analytics counts: no texts, no persons.
CREATE OR REPLACE FUNCTION casework._facts(c casework."case", p_agency int) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    RETURN jsonb_build_object(
        'origin', (SELECT a.code FROM directory.agency a WHERE a.number = c.origin), 'received_at', c.received_at, 'kind', c.kind,
        'category', c.category, 'area_code', c.area_code, 'status', c.status, 'outcome', c.outcome, 'confidential', c.confidential,
        'automatic', c.automatic, 'due_at', c.resolve_due, 'accepted_at', c.accepted_at, 'first_answer_at', c.first_answer_at,
        'closed_at', c.closed_at, 'reopened', c.disputes, 'hops', c.hops,
        'part', (SELECT p.state FROM casework.participation p WHERE p.case_id = c.id AND p.agency = p_agency
                 ORDER BY array_position(ARRAY['active', 'offered', 'finished', 'ended'], p.state) LIMIT 1),
        'steps', (SELECT coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'at', e.at, 'event', e.type,
                             'agency', a.code, 'office', o.code) ORDER BY e.seq), '[]')
                  FROM casework.entry e LEFT JOIN directory.office o ON o.id = e.office LEFT JOIN directory.agency a ON a.number = o.agency
                  WHERE e.case_id = c.id AND e.visibility IN ('public', 'reporter')));
END
$$;

-- Offices of an agency that an event concerns: its notification tells them.
CREATE OR REPLACE FUNCTION casework._concerned(c casework."case", p_event text, p_agency int) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_event IN ('danger_rung', 'surge_rung') THEN
        RETURN casework._rung(c, p_agency);
    END IF;
    RETURN (SELECT coalesce(jsonb_agg(DISTINCT p.office_code), '[]') FROM casework.participation p
    WHERE p.case_id = c.id AND p.agency = p_agency
      AND CASE p_event WHEN 'handoff_offered' THEN p.state = 'offered'
                       WHEN 'arbitration_opened' THEN p.role = 'arbiter' AND p.state = 'active'
                       WHEN 'arbitrated' THEN p.role IN ('lead', 'contributor', 'monitor') AND p.state = 'active'
                       WHEN 'reopened' THEN p.role = 'lead' AND p.state = 'active'
                       WHEN 'part_disputed' THEN p.role = 'contributor' AND p.state = 'active'
                       WHEN 'part_finished' THEN p.role = 'lead' AND p.state = 'active'
                       WHEN 'part_withdrawn' THEN p.role = 'lead' AND p.state = 'active'
                       WHEN 'advice_asked' THEN p.role = 'party' AND p.state = 'active'
                       WHEN 'reporter_replied' THEN p.role = 'lead' AND p.state = 'active'
                       WHEN 'information_given' THEN p.role = 'lead' AND p.state = 'active'
                       WHEN 'resumed' THEN p.role = 'lead' AND p.state = 'active'
                       WHEN 'due_changed' THEN p.role IN ('lead', 'contributor', 'monitor') AND p.state IN ('offered', 'active')
                       WHEN 'objected' THEN p.agency = c.origin AND p.role IN ('lead', 'origin') AND p.state = 'active'
                       WHEN 'commitment_due' THEN p.role = 'lead' AND p.state = 'active'
                       ELSE false END);
END
$$;

-- The same of one step. A rung of the ladder names itself whom it tells (`told`, codes of offices), wherever they stand.
CREATE OR REPLACE FUNCTION casework._concerns(c casework."case", p_step jsonb, p_agency int) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_step ? 'told' THEN
        RETURN (SELECT coalesce(jsonb_agg(o.code), '[]') FROM directory.office o
                WHERE o.agency = p_agency AND o.code IN (SELECT jsonb_array_elements_text(p_step -> 'told')));
    END IF;
    RETURN casework._concerned(c, p_step ->> 'event', p_agency);
END
$$;

-- The own notification hears of moves that concern an office of the agency. Of others it has nothing to say, so it is not told.
CREATE OR REPLACE FUNCTION casework._tell_offices(p_me int, p_data jsonb, p_number bigint, p_trace text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_array_length(p_data -> 'offices') > 0 THEN
        PERFORM exchange.put(p_me, 'notification', 'case:' || (p_data ->> 'case_id'), p_number, 'case.changed', p_data - 'facts', p_trace);
    END IF;
END
$$;

-- The own intake and analytics are told the case as it stands: snapshots, of which the newest is enough.
CREATE OR REPLACE FUNCTION casework._tell_standing(c casework."case", p_data jsonb, p_number bigint, p_trace text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory.me();
    v_lane text := 'case:' || c.id;
BEGIN
    PERFORM casework._keep_head(v_me, p_data);
    IF c.origin = v_me THEN
        PERFORM exchange.put(v_me, 'intake', v_lane, p_number, 'case.changed',
            p_data - 'facts' || jsonb_build_object('view', casework._view(c)), p_trace);
    END IF;
    -- A confidential case leaves no trace in figures: analytics is only told to forget what it may know.
    PERFORM exchange.put(v_me, 'analytics', v_lane, p_number, 'case.changed', CASE WHEN c.confidential
        THEN jsonb_build_object('case_id', c.id, 'version', c.version, 'confidential', true) ELSE p_data END, p_trace);
END
$$;

-- Tells the receiving agency's own services what a message from across says.
CREATE OR REPLACE FUNCTION casework._tell_own(c casework."case", p_data jsonb, p_number bigint, p_trace text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM casework._tell_offices(directory.me(), p_data, p_number, p_trace);
    PERFORM casework._tell_standing(c, p_data, p_number, p_trace);
END
$$;

-- At the end of a transaction, once for each case that the agency has moved in it, at the last move of which it is to hear: whoever
-- opens, verifies and offers in one breath shows one case three times otherwise. The steps in between stand in the case's timeline,
-- from which intake tells its reporter of each.
CREATE OR REPLACE FUNCTION casework.tell_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET timezone = 'UTC' AS $$
DECLARE
    c casework."case";
    v_takes_part boolean;
BEGIN
    -- Whoever restores rows is nobody's service and tells nothing.
    IF NEW.agency IS DISTINCT FROM directory.me() THEN
        RETURN NULL;
    END IF;
    -- Locked by this transaction since the move, so this is its last state.
    SELECT * INTO c FROM casework."case" x WHERE x.id = NEW.case_id;
    v_takes_part := EXISTS (SELECT FROM casework.participation p
                            WHERE p.agency = NEW.agency AND p.case_id = NEW.case_id AND p.state <> 'ended');
    -- Whoever moves a case may have no part in those that follow it.
    IF NEW.kind IN ('followed', 'let_go') AND NOT v_takes_part
       OR c.history_count > NEW.number
          AND EXISTS (SELECT FROM casework.history h WHERE h.case_id = NEW.case_id AND h.number > NEW.number AND h.agency = NEW.agency
                      AND (v_takes_part OR h.kind NOT IN ('followed', 'let_go'))) THEN
        RETURN NULL;
    END IF;
    PERFORM casework._tell_standing(c, jsonb_build_object('case_id', c.id, 'tracking_code', c.tracking_code, 'version', c.version,
        'status', c.status, 'confidential', c.confidential, 'origin', (SELECT a.code FROM directory.agency a WHERE a.number = c.origin),
        'history_count', c.history_count, 'history_head', encode(c.history_head, 'hex'), 'facts', casework._facts(c, NEW.agency)),
        c.version, nullif(current_setting('sinergi.traces', true), '')::jsonb ->> c.id::text);
    RETURN NULL;
END
$$;
