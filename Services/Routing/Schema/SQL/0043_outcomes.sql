-- definitions 2
-- How a case ends, and how it comes back (product decisions 9, 11 and 12).
SET LOCAL ROLE sinergi_gate;

-- What a case ends as: what its lead has planned, what its kind is called, or p_plain.
CREATE OR REPLACE FUNCTION casework._outcome(c casework."case", p_plain text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(c.planned_outcome, CASE c.kind WHEN 'information' THEN 'answered' WHEN 'aspiration' THEN 'noted' ELSE p_plain END)
$$;

-- The lead says what the case will end as, before its final answer. `committed` wants a date and a budget source, `referred` to whom, how,
-- and how the reporter was told.
CREATE OR REPLACE FUNCTION casework.plan_outcome(p_case uuid, p_expected int, p_actor text, p_outcome text, p_details jsonb, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb := '[]';
BEGIN
    IF casework._agency_of(c.lead_office) <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only the lead says how the case ends');
    END IF;
    IF c.status NOT IN ('verified', 'in_progress', 'reopened') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow an outcome', c.status));
    END IF;
    IF NOT (p_outcome IS NULL OR p_outcome = 'referred' OR p_outcome = 'answered' AND c.kind = 'information'
            OR p_outcome = 'noted' AND c.kind = 'aspiration' OR p_outcome = 'committed' AND c.kind IN ('aspiration', 'complaint')) THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/outcome');
    END IF;
    IF p_outcome = 'committed' THEN
        IF length(btrim(coalesce(p_details ->> 'budget_source', ''))) = 0 THEN
            PERFORM casework._fail('SN422', 'required', '#/budget_source');
        ELSIF p_details ->> 'date' IS NULL OR (p_details ->> 'date')::date <= v_at::date THEN
            PERFORM casework._fail('SN422', 'bad_format', '#/date');
        END IF;
    ELSIF p_outcome = 'referred' AND (p_details ->> 'body' IS NULL OR p_details ->> 'how' IS NULL OR p_details ->> 'told' IS NULL) THEN
        PERFORM casework._fail('SN422', 'required', '#/body');
    END IF;
    c.planned_outcome := p_outcome;
    c.outcome_details := CASE WHEN p_outcome IS NULL THEN NULL ELSE p_details END;
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, c.lead_office, p_actor, 'outcome_planned', c.status, 'participants', p_outcome);
    RETURN casework._save(c, v_at, v_steps, 'outcome_planned', jsonb_build_object('actor', p_actor, 'outcome', p_outcome, 'details', p_details),
        '{}', p_trace);
END
$$;

-- A promise has a clock of its own: until the closing hour of its day.
CREATE OR REPLACE FUNCTION casework._start_commitment(c casework."case", p_at timestamptz) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO casework.clock (id, case_id, step, office, started_at, due_at, state, provisional, legal_basis, limit_name, calendar, amount, unit)
    SELECT directory.uuid7(p_at), c.id, 'commitment', c.lead_office, p_at,
           coalesce((SELECT w.opens_at FROM directory.workday w
                     WHERE w.calendar = o.calendar AND w.day >= (c.outcome_details ->> 'date')::date ORDER BY w.day LIMIT 1),
                    (c.outcome_details ->> 'date')::date AT TIME ZONE k.zone),
           'running', false, c.outcome_details ->> 'budget_source', 'commitment', o.calendar, 1, 'calendar_days'
    FROM directory.office o JOIN directory.calendar k ON k.code = o.calendar WHERE o.id = c.lead_office
$$;

-- The day of a promise: the case is its lead's again, and the reporter is told.
CREATE OR REPLACE FUNCTION casework._come_back(INOUT c casework."case", INOUT steps jsonb, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.status := casework._to(c.status, 'come_back');
    c.outcome := NULL;
    c.planned_outcome := NULL;
    c.closed_at := NULL;
    c.answered_at := NULL;
    c.holder_office := c.lead_office;
    c.held_since := p_at;
    PERFORM casework._stop_clocks(c.id, ARRAY['commitment'], p_at);
    UPDATE casework.participation SET state = 'active', until = NULL
    WHERE case_id = c.id AND office = c.lead_office AND role = 'lead';
    UPDATE casework.participation SET state = 'active', until = NULL WHERE case_id = c.id AND role = 'origin';
    PERFORM casework._start_clock(c.id, c.kind, 'office_reply', 'office_reply', c.lead_office, p_at, p_at);
    c.entries := c.entries + 2;
    steps := steps
        || casework._entry(c.id, c.entries - 1, p_at, c.lead_office, NULL, 'commitment_due', c.status, 'participants', c.outcome_details ->> 'budget_source')
        || casework._entry(c.id, c.entries, p_at, c.lead_office, NULL, 'reopened', c.status, 'reporter', c.outcome_details ->> 'budget_source');
END
$$;

-- In a joint case only the part disputed opens again, with the holder's reply clock of its own. NULL or the lead's: the lead's.
CREATE OR REPLACE FUNCTION casework._reopen_part(INOUT c casework."case", INOUT steps jsonb, p_office uuid, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_part casework.participation;
BEGIN
    IF p_office IS NULL OR p_office = c.lead_office THEN
        RETURN;
    END IF;
    SELECT p.* INTO v_part FROM casework.participation p
    WHERE p.case_id = c.id AND p.office = p_office AND p.role = 'contributor' AND p.state IN ('active', 'finished');
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM casework._stop_clocks(c.id, ARRAY['part', 'open'], p_at, NULL, v_part.id);
    UPDATE casework.participation SET state = 'active', until = NULL WHERE id = v_part.id;
    PERFORM casework._start_clock(c.id, c.kind, 'part', 'office_reply', p_office, p_at, p_at, NULL, NULL, v_part.id);
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, p_office, NULL, 'part_disputed', c.status, 'participants', NULL);
END
$$;

-- An appeal is the superior's: the nearest coordinator or arbiter above the lead, else above the origin. It leads from now on; the former
-- lead answers to it as a contributor.
CREATE OR REPLACE FUNCTION casework._appeal(INOUT c casework."case", INOUT steps jsonb, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_former uuid := c.lead_office;
    v_superior uuid;
BEGIN
    SELECT o.id INTO v_superior FROM casework._above(v_former) a JOIN directory.office o ON o.id = a.office
    WHERE (o.is_coordinator OR o.is_arbiter) AND o.joined ORDER BY a.distance LIMIT 1;
    IF v_superior IS NULL THEN
        -- At the root there is nobody above: it decides itself, finally.
        c.appeal_office := v_former;
        RETURN;
    END IF;
    PERFORM casework._end_part(c.id, v_former, 'lead', p_at);
    UPDATE casework.participation SET state = 'ended', until = p_at
    WHERE case_id = c.id AND office = v_superior AND role <> 'origin' AND state IN ('active', 'finished', 'offered');
    c.lead_office := v_superior;
    c.holder_office := v_superior;
    c.held_since := p_at;
    c.appeal_office := v_superior;
    PERFORM casework._part(c, v_superior, 'lead', 'active', p_at, NULL, NULL);
    UPDATE casework.participation SET bound = true WHERE case_id = c.id AND office = v_superior AND role = 'lead';
    PERFORM casework._part(c, v_former, 'contributor', 'active', p_at, NULL, NULL);
    UPDATE casework.participation SET bound = true, opened_at = p_at WHERE case_id = c.id AND office = v_former AND role = 'contributor';
    PERFORM casework._start_clock(c.id, c.kind, 'part', 'office_reply', v_former, p_at, p_at, NULL, NULL, p.id)
    FROM casework.participation p WHERE p.case_id = c.id AND p.office = v_former AND p.role = 'contributor';
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, v_superior, NULL, 'appealed', c.status, 'participants', NULL);
END
$$;

-- A reporter wrote. After a final answer that stops the silence clock; the holder's own clock for a reply starts (product decision 9).
CREATE OR REPLACE FUNCTION casework.reporter_replied(p_case uuid, p_text text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_origin(p_case);
    v_at timestamptz := clock_timestamp();
    v_steps jsonb := '[]';
BEGIN
    IF c.status IN ('closed', 'merged', 'archived') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow a reply', c.status));
    END IF;
    PERFORM casework._stop_clocks(c.id, ARRAY['reporter_reply'], v_at);
    IF NOT EXISTS (SELECT FROM casework.clock k WHERE k.case_id = c.id AND k.step = 'office_reply' AND k.state IN ('running', 'expired')) THEN
        PERFORM casework._start_clock(c.id, c.kind, 'office_reply', 'office_reply', c.holder_office, v_at, v_at);
    END IF;
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, c.holder_office, NULL, 'reporter_replied', c.status, 'participants', left(p_text, 10000));
    RETURN casework._save(c, v_at, v_steps, 'reporter_replied',
        jsonb_build_object('text', encode(sha256(convert_to(p_text, 'UTF8')), 'hex')), '{}', p_trace);
END
$$;

GRANT EXECUTE ON FUNCTION
    casework.plan_outcome(uuid, int, text, text, jsonb, text), casework.reporter_replied(uuid, text, text)
    TO sinergi_routing;
