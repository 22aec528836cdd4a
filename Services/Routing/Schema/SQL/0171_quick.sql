-- definitions 1
-- Functions of older scripts that every move calls, as they were, in PL/pgSQL: it keeps their plans for the session (docs/adr/0045).
SET LOCAL ROLE sinergi_gate;

-- Holding time per span, and in seconds until now for the one that runs.
CREATE OR REPLACE FUNCTION casework._holding(p_case uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('office', casework._office_ref(h.office), 'since', h.since, 'until', h.until)
                                      ORDER BY h.number), '[]')
            FROM casework.holding h WHERE h.case_id = p_case);
END
$$;

-- Whose parts a reporter can see and dispute.
CREATE OR REPLACE FUNCTION casework._public_parts(c casework."case") RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('office', casework._office_ref(p.office), 'role', p.role, 'state', p.state,
                                                         'due_at', p.due_at) ORDER BY p.role <> 'lead', p.since, p.id), '[]')
            FROM casework.participation p
            WHERE p.case_id = c.id AND p.role IN ('lead', 'contributor') AND p.state IN ('active', 'finished'));
END
$$;

-- What a case looks like as far as a move may change it; offices by code, so that a reader needs nothing else.
CREATE OR REPLACE FUNCTION casework._history_state(c casework."case") RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    RETURN jsonb_build_object('status', c.status, 'outcome', c.outcome, 'kind', c.kind, 'category', c.category, 'title', c.title,
        'title_published', c.title_published, 'description_published', c.description_published, 'area_code', c.area_code, 'anonymous', c.anonymous,
        'confidential', c.confidential, 'priority', c.priority, 'disputes', c.disputes, 'resolve_due', c.resolve_due,
        'lead', (SELECT o.code FROM directory.office o WHERE o.id = c.lead_office),
        'holder', (SELECT o.code FROM directory.office o WHERE o.id = c.holder_office),
        'interim_holder', (SELECT o.code FROM directory.office o WHERE o.id = c.interim_holder));
END
$$;

-- An agency keeps the head that a message told it. Heads only grow.
CREATE OR REPLACE FUNCTION casework._keep_head(p_agency int, p_data jsonb) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casework.kept_head AS k (agency, case_id, number, head, at)
    SELECT p_agency, (p_data ->> 'case_id')::uuid, (p_data ->> 'history_count')::bigint, decode(p_data ->> 'history_head', 'hex'),
        clock_timestamp()
    WHERE p_agency IS NOT NULL AND p_data ? 'history_count'
    ON CONFLICT (agency, case_id) DO UPDATE SET number = excluded.number, head = excluded.head, at = excluded.at
        WHERE k.number < excluded.number;
END
$$;

-- The agency is one of the words, so that the index itself keeps agencies apart. No parser ever yields the sign before it.
-- A confidential case is found by its code only.
CREATE OR REPLACE FUNCTION casework._words(p_agency int, p_code text, p_secret boolean, p_title text, p_description text, p_address text)
    RETURNS tsvector LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN array_to_tsvector(ARRAY['§' || p_agency, lower(p_code)])
        || CASE WHEN p_secret THEN ''::tsvector ELSE
               setweight(to_tsvector('pg_catalog.indonesian', p_title), 'A')
               || strip(to_tsvector('pg_catalog.indonesian', left(coalesce(p_description, ''), 4000) || ' ' || coalesce(p_address, '')))
           END;
END
$$;

-- The office that the complaint itself names, and whom officers named since.
CREATE OR REPLACE FUNCTION casework._accused(p_case uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM (
                SELECT u.id FROM casework.accused a, unnest(ARRAY[CASE WHEN a.officer IS NULL THEN a.office END, a.officer]) AS u(id)
                WHERE a.case_id = p_case
                UNION ALL SELECT c.accused_office FROM casework."case" c WHERE c.id = p_case) x
            WHERE x.id IS NOT NULL);
END
$$;

-- The machine's proposal, when the case opens. None for what never becomes public.
CREATE OR REPLACE FUNCTION casework.propose_publication(p_case uuid, p_title text, p_description text, p_found text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO casework.publication (agency, case_id, title, description, found, made_at)
    SELECT c.origin, c.id, left(p_title, 200), left(p_description, 10000), p_found, date_trunc('milliseconds', clock_timestamp())
    FROM casework."case" c
    WHERE c.id = p_case AND c.origin = directory.me() AND NOT c.sealed AND NOT c.confidential
      AND c.kind NOT IN ('supervisory', 'whistleblowing')
    ON CONFLICT DO NOTHING;
END
$$;

-- Agencies with a live part in a sealed case of mine that have no copy yet. A definer, because it looks at others' parts.
CREATE OR REPLACE FUNCTION casework.texts_wanted(p_limit int) RETURNS TABLE (case_id uuid, agency int)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT t.case_id, p.agency
    FROM casework.sealed_text t
    JOIN casework."case" c ON c.id = t.case_id AND c.sealed AND c.closed_at IS NULL
    JOIN casework.participation p ON p.case_id = t.case_id AND p.agency <> t.agency AND p.state <> 'ended'
    WHERE t.agency = directory.me()
        AND EXISTS (SELECT FROM casework.participation own
                    WHERE own.agency = t.agency AND own.case_id = t.case_id AND own.state <> 'ended')
        AND NOT EXISTS (SELECT FROM casework.sealed_text x WHERE x.agency = p.agency AND x.case_id = t.case_id)
    LIMIT least(p_limit, 100);
END
$$;
