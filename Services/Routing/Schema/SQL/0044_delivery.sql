-- Offices without login: their part goes out as a one-case link, as a letter, or is noted as sent elsewhere. Whoever delivers owns the clock.
SET LOCAL ROLE sinergi_owner;

-- Private to the agency that delivers. Of link and PIN only digests are kept: token_hash = sha256(token), pin_hash = sha256(token ‖ ':' ‖ PIN).
CREATE TABLE casework.delivery (
    agency         int NOT NULL,
    id             uuid NOT NULL,
    case_id        uuid NOT NULL REFERENCES casework."case",
    office         uuid NOT NULL REFERENCES directory.office,
    monitor_office uuid NOT NULL REFERENCES directory.office,
    means          text NOT NULL CHECK (means IN ('link', 'letter', 'elsewhere')),
    token_hash     bytea CHECK (length(token_hash) = 32),
    pin_hash       bytea CHECK (length(pin_hash) = 32),
    wrong_pins     int NOT NULL DEFAULT 0,
    expires_at     timestamptz,
    first_used_at  timestamptz,
    revoked_at     timestamptz,
    reference      text CHECK (length(reference) <= 200),
    sent_to        text CHECK (length(sent_to) <= 254),
    created_by     text NOT NULL CHECK (length(created_by) <= 200),
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (agency, id),
    CHECK ((means = 'elsewhere') = (token_hash IS NULL))
);
CREATE UNIQUE INDEX delivery_token ON casework.delivery (agency, token_hash);
CREATE INDEX delivery_case ON casework.delivery (agency, case_id);
ALTER TABLE casework.delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.delivery FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.delivery TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.delivery TO sinergi_routing;
CREATE POLICY own_agency ON casework.delivery FOR SELECT USING (agency = directory.me());

SET LOCAL ROLE sinergi_gate;

-- Notes how the part of an office without login (or of an own office, which may well have only a telephone) is delivered. Who delivers holds
-- the lead, or watches the case. A new link for the same office ends the old ones.
CREATE FUNCTION casework.deliver(p_id uuid, p_case uuid, p_expected int, p_actor text, p_office text, p_means text, p_token_hash bytea,
                                 p_pin_hash bytea, p_days int, p_reference text, p_sent_to text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_office directory.office := casework._office(p_office, '#/office', true);
    v_monitor uuid;
    v_steps jsonb := '[]';
BEGIN
    IF EXISTS (SELECT FROM casework.delivery d WHERE d.agency = directory.me() AND d.id = p_id) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'delivery_id', p_id, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    IF v_office.joined AND v_office.agency <> directory.me() THEN
        PERFORM casework._fail('SN422', 'unknown_office', '#/office');
    END IF;
    SELECT p.office INTO v_monitor FROM casework.participation p
    WHERE p.case_id = c.id AND p.agency = directory.me() AND p.state = 'active' AND p.role IN ('lead', 'monitor') AND p.office <> v_office.id
    ORDER BY p.role = 'lead', p.id LIMIT 1;
    IF v_monitor IS NULL THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only who leads or watches the case delivers a part');
    END IF;
    IF NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = v_office.id AND p.state IN ('offered', 'active')
                   AND p.role IN ('lead', 'contributor', 'monitor')) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'that office has no open part; offer it one first');
    END IF;
    UPDATE casework.delivery SET revoked_at = v_at
    WHERE agency = directory.me() AND case_id = c.id AND office = v_office.id AND revoked_at IS NULL AND p_means <> 'elsewhere';
    INSERT INTO casework.delivery (agency, id, case_id, office, monitor_office, means, token_hash, pin_hash, expires_at, reference, sent_to,
                                   created_by, created_at)
    VALUES (directory.me(), p_id, c.id, v_office.id, v_monitor, p_means, CASE WHEN p_means <> 'elsewhere' THEN p_token_hash END,
            CASE WHEN p_means <> 'elsewhere' THEN p_pin_hash END, v_at + make_interval(days => least(greatest(p_days, 1), 60)), p_reference,
            p_sent_to, p_actor, v_at);
    -- Whoever watches owns the clocks of a part that its office cannot see.
    UPDATE casework.clock k SET office = v_monitor FROM casework.participation p
    WHERE p.case_id = c.id AND p.office = v_office.id AND k.case_id = c.id AND k.state = 'running'
      AND (k.step = 'part' AND k.part = p.id OR k.step = 'offer' AND k.handoff_id = p.handoff_id AND p.state = 'offered');
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_office.id, p_actor, 'delivered_' || p_means, c.status, 'participants', p_reference);
    RETURN casework._save(c, v_at, v_steps, 'delivered', jsonb_build_object('actor', p_actor, 'office', v_office.code, 'means', p_means,
        'reference', p_reference), '{}', p_trace) || jsonb_build_object('delivery_id', p_id);
END
$$;

-- What a link opens. Without the PIN only that there is something for an office; five wrong PINs end the link
-- (p_counts: it was typed, not a stale cookie's). NULL: no such link (any more).
CREATE FUNCTION casework.open_link(p_token_hash bytea, p_pin_hash bytea, p_counts boolean) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    d casework.delivery;
    c casework."case";
    v_proven boolean;
BEGIN
    SELECT x.* INTO d FROM casework.delivery x WHERE x.agency = directory.me() AND x.token_hash = p_token_hash FOR NO KEY UPDATE;
    IF NOT FOUND OR d.revoked_at IS NOT NULL OR d.expires_at < clock_timestamp() OR d.wrong_pins >= 5 THEN
        RETURN NULL;
    END IF;
    v_proven := coalesce(d.pin_hash = p_pin_hash, false);
    IF p_counts AND NOT v_proven THEN
        UPDATE casework.delivery SET wrong_pins = wrong_pins + 1 WHERE agency = d.agency AND id = d.id;
    ELSIF v_proven AND d.first_used_at IS NULL THEN
        UPDATE casework.delivery SET first_used_at = clock_timestamp(), wrong_pins = 0 WHERE agency = d.agency AND id = d.id;
    END IF;
    IF NOT v_proven THEN
        RETURN jsonb_build_object('proven', false, 'office', casework._office_ref(d.office), 'tries_left', 5 - d.wrong_pins - p_counts::int);
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = d.case_id;
    RETURN (
        SELECT jsonb_build_object('proven', true, 'office', casework._office_ref(d.office), 'tracking_code', c.tracking_code, 'title', c.title,
            'description', c.description, 'address', c.address, 'lat', c.lat, 'long', c.long, 'from', casework._office_ref(d.monitor_office),
            'role', p.role, 'state', p.state, 'due_at', p.due_at, 'calendar', o.calendar, 'confidential', c.confidential,
            'reason', h.reason, 'request', h.request, 'result', p.result, 'can_decline', p.state = 'offered',
            'can_accept', p.state = 'offered', 'can_finish', p.state = 'active' AND p.role <> 'lead')
        FROM casework.participation p JOIN directory.office o ON o.id = p.office LEFT JOIN casework.handoff h ON h.id = p.handoff_id
        WHERE p.case_id = c.id AND p.office = d.office AND p.role IN ('lead', 'contributor', 'monitor')
        ORDER BY array_position(ARRAY['offered', 'active', 'finished', 'ended'], p.state), p.since DESC LIMIT 1);
END
$$;

-- What an office does through its link: accept, decline (p_text the reason, p_suggested whose) or finish (p_text the result).
CREATE FUNCTION casework.act_by_link(p_token_hash bytea, p_pin_hash bytea, p_new uuid, p_actor text, p_action text, p_text text, p_suggested text,
                                     p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    d casework.delivery;
    c casework."case";
    h casework.handoff;
    v_part casework.participation;
    v_at timestamptz;
    v_actor text := left(format('%s (tautan)', p_actor), 200);
    v_also int[] := '{}';
BEGIN
    SELECT x.* INTO d FROM casework.delivery x WHERE x.agency = directory.me() AND x.token_hash = p_token_hash;
    IF NOT FOUND OR d.pin_hash IS DISTINCT FROM p_pin_hash OR d.revoked_at IS NOT NULL OR d.expires_at < clock_timestamp() OR d.wrong_pins >= 5 THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = d.case_id FOR NO KEY UPDATE;
    v_at := clock_timestamp();
    SELECT p.* INTO v_part FROM casework.participation p
    WHERE p.case_id = c.id AND p.office = d.office AND p.role IN ('lead', 'contributor', 'monitor')
      AND p.state = CASE p_action WHEN 'finish' THEN 'active' ELSE 'offered' END
    ORDER BY p.since DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'handoff_already_decided');
    END IF;
    SELECT x.* INTO h FROM casework.handoff x WHERE x.id = v_part.handoff_id;
    CASE p_action
    WHEN 'accept' THEN
        SELECT a.c, a.steps, a.also, 'none' AS next INTO r FROM casework._accept(c, '[]'::jsonb, v_also, h, v_actor, p_text, NULL, v_at) a;
    WHEN 'decline' THEN
        SELECT x.c, x.steps, x.also, x.next INTO r
        FROM casework._decline(c, '[]'::jsonb, v_also, h, p_new, v_actor, 'other', p_text, coalesce(p_suggested, 'unknown'), v_at) x;
    WHEN 'finish' THEN
        IF v_part.role = 'lead' THEN
            PERFORM casework._fail('SN409', 'wrong_state', 'a lead answers the reporter');
        END IF;
        SELECT f.c, f.steps, v_also AS also, 'none' AS next INTO r FROM casework._finish(c, '[]'::jsonb, v_part, v_actor, p_text, v_at) f;
    END CASE;
    c := r.c;
    RETURN casework._save(c, v_at, r.steps, 'link_' || p_action,
        jsonb_build_object('actor', v_actor, 'delivery', d.id, 'text', p_text, 'suggested', p_suggested), r.also, p_trace);
END
$$;

GRANT EXECUTE ON FUNCTION
    casework.deliver(uuid, uuid, int, text, text, text, bytea, bytea, int, text, text, text),
    casework.open_link(bytea, bytea, boolean), casework.act_by_link(bytea, bytea, uuid, text, text, text, text, text)
    TO sinergi_routing;
