-- definitions 1
SET LOCAL ROLE sinergi_gate;

-- The one office that may say that a report is not secret after all: to which it is offered, else which holds it.
CREATE OR REPLACE FUNCTION casework._reads_secret(p_case uuid) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT h.to_office FROM casework.handoff h WHERE h.case_id = p_case AND h.role = 'lead' AND h.state = 'offered' LIMIT 1),
                    c.lead_office)
    FROM casework."case" c WHERE c.id = p_case
$$;

-- Not secret after all: what a machine took for misconduct goes the ordinary way from its front office, with the day of its receipt. Never
-- against the reporter, whose own choice of secrecy stays. p_words: title, description, address and attributes, which the caller opened.
-- The sealed copies go, and with them the key of what was written while it was secret: an inspection's notes are not for the next office.
CREATE OR REPLACE FUNCTION casework.unseal(p_case uuid, p_expected int, p_actor text, p_office text, p_reason text, p_words jsonb,
                                           p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_office uuid := (SELECT o.id FROM directory.office o WHERE o.code = p_office AND o.agency = directory.me());
    v_front uuid := directory.front_office(c.origin);
    v_was text := c.kind;
    v_also int[];
    v_step jsonb;
BEGIN
    IF c.origin <> directory.me() OR NOT c.sealed OR c.filed_as IS NULL THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the reporter asked for secrecy, or the report is not sealed');
    ELSIF v_office IS DISTINCT FROM casework._reads_secret(c.id) THEN
        PERFORM casework._fail('SN403', 'insufficient_role');
    END IF;
    c.status := casework._to(c.status, 'unseal');
    IF casework._is_accused(c.id, v_front) THEN
        v_front := coalesce((SELECT o.id FROM directory.office o WHERE o.agency = c.origin AND strpos(o.code, '/') = 0 AND o.joined), v_front);
    END IF;
    v_also := casework._recall_offers(c.id, ARRAY['lead'], v_at);
    IF c.lead_office <> v_front THEN
        v_also := v_also || casework._agency_of(c.lead_office);
        PERFORM casework._end_part(c.id, c.lead_office, 'lead', v_at);
        PERFORM casework._part(c, v_front, 'lead', 'active', v_at, c.resolve_due, NULL);
        c.lead_office := v_front;
        c.holder_office := v_front;
        c.held_since := v_at;
        c.accepted_at := NULL;
    END IF;
    c.verified_at := coalesce(c.verified_at, v_at);
    PERFORM casework._stop_clocks(c.id, ARRAY['verify', 'resolve'], v_at);
    c.kind := c.filed_as;
    c.confidential := false;
    c.sealed := false;
    c.title := left(p_words ->> 'title', 200);
    UPDATE casework."case" SET sealed = false, filed_as = NULL, description = left(p_words ->> 'description', 10000),
        address = left(p_words ->> 'address', 500), attributes = nullif(p_words -> 'attributes', 'null'::jsonb)
    WHERE id = c.id;
    DELETE FROM casework.sealed_text WHERE case_id = c.id;
    -- The reporter's time never starts again.
    c.resolve_due := casework._start_clock(c.id, c.kind, 'resolve', 'resolve', v_front, c.received_at, v_at);
    PERFORM casework._start_clock(c.id, c.kind, 'holder', 'holder', v_front, v_at, v_at);
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, v_office, p_actor, 'unsealed', c.status, 'reporter', p_reason);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'unsealed',
        jsonb_build_object('actor', p_actor, 'office', p_office, 'reason', p_reason, 'was', v_was), v_also, p_trace);
END
$$;

REVOKE EXECUTE ON FUNCTION casework._reads_secret(uuid), casework.unseal(uuid, int, text, text, text, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.unseal(uuid, int, text, text, text, jsonb, text) TO sinergi_routing;
