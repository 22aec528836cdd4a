-- definitions 3
-- Working time and places, as look-ups. Invoker functions over public tables; none of them crosses a border.
SET LOCAL ROLE sinergi_owner;

-- Derives workday and open_interval of one calendar and of all that inherit from it.
CREATE OR REPLACE FUNCTION directory.rebuild_calendar(p_code text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_calendar directory.calendar;
    v_child text;
BEGIN
    SELECT * INTO STRICT v_calendar FROM directory.calendar WHERE code = p_code;
    DELETE FROM directory.workday WHERE calendar = p_code;
    DELETE FROM directory.open_interval WHERE calendar = p_code;

    WITH RECURSIVE family AS (
        SELECT code, parent, 0 AS distance FROM directory.calendar WHERE code = p_code
        UNION ALL
        SELECT c.code, c.parent, f.distance + 1 FROM directory.calendar c JOIN family f ON c.code = f.parent
    ), years AS (
        SELECT DISTINCT ON (y.year) y.year, y.estimated
        FROM directory.calendar_year y JOIN family f ON f.code = y.calendar ORDER BY y.year, f.distance
    ), marked AS (
        SELECT DISTINCT ON (d.day) d.day, d.kind
        FROM directory.calendar_day d JOIN family f ON f.code = d.calendar ORDER BY d.day, f.distance
    ), open_days AS (
        SELECT g::date AS day, y.estimated, v_calendar.hours -> extract(isodow FROM g)::int::text AS intervals
        FROM years y
        CROSS JOIN LATERAL generate_series(make_date(y.year, 1, 1)::timestamp, make_date(y.year, 12, 31)::timestamp, '1 day') g
    ), working AS (
        SELECT o.day, o.estimated,
            CASE WHEN m.kind = 'working' AND o.intervals IS NULL THEN v_calendar.hours -> '1' ELSE o.intervals END AS intervals
        FROM open_days o LEFT JOIN marked m USING (day)
        WHERE (o.intervals IS NOT NULL OR m.kind = 'working')
          AND (m.kind IS NULL OR m.kind = 'working' OR NOT v_calendar.observes_holidays)
    ), pieces AS (
        SELECT w.day, w.estimated,
            (w.day + (i.value ->> 0)::time) AT TIME ZONE v_calendar.zone AS opens_at,
            (w.day + (i.value ->> 1)::time) AT TIME ZONE v_calendar.zone AS closes_at
        FROM working w CROSS JOIN LATERAL jsonb_array_elements(w.intervals) i
    ), stored AS (
        INSERT INTO directory.open_interval (calendar, opens_at, closes_at, seconds_before, provisional)
        SELECT p_code, opens_at, closes_at,
            coalesce(sum(extract(epoch FROM closes_at - opens_at)) OVER (ORDER BY opens_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0),
            estimated
        FROM pieces
    )
    INSERT INTO directory.workday (calendar, day, seq, opens_at, closes_at, provisional)
    SELECT p_code, day, row_number() OVER (ORDER BY day), min(opens_at), max(closes_at), bool_or(estimated)
    FROM pieces GROUP BY day;

    FOR v_child IN SELECT code FROM directory.calendar WHERE parent = p_code LOOP
        PERFORM directory.rebuild_calendar(v_child);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION directory.rebuild_calendar(text) TO sinergi_migrator;

-- When a limit ends. working_days: closing hour of the n-th working day after the day of receipt, which does not count.
-- working_hours: opening seconds are counted. provisional: the year's calendar is not decreed yet.
CREATE OR REPLACE FUNCTION directory.due(p_calendar text, p_from timestamptz, p_amount int, p_unit text,
                              OUT due_at timestamptz, OUT provisional boolean)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_zone text;
    v_position bigint;
BEGIN
    IF p_unit = 'calendar_days' THEN
        due_at := p_from + make_interval(days => p_amount);
        provisional := false;
        RETURN;
    END IF;
    IF p_unit = 'working_days' THEN
        SELECT zone INTO v_zone FROM directory.calendar WHERE code = p_calendar;
        SELECT w.closes_at, w.provisional INTO due_at, provisional
        FROM directory.workday w
        WHERE w.calendar = p_calendar
          AND w.seq = p_amount + (SELECT x.seq FROM directory.workday x
                                  WHERE x.calendar = p_calendar AND x.day <= (p_from AT TIME ZONE v_zone)::date
                                  ORDER BY x.day DESC LIMIT 1);
    ELSE
        -- Opening seconds passed before p_from: whole intervals, and a part of the one that is open.
        SELECT i.seconds_before + least(extract(epoch FROM i.closes_at - i.opens_at), extract(epoch FROM p_from - i.opens_at))
        INTO v_position
        FROM directory.open_interval i
        WHERE i.calendar = p_calendar AND i.opens_at <= p_from ORDER BY i.opens_at DESC LIMIT 1;
        SELECT i.opens_at + make_interval(secs => v_position + p_amount * 3600 - i.seconds_before), i.provisional
        INTO due_at, provisional
        FROM directory.open_interval i
        WHERE i.calendar = p_calendar AND i.seconds_before < v_position + p_amount * 3600
        ORDER BY i.seconds_before DESC LIMIT 1;
        IF due_at > (SELECT max(i.closes_at) FROM directory.open_interval i WHERE i.calendar = p_calendar) THEN
            due_at := NULL;
        END IF;
    END IF;
    IF due_at IS NULL THEN
        RAISE EXCEPTION 'calendar_missing' USING ERRCODE = 'SN500',
            HINT = format('Calendar %s has no working days around %s; load its years.', p_calendar, p_from);
    END IF;
END
$$;

-- Working days left from one instant to another; negative when late.
CREATE OR REPLACE FUNCTION directory.working_days_between(p_calendar text, p_from timestamptz, p_to timestamptz) RETURNS int
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT (SELECT w.seq FROM directory.workday w
                    WHERE w.calendar = p_calendar AND w.day <= (p_to AT TIME ZONE c.zone)::date ORDER BY w.day DESC LIMIT 1)
                 - (SELECT w.seq FROM directory.workday w
                    WHERE w.calendar = p_calendar AND w.day <= (p_from AT TIME ZONE c.zone)::date ORDER BY w.day DESC LIMIT 1)
            FROM directory.calendar c WHERE c.code = p_calendar);
END
$$;

-- The limit in force for a kind and step, most specific kind first, newest first.
CREATE OR REPLACE FUNCTION directory.limit_of(p_kind text, p_step text, p_at timestamptz) RETURNS directory.service_level
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT l FROM directory.service_level l
            WHERE l.kind IN (p_kind, '*') AND l.step = p_step AND l.valid_from <= p_at::date
            ORDER BY l.kind = '*', l.valid_from DESC LIMIT 1);
END
$$;

-- The agency whose area it is today: directory.owner_of says which where several are (0061). NULL when nobody's.
CREATE OR REPLACE FUNCTION directory.agency_of_area(p_area text) RETURNS int
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT directory.owner_of(p_area, NULL, NULL, current_date)
$$;

-- The most specific area at a point today, and whose the point is.
CREATE OR REPLACE FUNCTION directory.area_at(p_lat float8, p_long float8, OUT code text, OUT name text, OUT level int, OUT agency int)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.code, a.name, a.level, directory.owner_of(a.code, p_lat, p_long, current_date)
    FROM directory.area_on(p_lat, p_long, current_date) a
$$;

-- Where an agency receives what is not for a unit yet: its triage office, else the agency itself.
CREATE OR REPLACE FUNCTION directory.front_office(p_agency int) RETURNS uuid
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT o.id FROM directory.office o WHERE o.agency = p_agency AND o.joined
            ORDER BY o.is_triage DESC, strpos(o.code, '/') > 0, o.code LIMIT 1);
END
$$;

-- A service tells that it is alive, for the contract steps of migrations.
SET LOCAL ROLE sinergi_gate;
CREATE OR REPLACE FUNCTION directory.heartbeat(p_node text, p_version text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO directory.node (agency, service, name, version, last_seen)
    SELECT directory.me(), directory.my_service(), p_node, p_version, clock_timestamp() WHERE directory.me() IS NOT NULL
    ON CONFLICT (agency, service, name) DO UPDATE SET version = excluded.version, last_seen = excluded.last_seen
$$;
REVOKE EXECUTE ON FUNCTION directory.heartbeat(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.heartbeat(text, text) TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics;
SET LOCAL ROLE sinergi_owner;

GRANT EXECUTE ON FUNCTION directory.due(text, timestamptz, int, text), directory.working_days_between(text, timestamptz, timestamptz),
    directory.limit_of(text, text, timestamptz), directory.area_at(float8, float8), directory.agency_of_area(text),
    directory.front_office(int)
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics, sinergi_platform, sinergi_gate, sinergi_migrator;
