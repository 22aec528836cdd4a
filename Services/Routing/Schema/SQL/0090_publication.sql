-- The published text: proposed by a machine that masks what identifies persons, checked by an officer before anybody outside reads it.
SET LOCAL ROLE sinergi_owner;

-- One for each case that may become public, of the agency that received it. The case's own columns hold only what was checked.
CREATE TABLE casework.publication (
    agency      int NOT NULL REFERENCES directory.agency,
    case_id     uuid NOT NULL REFERENCES casework."case",
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description text NOT NULL CHECK (length(description) BETWEEN 1 AND 10000),
    -- What the machine masked: phone, identity, number, plate, email, account, name.
    found       text[] NOT NULL DEFAULT '{}' CHECK (cardinality(found) <= 20),
    state       text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published', 'kept_back')),
    made_at     timestamptz NOT NULL,
    changed_by  text CHECK (length(changed_by) <= 200),
    changed_at  timestamptz,
    note        text CHECK (length(note) <= 2000),
    PRIMARY KEY (agency, case_id)
);
CREATE INDEX publication_queue ON casework.publication (agency, state, made_at, case_id);
ALTER TABLE casework.publication ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.publication FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON casework.publication FOR SELECT USING (agency = directory.me());
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.publication TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.publication TO sinergi_routing;

SET LOCAL ROLE sinergi_gate;

-- The machine's proposal, when the case opens. None for what never becomes public.
CREATE FUNCTION casework.propose_publication(p_case uuid, p_title text, p_description text, p_found text[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO casework.publication (agency, case_id, title, description, found, made_at)
    SELECT c.origin, c.id, left(p_title, 200), left(p_description, 10000), p_found, date_trunc('milliseconds', clock_timestamp())
    FROM casework."case" c
    WHERE c.id = p_case AND c.origin = directory.me() AND NOT c.sealed AND NOT c.confidential
      AND c.kind NOT IN ('supervisory', 'whistleblowing')
    ON CONFLICT DO NOTHING
$$;

-- Writes a checked text into the case and beside its proposal. Title NULL: as proposed.
CREATE FUNCTION casework._publish(INOUT c casework."case", p_title text, p_description text, p_actor text, p_at timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    c.title_published := coalesce(p_title, c.title_published,
        (SELECT p.title FROM casework.publication p WHERE p.agency = c.origin AND p.case_id = c.id), 'Laporan warga');
    c.description_published := p_description;
    INSERT INTO casework.publication AS p (agency, case_id, title, description, state, made_at, changed_by, changed_at)
    VALUES (c.origin, c.id, c.title_published, p_description, 'published', p_at, left(p_actor, 200), p_at)
    ON CONFLICT (agency, case_id) DO UPDATE SET title = excluded.title, description = excluded.description, state = 'published',
        changed_by = excluded.changed_by, changed_at = excluded.changed_at;
END
$$;

-- An officer of the agency that received the complaint edits the text, publishes it, or keeps it back. p_do: draft, publish, keep_back.
CREATE FUNCTION casework.decide_publication(p_case uuid, p_expected int, p_actor text, p_do text, p_title text, p_description text,
                                            p_note text, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, p_expected);
    v_at timestamptz := clock_timestamp();
    v_text casework.publication;
    v_step jsonb;
BEGIN
    SELECT p.* INTO v_text FROM casework.publication p WHERE p.agency = directory.me() AND p.case_id = p_case FOR UPDATE;
    IF NOT FOUND OR c.origin <> directory.me() THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF c.sealed OR c.confidential OR c.kind IN ('supervisory', 'whistleblowing') THEN
        PERFORM casework._fail('SN409', 'wrong_state', 'a secret case is never published');
    END IF;
    IF p_do = 'draft' THEN
        IF v_text.state = 'published' THEN
            PERFORM casework._fail('SN409', 'wrong_state', 'it is published; publish the change, or keep it back first');
        END IF;
        UPDATE casework.publication SET title = coalesce(p_title, title), description = coalesce(p_description, description),
            note = p_note, state = 'draft', changed_by = left(p_actor, 200), changed_at = v_at
        WHERE agency = directory.me() AND case_id = p_case;
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'wake', '[]'::jsonb);
    ELSIF p_do = 'publish' THEN
        c := casework._publish(c, coalesce(p_title, v_text.title), coalesce(p_description, v_text.description), p_actor, v_at);
    ELSE
        c.description_published := NULL;
        c.title_published := NULL;
    END IF;
    UPDATE casework.publication SET note = p_note, changed_by = left(p_actor, 200), changed_at = v_at,
        state = CASE p_do WHEN 'publish' THEN 'published' ELSE 'kept_back' END
    WHERE agency = directory.me() AND case_id = p_case;
    -- No step of the reporter's: nobody's work has moved.
    v_step := jsonb_build_object('id', directory.uuid7(v_at), 'seq', c.entries, 'at', v_at, 'event', 'note', 'status', c.status,
                                 'office', NULL, 'note', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), CASE p_do WHEN 'publish' THEN 'text_published' ELSE 'text_kept_back' END,
        jsonb_build_object('actor', p_actor, 'note', p_note), '{}', p_trace);
END
$$;

REVOKE EXECUTE ON FUNCTION casework.propose_publication(uuid, text, text, text[]), casework._publish(casework."case", text, text, text, timestamptz),
    casework.decide_publication(uuid, int, text, text, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.propose_publication(uuid, text, text, text[]),
    casework.decide_publication(uuid, int, text, text, text, text, text, text) TO sinergi_routing;
