-- What policies cannot express, and what is told on.
SET LOCAL ROLE sinergi_gate;

CREATE FUNCTION casework._sees(p_case uuid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM casework.participation p
                   WHERE p.agency = directory.me() AND p.case_id = p_case AND p.state <> 'ended')
$$;

-- Who works on a case. Persons only of the own agency.
CREATE FUNCTION casework.parties(p_case uuid)
    RETURNS TABLE (office uuid, office_code text, agency int, role text, state text, since timestamptz, until timestamptz, due_at timestamptz,
                   officer_name text, external_reference text, handoff_id uuid, result text, bound boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.office, p.office_code, p.agency, p.role, p.state, p.since, p.until, p.due_at,
           CASE WHEN p.agency = directory.me() THEN p.officer_name END, p.external_reference, p.handoff_id, p.result,
           p.bound
    FROM casework.participation p WHERE p.case_id = p_case AND casework._sees(p_case)
    ORDER BY p.since, p.id
$$;

CREATE FUNCTION casework.reporter_view(p_case uuid) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT casework._view(c) FROM casework."case" c WHERE c.id = p_case AND casework._sees(p_case)
$$;

-- A message that crossed the border to this agency's routing: told on to the own services, in the transaction that finishes it.
-- The message is a hint; what is told is the case as it is now. An agency whose part has ended gets only what the message carries.
CREATE FUNCTION casework.tell_on(p_message uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    m exchange.message;
    c casework."case";
BEGIN
    SELECT x.* INTO m FROM exchange.message x WHERE x.id = p_message AND x.destination = directory.me() AND x.service = 'routing';
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    IF m.type <> 'case.changed' THEN
        PERFORM casework._fail('SN422', 'bad_format', '#/type');
    END IF;
    SELECT x.* INTO c FROM casework."case" x WHERE x.id = (m.data ->> 'case_id')::uuid;
    IF NOT FOUND THEN
        PERFORM casework._fail('SN404', 'not_found');
    END IF;
    PERFORM casework._tell_own(c, m.data, m.number, m.trace);
END
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA casework FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    casework.open_case(uuid, jsonb, text), casework.record_decision(uuid, uuid, text, text, jsonb, jsonb),
    casework.verify(uuid, int, text, jsonb, text, text), casework.offer(uuid, uuid, int, text, text, text, text, text, text),
    casework.accept(uuid, int, text, text, text, text), casework.decline(uuid, uuid, int, text, text, text, text, text),
    casework.recall(uuid, int, text, text, text), casework.request_arbitration(uuid, uuid, int, text, text, text), casework.advise(uuid, uuid, text, text, text, text),
    casework.arbitrate(uuid, int, text, text, jsonb, text, text, text, boolean), casework.expire(uuid, text), casework.overdue(int),
    casework.assign(uuid, uuid, int, text, text, uuid, text, text), casework.note(uuid, uuid, text, text, text, text, text),
    casework.draft_answer(uuid, uuid, text, uuid, text, text, boolean), casework.review_answer(uuid, uuid, text, boolean, text),
    casework.publish_answer(uuid, uuid, int, text, text, text), casework.reporter_confirm(uuid, int, text, text),
    casework.reporter_dispute(uuid, text, uuid, text), casework.reporter_withdraw(uuid, text, text),
    casework.parties(uuid), casework.reporter_view(uuid), casework.tell_on(uuid)
    TO sinergi_routing;
GRANT EXECUTE ON FUNCTION casework.sweep(int) TO sinergi_platform;

-- Rows that only repeat an answer live 24 hours, quotas a week.
SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES
    ('casework.idempotency', 'created_at', '24 hours'), ('casework.quota', 'day', '7 days');
