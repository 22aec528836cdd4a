-- Many reports of one matter in a short time: one cluster, which an officer can answer at once. Private to the agency they came to.
SET LOCAL ROLE sinergi_owner;

-- From how many reports on it is a surge. code '' is the rule for everything else, agency 0 everybody's.
CREATE TABLE casework.surge_limit (
    agency      int NOT NULL,
    code        text NOT NULL CHECK (length(code) <= 81),
    -- So many reports …
    reports     int NOT NULL CHECK (reports BETWEEN 2 AND 10000),
    -- … within so many minutes, …
    minutes     int NOT NULL CHECK (minutes BETWEEN 5 AND 10080),
    -- … and so many times what is usual there in such a time, by the last four weeks.
    times_usual numeric NOT NULL DEFAULT 3 CHECK (times_usual >= 1),
    -- After so many minutes without another report nothing more is added; the next one begins anew.
    quiet       int NOT NULL CHECK (quiet BETWEEN 5 AND 10080),
    PRIMARY KEY (agency, code)
);

CREATE TABLE casework.cluster (
    agency       int NOT NULL REFERENCES directory.agency,
    id           uuid NOT NULL,
    version      int NOT NULL DEFAULT 1,
    code         text NOT NULL CHECK (length(code) <= 81),
    region       text NOT NULL CHECK (length(region) <= 20),
    -- open: further reports are added by themselves; quiet: none came for a while; closed: an officer is done with it.
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'quiet', 'closed')),
    -- The first report; its alarm is the cluster's.
    first_case   uuid NOT NULL REFERENCES casework."case",
    -- Who is to answer.
    office       uuid NOT NULL REFERENCES directory.office,
    opened_at    timestamptz NOT NULL,
    -- How many reports there were when the duty officers were rung.
    alarm_at     int NOT NULL,
    -- The root cause: whose it is, what is done about it, by when (product decision 22).
    owner        uuid REFERENCES directory.office,
    cause        text CHECK (length(cause) <= 2000),
    measure      text CHECK (length(measure) <= 2000),
    measure_due  date,
    measured_at  timestamptz,
    changed_by   text CHECK (length(changed_by) <= 200),
    changed_at   timestamptz,
    PRIMARY KEY (agency, id)
);
CREATE UNIQUE INDEX cluster_open ON casework.cluster (agency, code, region) WHERE state = 'open';
CREATE INDEX cluster_list ON casework.cluster (agency, opened_at DESC, id DESC);

CREATE TABLE casework.cluster_answer (
    agency       int NOT NULL,
    id           uuid NOT NULL,
    cluster      uuid NOT NULL,
    office       uuid NOT NULL REFERENCES directory.office,
    body         text NOT NULL CHECK (length(body) BETWEEN 20 AND 10000),
    interim      boolean NOT NULL,
    state        text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'approved', 'returned', 'published')),
    drafted_by   text NOT NULL CHECK (length(drafted_by) <= 200),
    drafted_by_officer uuid,
    approved_by  text CHECK (length(approved_by) <= 200),
    note         text CHECK (length(note) <= 2000),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_at timestamptz,
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, cluster) REFERENCES casework.cluster
);
CREATE INDEX cluster_answer_cluster ON casework.cluster_answer (agency, cluster, created_at);

-- Whom it has reached: a repeat leaves these alone.
CREATE TABLE casework.cluster_reached (
    agency  int NOT NULL,
    answer  uuid NOT NULL,
    case_id uuid NOT NULL REFERENCES casework."case",
    at      timestamptz NOT NULL,
    PRIMARY KEY (agency, answer, case_id),
    FOREIGN KEY (agency, answer) REFERENCES casework.cluster_answer
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['surge_limit', 'cluster', 'cluster_answer', 'cluster_reached'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        EXECUTE format('GRANT SELECT ON casework.%I TO sinergi_routing', v_table);
    END LOOP;
END
$$;
CREATE POLICY own_and_common ON casework.surge_limit FOR SELECT USING (agency IN (0, directory.me()));
CREATE POLICY own_agency ON casework.cluster USING (agency = directory.me()) WITH CHECK (agency = directory.me());
CREATE POLICY own_agency ON casework.cluster_answer USING (agency = directory.me()) WITH CHECK (agency = directory.me());
CREATE POLICY own_agency ON casework.cluster_reached FOR SELECT USING (agency = directory.me());
GRANT UPDATE (version, state, owner, cause, measure, measure_due, measured_at, changed_by, changed_at) ON casework.cluster TO sinergi_routing;
GRANT INSERT ON casework.cluster_answer TO sinergi_routing;
CREATE TRIGGER cluster_answer_second_eye BEFORE UPDATE OF state ON casework.cluster_answer
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION casework.second_eye();

SET LOCAL ROLE sinergi_migrator;
-- Water, power and network go out for many at once and everybody notices within minutes; a hole in a road gathers reports slowly.
INSERT INTO casework.surge_limit (agency, code, reports, minutes, quiet) VALUES
    (0, '', 10, 180, 720), (0, 'water.outage', 6, 120, 720), (0, 'power.outage', 6, 120, 720), (0, 'communication', 6, 120, 720),
    (0, 'drainage.flood', 6, 180, 1440), (0, 'environment', 6, 180, 1440);
