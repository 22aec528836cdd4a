-- definitions 1
-- Full text and filters over an agency's parts, a page at a time (ADR 0046).
SET LOCAL ROLE sinergi_gate;

-- The parts of the own agency that fit, in the order of a queue, first p_limit of them. p_text: words, NULL for any. p_filter: what
-- casework.participation has by that name, and queue, finished (those of a status or code whether they are open or not), due_from, due_to,
-- reader (subject, office, handles: who asks, as may_read wants it, so that pages are full). p_after: parts after that time and id;
-- infinity: undated ones after the id; NULL: from the beginning, undated ones last.
--
-- What is quick depends on how many fit, and that is found out, not estimated: a stretch of the queue is walked, and frequent words fill a
-- page there. Else the index is asked for all that fit; rare ones end there. For what is neither it is asked again for the next day
-- only, then for four days, and so on. Every step answers for all up to its bound, so nothing is left out.
-- It filters by me() itself: the operators of its indexes are not leakproof and reach none under a policy. Statements are
-- static, so that a connection plans each once.
CREATE OR REPLACE FUNCTION casework.search(p_text text, p_filter jsonb, p_after timestamptz, p_after_id uuid, p_limit int)
    RETURNS SETOF casework.participation
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
    v_me int := directory.me();
    v_limit int := least(greatest(p_limit, 1), 1001);
    v_words tsquery := casework._query(left(p_text, 200));
    v_query tsquery;
    v_probe tsquery;
    v_done boolean := coalesce((p_filter ->> 'finished')::boolean, false);
    v_code text := p_filter ->> 'tracking_code';
    v_status text := p_filter ->> 'status';
    v_kind text := p_filter ->> 'kind';
    v_priority text := p_filter ->> 'priority';
    v_category text := p_filter ->> 'category';
    v_area text := p_filter ->> 'area_code';
    v_officer uuid := p_filter ->> 'officer';
    v_office uuid := p_filter ->> 'office';
    v_from timestamptz := p_filter ->> 'due_from';
    v_to timestamptz := p_filter ->> 'due_to';
    v_queue text := p_filter ->> 'queue';
    v_subject text := p_filter -> 'reader' ->> 'subject';
    v_reader uuid := p_filter -> 'reader' ->> 'office';
    v_handles boolean := p_filter -> 'reader' ->> 'handles';
    v_keys text;
    v_ask tsquery;
    v_how text := CASE WHEN v_code IS NOT NULL THEN 'code' WHEN p_after = 'infinity' THEN 'undated' ELSE 'walk' END;
    v_after timestamptz := CASE WHEN v_how = 'walk' THEN coalesce(p_after, '-infinity') ELSE '-infinity' END;
    v_after_id uuid := coalesce(p_after_id, '00000000-0000-0000-0000-000000000000');
    v_bound timestamptz;
    v_bound_id uuid;
    v_stretch int;
    v_span int := 1;
    v_cap int := CASE WHEN v_how = 'walk' THEN 400 END;
    v_day int;
    v_met int;
    v_said int;
    v_first timestamptz;
    v_missing int;
    v_new uuid[];
    v_found uuid[] := '{}';
BEGIN
    IF v_me IS NULL OR numnode(v_words) = 0 OR v_done AND v_code IS NULL AND v_status IS NULL THEN
        RETURN;
    END IF;
    v_query := CASE WHEN p_text IS NULL THEN format('''§%s''', v_me) ELSE format('''§%s'' & ( %s )', v_me, v_words) END::tsquery;
    -- As the index has them: each with the agency before it.
    SELECT string_agg('''' || replace(replace(v_me || k, '\', '\\'), '''', '''''') || '''', ' & ') INTO v_keys
    FROM unnest(ARRAY['', 's' || v_status, 'k' || v_kind, 'p' || v_priority, 'f' || v_office, 'o' || v_officer, 'c' || v_category,
                      'a' || v_area]) k
    WHERE k IS NOT NULL;
    v_probe := v_keys || coalesce(' & ( ' || regexp_replace(v_words::text, '''((?:[^'']|'''')+)''', '''' || v_me || 'w\1''', 'g') || ' )', '');
    v_stretch := 2 * v_limit + 50;
    LOOP
        v_bound := 'infinity';
        v_bound_id := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
        IF v_how = 'walk' THEN
            SELECT p.due_at, p.id INTO v_bound, v_bound_id FROM (
                (SELECT p.due_at, p.id FROM casework.participation p
                 WHERE NOT v_done AND p.agency = v_me AND p.state IN ('offered', 'active')
                    AND p.role IN ('lead', 'contributor', 'monitor') AND (p.due_at, p.id) > (v_after, v_after_id)
                 ORDER BY p.due_at, p.id OFFSET v_stretch LIMIT 1)
                UNION ALL
                (SELECT p.due_at, p.id FROM casework.participation p
                 WHERE v_done AND p.agency = v_me AND p.status = v_status AND p.state <> 'ended' AND (p.due_at, p.id) > (v_after, v_after_id)
                 ORDER BY p.due_at, p.id OFFSET v_stretch LIMIT 1)) p;
            v_bound := coalesce(v_bound, 'infinity');
        ELSIF v_how = 'days' THEN
            v_day := extract(day FROM v_after - timestamptz '1970-01-01 00:00:00+00');
            v_bound := timestamptz '1970-01-01 00:00:00+00' + (v_day + v_span) * interval '24 hours';
            v_bound_id := '00000000-0000-0000-0000-000000000000';
            v_ask := v_probe && (SELECT string_agg(v_me || 'd' || d, ' | ') FROM generate_series(v_day, v_day + v_span - 1) d)::tsquery;
        ELSIF v_how = 'undated' THEN
            v_ask := v_probe && (v_me || 'd')::tsquery;
        ELSE
            v_ask := v_probe;
        END IF;

        SELECT count(*), count(*) FILTER (WHERE c.words @@ v_query), min(c.due_at), array_agg(c.id ORDER BY c.due_at, c.id) FILTER (WHERE
                c.words @@ v_query AND c.role IN ('lead', 'contributor', 'monitor')
                AND CASE v_how WHEN 'code' THEN true WHEN 'undated' THEN c.due_at IS NULL AND c.id > v_after_id
                    ELSE (c.due_at, c.id) > (v_after, v_after_id) AND (c.due_at, c.id) <= (v_bound, v_bound_id) END
                AND (v_status IS NULL OR c.status = v_status) AND (v_kind IS NULL OR c.kind = v_kind)
                AND (v_priority IS NULL OR c.priority = v_priority)
                AND (v_category IS NULL OR c.category = v_category OR starts_with(c.category, v_category || '.'))
                AND (v_area IS NULL OR c.area_code = v_area OR starts_with(c.area_code, v_area || '.'))
                AND (v_officer IS NULL OR c.officer = v_officer) AND (v_office IS NULL OR c.office = v_office)
                AND (v_from IS NULL OR c.due_at >= v_from) AND (v_to IS NULL OR c.due_at < v_to)
                AND CASE v_queue
                    WHEN 'triage' THEN c.state = 'active' AND c.role = 'lead'
                        AND (c.status IN ('submitted', 'verified', 'needs_information')
                             OR c.case_id IN (SELECT o.case_id FROM casework.objection o WHERE o.agency = v_me AND o.answered_at IS NULL))
                    WHEN 'offered' THEN c.state = 'offered'
                    WHEN 'overdue' THEN c.due_at < now()
                    WHEN 'waiting' THEN c.state = 'active' AND c.role = 'lead'
                        AND (c.status IN ('routed', 'needs_information', 'in_arbitration')
                             OR EXISTS (SELECT FROM casework.handoff h
                                        WHERE h.case_id = c.case_id AND h.state = 'offered' AND h.from_office = c.office))
                    ELSE true END
                AND (v_subject IS NULL OR NOT c.confidential AND c.accused = '{}'
                     OR casework.may_read(c.case_id, c.confidential, v_subject, v_reader, v_handles)))
        INTO v_met, v_said, v_first, v_new
        FROM (
            SELECT p.* FROM casework.participation p
            WHERE v_how = 'code' AND p.agency = v_me AND p.tracking_code = v_code AND (p.state IN ('offered', 'active') OR v_done AND p.state <> 'ended')
            UNION ALL
            SELECT p.* FROM casework.participation p
            WHERE v_how = 'walk' AND NOT v_done AND p.agency = v_me AND p.state IN ('offered', 'active')
                AND p.role IN ('lead', 'contributor', 'monitor') AND (p.due_at, p.id) > (v_after, v_after_id) AND (p.due_at, p.id) <= (v_bound, v_bound_id)
            UNION ALL
            SELECT p.* FROM casework.participation p
            WHERE v_how = 'walk' AND v_done AND p.agency = v_me AND p.status = v_status AND p.state <> 'ended'
                AND (p.due_at, p.id) > (v_after, v_after_id) AND (p.due_at, p.id) <= (v_bound, v_bound_id)
            UNION ALL
            (SELECT p.* FROM casework.participation p
             WHERE v_how IN ('index', 'days', 'undated') AND p.state IN ('offered', 'active')
                AND p.role IN ('lead', 'contributor', 'monitor')
                AND casework.part_keys(p.agency, p.words, p.due_at, p.category, p.area_code, p.status, p.kind, p.priority, p.office, p.officer) @@ v_ask
             LIMIT v_cap)
            UNION ALL
            (SELECT p.* FROM casework.participation p
             WHERE v_how IN ('index', 'days', 'undated') AND v_done AND p.state = 'finished'
                AND p.role IN ('lead', 'contributor', 'monitor')
                AND casework.part_keys(p.agency, p.words, p.due_at, p.category, p.area_code, p.status, p.kind, p.priority, p.office, p.officer) @@ v_ask
             LIMIT v_cap)) c
        WHERE c.agency = v_me;

        IF v_how = 'index' AND v_met >= v_cap THEN
            v_how := 'days';
            v_cap := NULL;
            CONTINUE;
        END IF;
        v_found := v_found || v_new;
        EXIT WHEN cardinality(v_found) >= v_limit OR v_how IN ('code', 'undated');
        IF v_bound = 'infinity' THEN
            -- Of dated parts these were all.
            EXIT WHEN p_after IS NOT NULL;
            v_how := 'undated';
            v_cap := NULL;
            v_after_id := '00000000-0000-0000-0000-000000000000';
            CONTINUE;
        END IF;
        v_after := v_bound;
        v_after_id := v_bound_id;
        IF v_how = 'days' THEN
            v_span := v_span * 4;
            v_how := CASE WHEN v_span > 100 THEN 'index' ELSE 'days' END;
            CONTINUE;
        END IF;
        IF v_said * 16 > v_met AND strpos(v_keys, ' & ') > 0 THEN
            -- The index would gather a good part of what there is; the other keys narrow more, and lines tell the words themselves.
            v_probe := v_keys;
        END IF;
        v_missing := v_limit - cardinality(v_found);
        IF v_new IS NULL THEN
            v_how := 'index';
            CONTINUE;
        END IF;
        -- As many more lines, and days, as the rest of the page should take, and half as many again.
        v_span := ceil(1.5 * v_missing / cardinality(v_new) * (1 + extract(epoch FROM v_bound - v_first) / 86400));
        v_stretch := 1.5 * v_met * v_missing / cardinality(v_new);
        v_how := CASE WHEN v_stretch <= 4 * v_limit + 200 THEN 'walk' WHEN v_span <= 40 THEN 'days' ELSE 'index' END;
        IF v_how = 'days' THEN
            v_cap := NULL;
        ELSE
            v_span := 1;
        END IF;
    END LOOP;
    RETURN QUERY SELECT p.* FROM casework.participation p WHERE p.id = ANY (v_found[1:v_limit]) ORDER BY p.due_at, p.id;
END
$$;
