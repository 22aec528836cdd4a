-- Working time that was given back after a pause, or granted on top of a limit.
SET LOCAL ROLE sinergi_owner;

-- Opening seconds of a calendar up to an instant, counted from the calendar's first interval.
CREATE FUNCTION directory.opening_seconds(p_calendar text, p_at timestamptz) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (i.seconds_before + least(extract(epoch FROM i.closes_at - i.opens_at), extract(epoch FROM p_at - i.opens_at)))::bigint
    FROM directory.open_interval i WHERE i.calendar = p_calendar AND i.opens_at <= p_at ORDER BY i.opens_at DESC LIMIT 1
$$;

-- How much of a limit's unit lies between two instants: working days, opening seconds or seconds. Never negative.
CREATE FUNCTION directory.spent(p_calendar text, p_from timestamptz, p_to timestamptz, p_unit text) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT greatest(0, CASE p_unit
        WHEN 'working_days' THEN directory.working_days_between(p_calendar, p_from, p_to)
        WHEN 'working_hours' THEN directory.opening_seconds(p_calendar, p_to) - directory.opening_seconds(p_calendar, p_from)
        ELSE extract(epoch FROM p_to - p_from)::bigint END)
$$;

-- As directory.due, with working time on top in the measure of directory.spent. A due date in working days stays at a closing hour.
CREATE FUNCTION directory.due_with(p_calendar text, p_from timestamptz, p_amount int, p_unit text, p_extra bigint,
                                   OUT due_at timestamptz, OUT provisional boolean)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_seconds bigint;
BEGIN
    IF p_extra = 0 OR p_unit = 'calendar_days' THEN
        SELECT d.due_at + make_interval(secs => p_extra), d.provisional INTO due_at, provisional
        FROM directory.due(p_calendar, p_from, p_amount, p_unit) d;
    ELSIF p_unit = 'working_days' THEN
        SELECT d.due_at, d.provisional INTO due_at, provisional
        FROM directory.due(p_calendar, p_from, p_amount + p_extra::int, p_unit) d;
    ELSE
        v_seconds := directory.opening_seconds(p_calendar, p_from) + p_amount * 3600::bigint + p_extra;
        SELECT i.opens_at + make_interval(secs => v_seconds - i.seconds_before), i.provisional INTO due_at, provisional
        FROM directory.open_interval i
        WHERE i.calendar = p_calendar AND i.seconds_before < v_seconds ORDER BY i.seconds_before DESC LIMIT 1;
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION directory.opening_seconds(text, timestamptz), directory.spent(text, timestamptz, timestamptz, text),
    directory.due_with(text, timestamptz, int, text, bigint)
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics, sinergi_platform, sinergi_gate, sinergi_migrator;

-- Further limits as dated data (product decisions 3, 7, 12). `extension` is what a holder may ask on top of its due date at most;
-- `warning` is how long before a due date the office is warned; `external` when the Ombudsman may be asked.
SET LOCAL ROLE sinergi_migrator;
INSERT INTO directory.service_level (kind, step, amount, unit, legal_basis) VALUES
    ('*', 'advice', 4, 'working_hours', 'Aturan kerja sama Sinergi'),
    ('*', 'extension', 10, 'working_days', 'Aturan kerja sama Sinergi'),
    ('*', 'warning', 1, 'working_days', 'Aturan kerja sama Sinergi'),
    ('*', 'open_unit', 1, 'working_days', 'Aturan kerja sama Sinergi'),
    ('*', 'appeal', 5, 'working_days', 'Aturan kerja sama Sinergi'),
    ('*', 'external', 60, 'working_days', 'UU 37/2008; Perpres 76/2013');
