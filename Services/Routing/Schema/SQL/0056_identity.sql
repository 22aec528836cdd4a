-- Who complained is sealed to the origin. Whoever works on the case may ask for it; the origin grants fields for a purpose and a time,
-- its intake re-seals a copy to the grantee's key, and every look stands in a log that both can read.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE casework.identity_grant (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL REFERENCES casework."case",
    agency       int NOT NULL REFERENCES directory.agency,
    origin       int NOT NULL REFERENCES directory.agency,
    purpose      text NOT NULL CHECK (length(purpose) BETWEEN 10 AND 1000),
    fields       text[] NOT NULL CHECK (cardinality(fields) BETWEEN 1 AND 3 AND fields <@ ARRAY['name', 'email', 'phone']),
    state        text NOT NULL CHECK (state IN ('requested', 'granted', 'refused', 'revoked', 'ended')),
    requested_by text NOT NULL CHECK (length(requested_by) <= 200),
    requested_at timestamptz NOT NULL,
    decided_by   text CHECK (length(decided_by) <= 200),
    decided_at   timestamptz,
    expires_at   timestamptz,
    note         text CHECK (length(note) <= 1000),
    key_id       text CHECK (length(key_id) <= 100),
    sealed       bytea CHECK (length(sealed) <= 8192),
    CHECK (sealed IS NULL OR state = 'granted')
);
CREATE INDEX identity_grant_case ON casework.identity_grant (case_id, agency);
CREATE UNIQUE INDEX identity_grant_one ON casework.identity_grant (case_id, agency) WHERE state IN ('requested', 'granted');

CREATE TABLE casework.identity_look (
    id       uuid PRIMARY KEY,
    grant_id uuid NOT NULL REFERENCES casework.identity_grant,
    agency   int NOT NULL,
    origin   int NOT NULL,
    officer  text NOT NULL CHECK (length(officer) <= 200),
    why      text NOT NULL CHECK (length(why) BETWEEN 5 AND 1000),
    at       timestamptz NOT NULL
);
CREATE INDEX identity_look_grant ON casework.identity_look (grant_id, at);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['identity_grant', 'identity_look'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('CREATE POLICY both_sides ON casework.%I FOR SELECT USING (agency = directory.me() OR origin = directory.me())', v_table);
    END LOOP;
END
$$;
-- The sealed copy is read through look_identity only, so that no look goes unlogged.
GRANT SELECT (id, case_id, agency, origin, purpose, fields, state, requested_by, requested_at, decided_by, decided_at, expires_at, note, key_id)
    ON casework.identity_grant TO sinergi_routing;
GRANT SELECT ON casework.identity_look TO sinergi_routing;

SET LOCAL ROLE sinergi_gate;

CREATE FUNCTION casework._identity_saved(c casework."case", p_kind text, p_body jsonb, p_trace text) RETURNS jsonb
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz := clock_timestamp();
BEGIN
    RETURN casework._save(c, v_at, jsonb_build_array(jsonb_build_object('id', directory.uuid7(v_at), 'seq', c.entries, 'at', v_at, 'event', 'note',
        'status', c.status, 'office', NULL, 'note', NULL)), p_kind, p_body, '{}', p_trace);
END
$$;

CREATE FUNCTION casework.request_identity(p_id uuid, p_case uuid, p_actor text, p_purpose text, p_fields text[], p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
BEGIN
    PERFORM casework._own_part(p_case, NULL);
    IF c.origin = directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the origin holds the identity itself');
    END IF;
    IF EXISTS (SELECT FROM casework.identity_grant g WHERE g.case_id = p_case AND g.agency = directory.me() AND g.state IN ('requested', 'granted')) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'asked for already');
    END IF;
    INSERT INTO casework.identity_grant (id, case_id, agency, origin, purpose, fields, state, requested_by, requested_at)
    VALUES (p_id, p_case, directory.me(), c.origin, p_purpose, p_fields, 'requested', p_actor, clock_timestamp());
    RETURN casework._identity_saved(c, 'identity_requested',
        jsonb_build_object('actor', p_actor, 'grant', p_id, 'reason', p_purpose, 'fields', to_jsonb(p_fields)), p_trace);
END
$$;

-- The origin grants for a time or refuses. Granting has its intake re-seal a copy.
CREATE FUNCTION casework.decide_identity(p_grant uuid, p_actor text, p_allow boolean, p_days int, p_note text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    g casework.identity_grant;
    c casework."case";
BEGIN
    SELECT x.* INTO g FROM casework.identity_grant x WHERE x.id = p_grant AND x.origin = directory.me();
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    c := casework._lock(g.case_id, NULL);
    UPDATE casework.identity_grant SET state = CASE WHEN p_allow THEN 'granted' ELSE 'refused' END, decided_by = p_actor,
        decided_at = clock_timestamp(), note = p_note,
        expires_at = CASE WHEN p_allow THEN clock_timestamp() + least(greatest(p_days, 1), 90) * interval '1 day' END
    WHERE id = p_grant AND state = 'requested';
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'decided already');
    END IF;
    IF p_allow THEN
        PERFORM exchange.put(c.origin, 'intake', 'grant:' || p_grant, 1, 'identity.granted', jsonb_build_object('grant_id', p_grant,
            'case_id', c.id, 'agency', g.agency, 'fields', to_jsonb(g.fields)), p_trace);
    END IF;
    RETURN casework._identity_saved(c, CASE WHEN p_allow THEN 'identity_granted' ELSE 'identity_refused' END,
        jsonb_build_object('actor', p_actor, 'grant', p_grant, 'reason', p_note), p_trace);
END
$$;

-- The origin's intake has sealed the fields to the grantee's key. A grant that has ended meanwhile keeps nothing.
CREATE FUNCTION casework.deliver_identity(p_grant uuid, p_key text, p_sealed bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE casework.identity_grant SET key_id = p_key, sealed = p_sealed
    WHERE id = p_grant AND origin = directory.me() AND state = 'granted'
$$;

-- Either side ends a grant at any time; the copy is gone with it.
CREATE FUNCTION casework.revoke_identity(p_grant uuid, p_actor text, p_reason text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    g casework.identity_grant;
    c casework."case";
BEGIN
    SELECT x.* INTO g FROM casework.identity_grant x WHERE x.id = p_grant AND (x.origin = directory.me() OR x.agency = directory.me());
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    c := casework._lock(g.case_id, NULL);
    UPDATE casework.identity_grant SET state = 'revoked', sealed = NULL, note = p_reason WHERE id = p_grant AND state IN ('requested', 'granted');
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'ended already');
    END IF;
    RETURN casework._identity_saved(c, 'identity_revoked', jsonb_build_object('actor', p_actor, 'grant', p_grant, 'reason', p_reason), p_trace);
END
$$;

-- One look: who, when and why go into the log in the transaction that gives the copy out.
CREATE FUNCTION casework.look_identity(p_grant uuid, p_actor text, p_why text, OUT sealed bytea, OUT fields text[])
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    g casework.identity_grant;
BEGIN
    SELECT x.* INTO g FROM casework.identity_grant x WHERE x.id = p_grant AND x.agency = directory.me() FOR SHARE;
    IF NOT FOUND OR NOT casework._sees(g.case_id) THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF g.state <> 'granted' OR g.sealed IS NULL OR g.expires_at <= clock_timestamp() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'no grant in force');
    END IF;
    INSERT INTO casework.identity_look (id, grant_id, agency, origin, officer, why, at)
    VALUES (directory.uuid7(), p_grant, g.agency, g.origin, p_actor, p_why, clock_timestamp());
    sealed := g.sealed;
    fields := g.fields;
END
$$;

-- With the last part of an agency ends what it was granted. Run by every move that ends a part.
CREATE FUNCTION casework.end_grants() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE casework.identity_grant SET state = 'ended', sealed = NULL
    WHERE case_id = NEW.case_id AND agency = NEW.agency AND state IN ('requested', 'granted')
      AND NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = NEW.case_id AND p.agency = NEW.agency AND p.state IN ('offered', 'active'));
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION casework.end_grants() TO sinergi_owner;

-- The copies of grants that have run out; the platform's sweep and every look-up of grants ask for it.
CREATE FUNCTION casework.expire_grants() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE casework.identity_grant SET state = 'ended', sealed = NULL
    WHERE state = 'granted' AND expires_at <= clock_timestamp() AND (agency = directory.me() OR origin = directory.me())
$$;

GRANT EXECUTE ON FUNCTION casework.request_identity(uuid, uuid, text, text, text[], text),
    casework.decide_identity(uuid, text, boolean, int, text, text), casework.deliver_identity(uuid, text, bytea),
    casework.revoke_identity(uuid, text, text, text), casework.look_identity(uuid, text, text), casework.expire_grants() TO sinergi_routing;

SET LOCAL ROLE sinergi_owner;
CREATE TRIGGER participation_grants AFTER UPDATE OF state ON casework.participation
    FOR EACH ROW WHEN (NEW.state IN ('finished', 'ended') AND OLD.state IN ('offered', 'active')) EXECUTE FUNCTION casework.end_grants();
