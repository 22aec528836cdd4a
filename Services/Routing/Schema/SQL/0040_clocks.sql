-- Clocks that pause, resume and are extended. Each change stands beside the clock, with its reason and what it did to the due date.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.clock_change (
    id         uuid PRIMARY KEY,
    case_id    uuid NOT NULL REFERENCES casework."case",
    clock      uuid NOT NULL REFERENCES casework.clock,
    at         timestamptz NOT NULL,
    change     text NOT NULL CHECK (change IN ('paused', 'resumed', 'extended', 'recomputed')),
    agency     int NOT NULL,
    actor      text CHECK (length(actor) <= 200),
    reason     text CHECK (length(reason) <= 2000),
    due_before timestamptz NOT NULL,
    due_after  timestamptz NOT NULL
);
CREATE INDEX clock_change_case ON casework.clock_change (case_id, at);
ALTER TABLE casework.clock_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.clock_change FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.clock_change TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.clock_change TO sinergi_routing;
CREATE POLICY own_part ON casework.clock_change FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id = clock_change.case_id AND p.state <> 'ended'));

SET LOCAL ROLE sinergi_gate;

-- The due date of one part, read off the clock that governs it. A holder's date never exceeds the case's.
CREATE FUNCTION casework._part_due(p casework.participation, c casework."case") RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k casework.clock;
    v_step text := CASE
        WHEN p.state = 'offered' THEN 'offer'
        WHEN p.role = 'arbiter' THEN 'arbitration'
        WHEN p.role <> 'lead' THEN 'part'
        WHEN c.status = 'submitted' THEN 'verify'
        WHEN c.status = 'answered' THEN 'reporter_reply'
        WHEN c.status = 'reopened' THEN 'office_reply'
        ELSE 'resolve' END;
    v_own timestamptz;
BEGIN
    IF p.state NOT IN ('offered', 'active') OR p.role = 'origin' THEN
        RETURN p.due_at;
    END IF;
    SELECT x.* INTO k FROM casework.clock x
    WHERE x.case_id = c.id AND x.step = v_step AND x.state <> 'stopped'
      AND (v_step <> 'offer' OR x.handoff_id = p.handoff_id) AND (v_step <> 'part' OR x.part = p.id)
    ORDER BY x.id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN p.due_at;
    END IF;
    IF v_step IN ('resolve', 'part') THEN
        SELECT d.due_at INTO v_own FROM directory.office o, directory.due_with(o.calendar, k.started_at, k.amount, k.unit, k.extra) d
        WHERE o.id = p.office;
        RETURN least(k.due_at, v_own, c.resolve_due);
    END IF;
    RETURN k.due_at;
END
$$;

-- A contributor's or monitor's own limit: the case's, counted from receipt in its own calendar. The lead's is the case's own clock.
CREATE FUNCTION casework._start_part_clock(c casework."case", p_office uuid, p_role text, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_role = 'lead' THEN
        RETURN;
    END IF;
    PERFORM casework._start_clock(c.id, c.kind, 'part', 'resolve', p_office, c.received_at, p_at, NULL, NULL, p.id)
    FROM casework.participation p
    WHERE p.case_id = c.id AND p.office = p_office AND p.role = p_role AND p.state = 'active';
END
$$;

-- Stops the time of running clocks, for a reason. p_steps NULL: every clock of the work itself.
CREATE FUNCTION casework._pause_clocks(p_case uuid, p_steps text[], p_at timestamptz, p_reason text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k casework.clock;
BEGIN
    IF p_reason IS NULL OR btrim(p_reason) = '' THEN
        PERFORM casework._fail('SN422', 'required', '#/reason');
    END IF;
    FOR k IN UPDATE casework.clock x SET state = 'paused', paused_at = p_at, pause_reason = p_reason
             WHERE x.case_id = p_case AND x.state = 'running'
               AND x.step = ANY (coalesce(p_steps, ARRAY['verify', 'first_answer', 'resolve', 'office_reply', 'part']))
             RETURNING x.* LOOP
        PERFORM casework._clock_changed(k, 'paused', p_at, NULL, p_reason, k.due_at);
    END LOOP;
END
$$;

-- Lets paused clocks run on. The working time that passed meanwhile is given back through each clock's own calendar.
CREATE FUNCTION casework._resume_clocks(p_case uuid, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k casework.clock;
    v_before timestamptz;
BEGIN
    FOR k IN SELECT x.* FROM casework.clock x WHERE x.case_id = p_case AND x.state = 'paused' ORDER BY x.id LOOP
        v_before := k.due_at;
        k.extra := k.extra + directory.spent(k.calendar, k.paused_at, p_at, k.unit);
        SELECT d.due_at, d.provisional INTO k.due_at, k.provisional
        FROM directory.due_with(k.calendar, k.started_at, k.amount, k.unit, k.extra) d;
        UPDATE casework.clock SET state = 'running', paused_at = NULL, extra = k.extra, due_at = k.due_at, provisional = k.provisional
        WHERE id = k.id;
        PERFORM casework._clock_changed(k, 'resumed', p_at, NULL, k.pause_reason, v_before);
    END LOOP;
END
$$;

CREATE FUNCTION casework._clock_changed(k casework.clock, p_change text, p_at timestamptz, p_actor text, p_reason text, p_before timestamptz)
    RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO casework.clock_change (id, case_id, clock, at, change, agency, actor, reason, due_before, due_after)
    VALUES (directory.uuid7(p_at), k.case_id, k.id, p_at, p_change, coalesce(directory.me(), 0), p_actor, p_reason, p_before, k.due_at)
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA casework FROM PUBLIC;
