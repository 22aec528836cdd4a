-- definitions 2
-- Where is work? One question for all agencies of a process, so that a host of hundreds polls once and not hundreds of times.
-- session_user, not me(): a host asks in one of its agencies' roles about all that its login may take.
SET LOCAL ROLE sinergi_gate;

CREATE OR REPLACE FUNCTION exchange.may_serve(p_agency int) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM pg_roles r
                   WHERE r.rolname = format('s_%s_%s', p_agency, directory.my_service()) AND pg_has_role(session_user, r.oid, 'member'));
END
$$;

-- Agencies and services to which this service's relay may deliver something now. across: messages from other agencies wait.
-- Most agencies of a host have nothing waiting: they cost one look into an index each, and only the others the rest.
-- A queue's statistics are always out of date; without the setting a backlog of one agency makes the others' looks scans.
CREATE OR REPLACE FUNCTION exchange.waiting(p_agencies int[]) RETURNS TABLE (agency int, service text, across boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_me text := directory.my_service();
    v_now timestamptz := clock_timestamp();
    v_agency int;
BEGIN
    FOREACH v_agency IN ARRAY p_agencies LOOP
        IF EXISTS (SELECT FROM exchange.pending p WHERE p.source = v_agency AND p.producer = v_me AND p.available_at <= v_now)
           AND exchange.may_serve(v_agency) THEN
            RETURN QUERY
            SELECT v_agency, s.service, false FROM unnest(ARRAY['intake', 'routing', 'notification', 'analytics']) AS s(service)
            WHERE EXISTS (SELECT FROM exchange.pending p
                          WHERE p.source = v_agency AND p.producer = v_me AND p.destination = v_agency AND p.service = s.service
                            AND p.available_at <= v_now AND (p.leased_until IS NULL OR p.leased_until < v_now));
        END IF;
        IF EXISTS (SELECT FROM exchange.pending p
                   WHERE p.destination = v_agency AND p.service = v_me AND p.source <> v_agency AND p.available_at <= v_now)
           AND exchange.may_serve(v_agency) THEN
            RETURN QUERY SELECT v_agency, v_me, true;
        END IF;
    END LOOP;
END
$$;

-- For the gauges: how much waits or is parked, and since when the oldest waits.
CREATE OR REPLACE FUNCTION exchange.depth(p_agencies int[])
    RETURNS TABLE (agency int, service text, pending bigint, parked bigint, oldest timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH waits AS (
        SELECT p.destination, p.service, count(*) AS pending,
            min(to_timestamp(('x' || translate(left(p.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)) AS oldest
        FROM exchange.pending p
        WHERE p.destination = ANY (p_agencies)
          AND (p.producer = directory.my_service() OR p.source <> p.destination AND p.service = directory.my_service())
        GROUP BY 1, 2
    ), stands AS (
        SELECT p.destination, p.service, count(*) AS parked
        FROM exchange.parked p
        WHERE p.destination = ANY (p_agencies)
          AND (p.producer = directory.my_service() OR p.source <> p.destination AND p.service = directory.my_service())
        GROUP BY 1, 2
    )
    SELECT coalesce(w.destination, s.destination), coalesce(w.service, s.service), coalesce(w.pending, 0), coalesce(s.parked, 0),
        w.oldest
    FROM waits w FULL JOIN stands s ON s.destination = w.destination AND s.service = w.service
    WHERE exchange.may_serve(coalesce(w.destination, s.destination))
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA exchange FROM PUBLIC;
GRANT EXECUTE ON FUNCTION exchange.waiting(int[]), exchange.depth(int[])
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics;
