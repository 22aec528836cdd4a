-- Evidence: what was done, shown by pictures and documents. Old pictures and impossible times and places are flagged before a second
-- person looks; nothing is decided by a flag alone.
SET LOCAL ROLE sinergi_owner;

-- Bytes stand in schema media; here are the facts that a judgement needs, copied when it was handed in and never changed.
CREATE TABLE casework.evidence (
    id              uuid PRIMARY KEY,
    case_id         uuid NOT NULL REFERENCES casework."case",
    agency          int NOT NULL REFERENCES directory.agency,
    office          uuid NOT NULL REFERENCES directory.office,
    media           uuid,
    kind            text NOT NULL CHECK (kind IN ('before', 'during', 'after', 'document')),
    caption         text CHECK (length(caption) <= 1000),
    sha256          bytea NOT NULL CHECK (length(sha256) = 32),
    perceptual_hash bigint,
    bands           int[] NOT NULL DEFAULT '{}' CHECK (cardinality(bands) <= 8),
    captured_at     timestamptz,
    lat             float8 CHECK (lat BETWEEN -90 AND 90),
    long            float8 CHECK (long BETWEEN -180 AND 180),
    flags           jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(flags) = 'array' AND length(flags::text) <= 20000),
    state           text NOT NULL DEFAULT 'submitted' CHECK (state IN ('submitted', 'validated', 'returned')),
    added_by        text NOT NULL CHECK (length(added_by) <= 200),
    validated_by    text CHECK (length(validated_by) <= 200),
    note            text CHECK (length(note) <= 2000),
    created_at      timestamptz NOT NULL,
    decided_at      timestamptz
);
CREATE INDEX evidence_case ON casework.evidence (case_id, created_at);
CREATE INDEX evidence_sha256 ON casework.evidence (sha256);
CREATE INDEX evidence_bands ON casework.evidence USING gin (bands);

ALTER TABLE casework.evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.evidence FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.evidence TO sinergi_gate, sinergi_migrator;
GRANT SELECT ON casework.evidence TO sinergi_routing;
-- An agency sees its own, and what others handed in at cases that it works on.
CREATE POLICY own_part ON casework.evidence FOR SELECT USING (
    agency = directory.me()
    OR EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = evidence.case_id AND p.state <> 'ended'));

SET LOCAL ROLE sinergi_gate;

-- The eight bytes of a perceptual hash, each with its place: two hashes that differ in at most seven bits share one.
CREATE FUNCTION casework._bands(p_hash bigint) RETURNS int[]
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN p_hash IS NULL THEN '{}' ELSE (SELECT array_agg(get_byte(int8send(p_hash), n) + n * 256 ORDER BY n) FROM generate_series(0, 7) n) END
$$;

-- What is odd about a piece. The same or nearly the same picture at another case: with its code where the agency may see that case,
-- else only the fact. A picture of the same case from before is no reuse.
CREATE FUNCTION casework._evidence_flags(e casework.evidence, c casework."case") RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT coalesce(jsonb_agg(f.flag), '[]') FROM (
        SELECT * FROM (
            SELECT DISTINCT ON (x.case_id) jsonb_build_object('code', CASE WHEN x.sha256 = e.sha256 THEN 'same_file' ELSE 'near_duplicate' END,
                'distance', CASE WHEN x.sha256 = e.sha256 THEN 0 ELSE bit_count((x.perceptual_hash # e.perceptual_hash)::bit(64)) END,
                'at', CASE WHEN casework._sees(x.case_id) AND NOT y.confidential THEN x.created_at END,
                'tracking_code', CASE WHEN casework._sees(x.case_id) AND NOT y.confidential THEN y.tracking_code END) AS flag
            FROM casework.evidence x JOIN casework."case" y ON y.id = x.case_id
            WHERE x.case_id <> e.case_id AND x.id <> e.id
              AND (x.sha256 = e.sha256
                   OR e.perceptual_hash IS NOT NULL AND x.bands && e.bands
                      AND bit_count((x.perceptual_hash # e.perceptual_hash)::bit(64)) <= 7)
            ORDER BY x.case_id, x.created_at LIMIT 20) reused
        UNION ALL
        SELECT jsonb_build_object('code', 'reused_in_case', 'at', x.created_at) FROM casework.evidence x
        WHERE x.case_id = e.case_id AND x.id <> e.id AND x.sha256 = e.sha256 AND x.kind <> e.kind
        UNION ALL
        SELECT jsonb_build_object('code', 'before_complaint', 'captured_at', e.captured_at)
        WHERE e.kind IN ('during', 'after') AND e.captured_at < c.received_at - interval '10 minutes'
        UNION ALL
        SELECT jsonb_build_object('code', 'in_the_future', 'captured_at', e.captured_at) WHERE e.captured_at > e.created_at + interval '1 day'
        UNION ALL
        SELECT jsonb_build_object('code', 'far_away', 'metres', m.metres)
        FROM (SELECT (6371000 * 2 * asin(sqrt(least(1, power(sin(radians(e.lat - c.lat) / 2), 2)
                  + cos(radians(c.lat)) * cos(radians(e.lat)) * power(sin(radians(e.long - c.long) / 2), 2)))))::int AS metres) m
        -- least() passes over NULL, so an unknown place would be far away from everywhere.
        WHERE m.metres > 1000 AND e.lat IS NOT NULL AND e.long IS NOT NULL AND c.lat IS NOT NULL AND c.long IS NOT NULL
        UNION ALL
        SELECT jsonb_build_object('code', 'no_capture_time') WHERE e.kind <> 'document' AND e.captured_at IS NULL) f
$$;

-- What the checks of a stored medium found. A camera's clock has no zone: the office's is taken.
CREATE FUNCTION casework._media_facts(p_media uuid, p_case uuid, p_office uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_item record;
    v_zone text := (SELECT k.zone FROM directory.office o JOIN directory.calendar k ON k.code = o.calendar WHERE o.id = p_office);
    v_at timestamptz;
BEGIN
    -- Media are a schema of their own, which may come later than this one.
    IF to_regclass('media.item') IS NULL THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/media_id');
    END IF;
    SELECT i.original_sha256, i.perceptual_hash, i.captured_at, i.captured_lat, i.captured_long INTO v_item
    FROM media.item i WHERE i.agency = directory.me() AND i.id = p_media AND i.case_id = p_case AND i.state = 'ready';
    IF NOT FOUND OR v_item.original_sha256 IS NULL THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/media_id');
    END IF;
    BEGIN
        v_at := CASE WHEN v_item.captured_at ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$' THEN v_item.captured_at::timestamptz
                     ELSE v_item.captured_at::timestamp AT TIME ZONE v_zone END;
    EXCEPTION WHEN data_exception THEN
        v_at := NULL;
    END;
    RETURN jsonb_build_object('sha256', encode(v_item.original_sha256, 'hex'), 'perceptual_hash', v_item.perceptual_hash, 'captured_at', v_at,
                              'lat', v_item.captured_lat, 'long', v_item.captured_long);
END
$$;

-- Hands a piece in. p_facts: sha256 and perceptual_hash as the medium's checks found them, or, without a medium, as the client says.
CREATE FUNCTION casework.add_evidence(p_id uuid, p_case uuid, p_actor text, p_office text, p_kind text, p_caption text, p_media uuid,
                                      p_facts jsonb, p_trace text DEFAULT NULL) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_part casework.participation := casework._own_part(p_case, p_office);
    v_at timestamptz := clock_timestamp();
    e casework.evidence;
    v_step jsonb;
    v_facts jsonb := p_facts;
BEGIN
    IF EXISTS (SELECT FROM casework.evidence x WHERE x.id = p_id AND x.case_id = p_case) THEN
        RETURN jsonb_build_object('case_id', c.id, 'version', c.version, 'status', c.status, 'existing', true, 'wake', '[]'::jsonb);
    END IF;
    IF (SELECT count(*) FROM casework.evidence x WHERE x.case_id = p_case) >= 200 THEN
        PERFORM casework._fail('SN429', 'rate_limited', 'evidence per case');
    END IF;
    IF p_media IS NOT NULL THEN
        v_facts := casework._media_facts(p_media, p_case, v_part.office);
    END IF;
    e.id := p_id; e.case_id := p_case; e.agency := directory.me(); e.office := v_part.office; e.media := p_media; e.kind := p_kind;
    e.caption := p_caption; e.sha256 := decode(v_facts ->> 'sha256', 'hex'); e.perceptual_hash := (v_facts ->> 'perceptual_hash')::bigint;
    e.bands := casework._bands(e.perceptual_hash); e.captured_at := (v_facts ->> 'captured_at')::timestamptz;
    e.lat := (v_facts ->> 'lat')::float8; e.long := (v_facts ->> 'long')::float8; e.state := 'submitted'; e.added_by := p_actor;
    e.created_at := v_at;
    e.flags := casework._evidence_flags(e, c);
    INSERT INTO casework.evidence SELECT e.*;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, v_part.office, p_actor, 'note', c.status, 'participants', coalesce(p_caption, p_kind));
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'evidence_added', jsonb_build_object('actor', p_actor, 'office', v_part.office_code,
        'evidence', p_id, 'sha256', v_facts ->> 'sha256', 'flags', e.flags), '{}', p_trace);
END
$$;

-- How many people an office has with a position today.
CREATE FUNCTION casework._people(p_office uuid) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(DISTINCT s.officer) FROM directory.position s
    WHERE s.office = p_office AND s.valid_from <= current_date AND (s.valid_to IS NULL OR s.valid_to > current_date)
$$;

-- A second person validates or returns. The own agency, and where the handing-in unit has under four people also whoever else has a
-- part in the case: the district that monitors, the coordinator that arbitrated, or the origin for the reporter.
CREATE FUNCTION casework.judge_evidence(p_case uuid, p_evidence uuid, p_actor text, p_valid boolean, p_note text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    e casework.evidence;
    v_at timestamptz := clock_timestamp();
    v_rule casework.practice;
    v_step jsonb;
BEGIN
    SELECT x.* INTO e FROM casework.evidence x WHERE x.id = p_evidence AND x.case_id = p_case;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF e.state = 'returned' OR e.state = 'validated' AND p_valid THEN
        PERFORM casework._fail('SN409', 'wrong_state', e.state);
    END IF;
    IF e.agency <> directory.me() AND casework._people(e.office) >= 4 THEN
        PERFORM casework._fail('SN403', 'insufficient_role');
    END IF;
    SELECT s.* INTO v_rule FROM casework.practice s WHERE s.agency = e.agency;
    IF p_valid AND e.agency = directory.me() AND e.added_by = p_actor
       AND casework._needs_second(v_rule.four_eyes_evidence, v_rule.sample_percent, e.id) THEN
        PERFORM casework._fail('SN403', 'four_eyes');
    END IF;
    -- Who waves a flagged piece through says why.
    IF p_valid AND jsonb_array_length(e.flags) > 0 AND coalesce(btrim(p_note), '') = '' THEN
        PERFORM casework._fail('SN422', 'required', '#/note');
    END IF;
    UPDATE casework.evidence SET state = CASE WHEN p_valid THEN 'validated' ELSE 'returned' END, validated_by = p_actor, note = p_note,
        decided_at = v_at WHERE id = p_evidence;
    c.entries := c.entries + 1;
    v_step := casework._entry(c.id, c.entries, v_at, e.office, p_actor, 'note', c.status, 'participants', p_note);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), CASE WHEN p_valid THEN 'evidence_validated' ELSE 'evidence_returned' END,
        jsonb_build_object('actor', p_actor, 'evidence', p_evidence, 'reason', p_note), '{}', p_trace);
END
$$;
GRANT EXECUTE ON FUNCTION casework.add_evidence(uuid, uuid, text, text, text, text, uuid, jsonb, text),
    casework.judge_evidence(uuid, uuid, text, boolean, text, text) TO sinergi_routing;
