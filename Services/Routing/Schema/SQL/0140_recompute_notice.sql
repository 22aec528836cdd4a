-- Open due dates follow when a calendar or a limit is changed. Nobody has to remember it: the change is noticed here, in the transaction
-- that makes it, and the platform recomputes what it concerns (0141).
SET LOCAL ROLE sinergi_owner;

-- What changed: one calendar, one limit, or with neither everything. The operator's alone.
CREATE TABLE casework.recomputation (
    id          uuid PRIMARY KEY,
    calendar    text REFERENCES directory.calendar,
    limit_name  text CHECK (length(limit_name) <= 30),
    -- What those affected are told; NULL: what the change itself says.
    reason      text CHECK (length(reason) BETWEEN 1 AND 300),
    noticed_at  timestamptz NOT NULL,
    finished_at timestamptz,
    -- The last case that was looked at.
    last        uuid,
    seen        int NOT NULL DEFAULT 0,
    moved       int NOT NULL DEFAULT 0
);
CREATE INDEX recomputation_open ON casework.recomputation (noticed_at, id) WHERE finished_at IS NULL;

-- What a calendar's working time was when it was last noticed. Every load of a directory derives it anew, changed or not.
CREATE TABLE casework.calendar_print (
    calendar text PRIMARY KEY REFERENCES directory.calendar,
    print    bytea NOT NULL CHECK (length(print) = 32)
);

ALTER TABLE casework.recomputation ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.recomputation FORCE ROW LEVEL SECURITY;
ALTER TABLE casework.calendar_print ENABLE ROW LEVEL SECURITY;
ALTER TABLE casework.calendar_print FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON casework.recomputation, casework.calendar_print TO sinergi_gate, sinergi_migrator;
GRANT TRIGGER ON directory.open_interval, directory.service_level TO sinergi_gate;

-- Recomputing goes case by case, so that a case's dates move together and its people are told once.
CREATE INDEX clock_open ON casework.clock (case_id) WHERE state IN ('running', 'paused');
DROP INDEX casework.clock_running;

SET LOCAL ROLE sinergi_gate;

-- Taken over by casework.recompute_next; only operators called it, by hand.
DROP FUNCTION casework.recompute_clocks(uuid, int, text);

CREATE FUNCTION casework._calendar_print(p_calendar text) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(coalesce(string_agg(concat_ws(' ', extract(epoch FROM i.opens_at)::bigint, extract(epoch FROM i.closes_at)::bigint,
                                                           i.provisional), ',' ORDER BY i.opens_at), ''), 'UTF8'))
    FROM directory.open_interval i WHERE i.calendar = p_calendar
$$;

CREATE FUNCTION casework._notice(p_calendar text, p_limit text) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO casework.recomputation (id, calendar, limit_name, noticed_at)
    SELECT directory.uuid7(clock_timestamp()), p_calendar, p_limit, clock_timestamp()
    WHERE NOT EXISTS (SELECT FROM casework.recomputation r
                      WHERE r.finished_at IS NULL AND r.last IS NULL AND r.calendar IS NOT DISTINCT FROM p_calendar
                        AND r.limit_name IS NOT DISTINCT FROM p_limit)
$$;

CREATE FUNCTION casework.notice_calendar() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_calendar text;
    v_print bytea;
BEGIN
    FOR v_calendar IN SELECT DISTINCT n.calendar FROM changed n LOOP
        v_print := casework._calendar_print(v_calendar);
        IF EXISTS (SELECT FROM casework.calendar_print p WHERE p.calendar = v_calendar AND p.print <> v_print) THEN
            PERFORM casework._notice(v_calendar, NULL);
        END IF;
        INSERT INTO casework.calendar_print AS p (calendar, print) VALUES (v_calendar, v_print)
        ON CONFLICT (calendar) DO UPDATE SET print = excluded.print WHERE p.print <> excluded.print;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION casework.notice_limit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_step text := CASE TG_OP WHEN 'DELETE' THEN OLD.step ELSE NEW.step END;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.kind, OLD.step, OLD.amount, OLD.unit, OLD.valid_from)
                            IS NOT DISTINCT FROM (NEW.kind, NEW.step, NEW.amount, NEW.unit, NEW.valid_from) THEN
        RETURN NULL;
    END IF;
    -- The ladder's limits concern every clock.
    PERFORM casework._notice(NULL, CASE WHEN v_step NOT IN ('warning', 'external') THEN v_step END);
    RETURN NULL;
END
$$;

CREATE TRIGGER calendar_changed AFTER INSERT ON directory.open_interval REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION casework.notice_calendar();
CREATE TRIGGER limit_changed AFTER INSERT OR UPDATE OR DELETE ON directory.service_level
    FOR EACH ROW EXECUTE FUNCTION casework.notice_limit();

INSERT INTO casework.calendar_print (calendar, print) SELECT k.code, casework._calendar_print(k.code) FROM directory.calendar k;

SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('casework.recomputation', 'finished_at', '90 days');
