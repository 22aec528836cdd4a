-- definitions 1
-- What an agency's administrator may change of the directory, and nothing else: own units, officers, positions, units' jurisdictions
-- and responsibilities. None takes an agency: directory.me() tells. p_version NULL makes a new row; else it is the one that the caller
-- saw, 0 for whichever. Agencies, the tree above them, their own territories and boundaries, areas and categories are the operator's (docs/adr/0015).
-- Definer functions, because everybody reads these tables and a policy for writing would have to look at other rows of them.
SET LOCAL ROLE sinergi_gate;

CREATE OR REPLACE FUNCTION directory._refuse(p_state text, p_code text, p_detail text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = p_state, MESSAGE = p_code, DETAIL = coalesce(p_detail, '');
END
$$;

-- Whose administrator it is. Takes the directory's lock: edits and imports follow each other. An agency may change 20,000 rows a day.
CREATE OR REPLACE FUNCTION directory._editor() RETURNS int
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF directory.me() IS NULL THEN
        PERFORM directory._refuse('SN404', 'not_found');
    END IF;
    PERFORM number FROM directory.revision FOR UPDATE;
    IF (SELECT count(*) FROM directory.change c WHERE c.agency = directory.me() AND c.at > clock_timestamp() - interval '1 day') >= 20000 THEN
        PERFORM directory._refuse('SN429', 'rate_limited');
    END IF;
    RETURN directory.me();
END
$$;

-- Compares what the caller saw with what is there; 0 stands for whatever is there.
CREATE OR REPLACE FUNCTION directory._same_version(p_found int, p_expected int) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_expected IS NULL AND p_found IS NOT NULL THEN
        PERFORM directory._refuse('SN409', 'wrong_state', 'it exists already');
    ELSIF p_expected IS NOT NULL AND p_found IS NULL THEN
        PERFORM directory._refuse('SN404', 'not_found');
    ELSIF p_expected <> 0 AND p_found <> p_expected THEN
        PERFORM directory._refuse('SN412', 'changed_meanwhile');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION directory._own_office(p_code text, p_agency int, p_pointer text) RETURNS uuid
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_office uuid := (SELECT o.id FROM directory.office o WHERE o.code = p_code AND o.agency = p_agency);
BEGIN
    IF v_office IS NULL THEN
        PERFORM directory._refuse('SN422', 'unknown_office', p_pointer);
    END IF;
    RETURN v_office;
END
$$;

-- The days of a row; a new one begins today unless it says otherwise.
CREATE OR REPLACE FUNCTION directory._period(p_values jsonb, OUT valid_from date, OUT valid_to date)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    valid_from := coalesce((p_values ->> 'valid_from')::date, current_date);
    valid_to := (p_values ->> 'valid_to')::date;
    IF valid_to < valid_from THEN
        PERFORM directory._refuse('SN422', 'bad_format', '#/valid_to');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION directory._log(p_by text, p_what text, p_key text, p_before jsonb, p_after jsonb) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO directory.change (agency, id, at, by, what, key, before, after)
    VALUES (directory.me(), directory.uuid7(), clock_timestamp(), left(p_by, 200), p_what, p_key, p_before - 'password_hash',
            p_after - 'password_hash')
$$;

CREATE OR REPLACE FUNCTION directory._known_area(p_area text, p_pointer text) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_area IS NOT NULL AND NOT EXISTS (SELECT FROM directory.area a WHERE a.code = p_area) THEN
        PERFORM directory._refuse('SN422', 'unknown_area', p_pointer);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION directory.put_unit(p_code text, p_version int, p_values jsonb, p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory._editor();
    o directory.office;
    v_before jsonb;
    v_parent uuid;
    v_period record;
BEGIN
    IF p_code !~ '^[A-Z][A-Z0-9-]{1,19}/[A-Z0-9][A-Z0-9-]{0,29}$'
       OR split_part(p_code, '/', 1) <> (SELECT a.code FROM directory.agency a WHERE a.number = v_me) THEN
        PERFORM directory._refuse('SN422', 'bad_format', '#/code');
    END IF;
    SELECT x.* INTO o FROM directory.office x WHERE x.code = p_code AND x.agency = v_me;
    v_before := CASE WHEN FOUND THEN to_jsonb(o) END;
    PERFORM directory._same_version(o.version, p_version);
    v_parent := directory._own_office(coalesce(p_values ->> 'parent', split_part(p_code, '/', 1)), v_me, '#/parent');
    IF EXISTS (WITH RECURSIVE up AS (
                   SELECT v_parent AS id
                   UNION
                   SELECT x.parent FROM up JOIN directory.office x ON x.id = up.id WHERE x.parent IS NOT NULL)
               SELECT FROM up WHERE up.id = o.id) THEN
        PERFORM directory._refuse('SN422', 'bad_format', '#/parent');
    END IF;
    PERFORM directory._known_area(p_values ->> 'area_code', '#/area_code');
    IF NOT EXISTS (SELECT FROM directory.calendar c WHERE c.code = p_values ->> 'calendar') THEN
        PERFORM directory._refuse('SN422', 'bad_format', '#/calendar');
    END IF;
    SELECT * INTO v_period FROM directory._period(p_values);
    -- An office that holds work hands it over before it ends.
    IF v_period.valid_to <= current_date AND EXISTS (SELECT FROM casework.participation p
                                                     WHERE p.agency = v_me AND p.office = o.id AND p.state IN ('offered', 'active')) THEN
        PERFORM directory._refuse('SN409', 'wrong_state', 'it still holds work');
    END IF;
    IF p_version IS NULL THEN
        o.id := directory.uuid7();
        INSERT INTO directory.office (id, agency, code, name, calendar) VALUES (o.id, v_me, p_code, p_values ->> 'name', p_values ->> 'calendar');
    END IF;
    UPDATE directory.office x
    SET name = p_values ->> 'name', parent = v_parent, calendar = p_values ->> 'calendar', area_code = p_values ->> 'area_code',
        email = p_values ->> 'email', duties = p_values ->> 'duties', duty_phone = p_values ->> 'duty_phone',
        dangers = ARRAY(SELECT d FROM jsonb_array_elements_text(p_values -> 'dangers') d),
        is_arbiter = (p_values ->> 'is_arbiter')::boolean, is_coordinator = (p_values ->> 'is_coordinator')::boolean,
        is_triage = (p_values ->> 'is_triage')::boolean, joined = (p_values ->> 'joined')::boolean,
        valid_from = v_period.valid_from, valid_to = v_period.valid_to,
        version = CASE WHEN p_version IS NULL THEN 1 ELSE x.version + 1 END
    WHERE x.id = o.id
    RETURNING x.* INTO o;
    PERFORM directory._log(p_by, 'unit', p_code, v_before, to_jsonb(o));
END
$$;

CREATE OR REPLACE FUNCTION directory.put_officer(p_id uuid, p_version int, p_values jsonb, p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory._editor();
    o directory.officer;
    v_before jsonb;
BEGIN
    SELECT x.* INTO o FROM directory.officer x WHERE x.agency = v_me AND x.id = p_id;
    v_before := CASE WHEN FOUND THEN to_jsonb(o) END;
    PERFORM directory._same_version(o.version, p_version);
    IF EXISTS (SELECT FROM directory.officer x WHERE x.agency = v_me AND x.username = p_values ->> 'username' AND x.id <> p_id) THEN
        PERFORM directory._refuse('SN422', 'bad_format', '#/username');
    END IF;
    INSERT INTO directory.officer AS x (agency, id, username, name, email, password_hash, active)
    VALUES (v_me, p_id, p_values ->> 'username', p_values ->> 'name', p_values ->> 'email', p_values ->> 'password_hash',
            (p_values ->> 'active')::boolean)
    ON CONFLICT (agency, id) DO UPDATE SET username = excluded.username, name = excluded.name, email = excluded.email,
        active = excluded.active, password_hash = coalesce(excluded.password_hash, x.password_hash), version = x.version + 1
    RETURNING x.* INTO o;
    PERFORM directory._log(p_by, 'officer', p_id::text, v_before, to_jsonb(o));
END
$$;

CREATE OR REPLACE FUNCTION directory.put_position(p_id uuid, p_version int, p_values jsonb, p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory._editor();
    p directory.position;
    v_before jsonb;
    v_office uuid := directory._own_office(p_values ->> 'office', v_me, '#/office');
    v_period record;
BEGIN
    SELECT x.* INTO p FROM directory.position x WHERE x.agency = v_me AND x.id = p_id;
    v_before := CASE WHEN FOUND THEN to_jsonb(p) END;
    PERFORM directory._same_version(p.version, p_version);
    IF NOT EXISTS (SELECT FROM directory.officer x WHERE x.agency = v_me AND x.id = (p_values ->> 'officer')::uuid) THEN
        PERFORM directory._refuse('SN422', 'bad_format', '#/officer');
    END IF;
    SELECT * INTO v_period FROM directory._period(p_values);
    INSERT INTO directory.position AS x (agency, id, officer, office, roles, acting, valid_from, valid_to)
    VALUES (v_me, p_id, (p_values ->> 'officer')::uuid, v_office, ARRAY(SELECT r FROM jsonb_array_elements_text(p_values -> 'roles') r),
            (p_values ->> 'acting')::boolean, v_period.valid_from, v_period.valid_to)
    ON CONFLICT (agency, id) DO UPDATE SET officer = excluded.officer, office = excluded.office, roles = excluded.roles,
        acting = excluded.acting, valid_from = excluded.valid_from, valid_to = excluded.valid_to, version = x.version + 1
    RETURNING x.* INTO p;
    PERFORM directory._log(p_by, 'position', p_id::text, v_before, to_jsonb(p));
END
$$;

-- Which unit works in which part of the agency's own territory.
CREATE OR REPLACE FUNCTION directory.put_jurisdiction(p_id uuid, p_version int, p_values jsonb, p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory._editor();
    j directory.jurisdiction;
    v_before jsonb;
    v_office uuid := directory._own_office(p_values ->> 'office', v_me, '#/office');
    v_area text := p_values ->> 'area_code';
    v_period record;
BEGIN
    SELECT x.* INTO j FROM directory.jurisdiction x WHERE x.id = p_id AND x.agency = v_me AND x.office IS NOT NULL;
    v_before := CASE WHEN FOUND THEN to_jsonb(j) END;
    IF v_before IS NULL AND EXISTS (SELECT FROM directory.jurisdiction x WHERE x.id = p_id) THEN
        PERFORM directory._refuse('SN404', 'not_found');
    END IF;
    PERFORM directory._same_version(j.version, p_version);
    IF p_values ->> 'office' = (SELECT a.code FROM directory.agency a WHERE a.number = v_me) THEN
        PERFORM directory._refuse('SN422', 'unknown_office', '#/office');
    END IF;
    PERFORM directory._known_area(v_area, '#/area_code');
    IF EXISTS (SELECT FROM directory.jurisdiction x WHERE x.agency = v_me AND x.office IS NULL)
       AND NOT EXISTS (SELECT FROM directory.jurisdiction x WHERE x.agency = v_me AND x.office IS NULL
                       AND (v_area = x.area_code OR starts_with(v_area, x.area_code || '.'))) THEN
        PERFORM directory._refuse('SN422', 'area_mismatch', '#/area_code');
    END IF;
    SELECT * INTO v_period FROM directory._period(p_values);
    IF EXISTS (SELECT FROM directory.jurisdiction x
               WHERE x.agency = v_me AND x.office = v_office AND x.area_code = v_area AND x.id <> p_id
                 AND x.valid_from < coalesce(v_period.valid_to, 'infinity') AND v_period.valid_from < coalesce(x.valid_to, 'infinity')) THEN
        PERFORM directory._refuse('SN409', 'wrong_state', 'another row of the same holds at that time');
    END IF;
    INSERT INTO directory.jurisdiction AS x (id, agency, office, area_code, valid_from, valid_to)
    VALUES (p_id, v_me, v_office, v_area, v_period.valid_from, v_period.valid_to)
    ON CONFLICT (id) DO UPDATE SET office = excluded.office, area_code = excluded.area_code, valid_from = excluded.valid_from,
        valid_to = excluded.valid_to, version = x.version + 1 WHERE x.agency = v_me
    RETURNING x.* INTO j;
    PERFORM directory._log(p_by, 'jurisdiction', p_id::text, v_before, to_jsonb(j));
END
$$;

CREATE OR REPLACE FUNCTION directory.put_responsibility(p_id uuid, p_version int, p_values jsonb, p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory._editor();
    r directory.responsibility;
    v_before jsonb;
    v_office uuid := directory._own_office(p_values ->> 'office', v_me, '#/office');
    v_period record;
BEGIN
    SELECT x.* INTO r FROM directory.responsibility x WHERE x.agency = v_me AND x.id = p_id;
    v_before := CASE WHEN FOUND THEN to_jsonb(r) END;
    PERFORM directory._same_version(r.version, p_version);
    IF NOT EXISTS (SELECT FROM directory.category c WHERE c.code = p_values ->> 'category') THEN
        PERFORM directory._refuse('SN422', 'unknown_category', '#/category');
    END IF;
    PERFORM directory._known_area(p_values ->> 'area_code', '#/area_code');
    SELECT * INTO v_period FROM directory._period(p_values);
    IF EXISTS (SELECT FROM directory.responsibility x
               WHERE x.agency = v_me AND x.office = v_office AND x.category = p_values ->> 'category'
                 AND x.area_code IS NOT DISTINCT FROM p_values ->> 'area_code' AND x.id <> p_id
                 AND x.valid_from < coalesce(v_period.valid_to, 'infinity') AND v_period.valid_from < coalesce(x.valid_to, 'infinity')) THEN
        PERFORM directory._refuse('SN409', 'wrong_state', 'another row of the same holds at that time');
    END IF;
    INSERT INTO directory.responsibility AS x (agency, id, office, category, area_code, valid_from, valid_to)
    VALUES (v_me, p_id, v_office, p_values ->> 'category', p_values ->> 'area_code', v_period.valid_from, v_period.valid_to)
    ON CONFLICT (agency, id) DO UPDATE SET office = excluded.office, category = excluded.category, area_code = excluded.area_code,
        valid_from = excluded.valid_from, valid_to = excluded.valid_to, version = x.version + 1
    RETURNING x.* INTO r;
    PERFORM directory._log(p_by, 'responsibility', p_id::text, v_before, to_jsonb(r));
END
$$;

REVOKE EXECUTE ON FUNCTION directory._refuse(text, text, text), directory._editor(), directory._same_version(int, int),
    directory._own_office(text, int, text), directory._period(jsonb), directory._log(text, text, text, jsonb, jsonb),
    directory._known_area(text, text), directory.put_unit(text, int, jsonb, text), directory.put_officer(uuid, int, jsonb, text),
    directory.put_position(uuid, int, jsonb, text), directory.put_jurisdiction(uuid, int, jsonb, text),
    directory.put_responsibility(uuid, int, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.put_unit(text, int, jsonb, text), directory.put_officer(uuid, int, jsonb, text),
    directory.put_position(uuid, int, jsonb, text), directory.put_jurisdiction(uuid, int, jsonb, text),
    directory.put_responsibility(uuid, int, jsonb, text) TO sinergi_routing;
