-- platform: what the operator's process needs. Streams are partitioned by day of their UUIDv7; partitions are dropped, never deleted from.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE platform.stream (
    parent    text PRIMARY KEY CHECK (length(parent) BETWEEN 3 AND 120),
    keep_days int NOT NULL CHECK (keep_days BETWEEN 1 AND 4000)
);
-- Rows that may go after a while, by their time stamp.
CREATE TABLE platform.expiring (
    relation text PRIMARY KEY CHECK (length(relation) BETWEEN 3 AND 120),
    stamp    text NOT NULL CHECK (length(stamp) BETWEEN 1 AND 60),
    keep     interval NOT NULL
);
CREATE TABLE platform.lease (
    name    text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 60),
    holder  text NOT NULL CHECK (length(holder) BETWEEN 1 AND 100),
    expires timestamptz NOT NULL
);
ALTER TABLE platform.stream ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.stream FORCE ROW LEVEL SECURITY;
ALTER TABLE platform.expiring ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.expiring FORCE ROW LEVEL SECURITY;
ALTER TABLE platform.lease ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.lease FORCE ROW LEVEL SECURITY;
CREATE POLICY platform_only ON platform.stream USING (pg_has_role(current_user, 'sinergi_owner', 'member') OR current_user = 'sinergi_platform');
CREATE POLICY platform_only ON platform.lease USING (current_user = 'sinergi_platform' OR pg_has_role(current_user, 'sinergi_owner', 'member'));
GRANT SELECT ON platform.stream, platform.expiring TO sinergi_platform, sinergi_migrator, sinergi_gate;
GRANT SELECT, INSERT, UPDATE (holder, expires) ON platform.lease TO sinergi_platform;

CREATE FUNCTION platform.uuid_floor(p_at timestamptz) RETURNS uuid
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-0000-0000-000000000000')::uuid
    FROM (SELECT lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') AS h) x
$$;

-- Partitions from yesterday to p_ahead days ahead for every stream; old ones are dropped. Returns what it made and dropped.
CREATE FUNCTION platform.ensure_partitions(p_ahead int DEFAULT 30) RETURNS TABLE (action text, partition text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_stream platform.stream;
    v_day timestamp;
    v_name text;
    v_old text;
BEGIN
    FOR v_stream IN SELECT * FROM platform.stream ORDER BY parent LOOP
        FOR v_day IN SELECT generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') - interval '2 days',
                                            date_trunc('day', now() AT TIME ZONE 'UTC') + make_interval(days => p_ahead), '1 day') LOOP
            v_name := v_stream.parent || '_' || to_char(v_day, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(v_name) IS NOT NULL;
            EXECUTE format('CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', v_name, v_stream.parent,
                platform.uuid_floor(v_day AT TIME ZONE 'UTC'), platform.uuid_floor((v_day + interval '1 day') AT TIME ZONE 'UTC'));
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', v_name);
            EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_name);
            action := 'created'; partition := v_name;
            RETURN NEXT;
        END LOOP;
        FOR v_old IN
            SELECT i.inhrelid::regclass::text FROM pg_inherits i WHERE i.inhparent = v_stream.parent::regclass
              AND right(i.inhrelid::regclass::text, 8) < to_char((now() AT TIME ZONE 'UTC') - make_interval(days => v_stream.keep_days), 'YYYYMMDD')
        LOOP
            EXECUTE format('DROP TABLE %s', v_old);
            action := 'dropped'; partition := v_old;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION platform.ensure_partitions(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.ensure_partitions(int) TO sinergi_platform, sinergi_migrator;

-- Ends agencies' transactions that hold locks for too long. 15 s: no move takes more than a few milliseconds.
SET LOCAL ROLE sinergi_migrator;
CREATE FUNCTION platform.long_transactions(p_seconds int) RETURNS TABLE (pid int, login text, seconds int)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.pid, a.usename::text, extract(epoch FROM clock_timestamp() - a.xact_start)::int
    FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.usename ~ '^[sh]_.*_(intake|routing|notification|analytics)$'
      AND a.xact_start < clock_timestamp() - make_interval(secs => p_seconds)
$$;
REVOKE EXECUTE ON FUNCTION platform.long_transactions(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.long_transactions(int) TO sinergi_platform;

-- Deletes what has expired, as the platform registered it. Returns how many rows went.
SET LOCAL ROLE sinergi_gate;
CREATE FUNCTION platform.prune() RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_row platform.expiring;
    v_count int;
    v_total int := 0;
BEGIN
    FOR v_row IN SELECT * FROM platform.expiring LOOP
        EXECUTE format('DELETE FROM %s WHERE %I < clock_timestamp() - $1', v_row.relation, v_row.stamp) USING v_row.keep;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        v_total := v_total + v_count;
    END LOOP;
    RETURN v_total;
END
$$;
REVOKE EXECUTE ON FUNCTION platform.prune() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.prune() TO sinergi_platform;
