-- definitions 1
-- Who writes. Definer functions, because an agency that could write chunks itself could fill the disk of all, or change a
-- picture after it was checked. None takes an agency: directory.me() tells.
SET LOCAL ROLE sinergi_owner;
-- Whether a complaint was received here; casework._sees tells whether a part is held.
GRANT SELECT (agency, id) ON intake.complaint TO sinergi_gate;

SET LOCAL ROLE sinergi_gate;

-- Starts an upload. The same id again changes nothing. p_limit bounds the files of one case and purpose.
CREATE OR REPLACE FUNCTION media.begin(p_id uuid, p_case uuid, p_purpose text, p_shared boolean, p_name text, p_by text, p_size bigint, p_limit int)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_me int := directory.me();
    v_items bigint;
    v_bytes bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM intake.complaint c WHERE c.agency = v_me AND c.id = p_case) AND NOT casework._sees(p_case) THEN
        RAISE EXCEPTION USING ERRCODE = 'SN404', MESSAGE = 'not_found';
    END IF;
    IF EXISTS (SELECT FROM media.item i WHERE i.agency = v_me AND i.id = p_id) THEN
        RETURN;
    END IF;
    -- Locks the day's row, so that the count below is exact.
    INSERT INTO media.quota AS q (agency, day, items, bytes) VALUES (v_me, current_date, 1, p_size)
    ON CONFLICT (agency, day) DO UPDATE SET items = q.items + 1, bytes = q.bytes + excluded.bytes
    RETURNING q.items, q.bytes INTO v_items, v_bytes;
    IF v_items > 50000 OR v_bytes > 21474836480 THEN
        RAISE EXCEPTION USING ERRCODE = 'SN429', MESSAGE = 'rate_limited';
    END IF;
    IF (SELECT count(*) FROM media.item i
        WHERE i.agency = v_me AND i.case_id = p_case AND i.purpose = p_purpose AND i.state <> 'refused') >= p_limit THEN
        RAISE EXCEPTION USING ERRCODE = 'SN409', MESSAGE = 'too_many_files';
    END IF;
    INSERT INTO media.content (agency, id, size) VALUES (v_me, p_id, p_size);
    INSERT INTO media.item (agency, id, case_id, purpose, shared, state, name, added_by, declared_size, upload)
    VALUES (v_me, p_id, p_case, p_purpose, p_shared, 'uploading', p_name, p_by, p_size, p_id)
    ON CONFLICT DO NOTHING;
END
$$;

-- Takes the next piece, if it begins where the last one ended. The last one hands the file to the checks.
CREATE OR REPLACE FUNCTION media.append(p_item uuid, p_offset bigint, p_data bytea, OUT received bigint, OUT state text, OUT taken boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    i media.item;
BEGIN
    SELECT x.* INTO i FROM media.item x WHERE x.agency = directory.me() AND x.id = p_item FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'SN404', MESSAGE = 'not_found';
    END IF;
    taken := i.state = 'uploading' AND i.received = p_offset AND p_offset + length(p_data) <= i.declared_size;
    received := i.received;
    state := i.state;
    IF NOT taken THEN
        RETURN;
    END IF;
    INSERT INTO media.chunk (agency, content, number, data) VALUES (i.agency, i.upload, i.chunks, p_data);
    UPDATE media.item x
    SET received = i.received + length(p_data), chunks = i.chunks + 1, updated_at = clock_timestamp(),
        state = CASE WHEN i.received + length(p_data) = i.declared_size THEN 'checking' ELSE i.state END
    WHERE x.agency = i.agency AND x.id = i.id
    RETURNING x.received, x.state INTO received, state;
END
$$;

-- The end of a file whose size was not known when it began, as in forms.
CREATE OR REPLACE FUNCTION media.finish(p_item uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    -- What was reserved for it and did not come is given back.
    UPDATE media.quota q SET bytes = greatest(0, q.bytes - (x.declared_size - x.received))
    FROM media.item x
    WHERE q.agency = directory.me() AND q.day = current_date
        AND x.agency = directory.me() AND x.id = p_item AND x.state = 'uploading';
    UPDATE media.item x SET declared_size = x.received, state = 'checking', updated_at = clock_timestamp()
    WHERE x.agency = directory.me() AND x.id = p_item AND x.state = 'uploading' AND x.received > 0
$$;

-- One file that waits to be checked, for this process alone until the lease ends.
CREATE OR REPLACE FUNCTION media.claim(p_lease interval) RETURNS SETOF media.item
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE media.item x SET lease_until = clock_timestamp() + least(p_lease, interval '10 minutes'), attempts = x.attempts + 1
    FROM (SELECT i.agency, i.id FROM media.item i
          WHERE i.agency = directory.me() AND i.state = 'checking'
              AND (i.lease_until IS NULL OR i.lease_until < clock_timestamp())
          ORDER BY i.lease_until NULLS FIRST, i.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) AS next
    WHERE x.agency = next.agency AND x.id = next.id
    RETURNING x.*
$$;

-- The checks could not be made: later. p_counts says whether the try was the file's fault.
CREATE OR REPLACE FUNCTION media.postpone(p_item uuid, p_wait interval, p_counts boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE media.item x
    SET lease_until = clock_timestamp() + least(p_wait, interval '10 minutes'),
        attempts = x.attempts - CASE WHEN p_counts THEN 0 ELSE 1 END
    WHERE x.agency = directory.me() AND x.id = p_item AND x.state = 'checking'
$$;

-- A piece of what the checks make of a file: the picture drawn anew, its thumbnail.
CREATE OR REPLACE FUNCTION media.keep(p_content uuid, p_number int, p_data bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_number = 0 THEN
        INSERT INTO media.content (agency, id, size) VALUES (directory.me(), p_content, 0);
    ELSIF NOT EXISTS (SELECT FROM media.content c WHERE c.agency = directory.me() AND c.id = p_content AND c.sha256 IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'SN404', MESSAGE = 'not_found';
    END IF;
    INSERT INTO media.chunk (agency, content, number, data) VALUES (directory.me(), p_content, p_number, p_data);
END
$$;

-- Removes bytes that nothing refers to.
CREATE OR REPLACE FUNCTION media._drop(p_content uuid) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM media.chunk c WHERE c.agency = directory.me() AND c.content = p_content;
    DELETE FROM media.content c WHERE c.agency = directory.me() AND c.id = p_content
$$;

-- Gives complete bytes their hash; bytes that are there already take their place.
CREATE OR REPLACE FUNCTION media._adopt(p_content uuid, p_sha256 bytea, p_size bigint) RETURNS uuid
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_first uuid;
BEGIN
    LOOP
        SELECT c.id INTO v_first FROM media.content c WHERE c.agency = directory.me() AND c.sha256 = p_sha256;
        IF FOUND THEN
            IF v_first <> p_content THEN
                PERFORM media._drop(p_content);
            END IF;
            RETURN v_first;
        END IF;
        BEGIN
            UPDATE media.content c SET sha256 = p_sha256, size = p_size WHERE c.agency = directory.me() AND c.id = p_content;
            RETURN p_content;
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

-- The file has passed. p_facts: content, sha256, size, type, original_sha256; for pictures also thumbnail, thumbnail_sha256,
-- thumbnail_size, width, height, perceptual_hash, captured_at, captured_lat, captured_long. Hashes in hex.
CREATE OR REPLACE FUNCTION media.settle(p_item uuid, p_facts jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    i media.item;
    v_content uuid;
    v_thumbnail uuid;
BEGIN
    SELECT x.* INTO i FROM media.item x WHERE x.agency = directory.me() AND x.id = p_item AND x.state = 'checking' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF (p_facts ->> 'content')::uuid <> i.upload THEN
        PERFORM media._drop(i.upload);
    END IF;
    v_content := media._adopt((p_facts ->> 'content')::uuid, decode(p_facts ->> 'sha256', 'hex'), (p_facts ->> 'size')::bigint);
    IF p_facts ->> 'thumbnail' IS NOT NULL THEN
        v_thumbnail := media._adopt((p_facts ->> 'thumbnail')::uuid, decode(p_facts ->> 'thumbnail_sha256', 'hex'),
            (p_facts ->> 'thumbnail_size')::bigint);
    END IF;
    UPDATE media.item x
    SET state = 'ready', content = v_content, thumbnail = v_thumbnail, type = p_facts ->> 'type',
        size = (p_facts ->> 'size')::bigint, thumbnail_size = (p_facts ->> 'thumbnail_size')::bigint,
        width = (p_facts ->> 'width')::int, height = (p_facts ->> 'height')::int,
        original_sha256 = decode(p_facts ->> 'original_sha256', 'hex'), perceptual_hash = (p_facts ->> 'perceptual_hash')::bigint,
        captured_at = p_facts ->> 'captured_at', captured_lat = (p_facts ->> 'captured_lat')::float8,
        captured_long = (p_facts ->> 'captured_long')::float8, lease_until = NULL, updated_at = clock_timestamp()
    WHERE x.agency = i.agency AND x.id = i.id;
END
$$;

-- The file has not passed. Its bytes go, what remains says why.
CREATE OR REPLACE FUNCTION media.refuse(p_item uuid, p_reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_upload uuid;
BEGIN
    UPDATE media.item x SET state = 'refused', reason = left(p_reason, 60), lease_until = NULL, updated_at = clock_timestamp()
    WHERE x.agency = directory.me() AND x.id = p_item AND x.state IN ('uploading', 'checking')
    RETURNING x.upload INTO v_upload;
    IF FOUND THEN
        PERFORM media._drop(v_upload);
    END IF;
END
$$;

-- Uploads that nobody went on with for a day, and pieces that a process left when it died. A few at a time.
CREATE OR REPLACE FUNCTION media.tidy() RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid;
    v_count int := 0;
BEGIN
    FOR v_id IN SELECT i.id FROM media.item i
                WHERE i.agency = directory.me() AND i.state = 'uploading' AND i.created_at < now() - interval '24 hours'
                ORDER BY i.created_at LIMIT 20 FOR UPDATE SKIP LOCKED LOOP
        PERFORM media.refuse(v_id, 'abandoned');
        v_count := v_count + 1;
    END LOOP;
    FOR v_id IN SELECT c.id FROM media.content c
                WHERE c.agency = directory.me() AND c.sha256 IS NULL AND c.created_at < now() - interval '48 hours'
                    AND NOT EXISTS (SELECT FROM media.item i WHERE i.agency = c.agency AND i.id = c.id AND i.state IN ('uploading', 'checking'))
                LIMIT 20 FOR UPDATE SKIP LOCKED LOOP
        PERFORM media._drop(v_id);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA media FROM PUBLIC;
GRANT EXECUTE ON FUNCTION media.begin(uuid, uuid, text, boolean, text, text, bigint, int), media.append(uuid, bigint, bytea),
    media.finish(uuid),
    media.claim(interval), media.postpone(uuid, interval, boolean), media.keep(uuid, int, bytea), media.settle(uuid, jsonb),
    media.refuse(uuid, text), media.tidy() TO sinergi_intake, sinergi_routing;
