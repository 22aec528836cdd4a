-- analytics: facts about cases, fed by events only. A confidential case leaves no fact: a small count would give it away.
SET LOCAL ROLE sinergi_owner;

CREATE SCHEMA analytics;
GRANT USAGE ON SCHEMA analytics TO sinergi_analytics, sinergi_migrator, sinergi_gate;

-- The latest that this agency heard of a case in which it has or had a part. Version 0: only its receipt is known.
CREATE TABLE analytics.case_fact (
    agency          int NOT NULL,
    case_id         uuid NOT NULL,
    version         int NOT NULL CHECK (version >= 0),
    origin          text NOT NULL CHECK (length(origin) BETWEEN 2 AND 60),
    own_intake      boolean NOT NULL,
    received_at     timestamptz NOT NULL,
    kind            text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    category        text CHECK (length(category) <= 81),
    area_code       text CHECK (length(area_code) <= 20),
    status          text NOT NULL CHECK (length(status) BETWEEN 1 AND 40),
    outcome         text CHECK (length(outcome) <= 40),
    automatic       boolean NOT NULL,
    due_at          timestamptz,
    accepted_at     timestamptz,
    first_answer_at timestamptz,
    closed_at       timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, case_id)
) WITH (fillfactor = 80);
CREATE INDEX case_fact_received ON analytics.case_fact (agency, received_at);
CREATE INDEX case_fact_closed ON analytics.case_fact (agency, closed_at) WHERE closed_at IS NOT NULL;

-- One step of a case, once. The id is derived from case, number and time of the step, so a repeat meets its own row.
CREATE TABLE analytics.step_fact (
    agency  int NOT NULL,
    id      uuid NOT NULL,
    case_id uuid NOT NULL,
    seq     int NOT NULL CHECK (seq > 0),
    at      timestamptz NOT NULL,
    event   text NOT NULL CHECK (length(event) BETWEEN 1 AND 40),
    actor   text CHECK (length(actor) <= 60),
    office  text CHECK (length(office) <= 60),
    PRIMARY KEY (agency, id)
) PARTITION BY RANGE (id);
COMMENT ON COLUMN analytics.step_fact.actor IS 'code of the agency that took the step';
CREATE INDEX step_fact_case ON analytics.step_fact (agency, case_id, seq);
-- Steps older than the first daily partition: what an agency brings along, and events that were held up for long.
CREATE TABLE analytics.step_fact_older PARTITION OF analytics.step_fact DEFAULT;
INSERT INTO platform.stream (parent, keep_days) VALUES ('analytics.step_fact', 400);

-- Cases that became confidential, as digests only: receipt and steps come by different lanes, and the later must stay out.
CREATE TABLE analytics.withheld (
    agency int NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (agency, digest)
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['case_fact', 'step_fact', 'step_fact_older', 'withheld'] LOOP
        EXECUTE format('ALTER TABLE analytics.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE analytics.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY own_agency ON analytics.%I USING (agency = directory.me()) WITH CHECK (agency = directory.me())',
                       v_table);
    END LOOP;
END
$$;
GRANT SELECT ON analytics.case_fact, analytics.step_fact, analytics.withheld TO sinergi_analytics;
GRANT INSERT (agency, case_id, version, origin, own_intake, received_at, kind, category, area_code, status, outcome, automatic, due_at,
              accepted_at, first_answer_at, closed_at) ON analytics.case_fact TO sinergi_analytics;
GRANT UPDATE (version, kind, category, area_code, status, outcome, automatic, due_at, accepted_at, first_answer_at, closed_at, updated_at)
    ON analytics.case_fact TO sinergi_analytics;
GRANT INSERT (agency, id, case_id, seq, at, event, actor, office) ON analytics.step_fact TO sinergi_analytics;
GRANT INSERT (agency, digest) ON analytics.withheld TO sinergi_analytics;
GRANT SELECT, INSERT, UPDATE, DELETE ON analytics.case_fact, analytics.step_fact, analytics.withheld TO sinergi_migrator;
GRANT SELECT, DELETE ON analytics.case_fact, analytics.step_fact TO sinergi_gate;
GRANT SELECT, INSERT ON analytics.withheld TO sinergi_gate;
GRANT CREATE ON SCHEMA analytics TO sinergi_gate;

-- A case became confidential: what was counted of it goes, and nothing of it comes again. Only the caller's own facts.
SET LOCAL ROLE sinergi_gate;
CREATE FUNCTION analytics.withhold(p_case uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM analytics.step_fact WHERE agency = directory.me() AND case_id = p_case;
    DELETE FROM analytics.case_fact WHERE agency = directory.me() AND case_id = p_case;
    INSERT INTO analytics.withheld (agency, digest) VALUES (directory.me(), sha256(uuid_send(p_case))) ON CONFLICT DO NOTHING;
$$;
REVOKE EXECUTE ON FUNCTION analytics.withhold(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION analytics.withhold(uuid) TO sinergi_analytics;

SET LOCAL ROLE sinergi_migrator;
SELECT platform.ensure_partitions(30);
