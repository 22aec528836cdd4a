-- History: who did what, when and why, with what changed; and what it takes to notice that somebody changed it later.
SET LOCAL ROLE sinergi_owner;

-- The last head of a case's chain that an agency was told. Each keeps its own: whoever rewrites a chain, or cuts its tail off,
-- would have to rewrite what every party has kept, and the exports that they took.
CREATE TABLE casework.kept_head (
    agency  int NOT NULL,
    case_id uuid NOT NULL REFERENCES casework."case",
    number  bigint NOT NULL,
    head    bytea NOT NULL CHECK (length(head) = 32),
    at      timestamptz NOT NULL,
    PRIMARY KEY (agency, case_id)
);
ALTER TABLE casework.kept_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.kept_head FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON casework.kept_head FOR SELECT USING (agency = directory.me());
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.kept_head TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.kept_head TO sinergi_routing;

SET LOCAL ROLE sinergi_gate;

-- What a case looks like as far as a move may change it; offices by code, so that a reader needs nothing else.
CREATE FUNCTION casework._history_state(c casework."case") RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT jsonb_build_object('status', c.status, 'outcome', c.outcome, 'kind', c.kind, 'category', c.category, 'title', c.title,
        'title_published', c.title_published, 'description_published', c.description_published, 'area_code', c.area_code, 'anonymous', c.anonymous,
        'confidential', c.confidential, 'priority', c.priority, 'disputes', c.disputes, 'resolve_due', c.resolve_due,
        'lead', (SELECT o.code FROM directory.office o WHERE o.id = c.lead_office),
        'holder', (SELECT o.code FROM directory.office o WHERE o.id = c.holder_office),
        'interim_holder', (SELECT o.code FROM directory.office o WHERE o.id = c.interim_holder))
$$;

-- The body of a link: the move's own words (actor, reason, …), the acting agency, and what changed. Called before the case's
-- row is written, so the table still holds what was before. The text of a confidential case is no part of it.
CREATE FUNCTION casework._history_text(c casework."case", p_body jsonb, p_at timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_old jsonb := (SELECT casework._history_state(x) FROM casework."case" x WHERE x.id = c.id);
    v_new jsonb := casework._history_state(c);
    v_before jsonb;
    v_after jsonb;
BEGIN
    SELECT jsonb_object_agg(n.key, v_old -> n.key), jsonb_object_agg(n.key, n.value) INTO v_before, v_after
    FROM jsonb_each(v_new) n WHERE n.value IS DISTINCT FROM v_old -> n.key AND NOT (c.confidential AND n.key IN ('title_published', 'description_published'));
    RETURN (jsonb_build_object('actor', NULL, 'office', NULL, 'reason', p_body -> 'note') || p_body
            || jsonb_build_object('at', p_at, 'by', (SELECT a.code FROM directory.agency a WHERE a.number = directory.me()),
                                  'before', coalesce(v_before, '{}'), 'after', coalesce(v_after, '{}')))::text;
END
$$;

-- An agency keeps the head that a message told it. Heads only grow.
CREATE FUNCTION casework._keep_head(p_agency int, p_data jsonb) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO casework.kept_head AS k (agency, case_id, number, head, at)
    SELECT p_agency, (p_data ->> 'case_id')::uuid, (p_data ->> 'history_count')::bigint, decode(p_data ->> 'history_head', 'hex'),
        clock_timestamp()
    WHERE p_agency IS NOT NULL AND p_data ? 'history_count'
    ON CONFLICT (agency, case_id) DO UPDATE SET number = excluded.number, head = excluded.head, at = excluded.at
        WHERE k.number < excluded.number
$$;

CREATE FUNCTION casework._link(p_prev bytea, h casework.history) RETURNS bytea
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(p_prev || int8send(h.number) || int4send(h.agency) || int8send((extract(epoch FROM h.at) * 1000000)::bigint)
                  || convert_to(h.kind, 'UTF8') || h.commitment)
$$;

-- Recomputes the chain of one case the caller sees. NULL number: whole. Otherwise the first entry that does not fit: missing
-- (taken out, or out of order), link (changed), body (changed), erased (taken out, but no entry says that the law asked for it),
-- head (the tail is gone), kept (an agency was told another head; the operator compares with all, an agency with its own).
CREATE FUNCTION casework.verify_history(p_case uuid, OUT broken_number bigint, OUT reason text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_link casework.history;
    v_body casework.history_body;
    v_prev bytea := '\x';
    v_next bigint := 1;
    c casework."case";
BEGIN
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = p_case AND (directory.is_operator() OR casework._sees(p_case));
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    FOR v_link IN SELECT * FROM casework.history h WHERE h.case_id = p_case ORDER BY h.number LOOP
        IF v_link.number <> v_next THEN
            broken_number := v_next; reason := 'missing'; RETURN;
        END IF;
        IF casework._link(v_prev, v_link) <> v_link.link THEN
            broken_number := v_link.number; reason := 'link'; RETURN;
        END IF;
        SELECT b.* INTO v_body FROM casework.history_body b WHERE b.case_id = p_case AND b.number = v_link.number;
        IF FOUND AND sha256(v_body.salt || convert_to(v_body.body, 'UTF8')) <> v_link.commitment THEN
            broken_number := v_link.number; reason := 'body'; RETURN;
        END IF;
        IF NOT FOUND AND NOT EXISTS (
            SELECT FROM casework.history e JOIN casework.history_body b ON b.case_id = e.case_id AND b.number = e.number
            WHERE e.case_id = p_case AND e.kind = 'erased' AND (b.body::jsonb ->> 'erased')::bigint = v_link.number) THEN
            broken_number := v_link.number; reason := 'erased'; RETURN;
        END IF;
        v_prev := v_link.link;
        v_next := v_next + 1;
    END LOOP;
    SELECT k.number INTO broken_number FROM casework.kept_head k
    LEFT JOIN casework.history h ON h.case_id = k.case_id AND h.number = k.number
    WHERE k.case_id = p_case AND (directory.is_operator() OR k.agency = directory.me()) AND h.link IS DISTINCT FROM k.head
    ORDER BY k.number LIMIT 1;
    IF FOUND THEN
        reason := 'kept'; RETURN;
    END IF;
    IF c.history_count <> v_next - 1 OR c.history_head IS DISTINCT FROM NULLIF(v_prev, '\x'::bytea) THEN
        broken_number := v_next; reason := 'head';
    END IF;
END
$$;

-- Erasure by law: the words go, the link stays, and a new entry says who did it and why. Only what the agency itself wrote.
CREATE FUNCTION casework.erase_history(p_case uuid, p_number bigint, p_actor text, p_reason text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_step jsonb;
BEGIN
    IF EXISTS (SELECT FROM casework.history h WHERE h.case_id = p_case AND h.number = p_number AND h.kind = 'erased') THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'what says that something was erased stays');
    END IF;
    DELETE FROM casework.history_body WHERE case_id = p_case AND number = p_number AND agency = directory.me();
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    v_step := jsonb_build_object('id', directory.uuid7(v_at), 'seq', c.entries, 'at', v_at, 'event', 'note', 'status', c.status,
                                 'office', NULL, 'note', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'erased',
        jsonb_build_object('actor', p_actor, 'reason', p_reason, 'erased', p_number), '{}', p_trace);
END
$$;

-- A case's chain with every body that the reader may see, as GET …/history answers and sinergi history export writes it: it can be
-- verified without a database. body_text is what the commitment is over, to the letter; body the same for reading.
CREATE FUNCTION casework.history_document(p_case uuid) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT jsonb_build_object('format', 'sinergi-history-1', 'case_id', c.id, 'tracking_code', c.tracking_code,
        'count', c.history_count, 'head', encode(c.history_head, 'hex'),
        'links', (SELECT coalesce(jsonb_agg(jsonb_build_object('number', h.number, 'agency_number', h.agency, 'agency', a.code, 'at', h.at,
                             'at_microseconds', (extract(epoch FROM h.at) * 1000000)::bigint, 'kind', h.kind,
                             'commitment', encode(h.commitment, 'hex'), 'link', encode(h.link, 'hex'), 'salt', encode(b.salt, 'hex'),
                             'body_text', b.body, 'body', b.body::jsonb) ORDER BY h.number), '[]')
                  FROM casework.history h
                  LEFT JOIN directory.agency a ON a.number = h.agency
                  LEFT JOIN casework.history_body b ON b.case_id = h.case_id AND b.number = h.number
                  WHERE h.case_id = c.id),
        'kept_heads', (SELECT coalesce(jsonb_agg(jsonb_build_object('agency', a.code, 'number', k.number, 'head', encode(k.head, 'hex'),
                                  'at', k.at) ORDER BY a.code), '[]')
                       FROM casework.kept_head k JOIN directory.agency a ON a.number = k.agency WHERE k.case_id = c.id))
    FROM casework."case" c WHERE c.id = p_case
$$;

GRANT EXECUTE ON FUNCTION casework.history_document(uuid), casework.verify_history(uuid) TO sinergi_routing, sinergi_migrator;
GRANT EXECUTE ON FUNCTION casework.erase_history(uuid, bigint, text, text, text) TO sinergi_routing;
