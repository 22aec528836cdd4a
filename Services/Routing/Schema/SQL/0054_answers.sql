-- Answers: an agency's own rules for them, its templates, and corrections that everybody can see.
SET LOCAL ROLE sinergi_owner;

-- How an agency works. Four eyes: off, on a sample, or on every answer (product decision 21). No row: everything off.
CREATE TABLE casework.practice (
    agency              int PRIMARY KEY,
    four_eyes_answers   text NOT NULL DEFAULT 'off' CHECK (four_eyes_answers IN ('off', 'sample', 'on')),
    four_eyes_evidence  text NOT NULL DEFAULT 'off' CHECK (four_eyes_evidence IN ('off', 'sample', 'on')),
    sample_percent      int NOT NULL DEFAULT 20 CHECK (sample_percent BETWEEN 1 AND 100),
    changed_by          text NOT NULL CHECK (length(changed_by) <= 200),
    changed_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A wording to start from. What stands between [[ and ]] must be replaced by something about this very case.
CREATE TABLE casework.answer_template (
    agency       int NOT NULL,
    id           uuid NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    category     text CHECK (length(category) <= 81),
    body         text NOT NULL CHECK (length(body) BETWEEN 20 AND 10000 AND strpos(body, '[[') > 0),
    own_words    int NOT NULL DEFAULT 40 CHECK (own_words BETWEEN 0 AND 2000),
    created_by   text NOT NULL CHECK (length(created_by) <= 200),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed_at   timestamptz,
    PRIMARY KEY (agency, id)
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['practice', 'answer_template'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('GRANT SELECT, INSERT ON casework.%I TO sinergi_routing', v_table);
        EXECUTE format('CREATE POLICY own_agency ON casework.%I USING (agency = directory.me()) WITH CHECK (agency = directory.me())', v_table);
    END LOOP;
END
$$;
GRANT UPDATE (four_eyes_answers, four_eyes_evidence, sample_percent, changed_by, changed_at) ON casework.practice TO sinergi_routing;
GRANT UPDATE (removed_at) ON casework.answer_template TO sinergi_routing;
-- The agency's own recent answers, for the warning that the same words went out before.
CREATE INDEX answer_agency ON casework.answer (agency, created_at);

SET LOCAL ROLE sinergi_gate;

-- Whether a rule of four eyes takes a thing. A sample is drawn by the thing's id, so nobody can try until it is not drawn.
CREATE FUNCTION casework._needs_second(p_rule text, p_percent int, p_id uuid) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE p_rule WHEN 'on' THEN true WHEN 'sample' THEN abs(hashtext(p_id::text)::bigint) % 100 < p_percent ELSE false END
$$;

-- Who drafted an answer does not approve it, where the agency wants it so. By name: of two namesakes one must step aside.
CREATE FUNCTION casework.second_eye() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.approved_by = NEW.drafted_by AND EXISTS (
        SELECT FROM casework.practice s WHERE s.agency = NEW.agency
          AND casework._needs_second(s.four_eyes_answers, s.sample_percent, NEW.id)) THEN
        PERFORM casework._fail('SN403', 'four_eyes');
    END IF;
    RETURN NEW;
END
$$;
GRANT EXECUTE ON FUNCTION casework.second_eye() TO sinergi_owner;

-- A correction begins as a draft like every answer, and names the publication that it will replace.
CREATE FUNCTION casework.draft_correction(p_answer uuid, p_case uuid, p_corrects uuid, p_actor text, p_officer uuid, p_body text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_old casework.answer;
BEGIN
    SELECT a.* INTO v_old FROM casework.answer a WHERE a.id = p_corrects AND a.case_id = p_case AND a.agency = directory.me();
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF v_old.state <> 'published' OR v_old.corrected_by IS NOT NULL THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'only the latest publication is corrected');
    END IF;
    INSERT INTO casework.answer (id, case_id, agency, office, body, interim, state, drafted_by, drafted_by_officer, corrects, created_at)
    VALUES (p_answer, p_case, directory.me(), v_old.office, p_body, v_old.interim, 'draft', p_actor, p_officer, p_corrects, clock_timestamp())
    ON CONFLICT (id) DO NOTHING;
    RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'answer_id', p_answer, 'wake', '[]'::jsonb);
END
$$;

-- Publishes a correction: the old wording stays and is shown as corrected, the reporter is told. No clock moves: correcting is
-- not answering. The reason is obligatory and public.
CREATE FUNCTION casework.publish_correction(p_case uuid, p_answer uuid, p_expected int, p_actor text, p_reason text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_answer casework.answer;
    v_step jsonb;
BEGIN
    SELECT a.* INTO v_answer FROM casework.answer a WHERE a.id = p_answer AND a.case_id = p_case AND a.agency = directory.me();
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF v_answer.state <> 'approved' OR v_answer.corrects IS NULL THEN
        PERFORM casework._fail('SN409', 'wrong_state', v_answer.state);
    END IF;
    IF coalesce(btrim(p_reason), '') = '' THEN
        PERFORM casework._fail('SN422', 'required', '#/note');
    END IF;
    UPDATE casework.answer SET corrected_by = p_answer WHERE id = v_answer.corrects AND corrected_by IS NULL AND state = 'published';
    IF NOT FOUND THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'another correction was published before');
    END IF;
    UPDATE casework.answer SET state = 'published', published_at = v_at WHERE id = p_answer;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, v_answer.office, p_actor, 'answer_published', c.status, 'reporter',
                              'Pembetulan: ' || p_reason);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'corrected',
        jsonb_build_object('actor', p_actor, 'reason', p_reason, 'answer', p_answer, 'corrects', v_answer.corrects,
                           'body', encode(sha256(convert_to(v_answer.body, 'UTF8')), 'hex')), '{}', p_trace)
        || jsonb_build_object('answer_id', p_answer);
END
$$;
GRANT EXECUTE ON FUNCTION casework.draft_correction(uuid, uuid, uuid, text, uuid, text),
    casework.publish_correction(uuid, uuid, int, text, text, text) TO sinergi_routing;

SET LOCAL ROLE sinergi_owner;
CREATE TRIGGER answer_second_eye BEFORE UPDATE OF state ON casework.answer
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION casework.second_eye();
