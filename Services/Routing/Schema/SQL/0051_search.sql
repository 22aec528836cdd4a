-- Full text over an agency's cases. Its operators are not leakproof and would not reach an index under a policy (ADR 0026),
-- so the question goes through a definer function that filters by me() itself.
SET LOCAL ROLE sinergi_owner;
CREATE INDEX participation_words ON casework.participation USING gin (words);

SET LOCAL ROLE sinergi_gate;

-- The agency is one of the words, so that the index itself keeps agencies apart. No parser ever yields the sign before it.
-- A confidential case is found by its code only.
CREATE FUNCTION casework._words(p_agency int, p_code text, p_secret boolean, p_title text, p_description text, p_address text)
    RETURNS tsvector LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_to_tsvector(ARRAY['§' || p_agency, lower(p_code)])
        || CASE WHEN p_secret THEN ''::tsvector ELSE
               setweight(to_tsvector('pg_catalog.indonesian', p_title), 'A')
               || strip(to_tsvector('pg_catalog.indonesian', left(coalesce(p_description, ''), 4000) || ' ' || coalesce(p_address, '')))
           END
$$;

CREATE FUNCTION casework.fill_words() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.words := (SELECT casework._words(NEW.agency, NEW.tracking_code, NEW.confidential, NEW.title, c.description, c.address)
                  FROM casework."case" c WHERE c.id = NEW.case_id);
    RETURN NEW;
END
$$;
CREATE FUNCTION casework._query(p_text text) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- The last word may be unfinished: whoever types sees results already.
    v_last text := lower(substring(p_text, '([[:alnum:]]{3,})\s*$'));
    v_all tsquery := plainto_tsquery('pg_catalog.indonesian', p_text);
    v_rest text;
BEGIN
    IF v_last IS NULL OR numnode(v_all) = 0 THEN
        RETURN v_all;
    END IF;
    v_rest := regexp_replace(p_text, '[[:alnum:]]{3,}\s*$', '');
    IF v_rest ~ '[[:alnum:]]' THEN
        RETURN v_all || (plainto_tsquery('pg_catalog.indonesian', v_rest) && to_tsquery('pg_catalog.simple', v_last || ':*'));
    END IF;
    RETURN v_all || to_tsquery('pg_catalog.simple', v_last || ':*');
END
$$;

-- The parts of the own agency that fit, in the order of a queue. p_filter: what casework.participation has by that name, and
-- queue, finished, accused (whom it must not concern), due_from, due_to. The statement is written with its values in it, because what
-- is quick depends on how frequent the words are: rare ones are found by their index, of frequent ones the first page by the queue's.
CREATE FUNCTION casework.search(p_text text, p_filter jsonb, p_after timestamptz, p_after_id uuid, p_limit int)
    RETURNS SETOF casework.participation
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_query tsquery := casework._query(left(p_text, 200));
    v_words text;
    v_where text;
    v_name text;
    v_plan json;
    v_share float8;
    v_rows float8;
BEGIN
    IF directory.me() IS NULL OR numnode(v_query) = 0 THEN
        RETURN;
    END IF;
    v_words := format('p.words @@ %L::tsquery', '''§' || directory.me() || ''' & ( ' || v_query || ' )');
    v_where := format('p.agency = %s', directory.me());
    IF coalesce((p_filter ->> 'finished')::boolean, false) THEN
        v_where := v_where || ' AND p.state <> ''ended''';
    ELSE
        v_where := v_where || ' AND p.state IN (''offered'', ''active'')';
    END IF;
    v_where := v_where || ' AND p.role IN (''lead'', ''contributor'', ''monitor'')';
    FOREACH v_name IN ARRAY ARRAY['status', 'kind', 'priority', 'tracking_code'] LOOP
        IF p_filter ->> v_name IS NOT NULL THEN
            v_where := v_where || format(' AND p.%I = %L', v_name, p_filter ->> v_name);
        END IF;
    END LOOP;
    FOREACH v_name IN ARRAY ARRAY['category', 'area_code'] LOOP
        IF p_filter ->> v_name IS NOT NULL THEN
            v_where := v_where || format(' AND (p.%1$I = %2$L OR starts_with(p.%1$I, %3$L))', v_name, p_filter ->> v_name,
                                         (p_filter ->> v_name) || '.');
        END IF;
    END LOOP;
    IF p_filter ->> 'officer' IS NOT NULL THEN
        v_where := v_where || format(' AND p.officer = %L::uuid', p_filter ->> 'officer');
    END IF;
    IF p_filter ->> 'office' IS NOT NULL THEN
        v_where := v_where || format(' AND p.office = %L::uuid', p_filter ->> 'office');
    END IF;
    IF p_filter ->> 'due_from' IS NOT NULL THEN
        v_where := v_where || format(' AND p.due_at >= %L::timestamptz', p_filter ->> 'due_from');
    END IF;
    IF p_filter ->> 'due_to' IS NOT NULL THEN
        v_where := v_where || format(' AND p.due_at < %L::timestamptz', p_filter ->> 'due_to');
    END IF;
    IF p_filter ->> 'accused' IS NOT NULL THEN
        v_where := v_where || format(' AND NOT p.accused && %L::uuid[]', p_filter ->> 'accused');
    END IF;
    v_where := v_where || CASE p_filter ->> 'queue'
        WHEN 'triage' THEN ' AND p.state = ''active'' AND p.role = ''lead'' AND p.status IN (''submitted'', ''verified'', ''needs_information'')'
        WHEN 'offered' THEN ' AND p.state = ''offered'''
        WHEN 'overdue' THEN ' AND p.due_at < now()'
        WHEN 'waiting' THEN ' AND p.state = ''active'' AND p.role = ''lead'' AND p.status IN (''routed'', ''needs_information'', ''in_arbitration'')'
        ELSE '' END;
    IF p_after IS NOT NULL THEN
        v_where := v_where || format(' AND (p.due_at, p.id) > (%L::timestamptz, %L::uuid)', p_after, p_after_id);
    END IF;
    -- By the statistics of words: does a walk along the queue meet a page of them sooner than the index has gathered them all? The
    -- planner itself would count the agency twice, as a column and as a word.
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM casework.participation p WHERE p.words @@ %L::tsquery', v_query) INTO v_plan;
    SELECT greatest(t.reltuples, 1) INTO v_rows FROM pg_class t WHERE t.oid = 'casework.participation'::regclass;
    v_share := (v_plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8 / v_rows;
    IF NOT coalesce((p_filter ->> 'finished')::boolean, false) AND v_share * v_share * v_rows > 50 THEN
        RETURN QUERY EXECUTE 'SELECT p.* FROM (SELECT * FROM casework.participation p WHERE ' || v_where
            || ' ORDER BY p.due_at, p.id OFFSET 0) p WHERE ' || v_words || ' LIMIT ' || least(greatest(p_limit, 1), 1001);
    ELSE
        RETURN QUERY EXECUTE 'SELECT p.* FROM casework.participation p WHERE ' || v_where || ' AND ' || v_words
            || ' ORDER BY p.due_at, p.id LIMIT ' || least(greatest(p_limit, 1), 1001);
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION casework.search(text, jsonb, timestamptz, uuid, int) TO sinergi_routing;
GRANT EXECUTE ON FUNCTION casework.fill_words() TO sinergi_owner;

SET LOCAL ROLE sinergi_owner;
CREATE TRIGGER participation_words BEFORE INSERT ON casework.participation
    FOR EACH ROW EXECUTE FUNCTION casework.fill_words();
CREATE TRIGGER participation_words_changed BEFORE UPDATE OF title, confidential ON casework.participation
    FOR EACH ROW WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.confidential IS DISTINCT FROM NEW.confidential)
    EXECUTE FUNCTION casework.fill_words();
