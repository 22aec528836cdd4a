-- definitions 1
-- Recomputing open due dates. A clock keeps the day from which it counts and the working time given back to it, so its due date can be
-- computed again at any time; the limit is the one in force on that day. A promise and a rest keep the day that was named.
SET LOCAL ROLE sinergi_gate;

-- What an open clock comes to by the calendars and limits of today, and why that is something else than before.
CREATE OR REPLACE FUNCTION casework._anew(k casework.clock, p_kind text, OUT due_at timestamptz, OUT provisional boolean, OUT amount int, OUT unit text,
                                          OUT legal_basis text, OUT extra bigint, OUT why text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_limit directory.service_level := directory.limit_of(p_kind, k.limit_name, k.started_at);
BEGIN
    -- A limit that is no more leaves its clocks as they are.
    amount := coalesce(v_limit.amount, k.amount);
    unit := coalesce(v_limit.unit, k.unit);
    legal_basis := coalesce(v_limit.legal_basis, k.legal_basis);
    extra := CASE WHEN unit = k.unit THEN k.extra ELSE 0 END;
    SELECT d.due_at, d.provisional INTO due_at, provisional FROM directory.due_with(k.calendar, k.started_at, amount, unit, extra) d;
    why := CASE
        WHEN (amount, unit) <> (k.amount, k.unit) THEN format('Batas waktu diubah (%s).', legal_basis)
        WHEN k.provisional AND NOT provisional THEN format('Kalender kerja %s sudah ditetapkan.', extract(year FROM due_at))
        ELSE 'Kalender kerja berubah.' END;
END
$$;

-- Open clocks of one case that the change may concern.
CREATE OR REPLACE FUNCTION casework._concerned_clocks(p_case uuid, p_calendar text, p_limit text) RETURNS SETOF casework.clock
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT k FROM casework.clock k
    WHERE k.case_id = p_case AND k.state IN ('running', 'paused') AND k.step NOT IN ('commitment', 'hold')
      AND (p_calendar IS NULL OR k.calendar = p_calendar) AND (p_limit IS NULL OR k.limit_name = p_limit)
    ORDER BY k.id
$$;

-- One case: its dates move together, and those affected are told once, with the reason.
CREATE OR REPLACE FUNCTION casework._recompute_case(p_case uuid, p_calendar text, p_limit text, p_reason text, OUT seen int, OUT moved int)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    c casework."case";
    k casework.clock;
    n record;
    v_at timestamptz;
    v_before timestamptz;
    v_dates jsonb := '[]';
    v_told record;
    v_visibility text := 'participants';
BEGIN
    moved := 0;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = p_case;
    SELECT count(*) INTO seen FROM casework._concerned_clocks(p_case, p_calendar, p_limit);
    -- Looking is free; only a case in which something moves is locked.
    IF NOT EXISTS (SELECT FROM casework._concerned_clocks(p_case, p_calendar, p_limit) x, casework._anew(x, c.kind) a
                   WHERE (a.due_at, a.provisional, a.amount, a.unit) IS DISTINCT FROM (x.due_at, x.provisional, x.amount, x.unit)
                      OR x.rung_at IS DISTINCT FROM casework._next_rung(x)) THEN
        RETURN;
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = p_case FOR NO KEY UPDATE;
    v_at := clock_timestamp();
    FOR k IN SELECT * FROM casework._concerned_clocks(p_case, p_calendar, p_limit) LOOP
        SELECT * INTO n FROM casework._anew(k, c.kind);
        v_before := k.due_at;
        -- Written even where the date stays: the next rung of the ladder hangs on the calendar, too.
        UPDATE casework.clock SET due_at = n.due_at, provisional = n.provisional, amount = n.amount, unit = n.unit, extra = n.extra,
            legal_basis = n.legal_basis
        WHERE id = k.id;
        CONTINUE WHEN v_before = n.due_at;
        k.due_at := n.due_at;
        PERFORM casework._clock_changed(k, 'recomputed', v_at, NULL, coalesce(p_reason, n.why), v_before);
        UPDATE casework.handoff SET due_at = n.due_at WHERE id = k.handoff_id AND k.step = 'offer';
        UPDATE casework.arbitration SET due_at = n.due_at WHERE id = k.arbitration_id AND k.step = 'arbitration';
        UPDATE casework.arbitration SET advice_due = n.due_at WHERE id = k.arbitration_id AND k.step = 'advice';
        moved := moved + 1;
        v_dates := v_dates || jsonb_build_object('step', k.step, 'due_before', v_before, 'due_after', n.due_at, 'reason', coalesce(p_reason, n.why));
        -- The reporter is told of the dates that stand on the reporter's page.
        IF k.step IN ('resolve', 'verify', 'first_answer', 'reporter_reply', 'office_reply', 'information') THEN
            v_visibility := 'reporter';
        END IF;
    END LOOP;
    IF moved = 0 THEN
        RETURN;
    END IF;
    -- In words: the date of the whole case where it moved, else the first.
    SELECT x.value ->> 'reason' AS reason, (x.value ->> 'due_before')::timestamptz AS before, (x.value ->> 'due_after')::timestamptz AS after, y.zone
    INTO v_told
    FROM jsonb_array_elements(v_dates) x, directory.office o JOIN directory.calendar y ON y.code = o.calendar
    WHERE o.id = c.holder_office ORDER BY x.value ->> 'step' <> 'resolve' LIMIT 1;
    c.entries := c.entries + 1;
    PERFORM casework._save(c, v_at, jsonb_build_array(casework._entry(c.id, c.entries, v_at, c.holder_office, NULL, 'due_changed', c.status,
            v_visibility, format('%s Batas waktu semula %s, sekarang %s.', v_told.reason,
                                 to_char(v_told.before AT TIME ZONE v_told.zone, 'DD-MM-YYYY'),
                                 to_char(v_told.after AT TIME ZONE v_told.zone, 'DD-MM-YYYY')))),
        'due_changed', jsonb_build_object('dates', v_dates), '{}', NULL);
END
$$;

-- Cases with open clocks after one, in order; what a batch goes through.
CREATE OR REPLACE FUNCTION casework._open_cases(p_after uuid, p_cases int) RETURNS TABLE (id uuid)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.case_id FROM casework.clock k
    WHERE k.state IN ('running', 'paused') AND k.case_id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
    GROUP BY k.case_id ORDER BY k.case_id LIMIT p_cases
$$;

-- One batch of the oldest change that is not settled, in one transaction. id NULL: there is none, or another process works on it.
CREATE OR REPLACE FUNCTION casework.recompute_next(p_cases int, OUT id uuid, OUT seen int, OUT moved int, OUT finished boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r casework.recomputation;
    v_case uuid;
    v_one record;
    v_count int := 0;
BEGIN
    SELECT x.* INTO r FROM casework.recomputation x WHERE x.finished_at IS NULL ORDER BY x.noticed_at, x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    id := r.id;
    seen := 0;
    moved := 0;
    FOR v_case IN SELECT o.id FROM casework._open_cases(r.last, p_cases) o LOOP
        SELECT * INTO v_one FROM casework._recompute_case(v_case, r.calendar, r.limit_name, r.reason);
        seen := seen + v_one.seen;
        moved := moved + v_one.moved;
        v_count := v_count + 1;
    END LOOP;
    finished := v_count < p_cases;
    UPDATE casework.recomputation x SET seen = x.seen + recompute_next.seen, moved = x.moved + recompute_next.moved, last = coalesce(v_case, x.last),
        finished_at = CASE WHEN finished THEN clock_timestamp() END
    WHERE x.id = r.id;
END
$$;

-- What recomputing everything would move, without doing it; from one case on. The last row names the case from which to go on, moved or not.
CREATE OR REPLACE FUNCTION casework.recompute_preview(p_after uuid, p_cases int)
    RETURNS TABLE (case_id uuid, tracking_code text, step text, office text, due_before timestamptz, due_after timestamptz, reason text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.id, c.tracking_code, m.step, o.code, m.due_before, m.due_after, m.why
    FROM casework._open_cases(p_after, p_cases) x JOIN casework."case" c ON c.id = x.id
    LEFT JOIN LATERAL (
        SELECT k.step, k.office, k.due_at AS due_before, a.due_at AS due_after, a.why
        FROM casework._concerned_clocks(c.id, NULL, NULL) k, casework._anew(k, c.kind) a WHERE a.due_at <> k.due_at) m ON true
    LEFT JOIN directory.office o ON o.id = m.office
    ORDER BY c.id
$$;

GRANT EXECUTE ON FUNCTION casework.recompute_next(int), casework.recompute_preview(uuid, int) TO sinergi_platform, sinergi_migrator;
