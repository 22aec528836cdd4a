-- What search and filtered lists walk along (ADR 0046). Open parts and finished ones have indexes of their own: what an office works
-- on stays small, however much it has closed.
SET LOCAL ROLE sinergi_gate;

-- What a part is found by, as words of one vector, so that one index takes any combination: its words, due day, category and area with every
-- level above them, status, kind, priority, office, officer. The agency is in each, so that others' work makes no list long.
CREATE FUNCTION casework.part_keys(p_agency int, p_words tsvector, p_due timestamptz, p_category text, p_area text, p_status text, p_kind text,
                               p_priority text, p_office uuid, p_officer uuid)
    RETURNS tsvector LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_keys text[] := ARRAY[p_agency::text, p_agency || 's' || p_status, p_agency || 'k' || p_kind, p_agency || 'p' || p_priority,
        p_agency || 'f' || p_office, p_agency || 'd' || coalesce(extract(day FROM p_due - timestamptz '1970-01-01 00:00:00+00')::text, '')];
    v_level text := p_category;
BEGIN
    IF p_officer IS NOT NULL THEN
        v_keys := v_keys || (p_agency || 'o' || p_officer);
    END IF;
    WHILE v_level <> '' LOOP
        v_keys := v_keys || (p_agency || 'c' || v_level);
        v_level := substring(v_level FROM '^(.*)\.[^.]*$');
    END LOOP;
    v_level := p_area;
    WHILE v_level <> '' LOOP
        v_keys := v_keys || (p_agency || 'a' || v_level);
        v_level := substring(v_level FROM '^(.*)\.[^.]*$');
    END LOOP;
    RETURN array_to_tsvector(v_keys || ARRAY(SELECT p_agency || 'w' || w FROM unnest(tsvector_to_array(p_words)) w));
END
$$;
GRANT EXECUTE ON FUNCTION casework.part_keys(int, tsvector, timestamptz, text, text, text, text, text, uuid, uuid) TO sinergi_owner, sinergi_migrator;

SET LOCAL ROLE sinergi_owner;
-- What waits to be sorted into an index is read by every search: little of it.
CREATE INDEX participation_find_open ON casework.participation
    USING gin (casework.part_keys(agency, words, due_at, category, area_code, status, kind, priority, office, officer))
    WITH (gin_pending_list_limit = 256) WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor');
CREATE INDEX participation_find_done ON casework.participation
    USING gin (casework.part_keys(agency, words, due_at, category, area_code, status, kind, priority, office, officer))
    WITH (gin_pending_list_limit = 256) WHERE state = 'finished' AND role IN ('lead', 'contributor', 'monitor');
DROP INDEX casework.participation_words;

-- An agency that took a case in for another has a part without a due time in it; such parts stand at the end of the queue's order and
-- were walked through by every last page. They are in no queue, so they leave its indexes.
DROP INDEX casework.participation_queue;
CREATE INDEX participation_queue ON casework.participation (agency, due_at, id)
    WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor');
DROP INDEX casework.participation_office;
CREATE INDEX participation_office ON casework.participation (agency, office, due_at, id)
    WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor');

-- One officer's work, what was offered, what is led by status, and one status of all, each in a queue's order.
CREATE INDEX participation_officer ON casework.participation (agency, officer, due_at, id)
    WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor') AND officer IS NOT NULL;
CREATE INDEX participation_offered ON casework.participation (agency, due_at, id)
    WHERE state = 'offered' AND role IN ('lead', 'contributor', 'monitor');
CREATE INDEX participation_led ON casework.participation (agency, status, due_at, id) WHERE state = 'active' AND role = 'lead';
CREATE INDEX participation_status ON casework.participation (agency, status, due_at, id) WHERE state <> 'ended';
CREATE INDEX handoff_asked ON casework.handoff (from_agency, case_id) WHERE state = 'offered';
