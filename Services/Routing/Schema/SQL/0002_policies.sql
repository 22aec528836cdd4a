-- Who reads. participation: equality with me(), agency first in every index. Everything of a case: an own live part in it.
SET LOCAL ROLE sinergi_owner;

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['transition', 'case', 'participation', 'handoff', 'clock', 'arbitration', 'entry', 'answer',
        'decision', 'history', 'history_body', 'assignment', 'rule', 'idempotency', 'quota'] LOOP
        EXECUTE format('ALTER TABLE casework.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE casework.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON casework.%I TO sinergi_gate, sinergi_migrator', v_table);
        IF v_table <> 'quota' THEN
            EXECUTE format('GRANT SELECT ON casework.%I TO sinergi_routing', v_table);
        END IF;
    END LOOP;
END
$$;

CREATE POLICY everyone_reads ON casework.transition FOR SELECT USING (true);
CREATE POLICY own_agency ON casework.participation FOR SELECT USING (agency = directory.me());
CREATE POLICY own_part ON casework."case" FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = "case".id AND p.state <> 'ended'));
-- What an agency itself offered or decided stays readable to it after its part has ended.
CREATE POLICY own_part ON casework.handoff FOR SELECT USING (
    from_agency = directory.me() OR to_agency = directory.me()
    OR EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = handoff.case_id AND p.state <> 'ended'));
CREATE POLICY own_part ON casework.clock FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = clock.case_id AND p.state <> 'ended'));
CREATE POLICY own_part ON casework.arbitration FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = arbitration.case_id AND p.state <> 'ended'));
CREATE POLICY own_part ON casework.entry FOR SELECT USING (
    agency = directory.me()
    OR (visibility IN ('public', 'reporter', 'participants')
        AND EXISTS (SELECT FROM casework.participation p
                    WHERE p.agency = directory.me() AND p.case_id = entry.case_id AND p.state <> 'ended')));
CREATE POLICY own_part ON casework.answer FOR SELECT USING (
    agency = directory.me()
    OR (state = 'published'
        AND EXISTS (SELECT FROM casework.participation p
                    WHERE p.agency = directory.me() AND p.case_id = answer.case_id AND p.state <> 'ended')));
CREATE POLICY own_part ON casework.decision FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = decision.case_id AND p.state <> 'ended'));
CREATE POLICY own_part ON casework.history FOR SELECT USING (
    EXISTS (SELECT FROM casework.participation p WHERE p.agency = directory.me() AND p.case_id = history.case_id AND p.state <> 'ended'));
CREATE POLICY own_part ON casework.history_body FOR SELECT USING (
    agency = directory.me()
    OR (visibility = 'participants'
        AND EXISTS (SELECT FROM casework.participation p
                    WHERE p.agency = directory.me() AND p.case_id = history_body.case_id AND p.state <> 'ended')));

-- Agency-private tables.
CREATE POLICY own_agency ON casework.assignment FOR SELECT USING (agency = directory.me());
CREATE POLICY own_agency ON casework.rule USING (agency = directory.me()) WITH CHECK (agency = directory.me());
CREATE POLICY own_agency ON casework.idempotency USING (agency = directory.me()) WITH CHECK (agency = directory.me());
GRANT INSERT ON casework.rule, casework.idempotency TO sinergi_routing;
-- A rule's text is never changed: a new version is a new row.
GRANT UPDATE (state, valid_to) ON casework.rule TO sinergi_routing;
GRANT UPDATE (request_hash, status, response, created_at) ON casework.idempotency TO sinergi_routing;
