-- definitions 3
SET LOCAL ROLE sinergi_gate;

-- The cases to which ids belong, of a case or of anything of one; ids of other things are passed over.
CREATE OR REPLACE FUNCTION casework._cases_of(p_ids uuid[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT unnest(p_ids)
    UNION ALL SELECT x.case_id FROM casework.handoff x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.arbitration x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.answer x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.evidence x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.decision x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.identity_grant x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.entry x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.clock x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.accused x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.participation x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.information_request x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.clock_change x WHERE x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.task x WHERE x.agency = directory.me() AND x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.delivery x WHERE x.agency = directory.me() AND x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.routing_signal x WHERE x.agency = directory.me() AND x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.objection x WHERE x.agency = directory.me() AND x.id = ANY (p_ids)
    UNION ALL SELECT x.case_id FROM casework.assignment x WHERE x.agency = directory.me() AND x.id = ANY (p_ids)
$$;

-- Refuses what belongs to a case that a person of the own agency must not read: p_ids is whatever ids a request names, of a case or of
-- anything of one; ids of other things are passed over. Asked before every statement of a request, so that no action can forget it.
-- It raises instead of answering false: a condition beside a move would be evaluated when the planner likes, which may be after the move.
-- A definer, because it must find the case of rows that their policies no longer show; it tells nothing but "not found".
CREATE OR REPLACE FUNCTION casework.require_readable(p_ids uuid[], p_subject text, p_office uuid, p_handles boolean) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_case record;
BEGIN
    FOR v_case IN
        SELECT p.case_id, bool_or(p.confidential) AS secret FROM casework.participation p
        WHERE p.agency = directory.me() AND (p.confidential OR p.accused <> '{}') AND p.case_id IN (
            SELECT casework._cases_of(p_ids))
        GROUP BY p.case_id
    LOOP
        IF NOT casework.may_read(v_case.case_id, v_case.secret, p_subject, p_office, p_handles) THEN
            PERFORM casework._fail('SN404', 'not_found');
        END IF;
    END LOOP;
    RETURN true;
END
$$;

-- The own copies of the sealed words of cases that a request names: in them lies the key of what is written about the case.
CREATE OR REPLACE FUNCTION casework.words_of(p_ids uuid[]) RETURNS TABLE (case_id uuid, sealed bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.case_id, t.sealed FROM casework.sealed_text t
    WHERE t.agency = directory.me() AND t.case_id IN (SELECT casework._cases_of(p_ids)) AND casework._sees(t.case_id)
$$;

-- Whether a case accuses an office or a person of an agency.
CREATE OR REPLACE FUNCTION casework._accuses(p_case uuid, p_agency int) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM unnest(casework._accused(p_case)) AS a(id) WHERE
        EXISTS (SELECT FROM directory.office o WHERE o.id = a.id AND o.agency = p_agency)
        OR EXISTS (SELECT FROM directory.officer o WHERE o.agency = p_agency AND o.id = a.id))
$$;

-- What is odd about a piece. The same or nearly the same picture at another case: with its code where the agency may see that case,
-- else only the fact. A picture of the same case from before is no reuse. A secret case that accuses an office of the asking agency is
-- passed over: its picture handed in elsewhere would tell whom it accuses that it exists.
CREATE OR REPLACE FUNCTION casework._evidence_flags(e casework.evidence, c casework."case") RETURNS jsonb
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
              AND NOT (y.confidential AND casework._accuses(y.id, e.agency))
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

REVOKE EXECUTE ON FUNCTION casework.require_readable(uuid[], text, uuid, boolean), casework.words_of(uuid[]), casework._cases_of(uuid[]),
    casework._accuses(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.require_readable(uuid[], text, uuid, boolean), casework.words_of(uuid[]) TO sinergi_routing;
