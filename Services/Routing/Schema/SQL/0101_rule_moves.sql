-- definitions 2
-- An agency's rules as a document, their versions, what a rule does beside naming offices, and what an arbiter's decision leaves for them.
SET LOCAL ROLE sinergi_gate;

-- The first ones run with their caller's rights: policies decide, the explicit agency number serves the operator.

-- One rule in the shape in which the API takes it. Conditions that were spoilt by hand must not fail here: every decision reads this.
CREATE OR REPLACE FUNCTION casework.rule_document(r casework.rule) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    RETURN CASE jsonb_typeof(r.conditions) WHEN 'object' THEN r.conditions ELSE jsonb_build_object('conditions', r.conditions) END
        || jsonb_build_object('rule_id', r.id, 'name', r.name, 'priority', r.priority, 'category', r.category,
        'area_code', r.area_code, 'kind', r.kind, 'lead', r.lead, 'contributors', to_jsonb(r.contributors), 'hold', r.hold,
        'case_priority', r.case_priority, 'valid_from', r.valid_from, 'valid_to', r.valid_to);
END
$$;

-- The rules that stand now.
CREATE OR REPLACE FUNCTION casework.rules_document(p_agency int) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_agg(casework.rule_document(r) ORDER BY r.priority, r.id), '[]')
    FROM casework.rule r WHERE r.agency = p_agency AND r.state = 'active'
$$;

-- Makes sure that what is in force is on record, also where an operator has loaded rules since, and locks the record: changes of one
-- agency's rules go one after the other. Returns its version.
CREATE OR REPLACE FUNCTION casework.keep_rules(p_agency int, p_actor text) RETURNS int
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_active casework.rule_set;
    v_now jsonb;
BEGIN
    FOR v_try IN 1..20 LOOP
        INSERT INTO casework.rule_set (agency, id, version, state, name, source, rules, created_by, updated_by, activated_by, activated_at)
        SELECT p_agency, directory.uuid7(), coalesce(max(s.version), 0) + 1, 'active', 'Aturan yang sudah berlaku', 'record',
            casework.rules_document(p_agency), p_actor, p_actor, p_actor, clock_timestamp()
        FROM casework.rule_set s WHERE s.agency = p_agency
        HAVING count(*) FILTER (WHERE s.state = 'active') = 0
        ON CONFLICT DO NOTHING;
        -- Nothing where another change has just ended: looked at again.
        SELECT s.* INTO v_active FROM casework.rule_set s WHERE s.agency = p_agency AND s.state = 'active' FOR UPDATE;
        EXIT WHEN FOUND;
    END LOOP;
    IF v_active.version IS NULL THEN
        RAISE EXCEPTION 'changed_meanwhile' USING ERRCODE = 'SN412';
    END IF;
    v_now := casework.rules_document(p_agency);
    IF v_now <> v_active.rules THEN
        UPDATE casework.rule_set s SET state = 'retired', retired_at = clock_timestamp() WHERE s.agency = p_agency AND s.id = v_active.id;
        INSERT INTO casework.rule_set (agency, id, version, state, name, base_version, source, rules, created_by, updated_by, activated_by,
                                       activated_at)
        VALUES (p_agency, directory.uuid7(), v_active.version + 1, 'active', 'Aturan yang sudah berlaku', v_active.version, 'record', v_now,
            p_actor, p_actor, p_actor, clock_timestamp());
        RETURN v_active.version + 1;
    END IF;
    RETURN v_active.version;
END
$$;

-- One rule was written by itself: that makes a version too.
CREATE OR REPLACE FUNCTION casework.record_rule(p_version int, p_name text, p_untried text, p_actor text) RETURNS int
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE casework.rule_set s SET state = 'retired', retired_at = clock_timestamp()
    WHERE s.agency = directory.me() AND s.state = 'active' AND s.version = p_version;
    INSERT INTO casework.rule_set (agency, id, version, state, name, base_version, source, rules, created_by, updated_by, activated_by,
                                   activated_at, untried)
    VALUES (directory.me(), directory.uuid7(), p_version + 1, 'active', p_name, p_version, 'record', casework.rules_document(directory.me()),
        p_actor, p_actor, p_actor, clock_timestamp(), p_untried);
    RETURN p_version + 1;
END
$$;

-- Puts a draft in force as a whole: rules that it does not hold retire, changed ones get a new version, equal ones stay as they are.
-- p_rules: all rules, as the service has checked them against version p_base and revision p_revision. p_untried: why it goes without a trial
-- of exactly this revision against exactly this version. Returns the new version.
CREATE OR REPLACE FUNCTION casework.activate_rules(p_draft uuid, p_revision int, p_base int, p_rules jsonb, p_untried text, p_actor text)
    RETURNS int LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_current int := casework.keep_rules(directory.me(), p_actor);
    v_draft casework.rule_set;
    v_trial uuid;
    v_at timestamptz := clock_timestamp();
BEGIN
    SELECT s.* INTO v_draft FROM casework.rule_set s WHERE s.agency = directory.me() AND s.id = p_draft FOR UPDATE;
    IF NOT FOUND OR v_draft.state = 'discarded' THEN
        RAISE EXCEPTION 'not_found' USING ERRCODE = 'SN404';
    ELSIF v_draft.state <> 'draft' THEN
        RAISE EXCEPTION 'wrong_state' USING ERRCODE = 'SN409';
    ELSIF v_draft.revision <> p_revision OR v_current <> p_base OR coalesce(v_draft.base_version, v_current) <> v_current THEN
        RAISE EXCEPTION 'changed_meanwhile' USING ERRCODE = 'SN412';
    END IF;
    SELECT x.id INTO v_trial FROM casework.rule_simulation x
    WHERE x.agency = directory.me() AND x.rule_set = p_draft AND x.revision = p_revision AND x.against = v_current ORDER BY x.at DESC LIMIT 1;
    IF NOT FOUND AND p_untried IS NULL THEN
        RAISE EXCEPTION 'simulation_required' USING ERRCODE = 'SN409';
    END IF;
    UPDATE casework.rule_set s SET state = 'retired', retired_at = v_at WHERE s.agency = directory.me() AND s.state = 'active';
    WITH given AS (
        SELECT (x ->> 'rule_id')::uuid AS id, x ->> 'name' AS name, (x ->> 'priority')::int AS priority, x ->> 'category' AS category,
            x ->> 'area_code' AS area_code, x ->> 'kind' AS kind, x ->> 'lead' AS lead,
            ARRAY(SELECT jsonb_array_elements_text(x -> 'contributors')) AS contributors, (x ->> 'hold')::boolean AS hold,
            x ->> 'case_priority' AS case_priority, (x ->> 'valid_from')::timestamptz AS valid_from, (x ->> 'valid_to')::timestamptz AS valid_to,
            x - ARRAY['rule_id', 'name', 'priority', 'category', 'area_code', 'kind', 'lead', 'contributors', 'hold', 'case_priority',
                      'valid_from', 'valid_to'] AS conditions
        FROM jsonb_array_elements(p_rules) x
    ), kept AS (
        SELECT r.id FROM casework.rule r JOIN given g ON g.id = r.id
        WHERE r.agency = directory.me() AND r.state = 'active'
          AND (r.name, r.priority, r.contributors, r.hold, r.conditions) = (g.name, g.priority, g.contributors, g.hold, g.conditions)
          -- Times come back from the wire in whole milliseconds.
          AND (r.category, r.area_code, r.kind, r.lead, r.case_priority, date_trunc('second', r.valid_to))
              IS NOT DISTINCT FROM (g.category, g.area_code, g.kind, g.lead, g.case_priority, date_trunc('second', g.valid_to))
          AND (g.valid_from IS NULL OR date_trunc('second', g.valid_from) = date_trunc('second', r.valid_from))
    ), retired AS (
        UPDATE casework.rule r SET state = 'retired', valid_to = least(coalesce(r.valid_to, v_at), v_at)
        WHERE r.agency = directory.me() AND r.state = 'active' AND r.id NOT IN (SELECT k.id FROM kept k)
    )
    INSERT INTO casework.rule (agency, id, version, priority, name, category, area_code, kind, conditions, lead, contributors, hold,
                               case_priority, valid_from, valid_to, created_by)
    SELECT directory.me(), g.id, 1 + coalesce((SELECT max(o.version) FROM casework.rule o WHERE o.agency = directory.me() AND o.id = g.id), 0),
        g.priority, g.name, g.category, g.area_code, g.kind, g.conditions, g.lead, g.contributors, g.hold, g.case_priority,
        coalesce(g.valid_from, v_at), g.valid_to, p_actor
    FROM given g WHERE g.id NOT IN (SELECT k.id FROM kept k);
    UPDATE casework.rule_set s
    SET state = 'active', version = v_current + 1, revision = s.revision + 1, base_version = v_current,
        rules = casework.rules_document(directory.me()), activated_by = p_actor, activated_at = v_at, simulation = v_trial,
        untried = CASE WHEN v_trial IS NULL THEN p_untried END
    WHERE s.agency = directory.me() AND s.id = p_draft;
    -- What it went in force by is kept with it.
    UPDATE casework.rule_simulation x SET forget_at = NULL WHERE x.agency = directory.me() AND x.id = v_trial;
    RETURN v_current + 1;
END
$$;

-- Definer, as every move: participations carry a copy of a case's priority, and only moves write decisions.

-- A rule says how urgent such a case is.
CREATE OR REPLACE FUNCTION casework.prioritise(p_case uuid, p_priority text, p_rule text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
BEGIN
    IF c.origin <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    ELSIF p_priority IS NULL OR p_priority NOT IN ('low', 'normal', 'high', 'urgent') THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/priority');
    END IF;
    c.priority := p_priority;
    RETURN casework._save(c, clock_timestamp(), '[]'::jsonb, 'prioritised', jsonb_build_object('priority', p_priority, 'rule', left(p_rule, 200)),
        '{}', p_trace);
END
$$;

-- A machine's decision, with the version of the agency's rules by which it was made.
CREATE OR REPLACE FUNCTION casework.record_ruled_decision(p_id uuid, p_case uuid, p_mode text, p_rule text, p_suggestions jsonb, p_trace jsonb,
                                                          p_rules int) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM casework.record_decision(p_id, p_case, p_mode, p_rule, p_suggestions, p_trace);
    UPDATE casework.decision SET rules_version = p_rules WHERE id = p_id AND agency = directory.me();
END
$$;

-- What an arbiter decided, as a draft for the rules of those concerned: the agency that had routed the case, and those that refused it. Nothing
-- decides by it before that agency has tried and activated it. Secret cases leave none: a draft is read by more people than the case. Without
-- a category a rule would send a whole place one way, so it only proposes. It stands before the rules that led to the dispute.
CREATE OR REPLACE FUNCTION casework._draft_rules() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case";
    v_agency int;
    v_name text;
BEGIN
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = NEW.case_id;
    IF c.confidential OR c.sealed OR c.kind IN ('supervisory', 'whistleblowing') OR (c.category IS NULL AND c.area_code IS NULL) THEN
        RETURN NEW;
    END IF;
    v_name := left(concat_ws(' ', 'Putusan arbitrase:',
        coalesce((SELECT k.name_id FROM directory.category k WHERE k.code = c.category), 'tanpa kategori'),
        'di ' || coalesce((SELECT a.name FROM directory.area a WHERE a.code = c.area_code ORDER BY a.valid_from DESC LIMIT 1), c.area_code)), 200);
    FOR v_agency IN
        SELECT c.origin
        UNION SELECT h.to_agency FROM casework.handoff h JOIN directory.office o ON o.id = h.to_office
              WHERE h.case_id = c.id AND h.role = 'lead' AND h.state IN ('declined', 'expired') AND o.joined
    LOOP
        INSERT INTO casework.rule_set AS s (agency, id, state, name, note, source, learnt_from, rules, created_by, updated_by)
        SELECT v_agency, directory.uuid7(), 'draft', v_name, NEW.reason, 'arbitration', c.id,
            jsonb_build_array(jsonb_build_object('rule_id', directory.uuid7(), 'name', v_name,
                'priority', greatest(coalesce((SELECT min(r.priority) FROM casework.rule r WHERE r.agency = v_agency AND r.state = 'active'), 50) - 1, 0),
                'category', c.category, 'area_code', c.area_code, 'kind', NULL, 'lead', upper(NEW.decision ->> 'lead'),
                'contributors', (SELECT coalesce(jsonb_agg(upper(x ->> 'office')), '[]') FROM (
                    SELECT x FROM jsonb_array_elements(coalesce(nullif(NEW.decision -> 'contributors', 'null'), '[]')) x LIMIT 10) y),
                'hold', c.category IS NULL, 'case_priority', NULL, 'valid_from', NULL, 'valid_to', NULL)),
            NEW.decided_by, NEW.decided_by
        -- A second decision on the same case takes the place of the first one's draft.
        ON CONFLICT (agency, learnt_from) WHERE state = 'draft' AND source = 'arbitration' DO UPDATE
            SET rules = excluded.rules, note = excluded.note, name = excluded.name, revision = s.revision + 1,
                updated_by = excluded.updated_by, updated_at = clock_timestamp();
    END LOOP;
    RETURN NEW;
END
$$;

REVOKE EXECUTE ON FUNCTION casework.rule_document(casework.rule), casework.rules_document(int), casework.keep_rules(int, text),
    casework.record_rule(int, text, text, text), casework.activate_rules(uuid, int, int, jsonb, text, text),
    casework.prioritise(uuid, text, text, text), casework.record_ruled_decision(uuid, uuid, text, text, jsonb, jsonb, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.rule_document(casework.rule), casework.rules_document(int), casework.keep_rules(int, text)
    TO sinergi_routing, sinergi_migrator;
GRANT EXECUTE ON FUNCTION casework.record_rule(int, text, text, text), casework.activate_rules(uuid, int, int, jsonb, text, text),
    casework.prioritise(uuid, text, text, text), casework.record_ruled_decision(uuid, uuid, text, text, jsonb, jsonb, int) TO sinergi_routing;
