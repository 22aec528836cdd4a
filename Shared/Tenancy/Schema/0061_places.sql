-- definitions 2
-- Whose place it is on a day: the day of receipt, so that a case keeps its owner when a regency is split or a code changes.
-- Tie-breaks, in order (docs/adr/0015): a boundary drawn for the very place before codes; the smallest boundary; the longest code;
-- then the lower agency number. Invoker functions over public tables; none of them crosses a border.
SET LOCAL ROLE sinergi_owner;

-- Territories of agencies and offices that were drawn around a point, smallest first.
CREATE OR REPLACE FUNCTION directory.boundaries_at(p_lat float8, p_long float8, p_day date)
    RETURNS TABLE (agency int, office uuid, name text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT b.agency, b.office, b.name FROM directory.boundary b
    WHERE public.st_covers(b.geom, public.st_setsrid(public.st_makepoint(p_long, p_lat), 4326))
      AND b.valid_from <= p_day AND (b.valid_to IS NULL OR b.valid_to > p_day)
    ORDER BY public.st_area(b.geom), b.agency, b.id LIMIT 20;
END
$$;

-- The agency in charge. Units' jurisdictions say who inside an agency works there, never whose place it is.
CREATE OR REPLACE FUNCTION directory.owner_of(p_area text, p_lat float8, p_long float8, p_day date) RETURNS int
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(
                (SELECT b.agency FROM directory.boundaries_at(p_lat, p_long, p_day) b WHERE b.office IS NULL LIMIT 1),
                (SELECT j.agency FROM directory.jurisdiction j
                 WHERE j.office IS NULL AND (p_area = j.area_code OR starts_with(p_area, j.area_code || '.'))
                   AND j.valid_from <= p_day AND (j.valid_to IS NULL OR j.valid_to > p_day)
                 ORDER BY length(j.area_code) DESC, j.agency LIMIT 1)));
END
$$;

-- The most specific area at a point on a day. Overlaps: deepest level, then smallest surface, then code.
CREATE OR REPLACE FUNCTION directory.area_on(p_lat float8, p_long float8, p_day date, OUT code text, OUT name text, OUT level int)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.code, a.name, a.level FROM directory.area a
    WHERE public.st_covers(a.geom, public.st_setsrid(public.st_makepoint(p_long, p_lat), 4326))
      AND a.valid_from <= p_day AND (a.valid_to IS NULL OR a.valid_to > p_day)
    ORDER BY a.level DESC, public.st_area(a.geom), a.code LIMIT 1
$$;

-- The codes that stand on a day for one that may have ended: itself, or its successors' successors. Empty when unknown, or when
-- what it was has gone with nothing after it.
CREATE OR REPLACE FUNCTION directory.area_codes_on(p_code text, p_day date) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE chain AS (
        SELECT p_code AS code, 0 AS depth
        UNION
        SELECT s.code, c.depth + 1
        FROM chain c
        JOIN LATERAL (SELECT a.successors FROM directory.area a
                      WHERE a.code = c.code AND a.valid_to <= p_day
                        AND NOT EXISTS (SELECT FROM directory.area v WHERE v.code = c.code AND v.valid_from <= p_day
                                        AND (v.valid_to IS NULL OR v.valid_to > p_day))
                      ORDER BY a.valid_to DESC LIMIT 1) last ON true
        CROSS JOIN LATERAL unnest(last.successors) AS s(code)
        WHERE c.depth < 10
    )
    SELECT coalesce(array_agg(DISTINCT c.code ORDER BY c.code), '{}') FROM chain c
    WHERE EXISTS (SELECT FROM directory.area v WHERE v.code = c.code AND v.valid_from <= p_day AND (v.valid_to IS NULL OR v.valid_to > p_day))
$$;

REVOKE EXECUTE ON FUNCTION directory.boundaries_at(float8, float8, date), directory.owner_of(text, float8, float8, date),
    directory.area_on(float8, float8, date), directory.area_codes_on(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.boundaries_at(float8, float8, date), directory.owner_of(text, float8, float8, date),
    directory.area_on(float8, float8, date), directory.area_codes_on(text, date)
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics, sinergi_platform, sinergi_gate, sinergi_migrator;
