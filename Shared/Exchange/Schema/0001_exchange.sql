-- exchange: the transactional outbox and inbox (design.md §5a). A message is a hint; the tables are the truth.
SET LOCAL ROLE sinergi_owner;

CREATE SCHEMA exchange;
GRANT USAGE ON SCHEMA exchange
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics, sinergi_platform, sinergi_migrator;
GRANT USAGE, CREATE ON SCHEMA exchange TO sinergi_gate;

-- Immutable. source 0 is the platform. producer is the service whose relay delivers a message inside its agency.
CREATE TABLE exchange.message (
    id          uuid NOT NULL,
    source      int NOT NULL,
    producer    text NOT NULL CHECK (producer IN ('intake', 'routing', 'notification', 'analytics', 'platform')),
    destination int NOT NULL,
    service     text NOT NULL CHECK (service IN ('intake', 'routing', 'notification', 'analytics')),
    lane        text NOT NULL CHECK (length(lane) BETWEEN 1 AND 80),
    number      bigint NOT NULL,
    type        text NOT NULL CHECK (length(type) BETWEEN 1 AND 80),
    data        jsonb NOT NULL CHECK (pg_column_size(data) <= 524288),
    trace       text CHECK (length(trace) <= 120),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, id)
) PARTITION BY RANGE (id);

-- What is still to be delivered; a row is deleted when it is.
CREATE TABLE exchange.pending (
    id           uuid NOT NULL,
    source       int NOT NULL,
    producer     text NOT NULL CHECK (length(producer) <= 20),
    destination  int NOT NULL,
    service      text NOT NULL CHECK (length(service) <= 20),
    lane         text NOT NULL CHECK (length(lane) BETWEEN 1 AND 80),
    number       bigint NOT NULL,
    attempt      int NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    leased_until timestamptz,
    last_error   text CHECK (length(last_error) <= 2000),
    PRIMARY KEY (source, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200);
CREATE INDEX pending_id ON exchange.pending (id);
CREATE INDEX pending_lane ON exchange.pending (destination, service, lane, number);
CREATE INDEX pending_source ON exchange.pending (source, producer, service, available_at);

CREATE TABLE exchange.parked (
    id          uuid NOT NULL,
    source      int NOT NULL,
    producer    text NOT NULL CHECK (length(producer) <= 20),
    destination int NOT NULL,
    service     text NOT NULL CHECK (length(service) <= 20),
    lane        text NOT NULL CHECK (length(lane) BETWEEN 1 AND 80),
    number      bigint NOT NULL,
    attempt     int NOT NULL,
    problem     jsonb NOT NULL CHECK (length(problem::text) <= 8000),
    parked_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, id)
);
CREATE INDEX parked_destination ON exchange.parked (destination, service);

CREATE TABLE exchange.inbox (
    agency  int NOT NULL,
    service text NOT NULL CHECK (length(service) <= 20),
    id      uuid NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, service, id)
) PARTITION BY RANGE (id);

INSERT INTO platform.stream (parent, keep_days) VALUES ('exchange.message', 30), ('exchange.inbox', 30);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['message', 'pending', 'parked', 'inbox'] LOOP
        EXECUTE format('ALTER TABLE exchange.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE exchange.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT ON exchange.%I TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON exchange.%I TO sinergi_gate, sinergi_migrator', v_table);
    END LOOP;
END
$$;
-- Inside an agency a service enqueues in its own transaction, from itself to itself.
CREATE POLICY own_source ON exchange.message FOR SELECT USING (source = directory.me() AND destination = directory.me());
-- The sub-selects are asked once a statement, not once a row: a batch of complaints inserts hundreds.
CREATE POLICY enqueue_own ON exchange.message FOR INSERT
    WITH CHECK (source = (SELECT directory.me()) AND destination = source AND producer = (SELECT directory.my_service()));
CREATE POLICY own_rows ON exchange.pending FOR SELECT USING (destination = directory.me());
CREATE POLICY enqueue_own ON exchange.pending FOR INSERT
    WITH CHECK (source = (SELECT directory.me()) AND destination = source AND producer = (SELECT directory.my_service()));
CREATE POLICY own_rows ON exchange.parked FOR SELECT USING (destination = directory.me());
CREATE POLICY own_rows ON exchange.inbox FOR SELECT USING (agency = directory.me() AND service = directory.my_service());
CREATE POLICY record_own ON exchange.inbox FOR INSERT WITH CHECK (agency = directory.me() AND service = directory.my_service());
GRANT INSERT (id, source, producer, destination, service, lane, number, type, data, trace) ON exchange.message
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics;
GRANT INSERT (id, source, producer, destination, service, lane, number) ON exchange.pending
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics;
GRANT INSERT (agency, service, id) ON exchange.inbox TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics;
