-- definitions 3
-- The moves: one function per move, one call is one round trip. None takes an agency: directory.me() tells. Each locks the case,
-- compares the expected version, checks the transition, stamps the time after the lock, appends history and enqueues messages.
-- Legality and integrity are here; who inside an agency may do what is checked by its service.
SET LOCAL ROLE sinergi_gate;

CREATE OR REPLACE FUNCTION casework.open_case(p_case uuid, p_message jsonb, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    c casework."case";
    v_me int := directory.me();
    v_at timestamptz := clock_timestamp();
    v_office uuid;
    v_verify timestamptz;
    v_step jsonb;
BEGIN
    SELECT * INTO c FROM casework."case" WHERE id = p_case;
    IF FOUND THEN
        IF c.origin IS DISTINCT FROM v_me THEN
            PERFORM casework._fail('SN404', 'not_found');
        END IF;
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    v_office := directory.front_office(v_me);
    IF v_office IS NULL THEN
        PERFORM casework._fail('SN422', 'unknown_office', 'the agency has no office yet');
    END IF;
    c.id := p_case;
    c.origin := v_me;
    c.tracking_code := p_message ->> 'tracking_code';
    c.version := 0;
    c.status := casework._to('', 'open');
    c.kind := p_message ->> 'kind';
    c.category := p_message ->> 'category';
    -- The words of a sealed complaint are not here; lists show what kind it is instead.
    c.title := coalesce(p_message ->> 'title', 'Laporan rahasia');
    c.description := coalesce(p_message ->> 'description', 'Isi laporan ini tersegel.');
    c.area_code := p_message ->> 'area_code';
    c.lat := (p_message ->> 'lat')::float8;
    c.long := (p_message ->> 'long')::float8;
    c.address := p_message ->> 'address';
    c.event_date := (p_message ->> 'event_date')::date;
    c.anonymous := (p_message ->> 'anonymous')::boolean;
    c.confidential := (p_message ->> 'confidential')::boolean;
    c.language := p_message ->> 'language';
    c.addressed_office := p_message ->> 'addressed_office';
    c.accused_office := (SELECT o.id FROM directory.office o WHERE o.code = p_message #>> '{accused,office}');
    -- Whoever is accused does not receive it: then the agency itself does.
    IF c.accused_office = v_office THEN
        v_office := coalesce((SELECT o.id FROM directory.office o
                              WHERE o.agency = v_me AND strpos(o.code, '/') = 0 AND o.joined AND o.id <> c.accused_office), v_office);
    END IF;
    c.attributes := nullif(p_message -> 'attributes', 'null'::jsonb);
    c.originally_received_on := (p_message ->> 'originally_received_on')::date;
    c.channel := p_message ->> 'channel';
    c.sealed := coalesce(p_message ->> 'sealed', '') <> '';
    c.filed_as := CASE WHEN c.sealed THEN p_message #>> '{signs,filed_as}' END;
    c.priority := 'normal';
    c.lead_office := v_office;
    c.holder_office := v_office;
    c.received_at := least((p_message ->> 'received_at')::timestamptz, v_at);
    c.held_since := c.received_at;
    c.hops := 0; c.refusals := 0; c.offers := 0; c.entries := 0; c.disputes := 0;
    c.automatic := false; c.multi_agency := false;
    c.history_count := 0;
    c.created_at := v_at;
    c.updated_at := v_at;
    c.resolve_due := v_at;
    INSERT INTO casework."case" SELECT c.*;
    IF c.accused_office IS DISTINCT FROM v_office AND c.accused_office IS NOT NULL THEN
        INSERT INTO casework.accused (id, case_id, office, set_by, at) VALUES (directory.uuid7(v_at), c.id, c.accused_office, 'pelapor', v_at);
    END IF;
    IF c.sealed THEN
        INSERT INTO casework.sealed_text (agency, case_id, key_id, sealed, given_by, given_at)
        VALUES (v_me, c.id, p_message ->> 'sealed_key', decode(p_message ->> 'sealed', 'base64'), v_me, v_at);
    END IF;
    v_verify := casework._start_clock(c.id, c.kind, 'verify', 'verify', v_office, c.received_at, v_at);
    PERFORM casework._start_clock(c.id, c.kind, 'first_answer', 'first_answer', v_office, c.received_at, v_at);
    c.resolve_due := casework._start_clock(c.id, c.kind, 'resolve', 'resolve', v_office, c.received_at, v_at);
    PERFORM casework._part(c, v_office, 'origin', 'active', c.received_at, NULL, NULL);
    PERFORM casework._part(c, v_office, 'lead', 'active', c.received_at, v_verify, NULL);
    c.entries := 1;
    v_step := casework._entry(c.id, 1, c.received_at, v_office, NULL, 'received', c.status, 'reporter', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'opened',
        jsonb_build_object('tracking_code', c.tracking_code, 'title', c.title, 'text', encode(sha256(convert_to(c.description, 'UTF8')), 'hex')),
        '{}', p_trace);
END
$$;

-- What was decided, by machine or by hand, with its trace.
CREATE OR REPLACE FUNCTION casework.record_decision(p_id uuid, p_case uuid, p_mode text, p_rule text, p_suggestions jsonb, p_trace jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
BEGIN
    INSERT INTO casework.decision (id, case_id, agency, at, mode, rule, suggestions, trace)
    VALUES (p_id, p_case, directory.me(), clock_timestamp(), p_mode, p_rule, p_suggestions, p_trace)
    ON CONFLICT (id) DO NOTHING;
    UPDATE casework."case" SET automatic = (p_mode = 'automatic') WHERE id = p_case AND c.origin = directory.me();
END
$$;

-- p_changes: any of title, category, area_code, kind, anonymous, confidential, title_published, description_published.
CREATE OR REPLACE FUNCTION casework.verify(p_case uuid, p_expected int, p_actor text, p_changes jsonb, p_note text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_step jsonb;
    v_kind text := coalesce(p_changes ->> 'kind', c.kind);
BEGIN
    IF casework._agency_of(c.lead_office) <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only the holder verifies');
    END IF;
    -- Whoever needs the reporter's answer no longer lets time run on.
    IF c.status = 'needs_information' THEN
        PERFORM casework._end_asking(c.id, v_at);
    END IF;
    c.status := casework._to(c.status, 'verify');
    IF p_changes ->> 'category' IS NOT NULL AND NOT EXISTS (SELECT FROM directory.category k WHERE k.code = p_changes ->> 'category') THEN
        PERFORM casework._fail('SN422', 'unknown_category', '#/category');
    END IF;
    IF p_changes ->> 'area_code' IS NOT NULL AND NOT EXISTS (SELECT FROM directory.area a WHERE a.code = p_changes ->> 'area_code') THEN
        PERFORM casework._fail('SN422', 'unknown_area', '#/area_code');
    END IF;
    -- The words of a sealed case stand nowhere in the clear, an officer's neither, and never become public.
    IF c.sealed THEN
        p_changes := p_changes - ARRAY['title', 'title_published', 'description_published'];
    END IF;
    c.title := coalesce(p_changes ->> 'title', c.title);
    IF p_changes ->> 'description_published' IS NOT NULL THEN
        c := casework._publish(c, p_changes ->> 'title_published', p_changes ->> 'description_published', p_actor, v_at);
    END IF;
    c.category := coalesce(p_changes ->> 'category', c.category);
    c.area_code := coalesce(p_changes ->> 'area_code', c.area_code);
    c.anonymous := coalesce((p_changes ->> 'anonymous')::boolean, c.anonymous);
    c.confidential := coalesce((p_changes ->> 'confidential')::boolean, c.confidential);
    IF v_kind <> c.kind THEN
        c.kind := v_kind;
        PERFORM casework._stop_clocks(c.id, ARRAY['resolve'], v_at);
        c.resolve_due := casework._start_clock(c.id, c.kind, 'resolve', 'resolve', c.lead_office, c.received_at, v_at);
    END IF;
    c.verified_at := coalesce(c.verified_at, v_at);
    PERFORM casework._stop_clocks(c.id, ARRAY['verify'], v_at);
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.lead_office, p_actor, 'verified', c.status, 'reporter', p_note);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'verified', jsonb_build_object('actor', p_actor, 'changes', p_changes, 'note', p_note),
        '{}', p_trace);
END
$$;

-- Makes one offer; shared by offer, decline and expire. The caller has the lock. Returns the case and the steps.
CREATE OR REPLACE FUNCTION casework._offer(INOUT c casework."case", INOUT steps jsonb, p_handoff uuid, p_to uuid, p_role text, p_reason text, p_request text,
                                p_actor text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_from int := casework._agency_of(c.lead_office);
    v_to int := casework._agency_of(p_to);
    v_due timestamptz;
    v_was text := c.status;
BEGIN
    c.offers := c.offers + 1;
    INSERT INTO casework.handoff (id, case_id, from_office, to_office, from_agency, to_agency, role, state, hop, reason, request, offered_at)
    VALUES (p_handoff, c.id, c.lead_office, p_to, v_from, v_to, p_role, 'offered', c.hops, p_reason, p_request, p_at);
    -- An office without login cannot watch a clock; whoever offers does.
    v_due := casework._start_clock(c.id, c.kind, 'offer', CASE WHEN v_from = v_to THEN 'offer_unit' ELSE 'offer_agency' END,
        CASE WHEN (SELECT o.joined FROM directory.office o WHERE o.id = p_to) THEN p_to ELSE c.lead_office END, p_at, p_at, p_handoff);
    UPDATE casework.handoff SET due_at = v_due WHERE id = p_handoff;
    IF p_role = 'lead' THEN
        c.status := casework._to(c.status, 'offer_lead');
        IF NOT EXISTS (SELECT FROM casework.clock k WHERE k.case_id = c.id AND k.step = 'holder' AND k.state = 'running') THEN
            PERFORM casework._start_clock(c.id, c.kind, 'holder', 'holder', c.lead_office, p_at, p_at);
        END IF;
        IF c.status = 'routed' AND v_was <> 'routed' THEN
            c.entries := c.entries + 1;
            steps := steps || casework._entry(c.id, c.entries, p_at, c.lead_office, p_actor, 'routed', c.status, 'reporter', p_reason);
        END IF;
    END IF;
    PERFORM casework._part(c, p_to, p_role, 'offered', p_at, v_due, p_handoff);
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, p_to, p_actor, 'handoff_offered', c.status, 'reporter', p_reason);
END
$$;

-- Where an offer goes: an office's code, SENDER (back to whom the lead came from) or COORDINATOR (up).
CREATE OR REPLACE FUNCTION casework._destination(c casework."case", p_to text) RETURNS directory.office
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_office uuid;
BEGIN
    IF p_to NOT IN ('SENDER', 'COORDINATOR') THEN
        RETURN casework._office(p_to, '#/to', true);
    END IF;
    IF p_to = 'SENDER' THEN
        SELECT h.from_office INTO v_office FROM casework.handoff h
        WHERE h.case_id = c.id AND h.role = 'lead' AND h.state = 'accepted' AND h.to_office = c.lead_office ORDER BY h.decided_at DESC LIMIT 1;
    ELSE
        v_office := casework._coordinator(c.id, c.lead_office);
    END IF;
    IF v_office IS NULL THEN
        PERFORM casework._fail('SN422', 'unknown_office', '#/to');
    END IF;
    RETURN (SELECT o FROM directory.office o WHERE o.id = v_office);
END
$$;

-- The holder offers a part to an office, inside the agency or across. p_handoff is the caller's id: a repeat answers the same.
CREATE OR REPLACE FUNCTION casework.offer(p_handoff uuid, p_case uuid, p_expected int, p_actor text, p_to text, p_role text, p_reason text, p_request text,
                               p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    r record;
    c casework."case";
    v_to directory.office;
    v_at timestamptz;
    v_steps jsonb := '[]';
BEGIN
    IF EXISTS (SELECT FROM casework.handoff h WHERE h.id = p_handoff AND h.case_id = p_case AND h.from_agency = directory.me()) THEN
        SELECT * INTO c FROM casework."case" WHERE id = p_case;
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'handoff_id', p_handoff, 'existing', true,
                                  'wake', '[]'::jsonb);
    END IF;
    c := casework._lock(p_case, p_expected);
    v_at := clock_timestamp();
    IF casework._agency_of(c.lead_office) <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only the holder offers');
    END IF;
    IF p_role NOT IN ('lead', 'contributor', 'monitor') THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/role');
    END IF;
    v_to := casework._destination(c, p_to);
    IF c.offers >= 60 THEN
        PERFORM casework._fail('SN429', 'rate_limited', 'offers per case');
    END IF;
    -- An arbiter's decision binds: the lead may go on to another unit of the same agency, not away.
    IF p_role = 'lead' AND v_to.agency <> directory.me()
       AND EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.role = 'lead' AND p.state = 'active' AND p.bound) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the lead was decided by an arbiter');
    END IF;
    IF EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = v_to.id AND p.role = p_role
               AND p.state IN ('offered', 'active')) THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'that office has this part already');
    END IF;
    IF p_role = 'lead' AND v_to.id = c.lead_office THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'that office has this part already');
    END IF;
    IF p_role = 'lead' AND EXISTS (SELECT FROM casework.handoff h WHERE h.case_id = c.id AND h.role = 'lead' AND h.state = 'offered') THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the lead is offered already; recall that offer first');
    END IF;
    IF p_role <> 'lead' AND c.status NOT IN ('submitted', 'verified', 'routed', 'in_progress', 'reopened') THEN
        PERFORM casework._fail('SN409', 'wrong_state', format('%s does not allow offers', c.status));
    END IF;
    SELECT * INTO r FROM casework._offer(c, v_steps, p_handoff, v_to.id, p_role, p_reason, p_request, p_actor, v_at) o;
    c := r.c;
    v_steps := r.steps;
    -- The machine's own offers are no sign that it was right.
    IF p_role = 'lead' AND p_actor <> 'Sinergi' AND c.accepted_at IS NULL THEN
        PERFORM casework._signal(c, NULL, v_to.code, p_actor, v_at);
    END IF;
    RETURN casework._save(c, v_at, v_steps, 'offered',
        jsonb_build_object('actor', p_actor, 'handoff', p_handoff, 'to', v_to.code, 'role', p_role, 'reason', p_reason, 'request', p_request),
        '{}', p_trace) || jsonb_build_object('handoff_id', p_handoff);
END
$$;

-- Locks the case of a handoff and gives the handoff as it is after the lock.
CREATE OR REPLACE FUNCTION casework._lock_handoff(p_handoff uuid, p_expected int, OUT c casework."case", OUT h casework.handoff)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_case uuid;
BEGIN
    SELECT x.case_id INTO v_case FROM casework.handoff x
    WHERE x.id = p_handoff AND directory.me() IN (x.from_agency, x.to_agency);
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = v_case FOR NO KEY UPDATE;
    SELECT x.* INTO h FROM casework.handoff x WHERE x.id = p_handoff;
    IF h.state <> 'offered' THEN
        PERFORM casework._fail('SN409', 'handoff_already_decided', h.state);
    END IF;
    IF p_expected IS NOT NULL AND p_expected <> c.version THEN
        PERFORM casework._fail('SN412', 'changed_meanwhile');
    END IF;
END
$$;

-- Takes a part; shared by the office itself, its link and whoever acts for it. The caller has the lock.
CREATE OR REPLACE FUNCTION casework._accept(INOUT c casework."case", INOUT steps jsonb, INOUT also int[], h casework.handoff, p_actor text, p_note text,
                                 p_external_reference text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_bound boolean := false;
BEGIN
    UPDATE casework.handoff SET state = 'accepted', decided_at = p_at, decided_by = p_actor WHERE id = h.id;
    PERFORM casework._stop_clocks(c.id, ARRAY['offer'], p_at, h.id);
    IF h.role = 'lead' THEN
        c.status := casework._to(c.status, 'accept_lead');
        -- Inside an agency the lead that an arbiter named goes on with what binds it.
        SELECT p.bound AND p.agency = h.to_agency INTO v_bound FROM casework.participation p
        WHERE p.case_id = c.id AND p.role = 'lead' AND p.state = 'active';
        PERFORM casework._end_part(c.id, c.lead_office, 'lead', p_at);
        also := also || casework._agency_of(c.lead_office);
        c.lead_office := h.to_office;
        c.holder_office := h.to_office;
        c.held_since := p_at;
        c.refusals := 0;
        c.accepted_at := coalesce(c.accepted_at, p_at);
        c.verified_at := coalesce(c.verified_at, p_at);
        PERFORM casework._stop_clocks(c.id, ARRAY['holder', 'verify'], p_at);
    END IF;
    PERFORM casework._part(c, h.to_office, h.role, 'active', p_at, c.resolve_due, h.id, p_external_reference);
    UPDATE casework.participation SET bound = coalesce(v_bound, false), opened_at = p_at
    WHERE case_id = c.id AND office = h.to_office AND role = h.role;
    PERFORM casework._start_part_clock(c, h.to_office, h.role, p_at);
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, h.to_office, p_actor, 'handoff_accepted', c.status, 'reporter', p_note);
END
$$;

CREATE OR REPLACE FUNCTION casework.accept(p_handoff uuid, p_expected int, p_actor text, p_note text, p_external_reference text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case";
    h casework.handoff;
    v_at timestamptz;
BEGIN
    SELECT * INTO r FROM casework._lock_handoff(p_handoff, p_expected) l;
    c := r.c;
    h := r.h;
    v_at := clock_timestamp();
    IF h.to_agency <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    SELECT * INTO r FROM casework._accept(c, '[]'::jsonb, '{}'::int[], h, p_actor, p_note, p_external_reference, v_at) a;
    c := r.c;
    RETURN casework._save(c, v_at, r.steps, 'accepted',
        jsonb_build_object('actor', p_actor, 'handoff', h.id, 'role', h.role, 'note', p_note, 'external_reference', p_external_reference),
        r.also, p_trace) || jsonb_build_object('handoff_id', h.id);
END
$$;

-- Opens arbitration; shared by decline, expire, request and appeal. Ends open offers of the lead: they are the arbiter's now.
CREATE OR REPLACE FUNCTION casework._open_arbitration(INOUT c casework."case", INOUT steps jsonb, INOUT also int[], p_id uuid, p_why text, p_by text,
                                           p_request text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_parties uuid[] := casework._disputants(c);
    -- Whoever is not content with a decision asks the next arbiter above.
    v_last uuid := (SELECT a.arbiter_office FROM casework.arbitration a WHERE a.case_id = c.id AND a.decided_at IS NOT NULL
                    AND p_why = 'requested' ORDER BY a.decided_at DESC LIMIT 1);
    h casework.handoff;
    v_arbiter uuid := casework._arbiter(v_parties, v_last);
    v_due timestamptz;
    v_advice timestamptz;
    v_office uuid;
BEGIN
    c.status := casework._to(c.status, 'open_arbitration');
    FOR h IN UPDATE casework.handoff x SET state = 'arbitrated', decided_at = p_at, decided_by = 'sistem'
             WHERE x.case_id = c.id AND x.role = 'lead' AND x.state = 'offered' RETURNING x.* LOOP
        PERFORM casework._end_part(c.id, h.to_office, 'lead', p_at);
        PERFORM casework._stop_clocks(c.id, ARRAY['offer'], p_at, h.id);
        also := also || h.to_agency;
    END LOOP;
    PERFORM casework._stop_clocks(c.id, ARRAY['holder', 'verify'], p_at);
    v_due := casework._start_clock(c.id, c.kind, 'arbitration', 'arbitration', v_arbiter, p_at, p_at, NULL, p_id);
    v_advice := casework._start_clock(c.id, c.kind, 'advice', 'advice', v_arbiter, p_at, p_at, NULL, p_id);
    INSERT INTO casework.arbitration (id, case_id, arbiter_office, arbiter_agency, why, requested_by, request, opened_at, due_at, advice_due)
    VALUES (p_id, c.id, v_arbiter, casework._agency_of(v_arbiter), p_why, p_by, p_request, p_at, v_due, v_advice);
    PERFORM casework._part(c, v_arbiter, 'arbiter', 'active', p_at, v_due, NULL);
    -- Parties see the case until it is decided, as do arbiters that were passed over: they may advise.
    FOR v_office IN
        SELECT DISTINCT x.office FROM (SELECT unnest(v_parties) AS office UNION SELECT s.office FROM casework._skipped(v_parties, v_arbiter) s) x
        WHERE NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = x.office AND p.state = 'active')
          AND (SELECT o.joined FROM directory.office o WHERE o.id = x.office)
    LOOP
        PERFORM casework._part(c, v_office, 'party', 'active', p_at, v_advice, NULL);
    END LOOP;
    c.interim_holder := casework._interim_holder(c, v_parties);
    c.holder_office := c.interim_holder;
    c.held_since := p_at;
    IF NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.state = 'active' AND p.office = c.interim_holder
                   AND p.role IN ('lead', 'contributor', 'monitor')) THEN
        PERFORM casework._part(c, c.interim_holder, 'monitor', 'active', p_at, v_due, NULL);
        PERFORM casework._start_open_clock(c, c.interim_holder, 'monitor', p_at);
    END IF;
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, v_arbiter, p_by, 'arbitration_opened', c.status, 'reporter', p_request);
END
$$;

-- "Not ours" is a handoff with a destination, never a closure: the case is offered there at once, unknown goes to the coordinator,
-- the third refusal opens arbitration. p_new is the id of the next offer, or of the arbitration.
CREATE OR REPLACE FUNCTION casework._decline(INOUT c casework."case", INOUT steps jsonb, INOUT also int[], OUT next text, h casework.handoff, p_new uuid,
                                  p_actor text, p_reason_code text, p_reason text, p_suggested text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    v_to uuid;
BEGIN
    IF p_suggested <> 'unknown' THEN
        v_to := (casework._office(p_suggested, '#/suggested_office', true)).id;
        IF v_to = h.to_office THEN
            PERFORM casework._fail('SN422', 'unknown_office', '#/suggested_office');
        END IF;
    ELSE
        v_to := casework._coordinator(c.id, h.to_office);
    END IF;
    UPDATE casework.handoff SET state = 'declined', decided_at = p_at, decided_by = p_actor, reason_code = p_reason_code,
        decline_reason = p_reason, suggested_office = p_suggested WHERE id = h.id;
    PERFORM casework._stop_clocks(c.id, ARRAY['offer'], p_at, h.id);
    PERFORM casework._end_part(c.id, h.to_office, h.role, p_at);
    also := also || h.to_agency;
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, h.to_office, p_actor, 'handoff_declined', c.status, 'reporter', p_reason);
    SELECT * INTO r FROM casework._refused(c, steps, also, h, p_new, v_to, 'third_refusal', coalesce(p_reason, h.reason), p_actor, p_at) x;
    c := r.c;
    steps := r.steps;
    also := r.also;
    next := r.next;
END
$$;

-- What follows a refusal or a silence: the next offer (p_to), arbitration at the third or when nobody is left, or nothing.
-- next: handoff, arbitration or none; p_new is its id.
CREATE OR REPLACE FUNCTION casework._refused(INOUT c casework."case", INOUT steps jsonb, INOUT also int[], OUT next text, h casework.handoff, p_new uuid,
                                  p_to uuid, p_third text, p_reason text, p_actor text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
BEGIN
    next := 'none';
    -- The case may have been answered, paused or ended since the offer: then nothing follows from it.
    IF c.status NOT IN ('submitted', 'verified', 'routed', 'in_progress', 'reopened') THEN
        RETURN;
    END IF;
    IF h.role <> 'lead' THEN
        IF p_to IS NOT NULL AND c.offers < 60
           AND NOT EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.office = p_to AND p.state IN ('offered', 'active')
                           AND p.role IN ('lead', 'contributor', 'monitor'))
           AND NOT EXISTS (SELECT FROM casework.handoff x WHERE x.case_id = c.id AND x.to_office = p_to AND x.role = h.role
                           AND x.state IN ('declined', 'expired')) THEN
            SELECT * INTO r FROM casework._offer(c, steps, p_new, p_to, h.role, p_reason, h.request, p_actor, p_at) o;
            c := r.c;
            steps := r.steps;
            next := 'handoff';
        END IF;
        RETURN;
    END IF;
    c.hops := c.hops + 1;
    c.refusals := c.refusals + 1;
    IF c.refusals >= 3 OR p_to IS NULL OR c.offers >= 60 THEN
        SELECT * INTO r
        FROM casework._open_arbitration(c, steps, also, p_new, CASE WHEN c.refusals >= 3 THEN p_third ELSE 'no_holder' END, NULL, NULL, p_at) a;
        c := r.c;
        steps := r.steps;
        also := r.also;
        next := 'arbitration';
    ELSIF p_to <> c.lead_office THEN
        -- Back to the holder itself needs no offer: it holds the case already.
        SELECT * INTO r FROM casework._offer(c, steps, p_new, p_to, 'lead', p_reason, h.request, p_actor, p_at) o;
        c := r.c;
        steps := r.steps;
        next := 'handoff';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION casework.decline(p_handoff uuid, p_new uuid, p_expected int, p_actor text, p_reason_code text, p_reason text, p_suggested text,
                                 p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case";
    h casework.handoff;
    v_at timestamptz;
BEGIN
    SELECT * INTO r FROM casework._lock_handoff(p_handoff, p_expected) l;
    c := r.c;
    h := r.h;
    v_at := clock_timestamp();
    IF h.to_agency <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    SELECT * INTO r
    FROM casework._decline(c, '[]'::jsonb, '{}'::int[], h, p_new, p_actor, p_reason_code, p_reason, p_suggested, v_at) d;
    c := r.c;
    IF h.role = 'lead' AND h.hop = 0 THEN
        PERFORM casework._signal(c, 'refused', NULLIF(p_suggested, 'unknown'), p_actor, v_at);
    END IF;
    RETURN casework._save(c, v_at, r.steps, 'declined',
        jsonb_build_object('actor', p_actor, 'handoff', h.id, 'reason_code', p_reason_code, 'reason', p_reason, 'suggested', p_suggested),
        r.also, p_trace) || jsonb_build_object('handoff_id', h.id, 'next', r.next, 'next_id', CASE WHEN r.next <> 'none' THEN p_new END);
END
$$;

CREATE OR REPLACE FUNCTION casework.recall(p_handoff uuid, p_expected int, p_actor text, p_reason text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case";
    h casework.handoff;
    v_at timestamptz;
    v_step jsonb;
BEGIN
    SELECT * INTO r FROM casework._lock_handoff(p_handoff, p_expected) l;
    c := r.c;
    h := r.h;
    v_at := clock_timestamp();
    IF h.from_agency <> directory.me() OR casework._agency_of(c.lead_office) <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    UPDATE casework.handoff SET state = 'recalled', decided_at = v_at, decided_by = p_actor, decline_reason = p_reason WHERE id = h.id;
    PERFORM casework._stop_clocks(c.id, ARRAY['offer'], v_at, h.id);
    PERFORM casework._end_part(c.id, h.to_office, h.role, v_at);
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.lead_office, p_actor, 'handoff_recalled', c.status, 'participants', p_reason);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'recalled', jsonb_build_object('actor', p_actor, 'handoff', h.id, 'reason', p_reason),
        ARRAY[h.to_agency], p_trace) || jsonb_build_object('handoff_id', h.id);
END
$$;
