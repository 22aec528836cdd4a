-- What an office does with its part: finish it, ask for more time, withdraw, keep its own reference number, its own tasks.
SET LOCAL ROLE sinergi_owner;

-- Who held a case from when to when. The spans of a case touch each other, so they add up to its life.
CREATE TABLE casework.holding (
    case_id uuid NOT NULL REFERENCES casework."case",
    number  int NOT NULL,
    office  uuid NOT NULL REFERENCES directory.office,
    since   timestamptz NOT NULL,
    until   timestamptz,
    PRIMARY KEY (case_id, number),
    CHECK (until >= since)
);
ALTER TABLE casework.holding ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.holding FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.holding TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.holding TO sinergi_routing;
CREATE POLICY own_part ON casework.holding FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id = holding.case_id AND p.state <> 'ended'));

-- Private to an agency: the steps of its part. checklist: [{"text":"…","done":false}, …]
CREATE TABLE casework.task (
    agency     int NOT NULL,
    id         uuid NOT NULL,
    case_id    uuid NOT NULL REFERENCES casework."case",
    office     uuid NOT NULL REFERENCES directory.office,
    title      text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    due_at     timestamptz,
    officer    uuid,
    checklist  jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(checklist) = 'array' AND length(checklist::text) <= 20000),
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dropped')),
    created_by text NOT NULL CHECK (length(created_by) <= 200),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agency, id)
);
CREATE INDEX task_case ON casework.task (agency, case_id);
CREATE INDEX task_due ON casework.task (agency, due_at) WHERE state = 'open';
ALTER TABLE casework.task ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.task FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.task TO sinergi_gate, sinergi_migrator;
GRANT SELECT, INSERT ON casework.task TO sinergi_routing;
GRANT UPDATE (title, due_at, officer, checklist, state, updated_at) ON casework.task TO sinergi_routing;
-- Foreign keys look past policies, so writing also demands a part of that office in the case.
CREATE POLICY own_agency ON casework.task FOR SELECT USING (agency = directory.me());
CREATE POLICY own_part ON casework.task FOR INSERT WITH CHECK (
    agency = directory.me()
    AND EXISTS (SELECT FROM casework.participation p
                WHERE p.agency = directory.me() AND p.case_id = task.case_id AND p.office = task.office AND p.state = 'active'));
CREATE POLICY own_tasks ON casework.task FOR UPDATE USING (agency = directory.me()) WITH CHECK (agency = directory.me());

SET LOCAL ROLE sinergi_gate;

-- Keeps the spans true: called with every change of a case.
CREATE FUNCTION casework._hold(c casework."case", p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h casework.holding;
    v_from timestamptz;
BEGIN
    SELECT * INTO h FROM casework.holding x WHERE x.case_id = c.id ORDER BY x.number DESC LIMIT 1;
    IF FOUND AND h.until IS NULL THEN
        IF c.status IN ('closed', 'archived', 'merged') THEN
            UPDATE casework.holding SET until = greatest(p_at, h.since) WHERE case_id = c.id AND number = h.number;
            RETURN;
        ELSIF h.office = c.holder_office THEN
            RETURN;
        END IF;
        v_from := greatest(p_at, h.since);
        UPDATE casework.holding SET until = v_from WHERE case_id = c.id AND number = h.number;
    ELSIF c.status IN ('closed', 'archived', 'merged') THEN
        RETURN;
    ELSE
        -- The first span begins with the receipt; one after a reopening with the reopening.
        v_from := CASE WHEN h.number IS NULL THEN c.received_at ELSE p_at END;
    END IF;
    INSERT INTO casework.holding (case_id, number, office, since) VALUES (c.id, coalesce(h.number, 0) + 1, c.holder_office, v_from);
END
$$;

-- Holding time per span, and in seconds until now for the one that runs.
CREATE FUNCTION casework._holding(p_case uuid) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('office', casework._office_ref(h.office), 'since', h.since, 'until', h.until)
                              ORDER BY h.number), '[]')
    FROM casework.holding h WHERE h.case_id = p_case
$$;

-- Whose parts a reporter can see and dispute.
CREATE FUNCTION casework._public_parts(c casework."case") RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('office', casework._office_ref(p.office), 'role', p.role, 'state', p.state, 'due_at', p.due_at)
                              ORDER BY p.role <> 'lead', p.since, p.id), '[]')
    FROM casework.participation p
    WHERE p.case_id = c.id AND p.role IN ('lead', 'contributor') AND p.state IN ('active', 'finished')
$$;

-- Takes back the open offers of a case, as when its lead has answered or the work rests. The caller saves the case and tells p_also.
CREATE FUNCTION casework._recall_offers(p_case uuid, p_roles text[], p_at timestamptz) RETURNS int[]
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h casework.handoff;
    v_also int[] := '{}';
BEGIN
    FOR h IN UPDATE casework.handoff x SET state = 'recalled', decided_at = p_at, decided_by = 'sistem'
             WHERE x.case_id = p_case AND x.state = 'offered' AND x.role = ANY (p_roles) RETURNING x.* LOOP
        PERFORM casework._end_part(p_case, h.to_office, h.role, p_at);
        PERFORM casework._stop_clocks(p_case, ARRAY['offer'], p_at, h.id);
        v_also := v_also || h.to_agency;
    END LOOP;
    IF 'lead' = ANY (p_roles) THEN
        PERFORM casework._stop_clocks(p_case, ARRAY['holder'], p_at);
    END IF;
    RETURN v_also;
END
$$;

-- An own office's live part of one role, or of any but the lead's; locked with its case.
CREATE FUNCTION casework._own_contribution(p_case uuid, p_office text) RETURNS casework.participation
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_part casework.participation;
BEGIN
    SELECT p.* INTO v_part FROM casework.participation p
    WHERE p.case_id = p_case AND p.agency = directory.me() AND p.state = 'active' AND p.role IN ('contributor', 'monitor')
      AND (p_office IS NULL OR p.office_code = upper(p_office))
    ORDER BY p.role, p.id LIMIT 1;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'no open part of that office beside the lead');
    END IF;
    RETURN v_part;
END
$$;

-- Ends a part with its result; shared by the office itself, its link and whoever acts for it.
CREATE FUNCTION casework._finish(INOUT c casework."case", INOUT steps jsonb, v_part casework.participation, p_actor text, p_result text,
                                 p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF length(btrim(coalesce(p_result, ''))) < 10 THEN
        PERFORM casework._fail('SN422', 'too_short', '#/result');
    END IF;
    PERFORM casework._stop_clocks(c.id, ARRAY['part', 'open'], p_at, NULL, v_part.id);
    UPDATE casework.participation SET state = 'finished', until = p_at, result = p_result WHERE id = v_part.id;
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, v_part.office, p_actor, 'part_finished', c.status, 'participants', p_result);
END
$$;

CREATE FUNCTION casework.finish_part(p_case uuid, p_office text, p_expected int, p_actor text, p_result text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_part casework.participation := casework._own_contribution(p_case, p_office);
    v_steps jsonb := '[]';
BEGIN
    SELECT * INTO r FROM casework._finish(c, v_steps, v_part, p_actor, p_result, v_at) f;
    c := r.c;
    RETURN casework._save(c, v_at, r.steps, 'part_finished',
        jsonb_build_object('actor', p_actor, 'office', v_part.office_code, 'result', p_result), '{}', p_trace);
END
$$;

-- A contributor leaves, with a reason. Whom an arbiter named cannot.
CREATE FUNCTION casework.withdraw_part(p_case uuid, p_office text, p_expected int, p_actor text, p_reason text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_part casework.participation := casework._own_contribution(p_case, p_office);
    v_steps jsonb := '[]';
BEGIN
    IF v_part.bound THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'named by an arbiter: the part cannot be left');
    END IF;
    PERFORM casework._end_part(c.id, v_part.office, v_part.role, v_at);
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_part.office, p_actor, 'part_withdrawn', c.status, 'participants', p_reason);
    RETURN casework._save(c, v_at, v_steps, 'part_withdrawn',
        jsonb_build_object('actor', p_actor, 'office', v_part.office_code, 'reason', p_reason), ARRAY[v_part.agency], p_trace);
END
$$;

-- Every office keeps its own number for the case; nobody else can touch it.
CREATE FUNCTION casework.set_reference(p_case uuid, p_office text, p_expected int, p_actor text, p_reference text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_part casework.participation := casework._own_part(p_case, upper(p_office));
    v_steps jsonb := '[]';
BEGIN
    UPDATE casework.participation SET external_reference = p_reference WHERE id = v_part.id;
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_part.office, p_actor, 'reference_set', c.status, 'participants', p_reference);
    RETURN casework._save(c, v_at, v_steps, 'reference_set',
        jsonb_build_object('actor', p_actor, 'office', v_part.office_code, 'reference', p_reference), '{}', p_trace);
END
$$;

-- More time, at most twice and at most the limit `extension` together, with a reason and an interim reply to the reporter (p_reply).
-- The lead moves the case's date, a contributor its own, which stays within the case's.
CREATE FUNCTION casework.extend(p_answer uuid, p_case uuid, p_office text, p_expected int, p_actor text, p_officer uuid, p_days int,
                                p_reason text, p_reply text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_part casework.participation := casework._own_part(p_case, upper(p_office));
    k casework.clock;
    v_limit directory.service_level := directory.limit_of(c.kind, 'extension', v_at);
    v_before timestamptz;
    v_used int;
    v_steps jsonb := '[]';
BEGIN
    IF EXISTS (SELECT FROM casework.answer a WHERE a.id = p_answer AND a.case_id = p_case) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    IF c.status NOT IN ('in_progress', 'reopened') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow more time', c.status));
    END IF;
    SELECT x.* INTO k FROM casework.clock x
    WHERE x.case_id = c.id AND x.state IN ('running', 'expired')
      AND CASE WHEN v_part.role = 'lead' THEN x.step = CASE c.status WHEN 'reopened' THEN 'office_reply' ELSE 'resolve' END
               ELSE x.step = 'part' AND x.part = v_part.id END
    ORDER BY x.id DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'no clock runs on that part');
    END IF;
    v_used := (SELECT coalesce(sum(directory.spent(k.calendar, x.due_before, x.due_after, 'working_days')), 0)
               FROM casework.clock_change x WHERE x.clock = k.id AND x.change = 'extended');
    IF p_days < 1 OR k.extensions >= 2 OR v_used + p_days > v_limit.amount THEN
        PERFORM casework._fail('SN422', 'too_long', '#/days');
    END IF;
    v_before := k.due_at;
    k.extra := k.extra + CASE k.unit WHEN 'working_days' THEN p_days ELSE 86400 * p_days END;
    SELECT d.due_at, d.provisional INTO k.due_at, k.provisional FROM directory.due_with(k.calendar, k.started_at, k.amount, k.unit, k.extra) d;
    IF v_part.role <> 'lead' AND k.due_at > c.resolve_due THEN
        PERFORM casework._fail('SN422', 'too_long', '#/days');
    END IF;
    UPDATE casework.clock SET due_at = k.due_at, extra = k.extra, provisional = k.provisional, extensions = extensions + 1, state = 'running'
    WHERE id = k.id;
    PERFORM casework._clock_changed(k, 'extended', v_at, p_actor, p_reason, v_before);
    INSERT INTO casework.answer (id, case_id, agency, office, body, interim, state, drafted_by, drafted_by_officer, approved_by, created_at,
                                 published_at)
    VALUES (p_answer, c.id, directory.me(), v_part.office,
            replace(p_reply, '{due}', to_char(k.due_at AT TIME ZONE (SELECT y.zone FROM directory.calendar y WHERE y.code = k.calendar), 'DD-MM-YYYY')),
            true, 'published', p_actor, p_officer, p_actor, v_at, v_at);
    c.first_answer_at := coalesce(c.first_answer_at, v_at);
    PERFORM casework._stop_clocks(c.id, ARRAY['first_answer'], v_at);
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_part.office, p_actor, 'extended', c.status, 'reporter', p_reason);
    RETURN casework._save(c, v_at, v_steps, 'extended',
        jsonb_build_object('actor', p_actor, 'office', v_part.office_code, 'days', p_days, 'reason', p_reason, 'due_before', v_before,
                           'due_after', k.due_at), '{}', p_trace) || jsonb_build_object('answer_id', p_answer, 'due_at', k.due_at);
END
$$;

GRANT EXECUTE ON FUNCTION
    casework.finish_part(uuid, text, int, text, text, text), casework.withdraw_part(uuid, text, int, text, text, text),
    casework.set_reference(uuid, text, int, text, text, text),
    casework.extend(uuid, uuid, text, int, text, uuid, int, text, text, text)
    TO sinergi_routing;
