-- Who inside an agency may see what the border lets in: secret cases, and cases in which somebody of the own house is accused.
-- Across agencies the policies decide; here the service passes the officer, and these functions decide for every list and page.
SET LOCAL ROLE sinergi_owner;

-- Officers whom a secret case was confided to by name. Private to the agency.
CREATE TABLE casework.confidant (
    agency    int NOT NULL,
    case_id   uuid NOT NULL REFERENCES casework."case",
    officer   uuid NOT NULL,
    named_by  text NOT NULL CHECK (length(named_by) <= 200),
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, case_id, officer)
);

-- Whom a complaint accuses (terlapor): an office, or a person of it. Read by those who work on the case.
CREATE TABLE casework.accused (
    id      uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES casework."case",
    office  uuid NOT NULL REFERENCES directory.office,
    officer uuid,
    name    text CHECK (length(name) <= 200),
    set_by  text NOT NULL CHECK (length(set_by) <= 200),
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX accused_case ON casework.accused (case_id);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['confidant', 'accused'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('GRANT SELECT ON casework.%I TO sinergi_routing', v_table);
    END LOOP;
END
$$;
CREATE POLICY own_agency ON casework.confidant FOR SELECT USING (agency = directory.me());
CREATE POLICY own_part ON casework.accused FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = accused.case_id AND p.state <> 'ended'));

SET LOCAL ROLE sinergi_gate;

-- Whether a person of the own agency may read a case. p_secret: the case is confidential. p_handles: the person answers for an
-- office (triage, liaison, supervisor, arbiter). The accused never; a secret case only those it was confided to, whoever works
-- on it, and whoever answers for the very office that has a part; for an office without such a person, the agency's own.
CREATE FUNCTION casework.may_read(p_case uuid, p_secret boolean, p_subject text, p_office uuid, p_handles boolean) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_officer uuid;
BEGIN
    IF NOT p_secret AND NOT EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = p_case
                                    AND p.accused <> '{}') THEN
        RETURN true;
    END IF;
    SELECT o.id INTO v_officer FROM directory.officer o
    WHERE o.agency = directory.me() AND (o.id::text = p_subject OR o.username = p_subject);
    IF EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = p_case
               AND p.accused && array_remove(ARRAY[p_office, v_officer], NULL)) THEN
        RETURN false;
    END IF;
    IF NOT p_secret OR EXISTS (SELECT FROM casework.confidant k
                               WHERE k.agency = directory.me() AND k.case_id = p_case AND k.officer = v_officer) THEN
        RETURN true;
    END IF;
    RETURN EXISTS (
        SELECT FROM casework.participation p JOIN directory.office f ON f.id = p.office
        WHERE p.agency = directory.me() AND p.case_id = p_case AND p.state <> 'ended' AND p.role <> 'origin'
          AND (p.officer = v_officer
               OR p_handles AND (p.office = p_office
                                 OR EXISTS (SELECT FROM directory.office x WHERE x.id = p_office AND (strpos(x.code, '/') = 0 OR x.is_triage))
                                    AND (strpos(f.code, '/') = 0 OR f.is_triage
                                         OR NOT EXISTS (SELECT FROM directory.position s
                                                        WHERE s.agency = directory.me() AND s.office = p.office
                                                          AND s.roles && ARRAY['liaison', 'supervisor']
                                                          AND s.valid_from <= current_date
                                                          AND (s.valid_to IS NULL OR s.valid_to > current_date))))));
END
$$;

-- Confides a case to an officer of the own agency by name.
CREATE FUNCTION casework.confide(p_case uuid, p_officer uuid, p_actor text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
BEGIN
    IF NOT EXISTS (SELECT FROM directory.officer o WHERE o.agency = directory.me() AND o.id = p_officer AND o.active) THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/officer');
    END IF;
    INSERT INTO casework.confidant (agency, case_id, officer, named_by) VALUES (directory.me(), p_case, p_officer, p_actor)
    ON CONFLICT DO NOTHING;
    RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'wake', '[]'::jsonb);
END
$$;

CREATE FUNCTION casework._accused(p_case uuid) RETURNS uuid[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    -- The office that the complaint itself names, and whom officers named since.
    SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM (
        SELECT u.id FROM casework.accused a, unnest(ARRAY[CASE WHEN a.officer IS NULL THEN a.office END, a.officer]) AS u(id)
        WHERE a.case_id = p_case
        UNION ALL SELECT c.accused_office FROM casework."case" c WHERE c.id = p_case) x
    WHERE x.id IS NOT NULL
$$;

-- The accused office gets no part, whoever offers it: neither itself nor, where a whole agency is accused, any unit of it.
-- Only where the complaint came in must hold it for its reporter.
CREATE FUNCTION casework.refuse_accused() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.accused := casework._accused(NEW.case_id);
    IF NEW.state IN ('offered', 'active') AND NEW.role <> 'origin' AND EXISTS (
        SELECT FROM unnest(NEW.accused) AS x(id) JOIN directory.office o ON o.id = x.id JOIN casework."case" c ON c.id = NEW.case_id
        WHERE CASE WHEN strpos(o.code, '/') = 0 THEN o.agency = NEW.agency AND NEW.agency <> c.origin ELSE o.id = NEW.office END) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'an accused office gets no part in the case');
    END IF;
    RETURN NEW;
END
$$;
GRANT EXECUTE ON FUNCTION casework.refuse_accused() TO sinergi_owner;

-- Names whom the complaint accuses. An own part is needed; the office must not hold one any more (recall or hand over first).
CREATE FUNCTION casework.accuse(p_id uuid, p_case uuid, p_office text, p_officer uuid, p_name text, p_actor text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_office directory.office := casework._office(p_office, '#/office');
    v_at timestamptz := clock_timestamp();
    v_step jsonb;
BEGIN
    IF EXISTS (SELECT FROM casework.accused a WHERE a.id = p_id AND a.case_id = p_case) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    IF p_officer IS NOT NULL AND NOT EXISTS (SELECT FROM directory.position s WHERE s.agency = v_office.agency AND s.officer = p_officer) THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/officer');
    END IF;
    IF p_officer IS NULL AND EXISTS (SELECT FROM casework.participation p WHERE p.case_id = p_case AND p.office = v_office.id
                                     AND p.state IN ('offered', 'active') AND p.role <> 'origin') THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the accused office has a part; recall or hand over first');
    END IF;
    IF (SELECT count(*) FROM casework.accused a WHERE a.case_id = p_case) >= 20 THEN
        PERFORM casework._fail('SN422', 'too_long', '#/office');
    END IF;
    INSERT INTO casework.accused (id, case_id, office, officer, name, set_by, at)
    VALUES (p_id, p_case, v_office.id, p_officer, p_name, p_actor, v_at);
    UPDATE casework.participation SET accused = casework._accused(p_case) WHERE case_id = p_case;
    v_step := jsonb_build_object('id', directory.uuid7(v_at), 'seq', c.entries, 'at', v_at, 'event', 'note', 'status', c.status,
                                 'office', NULL, 'note', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'accused', jsonb_build_object('actor', p_actor, 'accusation', p_id), '{}', p_trace);
END
$$;

GRANT EXECUTE ON FUNCTION casework.may_read(uuid, boolean, text, uuid, boolean), casework.confide(uuid, uuid, text, text),
    casework.accuse(uuid, uuid, text, uuid, text, text, text) TO sinergi_routing;

SET LOCAL ROLE sinergi_owner;
CREATE TRIGGER participation_accused BEFORE INSERT OR UPDATE OF state ON casework.participation
    FOR EACH ROW EXECUTE FUNCTION casework.refuse_accused();
