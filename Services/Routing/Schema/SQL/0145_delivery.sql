-- definitions 1
-- Links that are sent to an office's telephone or mail, and recalled when nobody opens them.
SET LOCAL ROLE sinergi_gate;

-- Hands sealed messages to the own notification; number and address are in the seal, neither stands in the exchange.
CREATE OR REPLACE FUNCTION casework._send_sealed(p_delivery uuid, p_messages jsonb, p_trace text) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT exchange.put(directory.me(), 'notification', 'delivery:' || (x.value ->> 'message_id'), 1, 'channel.reply', x.value, p_trace)
    FROM jsonb_array_elements(coalesce(p_messages, '[]')) x
$$;

-- Notes how the part of an office without login (or of an own office, which may well have only a telephone) is delivered. Who delivers holds
-- the lead, or watches the case. A new link for the same office ends the old ones. p_channel: how the link is sent, NULL where somebody hands
-- it over; p_messages: what notification sends, sealed (data of channel.reply). Such a link that nobody opens is recalled once, on remind_at.
CREATE OR REPLACE FUNCTION casework.deliver_part(p_id uuid, p_case uuid, p_expected int, p_actor text, p_office text, p_means text, p_token_hash bytea,
                                 p_pin_hash bytea, p_days int, p_reference text, p_sent_to text, p_channel text, p_messages jsonb,
                                 p_trace text DEFAULT NULL) RETURNS jsonb
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
    IF c.external_consent_at IS NULL AND EXISTS (SELECT FROM casework.external_body b WHERE b.office = v_office.id) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the reporter has not agreed');
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
                                   created_by, created_at, channel, remind_at)
    VALUES (directory.me(), p_id, c.id, v_office.id, v_monitor, p_means, CASE WHEN p_means <> 'elsewhere' THEN p_token_hash END,
            CASE WHEN p_means <> 'elsewhere' THEN p_pin_hash END, v_at + make_interval(days => least(greatest(p_days, 1), 60)), p_reference,
            p_sent_to, p_actor, v_at, p_channel,
            CASE WHEN p_channel IS NOT NULL THEN (SELECT x.due_at FROM directory.limit_of(c.kind, 'open_unit', v_at) l,
                                                         directory.due(v_office.calendar, v_at, l.amount, l.unit) x) END);
    PERFORM casework._send_sealed(p_id, p_messages, p_trace);
    -- Whoever watches owns the clocks of a part that its office cannot see.
    UPDATE casework.clock k SET office = v_monitor FROM casework.participation p
    WHERE p.case_id = c.id AND p.office = v_office.id AND k.case_id = c.id AND k.state = 'running'
      AND (k.step = 'part' AND k.part = p.id OR k.step = 'offer' AND k.handoff_id = p.handoff_id AND p.state = 'offered');
    c.entries := c.entries + 1;
    v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_office.id, p_actor, 'delivered_' || p_means, c.status, 'participants', p_reference);
    -- The reporter agreed that the supervisor outside is told: now it is.
    IF EXISTS (SELECT FROM casework.external_body b WHERE b.office = v_office.id)
       AND NOT EXISTS (SELECT FROM casework.entry e WHERE e.case_id = c.id AND e.type = 'external_told' AND e.at > c.external_consent_at) THEN
        c.entries := c.entries + 1;
        v_steps := v_steps || casework._entry(c.id, c.entries, v_at, v_office.id, p_actor, 'external_told', c.status, 'reporter', NULL);
    END IF;
    RETURN casework._save(c, v_at, v_steps, 'delivered', jsonb_build_object('actor', p_actor, 'office', v_office.code, 'means', p_means,
        'reference', p_reference), '{}', p_trace) || jsonb_build_object('delivery_id', p_id);
END
$$;

-- Links that were sent, that nobody has opened, and whose part still waits. Most overdue first.
CREATE OR REPLACE FUNCTION casework.deliveries_to_recall(p_limit int)
    RETURNS TABLE (delivery uuid, office text, channel text, sent_to text, sent_at timestamptz, monitor text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id, o.code, d.channel, d.sent_to, d.created_at, m.code
    FROM casework.delivery d JOIN directory.office o ON o.id = d.office JOIN directory.office m ON m.id = d.monitor_office
    WHERE d.agency = directory.me() AND d.remind_at < clock_timestamp() AND d.first_used_at IS NULL AND d.revoked_at IS NULL
      AND d.expires_at > clock_timestamp()
      AND EXISTS (SELECT FROM casework.participation p
                  WHERE p.case_id = d.case_id AND p.office = d.office AND p.state IN ('offered', 'active'))
    ORDER BY d.remind_at LIMIT least(p_limit, 200)
$$;

-- Reminds once: the office by the same way (p_messages), and whoever watches, who may rather telephone. False: somebody was quicker.
CREATE OR REPLACE FUNCTION casework.recall_delivery(p_id uuid, p_messages jsonb, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d casework.delivery;
    c casework."case";
    v_at timestamptz;
BEGIN
    SELECT x.* INTO d FROM casework.delivery x WHERE x.agency = directory.me() AND x.id = p_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = d.case_id FOR NO KEY UPDATE;
    v_at := clock_timestamp();
    UPDATE casework.delivery x SET remind_at = NULL
    WHERE x.agency = d.agency AND x.id = p_id AND x.remind_at < v_at AND x.first_used_at IS NULL AND x.revoked_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM casework._send_sealed(p_id, p_messages, p_trace);
    c.entries := c.entries + 1;
    RETURN casework._save(c, v_at, jsonb_build_array(casework._telling(
            casework._entry(c.id, c.entries, v_at, d.office, NULL, 'link_not_opened', c.status, 'participants', NULL), ARRAY[d.monitor_office])),
        'link_recalled', jsonb_build_object('delivery', p_id), '{}', p_trace);
END
$$;

GRANT EXECUTE ON FUNCTION
    casework.deliver_part(uuid, uuid, int, text, text, text, bytea, bytea, int, text, text, text, jsonb, text),
    casework.deliveries_to_recall(int), casework.recall_delivery(uuid, jsonb, text)
    TO sinergi_routing;
