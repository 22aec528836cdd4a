-- Finding what is published. Definer functions, because words and likeness are no leakproof operators: under a policy they
-- would be tried on every row (design.md §5). They ask directory.me() themselves, and see nothing that is not published.
SET LOCAL ROLE sinergi_owner;
GRANT CREATE ON SCHEMA intake TO sinergi_gate;
GRANT SELECT (agency, id, tracking_code, received_at, updated_at, published, confidential, view, lat, long) ON intake.complaint TO sinergi_gate;
-- Unpublished rows are not in it, so accepting a complaint costs nothing more.
CREATE INDEX complaint_words ON intake.complaint
    USING gin (to_tsvector('indonesian', coalesce(view ->> 'title_published', '') || ' ' || coalesce(view ->> 'description_published', '')))
    WHERE published AND NOT confidential;

SET LOCAL ROLE sinergi_gate;

-- Published complaints, newest first. p_box: south, west, north, east in degrees.
CREATE FUNCTION intake.search_published(p_words text, p_status text, p_category text, p_area text, p_box float8[],
        p_before timestamptz, p_before_id uuid, p_limit int)
    RETURNS TABLE (id uuid, tracking_code text, received_at timestamptz, view text, lat float8, long float8)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_query tsquery := CASE WHEN p_words IS NOT NULL THEN websearch_to_tsquery('indonesian', p_words) END;
BEGIN
    RETURN QUERY
    SELECT c.id, c.tracking_code, c.received_at, c.view::text, round(c.lat::numeric, 3)::float8, round(c.long::numeric, 3)::float8
    FROM intake.complaint c
    WHERE c.agency = directory.me() AND c.published AND NOT c.confidential AND c.view ->> 'description_published' IS NOT NULL
        AND (v_query IS NULL OR to_tsvector('indonesian', coalesce(c.view ->> 'title_published', '') || ' '
                || coalesce(c.view ->> 'description_published', '')) @@ v_query)
        AND (p_status IS NULL OR c.view ->> 'status' = p_status)
        AND (p_category IS NULL OR c.view ->> 'category' = p_category OR starts_with(c.view ->> 'category', p_category || '.'))
        AND (p_area IS NULL OR c.view ->> 'area_code' = p_area OR starts_with(c.view ->> 'area_code', p_area || '.'))
        AND (p_box IS NULL OR c.lat BETWEEN p_box[1] AND p_box[3] AND c.long BETWEEN p_box[2] AND p_box[4])
        AND (p_before IS NULL OR (c.received_at, c.id) < (p_before, p_before_id))
    ORDER BY c.received_at DESC, c.id DESC
    LIMIT least(p_limit, 201);
END
$$;

-- Open published complaints that may be the same matter: likeness of words 0.6, category 0.2, nearness 0.2; of the last
-- 90 days, within two kilometres where both places are known.
CREATE FUNCTION intake.similar_published(p_text text, p_category text, p_lat float8, p_long float8, p_limit int)
    RETURNS TABLE (id uuid, tracking_code text, received_at timestamptz, view text, metres float8, likeness float8)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.id, s.tracking_code, s.received_at, s.view, s.metres, s.likeness
    FROM (
        SELECT n.*, 0.6 * n.words + CASE WHEN n.category = p_category THEN 0.2 ELSE 0 END
            + CASE WHEN n.metres IS NULL THEN 0 ELSE 0.2 * (1 - n.metres / 2000) END AS likeness
        FROM (
            SELECT c.id, c.tracking_code, c.received_at, c.view::text AS view, c.view ->> 'category' AS category,
                greatest(public.similarity(p_text, c.view ->> 'description_published'),
                         public.word_similarity(c.view ->> 'title_published', p_text)) AS words,
                CASE WHEN p_lat IS NOT NULL AND c.lat IS NOT NULL THEN
                    public.st_distancesphere(public.st_makepoint(c.long, c.lat), public.st_makepoint(p_long, p_lat)) END AS metres
            FROM intake.complaint c
            WHERE c.agency = directory.me() AND c.published AND NOT c.confidential AND c.view ->> 'description_published' IS NOT NULL
                AND c.received_at > now() - interval '90 days' AND c.view ->> 'status' NOT IN ('closed', 'merged', 'archived')
                AND (p_lat IS NULL OR c.lat IS NULL
                     OR c.lat BETWEEN p_lat - 0.02 AND p_lat + 0.02 AND c.long BETWEEN p_long - 0.02 AND p_long + 0.02)
            ORDER BY c.received_at DESC LIMIT 2000
        ) n
        WHERE n.metres IS NULL OR n.metres <= 2000
    ) s
    WHERE s.likeness >= 0.35
    ORDER BY s.likeness DESC, s.received_at DESC LIMIT least(p_limit, 20)
$$;

REVOKE EXECUTE ON FUNCTION intake.search_published(text, text, text, text, float8[], timestamptz, uuid, int),
    intake.similar_published(text, text, float8, float8, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake.search_published(text, text, text, text, float8[], timestamptz, uuid, int),
    intake.similar_published(text, text, float8, float8, int) TO sinergi_intake;
