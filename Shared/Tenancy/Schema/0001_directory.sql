-- directory: who is who, what belongs to whom, and how time counts. Public to every service, written by the operator.
SET LOCAL ROLE sinergi_owner;

CREATE SCHEMA directory;
GRANT USAGE ON SCHEMA directory, platform
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics, sinergi_platform, sinergi_migrator;
GRANT USAGE, CREATE ON SCHEMA directory, platform TO sinergi_gate;
ALTER DEFAULT PRIVILEGES FOR ROLE sinergi_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
SET LOCAL ROLE sinergi_gate;
ALTER DEFAULT PRIVILEGES FOR ROLE sinergi_gate REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
SET LOCAL ROLE sinergi_owner;

-- Whose rows: the agency's number, read from the role. Never current_user (a definer function changes it),
-- never a setting that a client can make up. NULL for every role that is no agency's.
CREATE FUNCTION directory.me() RETURNS int
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.substring(
        CASE pg_catalog.current_setting('role') WHEN 'none' THEN session_user::text ELSE pg_catalog.current_setting('role') END,
        '^s_([0-9]{1,9})_(?:intake|routing|notification|analytics)$')::int;

CREATE FUNCTION directory.my_service() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.substring(
        CASE pg_catalog.current_setting('role') WHEN 'none' THEN session_user::text ELSE pg_catalog.current_setting('role') END,
        '^s_[0-9]{1,9}_(intake|routing|notification|analytics)$');

-- Whether the login itself is the operator's, who acts for all. Never "me() is NULL": an agency's login may take its group role,
-- which is no agency's, and must see nothing then.
CREATE FUNCTION directory.is_operator() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN pg_catalog.pg_has_role(session_user, 'sinergi_platform', 'member') OR pg_catalog.pg_has_role(session_user, 'sinergi_migrator', 'member');

-- UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random.
CREATE FUNCTION directory.uuid7(p_at timestamptz DEFAULT pg_catalog.clock_timestamp()) RETURNS uuid
    LANGUAGE sql VOLATILE PARALLEL SAFE
    RETURN pg_catalog.encode(
        pg_catalog.set_bit(pg_catalog.set_bit(
            pg_catalog.overlay(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()),
                pg_catalog.substring(pg_catalog.int8send((extract(epoch FROM p_at) * 1000)::bigint), 3), 1, 6),
            52, 1), 53, 1), 'hex')::uuid;

CREATE TABLE directory.agency (
    number     int PRIMARY KEY CHECK (number > 0),
    code       text NOT NULL UNIQUE CHECK (code ~ '^[A-Z][A-Z0-9-]{1,19}$'),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    prefix     text NOT NULL UNIQUE CHECK (prefix ~ '^[A-Z0-9]{2,8}$'),
    parent     int REFERENCES directory.agency,
    intake_url text CHECK (length(intake_url) <= 500),
    hosted_on  text CHECK (length(hosted_on) <= 100),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Calendars: weekly hours in one zone; days off are inherited from the parent calendar.
CREATE TABLE directory.calendar (
    code              text PRIMARY KEY CHECK (length(code) BETWEEN 1 AND 60),
    name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    zone              text NOT NULL CHECK (length(zone) BETWEEN 1 AND 60),
    parent            text REFERENCES directory.calendar,
    observes_holidays boolean NOT NULL DEFAULT true,
    -- ISO weekday → opening intervals, local time: {"1":[["07:30","12:00"],["13:00","16:00"]], …}
    hours             jsonb NOT NULL CHECK (jsonb_typeof(hours) = 'object' AND length(hours::text) <= 2000)
);
CREATE TABLE directory.calendar_day (
    calendar    text NOT NULL REFERENCES directory.calendar,
    day         date NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('national', 'joint', 'local', 'working')),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    legal_basis text CHECK (length(legal_basis) <= 300),
    PRIMARY KEY (calendar, day)
);
CREATE TABLE directory.calendar_year (
    calendar  text NOT NULL REFERENCES directory.calendar,
    year      int NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    estimated boolean NOT NULL DEFAULT false,
    PRIMARY KEY (calendar, year)
);
-- Derived by rebuild_calendar: a due date is one index look-up.
CREATE TABLE directory.workday (
    calendar    text NOT NULL REFERENCES directory.calendar,
    day         date NOT NULL,
    seq         int NOT NULL,
    opens_at    timestamptz NOT NULL,
    closes_at   timestamptz NOT NULL,
    provisional boolean NOT NULL,
    PRIMARY KEY (calendar, day),
    UNIQUE (calendar, seq)
);
CREATE TABLE directory.open_interval (
    calendar       text NOT NULL REFERENCES directory.calendar,
    opens_at       timestamptz NOT NULL,
    closes_at      timestamptz NOT NULL CHECK (closes_at > opens_at),
    seconds_before bigint NOT NULL,
    provisional    boolean NOT NULL,
    PRIMARY KEY (calendar, opens_at)
);
CREATE INDEX open_interval_seconds ON directory.open_interval (calendar, seconds_before);

CREATE TABLE directory.office (
    id             uuid PRIMARY KEY,
    agency         int NOT NULL REFERENCES directory.agency,
    code           text NOT NULL UNIQUE CHECK (code ~ '^[A-Z][A-Z0-9-]{1,19}(/[A-Z0-9][A-Z0-9-]{0,29})?$'),
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    parent         uuid REFERENCES directory.office,
    is_arbiter     boolean NOT NULL DEFAULT false,
    is_coordinator boolean NOT NULL DEFAULT false,
    is_triage      boolean NOT NULL DEFAULT false,
    joined         boolean NOT NULL DEFAULT true,
    calendar       text NOT NULL REFERENCES directory.calendar,
    area_code      text CHECK (length(area_code) <= 20),
    email          text CHECK (length(email) <= 254),
    -- What it is there for, in its own words: complaints find it by them before there is any past case.
    duties         text CHECK (length(duties) <= 4000),
    -- Dangers for which its duty officer is rung: 'any' or 'power'.
    dangers        text[] NOT NULL DEFAULT '{}' CHECK (dangers <@ ARRAY['any', 'power']),
    duty_phone     text CHECK (length(duty_phone) <= 20),
    valid_from     date NOT NULL DEFAULT '2000-01-01',
    valid_to       date
);
CREATE INDEX office_agency ON directory.office (agency);

CREATE TABLE directory.officer (
    agency        int NOT NULL REFERENCES directory.agency,
    id            uuid NOT NULL,
    username      text NOT NULL CHECK (length(username) BETWEEN 3 AND 100),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    email         text CHECK (length(email) <= 254),
    password_hash text CHECK (length(password_hash) <= 500),
    active        boolean NOT NULL DEFAULT true,
    PRIMARY KEY (agency, id),
    UNIQUE (agency, username)
);
-- Roles bind to positions (jabatan) with dates and acting holders (Plt, Plh), never to persons.
CREATE TABLE directory.position (
    agency     int NOT NULL,
    id         uuid NOT NULL,
    officer    uuid NOT NULL,
    office     uuid NOT NULL REFERENCES directory.office,
    roles      text[] NOT NULL CHECK (roles <@ ARRAY['triage', 'handler', 'liaison', 'supervisor', 'head', 'arbiter', 'auditor',
                                                   'admin', 'developer']),
    acting     boolean NOT NULL DEFAULT false,
    valid_from date NOT NULL DEFAULT current_date,
    valid_to   date,
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, officer) REFERENCES directory.officer
);

CREATE TABLE directory.category (
    code       text PRIMARY KEY CHECK (code ~ '^[a-z][a-z_]{0,39}(\.[a-z][a-z_]{0,39})?$'),
    parent     text REFERENCES directory.category,
    name_id    text NOT NULL CHECK (length(name_id) BETWEEN 1 AND 120),
    name_en    text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 120),
    valid_from date NOT NULL DEFAULT '2000-01-01',
    valid_to   date
);
-- Kemendagri codes by decree, with the code system's name: codes change when provinces split.
CREATE TABLE directory.area (
    code        text NOT NULL CHECK (length(code) BETWEEN 2 AND 20),
    code_system text NOT NULL DEFAULT 'kemendagri' CHECK (length(code_system) BETWEEN 1 AND 40),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    level       int NOT NULL CHECK (level BETWEEN 0 AND 4),
    parent      text CHECK (length(parent) <= 20),
    valid_from  date NOT NULL DEFAULT '2000-01-01',
    valid_to    date,
    geom        public.geometry(MultiPolygon, 4326),
    PRIMARY KEY (code, code_system, valid_from)
);
CREATE INDEX area_geom ON directory.area USING gist (geom);

CREATE TABLE directory.jurisdiction (
    id         uuid PRIMARY KEY,
    agency     int NOT NULL REFERENCES directory.agency,
    office     uuid REFERENCES directory.office,
    area_code  text NOT NULL CHECK (length(area_code) BETWEEN 2 AND 20),
    valid_from date NOT NULL DEFAULT '2000-01-01',
    valid_to   date
);
CREATE INDEX jurisdiction_area ON directory.jurisdiction (area_code);

CREATE TABLE directory.service_level (
    kind        text NOT NULL CHECK (kind IN ('*', 'complaint', 'supervisory', 'whistleblowing', 'aspiration', 'information')),
    step        text NOT NULL CHECK (step ~ '^[a-z_]{1,30}$'),
    amount      int NOT NULL CHECK (amount > 0),
    unit        text NOT NULL CHECK (unit IN ('working_days', 'working_hours', 'calendar_days')),
    legal_basis text NOT NULL CHECK (length(legal_basis) BETWEEN 1 AND 300),
    valid_from  date NOT NULL DEFAULT '2000-01-01',
    PRIMARY KEY (kind, step, valid_from)
);

CREATE TABLE directory.agency_key (
    agency     int NOT NULL REFERENCES directory.agency,
    kid        text NOT NULL CHECK (length(kid) BETWEEN 1 AND 100),
    purpose    text NOT NULL CHECK (purpose IN ('signing', 'sealing')),
    public_key text NOT NULL CHECK (length(public_key) BETWEEN 1 AND 2000),
    valid_from timestamptz NOT NULL DEFAULT now(),
    valid_to   timestamptz,
    PRIMARY KEY (agency, kid)
);

CREATE TABLE directory.node (
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    service   text NOT NULL CHECK (service IN ('intake', 'routing', 'notification', 'analytics')),
    agency    int NOT NULL REFERENCES directory.agency,
    version   text NOT NULL CHECK (length(version) <= 60),
    last_seen timestamptz NOT NULL,
    PRIMARY KEY (agency, service, name)
);

-- Public data: everyone may read, nobody but the operator may write.
DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['agency', 'calendar', 'calendar_day', 'calendar_year', 'workday', 'open_interval', 'office',
        'category', 'area', 'jurisdiction', 'service_level', 'agency_key', 'node'] LOOP
        EXECUTE format('ALTER TABLE directory.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE directory.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY everyone_reads ON directory.%I FOR SELECT USING (true)', v_table);
        EXECUTE format('GRANT SELECT ON directory.%I TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics,
                        sinergi_platform, sinergi_gate', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON directory.%I TO sinergi_migrator', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['officer', 'position'] LOOP
        EXECUTE format('ALTER TABLE directory.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE directory.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY own_agency ON directory.%I FOR SELECT USING (agency = directory.me())', v_table);
        EXECUTE format('GRANT SELECT ON directory.%I TO sinergi_intake, sinergi_routing, sinergi_gate', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON directory.%I TO sinergi_migrator', v_table);
    END LOOP;
END
$$;
GRANT INSERT, UPDATE ON directory.node TO sinergi_gate;

GRANT EXECUTE ON FUNCTION directory.me(), directory.my_service(), directory.is_operator(), directory.uuid7(timestamptz)
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics, sinergi_platform, sinergi_gate, sinergi_migrator;

-- Limits as dated data. Sources: PermenPANRB 62/2018 as published by LAPOR! (3/5/10 and 5/14/60 working days), Perpres 76/2013,
-- product decisions 2 and 3. They changed in 2018 and 2025 and will again: add rows, never edit code.
SET LOCAL ROLE sinergi_migrator;
INSERT INTO directory.service_level (kind, step, amount, unit, legal_basis) VALUES
    ('*', 'verify', 3, 'working_days', 'PermenPANRB 62/2018'),
    ('*', 'first_answer', 5, 'working_days', 'PermenPANRB 62/2018'),
    ('*', 'resolve', 14, 'working_days', 'PermenPANRB 62/2018'),
    ('information', 'resolve', 5, 'working_days', 'PermenPANRB 62/2018'),
    ('supervisory', 'resolve', 60, 'working_days', 'PermenPANRB 62/2018'),
    ('whistleblowing', 'resolve', 60, 'working_days', 'PermenPANRB 62/2018'),
    ('*', 'reporter_reply', 10, 'working_days', 'PermenPANRB 62/2018'),
    ('*', 'office_reply', 5, 'working_days', 'Aturan kerja sama Sinergi'),
    ('*', 'offer_unit', 4, 'working_hours', 'Aturan kerja sama Sinergi'),
    ('*', 'offer_agency', 1, 'working_days', 'Aturan kerja sama Sinergi'),
    ('*', 'holder', 2, 'working_days', 'Aturan kerja sama Sinergi'),
    ('*', 'arbitration', 1, 'working_days', 'Aturan kerja sama Sinergi');
