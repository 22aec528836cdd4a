-- Who is told when time runs short or out, and due dates that follow when a calendar or a limit is changed.
SET LOCAL ROLE sinergi_gate;

-- When the next rung of the ladder is due: a warning before the due date, the supervisor at it, the coordinator a working day later, and
-- for the case as a whole the external supervisor after its own limit. NULL: no rung left.
CREATE FUNCTION casework._next_rung(k casework.clock) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_warning directory.service_level;
    v_at timestamptz;
BEGIN
    IF k.step = 'open' THEN
        -- Not opened: message, superior, coordinator, a working day apart (product decision 7).
        RETURN CASE WHEN k.rung < 3 THEN (directory.due(k.calendar, k.started_at, k.amount + k.rung, k.unit)).due_at END;
    ELSIF k.step NOT IN ('verify', 'first_answer', 'resolve', 'part', 'office_reply') THEN
        RETURN NULL;
    END IF;
    CASE k.rung
    WHEN 0 THEN
        v_warning := directory.limit_of('*', 'warning', k.started_at);
        SELECT w.closes_at INTO v_at FROM directory.workday w
        WHERE w.calendar = k.calendar
          AND w.seq = (SELECT x.seq - v_warning.amount FROM directory.workday x
                       WHERE x.calendar = k.calendar AND x.closes_at <= k.due_at ORDER BY x.closes_at DESC LIMIT 1);
        RETURN coalesce(v_at, k.due_at);
    WHEN 1 THEN
        RETURN k.due_at;
    WHEN 2 THEN
        RETURN (directory.due(k.calendar, k.due_at, 1, 'working_days')).due_at;
    WHEN 3 THEN
        IF k.step <> 'resolve' THEN
            RETURN NULL;
        END IF;
        SELECT d.due_at INTO v_at
        FROM directory.limit_of('*', 'external', k.started_at) l, directory.due(k.calendar, k.started_at, l.amount, l.unit) d;
        RETURN greatest(v_at, k.due_at);
    ELSE
        RETURN NULL;
    END CASE;
END
$$;

-- Whoever starts, pauses, extends or recomputes a clock need not think of the ladder.
CREATE FUNCTION casework._set_rung() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- A date that moved is warned of again.
    IF TG_OP = 'UPDATE' AND NEW.due_at > OLD.due_at AND NEW.due_at > clock_timestamp() AND NEW.rung < 4 THEN
        NEW.rung := 0;
    END IF;
    NEW.rung_at := CASE WHEN NEW.state = 'stopped' THEN NULL ELSE casework._next_rung(NEW) END;
    RETURN NEW;
END
$$;
SET LOCAL ROLE sinergi_owner;
GRANT TRIGGER ON casework.clock TO sinergi_gate;
SET LOCAL ROLE sinergi_gate;
CREATE TRIGGER clock_rung BEFORE INSERT OR UPDATE OF due_at, state, rung, started_at ON casework.clock
    FOR EACH ROW EXECUTE FUNCTION casework._set_rung();

-- Whether somebody of an office has looked at its part, where nobody had to accept it.
CREATE FUNCTION casework._start_open_clock(c casework."case", p_office uuid, p_role text, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM casework._start_clock(c.id, c.kind, 'open', 'open_unit', p_office, p_at, p_at, NULL, NULL, p.id)
    FROM casework.participation p
    WHERE p.case_id = c.id AND p.office = p_office AND p.role = p_role AND p.state = 'active'
      AND (SELECT o.joined FROM directory.office o WHERE o.id = p_office);
END
$$;

-- Somebody of the agency looked at the case for one of its offices.
CREATE FUNCTION casework.mark_opened(p_case uuid, p_office text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE casework.clock k SET state = 'stopped', stopped_at = clock_timestamp()
    FROM casework.participation p
    WHERE p.case_id = p_case AND p.agency = directory.me() AND p.state = 'active' AND p.office_code = p_office
      AND k.case_id = p_case AND k.step = 'open' AND k.part = p.id AND k.state = 'running';
    UPDATE casework.participation SET opened_at = clock_timestamp()
    WHERE case_id = p_case AND agency = directory.me() AND state = 'active' AND office_code = p_office AND opened_at IS NULL
$$;

-- Climbs one rung of one clock, if it is time. Idempotent; anybody who looks after the clock may call it.
CREATE FUNCTION casework.climb(p_clock uuid, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k casework.clock;
    c casework."case";
    v_at timestamptz;
    v_office uuid;
    v_told uuid;
    v_event text;
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
    v_event := CASE WHEN k.step = 'open' THEN (ARRAY['not_opened', 'not_opened_superior', 'not_opened_coordinator'])[k.rung]
                    ELSE (ARRAY['due_soon', 'overdue', 'escalated', 'external_due'])[k.rung] END;
    v_told := CASE
        WHEN k.rung = 1 THEN CASE WHEN (SELECT o.joined FROM directory.office o WHERE o.id = v_office) THEN v_office ELSE k.office END
        WHEN k.rung = 2 THEN (SELECT a.office FROM casework._above(v_office) a JOIN directory.office o ON o.id = a.office
                              WHERE o.joined ORDER BY a.distance LIMIT 1)
        WHEN k.rung = 3 THEN casework._coordinator(c.id, v_office) END;
    v_told := coalesce(v_told, v_office);
    v_also := ARRAY[casework._agency_of(v_told)];
    IF v_event = 'not_opened_coordinator' THEN
        -- It may act on the office's behalf now, so it sees the case.
        IF NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = v_told AND p.state = 'active'
                       AND p.role IN ('lead', 'contributor', 'monitor')) THEN
            PERFORM casework._part(c, v_told, 'monitor', 'active', v_at, k.due_at, NULL);
        END IF;
    ELSIF v_event = 'external_due' THEN
        -- The Ombudsman may be asked, if the reporter has agreed to it (UU 37/2008).
        v_event := CASE WHEN c.external_consent_at IS NULL THEN 'external_consent_asked' ELSE 'external_told' END;
    END IF;
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_told, NULL, v_event, c.status,
        CASE WHEN v_event LIKE 'external%' THEN 'reporter' ELSE 'participants' END, NULL);
    RETURN casework._save(c, v_at, v_steps, 'escalated', jsonb_build_object('step', k.step, 'rung', k.rung, 'due_at', k.due_at, 'told',
        (SELECT o.code FROM directory.office o WHERE o.id = v_told)), v_also, p_trace);
END
$$;

-- Clocks whose next rung is due, of cases in which the caller has a part or which it coordinates; longest due first.
CREATE FUNCTION casework.rungs_due(p_limit int) RETURNS TABLE (clock uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.id FROM casework.clock k
    WHERE k.state = 'running' AND k.rung_at < clock_timestamp() AND casework._looks_after(k)
    ORDER BY k.rung_at LIMIT least(p_limit, 1000)
$$;

-- A coordinator takes over the part of an office that has not looked at it for three working days: logged, and shown as such.
CREATE FUNCTION casework.act_for(p_case uuid, p_office text, p_expected int, p_actor text, p_reason text, p_trace text DEFAULT NULL)
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
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_coordinator, p_actor, 'acted_for', c.status, 'reporter',
        format('%s: %s', v_part.office_code, p_reason));
    RETURN casework._save(c, v_at, v_steps, 'acted_for',
        jsonb_build_object('actor', p_actor, 'for', v_part.office_code, 'role', v_part.role, 'reason', p_reason), v_also, p_trace);
END
$$;

-- Open due dates follow when a calendar or a limit was changed for the day from which they count. For the operator, in batches by clock:
-- returns how many clocks were looked at, how many dates moved, and the last clock, from which the next batch goes on.
CREATE FUNCTION casework.recompute_clocks(p_after uuid, p_limit int, p_reason text, OUT seen int, OUT moved int, OUT last uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    k casework.clock;
    c casework."case";
    v_limit directory.service_level;
    v_due record;
    v_before timestamptz;
    v_at timestamptz;
    v_clock uuid;
BEGIN
    seen := 0;
    moved := 0;
    FOR v_clock IN SELECT x.id FROM casework.clock x WHERE x.state IN ('running', 'paused') AND x.step NOT IN ('commitment', 'hold')
                   AND (p_after IS NULL OR x.id > p_after) ORDER BY x.id LIMIT p_limit LOOP
        seen := seen + 1;
        last := v_clock;
        SELECT x.* INTO k FROM casework.clock x WHERE x.id = v_clock;
        SELECT x.* INTO c FROM casework."case" x WHERE x.id = k.case_id;
        v_limit := directory.limit_of(c.kind, k.limit_name, k.started_at);
        SELECT d.due_at, d.provisional INTO v_due
        FROM directory.due_with(k.calendar, k.started_at, v_limit.amount, v_limit.unit, CASE WHEN v_limit.unit = k.unit THEN k.extra ELSE 0 END) d;
        CONTINUE WHEN v_due.due_at = k.due_at AND v_due.provisional = k.provisional;
        SELECT x.* INTO c FROM casework."case" x WHERE x.id = k.case_id FOR NO KEY UPDATE;
        v_at := clock_timestamp();
        SELECT x.* INTO k FROM casework.clock x WHERE x.id = v_clock;
        CONTINUE WHEN k.state NOT IN ('running', 'paused');
        v_before := k.due_at;
        k.due_at := v_due.due_at;
        UPDATE casework.clock SET due_at = v_due.due_at, provisional = v_due.provisional, amount = v_limit.amount, unit = v_limit.unit,
            extra = CASE WHEN v_limit.unit = k.unit THEN k.extra ELSE 0 END, legal_basis = v_limit.legal_basis
        WHERE id = k.id;
        CONTINUE WHEN v_before = k.due_at;
        PERFORM casework._clock_changed(k, 'recomputed', v_at, NULL, p_reason, v_before);
        moved := moved + 1;
        c.entries := c.entries + 1;
        PERFORM casework._save(c, v_at, jsonb_build_array(
            casework._entry(c.id, c.entries, v_at, coalesce(k.office, c.holder_office), NULL, 'due_changed', c.status,
                CASE WHEN k.step IN ('resolve', 'reporter_reply') THEN 'reporter' ELSE 'participants' END, p_reason)),
            'due_changed', jsonb_build_object('step', k.step, 'due_before', v_before, 'due_after', k.due_at, 'reason', p_reason), '{}', NULL);
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION
    casework.mark_opened(uuid, text), casework.climb(uuid, text), casework.rungs_due(int),
    casework.act_for(uuid, text, int, text, text, text)
    TO sinergi_routing;
GRANT EXECUTE ON FUNCTION casework.recompute_clocks(uuid, int, text) TO sinergi_platform, sinergi_migrator;
