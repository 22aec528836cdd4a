-- definitions 1
SET LOCAL ROLE sinergi_gate;

-- Splits parts off a case that came in here and is held here; what is left of it goes on as it was. Each part is a new case of the same
-- reporter, received when the whole was: nobody's clock begins anew. p_parts: [{"id", "tracking_code", "title", "description", "category",
-- "area_code"}]. Intake hears of a child before its first news: number 0 of its lane.
CREATE OR REPLACE FUNCTION casework.split_off(p_case uuid, p_expected int, p_actor text, p_parts jsonb, p_reason text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_lead(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_part jsonb;
    v_place int := 0;
    v_message jsonb;
    v_step jsonb;
    v_wake jsonb := '[]';
    v_saved jsonb;
BEGIN
    IF c.origin <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the agency that received it splits it');
    ELSIF casework._is_secret(c) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'a secret case is not split: its words stand nowhere in the clear');
    ELSIF c.status NOT IN ('submitted', 'verified', 'routed', 'in_progress', 'reopened', 'on_hold') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow splitting', c.status));
    ELSIF (SELECT count(*) FROM casework.split s WHERE s.parent = c.id) + jsonb_array_length(p_parts) > 10 THEN
        PERFORM casework._fail('SN422', 'too_long', '#/parts');
    END IF;
    FOR v_part IN SELECT x.value FROM jsonb_array_elements(p_parts) x LOOP
        IF v_part ->> 'category' IS NOT NULL AND NOT EXISTS (SELECT FROM directory.category k WHERE k.code = v_part ->> 'category') THEN
            PERFORM casework._fail('SN422', 'unknown_category', format('#/parts/%s/category', v_place));
        ELSIF v_part ->> 'area_code' IS NOT NULL AND NOT EXISTS (SELECT FROM directory.area a WHERE a.code = v_part ->> 'area_code') THEN
            PERFORM casework._fail('SN422', 'unknown_area', format('#/parts/%s/area_code', v_place));
        END IF;
        v_place := v_place + 1;
        v_message := jsonb_build_object('case_id', v_part ->> 'id', 'tracking_code', v_part ->> 'tracking_code', 'kind', c.kind,
            'category', v_part ->> 'category', 'title', v_part ->> 'title', 'description', v_part ->> 'description',
            'area_code', coalesce(v_part ->> 'area_code', c.area_code), 'lat', c.lat, 'long', c.long, 'address', c.address,
            'event_date', c.event_date, 'anonymous', c.anonymous, 'confidential', false, 'language', c.language,
            'originally_received_on', c.originally_received_on, 'channel', c.channel, 'received_at', c.received_at);
        PERFORM exchange.put(directory.me(), 'intake', 'case:' || (v_part ->> 'id'), 0, 'case.split', v_message || jsonb_build_object('parent', c.id),
                             p_trace);
        v_wake := v_wake || (casework.open_case((v_part ->> 'id')::uuid, v_message, p_trace) -> 'wake');
        INSERT INTO casework.split (child, parent, agency, reason, split_by, split_at)
        VALUES ((v_part ->> 'id')::uuid, c.id, directory.me(), p_reason, p_actor, v_at);
    END LOOP;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.lead_office, p_actor, 'split', c.status, 'reporter',
        (SELECT string_agg(x.value ->> 'tracking_code' || ': ' || (x.value ->> 'title'), E'\n') FROM jsonb_array_elements(p_parts) x));
    v_saved := casework._save(c, v_at, jsonb_build_array(v_step), 'split',
        jsonb_build_object('actor', p_actor, 'reason', p_reason, 'children', (SELECT jsonb_agg(x.value -> 'id') FROM jsonb_array_elements(p_parts) x)),
        '{}', p_trace);
    RETURN v_saved || jsonb_build_object('wake', v_saved -> 'wake' || v_wake);
END
$$;
REVOKE EXECUTE ON FUNCTION casework.split_off(uuid, int, text, jsonb, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.split_off(uuid, int, text, jsonb, text, text) TO sinergi_routing;
