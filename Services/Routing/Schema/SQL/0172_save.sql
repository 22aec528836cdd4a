-- definitions 1
-- After 0170: a transaction's end tells the own services from then on, and until then the older _save does.
SET LOCAL ROLE sinergi_gate;

-- Ends a move: next version, history link, list columns, messages to every party (and to agencies whose part just ended), quota.
CREATE OR REPLACE FUNCTION casework._save(c casework."case", p_at timestamptz, p_steps jsonb, p_kind text, p_body jsonb, p_also int[], p_trace text)
    RETURNS jsonb LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET timezone = 'UTC' AS $$
DECLARE
    v_me int := directory.me();
    v_text text := casework._history_text(c, p_body, p_at);
    v_salt bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    v_commitment bytea := sha256(v_salt || convert_to(v_text, 'UTF8'));
    v_agency int;
    v_lane text := 'case:' || c.id;
    v_data jsonb;
    v_event jsonb;
    v_wake int[] := '{}';
    v_moves int;
    v_bytes bigint;
BEGIN
    c.version := c.version + 1;
    c.updated_at := p_at;
    c.history_count := c.history_count + 1;
    c.history_head := sha256(coalesce(c.history_head, '\x'::bytea) || int8send(c.history_count) || int4send(coalesce(v_me, 0))
        || int8send((extract(epoch FROM p_at) * 1000000)::bigint) || convert_to(p_kind, 'UTF8') || v_commitment);
    -- Due dates are read off the clocks, so whoever pauses, extends or recomputes a clock need not know the case's row.
    c.resolve_due := coalesce((SELECT k.due_at FROM casework.clock k WHERE k.case_id = c.id AND k.step = 'resolve'
                               ORDER BY k.id DESC LIMIT 1), c.resolve_due);
    INSERT INTO casework.history (case_id, number, agency, at, kind, commitment, link)
    VALUES (c.id, c.history_count, coalesce(v_me, 0), p_at, p_kind, v_commitment, c.history_head);
    INSERT INTO casework.history_body (case_id, number, agency, visibility, salt, body)
    VALUES (c.id, c.history_count, coalesce(v_me, 0), 'participants', v_salt, v_text);

    UPDATE casework."case" SET
        version = c.version, status = c.status, outcome = c.outcome, kind = c.kind, category = c.category, title = c.title,
        title_published = c.title_published, description_published = c.description_published, area_code = c.area_code, anonymous = c.anonymous, confidential = c.confidential,
        priority = c.priority, lead_office = c.lead_office, holder_office = c.holder_office, held_since = c.held_since,
        interim_holder = c.interim_holder, hops = c.hops, refusals = c.refusals, offers = c.offers, entries = c.entries,
        disputes = c.disputes, automatic = c.automatic, rating = c.rating, verified_at = c.verified_at, accepted_at = c.accepted_at,
        planned_outcome = c.planned_outcome, outcome_details = c.outcome_details, multi_agency = c.multi_agency,
        appeal_office = c.appeal_office, external_consent_at = c.external_consent_at,
        first_answer_at = c.first_answer_at, answered_at = c.answered_at, closed_at = c.closed_at, resolve_due = c.resolve_due,
        updated_at = c.updated_at, history_count = c.history_count, history_head = c.history_head
    WHERE id = c.id;
    UPDATE casework.participation p SET
        title = c.title, status = c.status, outcome = c.outcome, kind = c.kind, category = c.category, area_code = c.area_code,
        priority = c.priority, confidential = c.confidential, lead_office = c.lead_office, case_due_at = c.resolve_due, updated_at = p_at,
        due_at = casework._part_due(p, c)
    WHERE case_id = c.id AND (state <> 'ended' OR until = p_at);

    PERFORM casework._hold(c, p_at);

    IF v_me IS NOT NULL THEN
        INSERT INTO casework.quota AS q (agency, day, slot, moves, bytes)
        VALUES (v_me, p_at::date, abs(hashtext(c.id::text) % 16), 1, octet_length(v_text))
        ON CONFLICT (agency, day, slot) DO UPDATE SET moves = q.moves + 1, bytes = q.bytes + excluded.bytes
        RETURNING moves, bytes INTO v_moves, v_bytes;
        IF v_moves > 50000 OR v_bytes > 268435456 THEN
            PERFORM casework._fail('SN429', 'rate_limited', 'daily limit of writes per agency');
        END IF;
    END IF;

    -- The last step names the event; a message's number is the case's version, drawn under its lock.
    v_event := p_steps -> -1;
    -- For the transaction's end, of each case: a batch holds many, each with its own. No more than a hint for whoever reads traces.
    IF p_trace IS NOT NULL THEN
        PERFORM set_config('sinergi.traces', (coalesce(nullif(current_setting('sinergi.traces', true), ''), '{}')::jsonb
                                              || jsonb_build_object(c.id, p_trace))::text, true);
    END IF;
    v_data := jsonb_build_object('case_id', c.id, 'tracking_code', c.tracking_code, 'version', c.version, 'status', c.status,
        'confidential', c.confidential, 'origin', (SELECT a.code FROM directory.agency a WHERE a.number = c.origin),
        'event', v_event ->> 'event', 'step', v_event, 'steps', p_steps, 'history_count', c.history_count,
        'history_head', encode(c.history_head, 'hex'));
    FOR v_agency IN
        SELECT p.agency FROM casework.participation p WHERE p.case_id = c.id AND p.state <> 'ended'
        UNION SELECT unnest(p_also)
        -- Whoever moves a case may have no part in those that follow it.
        UNION SELECT v_me WHERE v_me IS NOT NULL AND p_kind NOT IN ('followed', 'let_go')
    LOOP
        -- A body of which no office has a login, as the Ombudsman, takes no messages: it is reached by link or letter.
        CONTINUE WHEN v_agency IS DISTINCT FROM v_me AND NOT EXISTS (SELECT FROM directory.office o WHERE o.agency = v_agency AND o.joined);
        v_data := v_data || jsonb_build_object('offices',
            (SELECT coalesce(jsonb_agg(DISTINCT x.code), '[]') FROM jsonb_array_elements(p_steps) s,
                    jsonb_array_elements(casework._concerns(c, s, v_agency)) x(code)));
        IF v_agency = v_me THEN
            -- Offices are told of every move; what shows the case as it stands is made once, when the transaction ends (tell_state).
            PERFORM casework._tell_offices(v_me, v_data, c.version, p_trace);
        ELSE
            PERFORM exchange.put(v_agency, 'routing', v_lane, c.version, 'case.changed',
                v_data || jsonb_build_object('facts', casework._facts(c, v_agency)), p_trace);
            v_wake := v_wake || v_agency;
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM casework.merge m WHERE m.parent = c.id AND m.undone_at IS NULL) THEN
        v_wake := v_wake || casework._follow(c, p_at, p_steps, p_trace);
    END IF;
    RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'wake', to_jsonb(v_wake));
END
$$;
