-- The triage queue: asking the reporter, waiting, archiving, taking a suggestion; and what a machine learns from it.
SET LOCAL ROLE sinergi_owner;

-- Everything that is missing, asked at once; at most twice in a case (product decision 10).
CREATE TABLE casework.information_request (
    id          uuid PRIMARY KEY,
    case_id     uuid NOT NULL REFERENCES casework."case",
    agency      int NOT NULL,
    office      uuid NOT NULL REFERENCES directory.office,
    asked_by    text NOT NULL CHECK (length(asked_by) <= 200),
    asked_at    timestamptz NOT NULL,
    items       text[] NOT NULL CHECK (cardinality(items) BETWEEN 1 AND 20),
    due_at      timestamptz NOT NULL,
    answered_at timestamptz,
    CHECK (length(items::text) <= 10000)
);
CREATE INDEX information_request_case ON casework.information_request (case_id, asked_at);

-- What people made of a machine's proposal: the truth that rules and models are measured by and learn from.
CREATE TABLE casework.routing_signal (
    agency    int NOT NULL,
    id        uuid NOT NULL,
    case_id   uuid NOT NULL REFERENCES casework."case",
    decision  uuid NOT NULL,
    at        timestamptz NOT NULL,
    -- accepted: the first suggestion was taken; corrected: another office was chosen; overruled: an automatic decision was changed by an
    -- officer; refused: the office said that it is not in charge; objected: the reporter did.
    kind      text NOT NULL CHECK (kind IN ('accepted', 'corrected', 'overruled', 'refused', 'objected')),
    suggested text CHECK (length(suggested) <= 60),
    chosen    text CHECK (length(chosen) <= 60),
    by        text NOT NULL CHECK (length(by) <= 200),
    PRIMARY KEY (agency, id)
);
CREATE INDEX routing_signal_decision ON casework.routing_signal (agency, decision);
CREATE INDEX routing_signal_at ON casework.routing_signal (agency, at);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['information_request', 'routing_signal'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('GRANT SELECT ON casework.%I TO sinergi_routing', v_table);
    END LOOP;
END
$$;
CREATE POLICY own_part ON casework.information_request FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id = information_request.case_id AND p.state <> 'ended'));
CREATE POLICY own_agency ON casework.routing_signal FOR SELECT USING (agency = directory.me());

SET LOCAL ROLE sinergi_gate;

-- Only an office of the agency that leads works at the desk.
CREATE FUNCTION casework._lock_lead(p_case uuid, p_expected int) RETURNS casework."case"
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
BEGIN
    IF casework._agency_of(c.lead_office) <> directory.me() THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only the holder does this');
    END IF;
    RETURN c;
END
$$;

-- Time stands still while the reporter is asked. A repeat with the same id asks nothing again.
CREATE FUNCTION casework.ask_information(p_id uuid, p_case uuid, p_expected int, p_actor text, p_items text[], p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_lead(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_also int[];
    v_due timestamptz;
    v_step jsonb;
BEGIN
    c.status := casework._to(c.status, 'ask_information');
    IF (SELECT count(*) FROM casework.information_request q WHERE q.case_id = c.id) >= 2 THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'the reporter has been asked twice');
    END IF;
    v_also := casework._recall_offers(c.id, ARRAY['lead'], v_at);
    PERFORM casework._pause_clocks(c.id, NULL, v_at, 'Menunggu keterangan pelapor');
    v_due := casework._start_clock(c.id, c.kind, 'information', 'information', c.lead_office, v_at, v_at);
    INSERT INTO casework.information_request (id, case_id, agency, office, asked_by, asked_at, items, due_at)
    VALUES (p_id, c.id, directory.me(), c.lead_office, p_actor, v_at, p_items, v_due);
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.lead_office, p_actor, 'information_requested', c.status, 'reporter',
        (SELECT string_agg(i.n || '. ' || i.item, E'\n' ORDER BY i.n) FROM unnest(p_items) WITH ORDINALITY i (item, n)));
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'information_asked',
        jsonb_build_object('actor', p_actor, 'items', to_jsonb(p_items), 'due_at', v_due), v_also, p_trace);
END
$$;

-- Ends the waiting for the reporter; shared by the reporter's answer and by an officer who needs it no longer.
CREATE FUNCTION casework._end_asking(p_case uuid, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM casework._stop_clocks(p_case, ARRAY['information'], p_at);
    PERFORM casework._resume_clocks(p_case, p_at);
    UPDATE casework.information_request SET answered_at = p_at WHERE case_id = p_case AND answered_at IS NULL;
END
$$;

-- What the reporter wrote: the answer to a question where one is open, else a message to whoever holds the case.
CREATE FUNCTION casework.information_given(p_case uuid, p_text text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_origin(p_case);
    v_at timestamptz := clock_timestamp();
    v_step jsonb;
BEGIN
    IF c.status <> 'needs_information' THEN
        RETURN casework.reporter_replied(p_case, p_text, p_trace);
    END IF;
    c.status := casework._to(c.status, 'information_given');
    PERFORM casework._end_asking(c.id, v_at);
    c.verified_at := coalesce(c.verified_at, v_at);
    PERFORM casework._stop_clocks(c.id, ARRAY['verify'], v_at);
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.lead_office, NULL, 'information_given', c.status, 'participants', left(p_text, 10000));
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'information_given',
        jsonb_build_object('text', encode(sha256(convert_to(p_text, 'UTF8')), 'hex')), '{}', p_trace);
END
$$;

-- Work waits for a reason, until a day; on that day the case comes back by itself.
CREATE FUNCTION casework.hold(p_case uuid, p_expected int, p_actor text, p_reason text, p_until date, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_lead(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_limit directory.service_level := directory.limit_of(c.kind, 'hold', v_at);
    v_also int[];
    v_due timestamptz;
    v_step jsonb;
BEGIN
    IF p_until <= v_at::date OR p_until > v_at::date + v_limit.amount THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/until');
    END IF;
    c.status := casework._to(c.status, 'hold');
    v_also := casework._recall_offers(c.id, ARRAY['lead'], v_at);
    PERFORM casework._pause_clocks(c.id, NULL, v_at, p_reason);
    INSERT INTO casework.clock (id, case_id, step, office, started_at, due_at, state, provisional, legal_basis, limit_name, calendar, amount, unit)
    SELECT directory.uuid7(v_at), c.id, 'hold', c.lead_office, v_at,
           coalesce((SELECT w.opens_at FROM directory.workday w WHERE w.calendar = o.calendar AND w.day >= p_until ORDER BY w.day LIMIT 1),
                    p_until AT TIME ZONE k.zone),
           'running', false, v_limit.legal_basis, 'hold', o.calendar, 1, 'calendar_days'
    FROM directory.office o JOIN directory.calendar k ON k.code = o.calendar WHERE o.id = c.lead_office
    RETURNING due_at INTO v_due;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, c.lead_office, p_actor, 'held', c.status, 'reporter', p_reason);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'held',
        jsonb_build_object('actor', p_actor, 'reason', p_reason, 'until', v_due), v_also, p_trace);
END
$$;

-- A case that nobody had accepted goes back to the desk, the others to work. By an officer, or by its clock.
CREATE FUNCTION casework._resume(INOUT c casework."case", INOUT steps jsonb, p_actor text, p_note text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.status := casework._to(c.status, CASE WHEN c.accepted_at IS NULL THEN 'release' ELSE 'resume' END);
    PERFORM casework._stop_clocks(c.id, ARRAY['hold'], p_at);
    PERFORM casework._resume_clocks(c.id, p_at);
    c.entries := c.entries + 1;
    steps := steps || casework._entry(c.id, c.entries, p_at, c.lead_office, p_actor, 'resumed', c.status, 'participants', p_note);
END
$$;

CREATE FUNCTION casework.resume(p_case uuid, p_expected int, p_actor text, p_note text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_lead(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
BEGIN
    SELECT * INTO r FROM casework._resume(c, '[]'::jsonb, p_actor, p_note, v_at) x;
    RETURN casework._save(r.c, v_at, r.steps, 'resumed', jsonb_build_object('actor', p_actor, 'note', p_note), '{}', p_trace);
END
$$;

-- No case for anybody. The reason is data, and its sentence goes to the reporter in the reporter's language.
CREATE FUNCTION casework.archive(p_case uuid, p_expected int, p_actor text, p_reason text, p_note text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    r record;
    c casework."case" := casework._lock_lead(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_reason directory.archive_reason;
    v_also int[];
    v_sentence text;
BEGIN
    SELECT a.* INTO v_reason FROM directory.archive_reason a
    WHERE a.code = p_reason AND a.valid_from <= v_at::date AND (a.valid_to IS NULL OR a.valid_to > v_at::date);
    IF NOT FOUND THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/reason_code');
    ELSIF v_reason.needs_note AND coalesce(btrim(p_note), '') = '' THEN
        PERFORM casework._fail('SN422', 'required', '#/note');
    END IF;
    v_sentence := concat_ws(' ', CASE c.language WHEN 'en' THEN v_reason.name_en ELSE v_reason.name_id END, p_note);
    SELECT coalesce(array_agg(DISTINCT p.agency), '{}') INTO v_also FROM casework.participation p WHERE p.case_id = c.id AND p.state <> 'ended';
    SELECT * INTO r FROM casework._close(c, '[]'::jsonb, 'archive', 'archived', v_sentence, v_at) x;
    RETURN casework._save(r.c, v_at, r.steps, 'archived', jsonb_build_object('actor', p_actor, 'reason', p_reason, 'note', p_note), v_also, p_trace);
END
$$;

-- What an officer's choice says about the machine's last word on the case.
CREATE FUNCTION casework._signal(c casework."case", p_kind text, p_chosen text, p_by text, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d casework.decision;
    v_first text;
BEGIN
    SELECT x.* INTO d FROM casework.decision x WHERE x.case_id = c.id AND x.mode IN ('automatic', 'suggested') ORDER BY x.at DESC, x.id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    v_first := d.suggestions -> 0 -> 'office' ->> 'code';
    INSERT INTO casework.routing_signal (agency, id, case_id, decision, at, kind, suggested, chosen, by)
    VALUES (d.agency, directory.uuid7(p_at), c.id, d.id, p_at,
            coalesce(p_kind, CASE WHEN v_first = p_chosen THEN 'accepted' WHEN d.mode = 'automatic' THEN 'overruled' ELSE 'corrected' END),
            v_first, p_chosen, p_by);
END
$$;

-- One key: the n-th suggestion becomes the offer, with the machine's reasons; the case counts as looked at.
CREATE FUNCTION casework.accept_suggestion(p_handoff uuid, p_case uuid, p_expected int, p_actor text, p_rank int, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock_lead(p_case, p_expected);
    v_suggestion jsonb;
    v_reason text;
BEGIN
    SELECT d.suggestions -> (p_rank - 1) INTO v_suggestion FROM casework.decision d
    WHERE d.case_id = c.id AND d.mode IN ('automatic', 'suggested') ORDER BY d.at DESC, d.id DESC LIMIT 1;
    IF v_suggestion -> 'office' ->> 'code' IS NULL THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/rank');
    END IF;
    SELECT left(string_agg(x, ' '), 2000) INTO v_reason FROM jsonb_array_elements_text(v_suggestion -> 'reasons') x;
    IF c.status = 'submitted' THEN
        PERFORM casework.verify(p_case, NULL, p_actor, '{}', NULL, p_trace);
    END IF;
    RETURN casework.offer(p_handoff, p_case, NULL, p_actor, v_suggestion -> 'office' ->> 'code', v_suggestion ->> 'role',
        coalesce(v_reason, 'Sesuai usulan'), NULL, p_trace);
END
$$;

GRANT EXECUTE ON FUNCTION
    casework.ask_information(uuid, uuid, int, text, text[], text), casework.information_given(uuid, text, text),
    casework.hold(uuid, int, text, text, date, text), casework.resume(uuid, int, text, text, text),
    casework.archive(uuid, int, text, text, text, text), casework.accept_suggestion(uuid, uuid, int, text, int, text)
    TO sinergi_routing;
