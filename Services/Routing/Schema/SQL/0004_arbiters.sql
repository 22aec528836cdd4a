-- definitions 1
-- Who decides when nobody takes it. The tree of offices is public; these look-ups cross no border.
SET LOCAL ROLE sinergi_gate;

-- Offices above one, nearest first (distance 1 = parent).
CREATE OR REPLACE FUNCTION casework._above(p_office uuid) RETURNS TABLE (office uuid, distance int)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT o.parent AS office, 1 AS distance FROM directory.office o WHERE o.id = p_office AND o.parent IS NOT NULL
        UNION ALL
        SELECT o.parent, up.distance + 1 FROM up JOIN directory.office o ON o.id = up.office
        WHERE o.parent IS NOT NULL AND up.distance < 20
    )
    SELECT up.office, up.distance FROM up
$$;

-- The nearest coordinator above an office that has not refused this case itself. NULL when there is none.
CREATE OR REPLACE FUNCTION casework._coordinator(p_case uuid, p_office uuid) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id FROM casework._above(p_office) a JOIN directory.office o ON o.id = a.office
    WHERE o.is_coordinator AND o.joined
      AND NOT EXISTS (SELECT FROM casework.handoff h WHERE h.case_id = p_case AND h.to_office = o.id AND h.state IN ('declined', 'expired'))
    ORDER BY a.distance LIMIT 1
$$;

-- Parties of a dispute: who holds it, and who refused or let it lapse since the last arbitration.
CREATE OR REPLACE FUNCTION casework._disputants(c casework."case") RETURNS uuid[]
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT x.office) FROM (
        SELECT c.lead_office AS office
        UNION SELECT h.to_office FROM casework.handoff h
        WHERE h.case_id = c.id AND h.role = 'lead' AND h.state IN ('offered', 'declined', 'expired')
          AND h.offered_at > coalesce((SELECT max(a.decided_at) FROM casework.arbitration a WHERE a.case_id = c.id), '-infinity')) x
$$;

-- The nearest common arbiter that is no party (product decision 3). Between agencies, every agency involved is a party as a whole.
-- p_above: climb from this arbiter on. Nobody left: the root stays, even if it is a party.
CREATE OR REPLACE FUNCTION casework._arbiter(p_parties uuid[], p_above uuid DEFAULT NULL) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH party AS (
        SELECT o.id, o.agency FROM directory.office o WHERE o.id = ANY (p_parties)
    ), common AS (
        SELECT a.office, min(a.distance) AS distance FROM party p, casework._above(p.id) a
        GROUP BY a.office HAVING count(DISTINCT p.id) = cardinality(p_parties)
    ), ranked AS (
        SELECT o.id, c.distance FROM common c JOIN directory.office o ON o.id = c.office
        WHERE o.is_arbiter AND o.joined AND o.id <> ALL (p_parties)
          AND NOT ((SELECT count(DISTINCT agency) FROM party) > 1 AND o.agency IN (SELECT agency FROM party))
          AND (p_above IS NULL OR o.id IN (SELECT office FROM casework._above(p_above)))
    )
    SELECT coalesce(
        (SELECT id FROM ranked ORDER BY distance LIMIT 1),
        (SELECT o.id FROM directory.office o WHERE o.is_arbiter AND o.joined AND o.parent IS NULL ORDER BY o.code LIMIT 1))
$$;

-- Arbiters nearer than the one that decides, which are parties themselves: they may advise.
CREATE OR REPLACE FUNCTION casework._skipped(p_parties uuid[], p_arbiter uuid) RETURNS TABLE (office uuid)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT o.id FROM unnest(p_parties) x(id), casework._above(x.id) a JOIN directory.office o ON o.id = a.office
    WHERE o.is_arbiter AND o.joined AND o.id <> p_arbiter
      AND a.distance < coalesce((SELECT min(b.distance) FROM casework._above(x.id) b WHERE b.office = p_arbiter), 20)
      AND o.agency IN (SELECT p.agency FROM directory.office p WHERE p.id = ANY (p_parties))
$$;

-- Until an arbiter decides, the government of the place owns safety and news: the office of the smallest area around it that is no
-- party to the dispute, as a district; else the agency of the area; where it is nobody's place, the origin.
CREATE OR REPLACE FUNCTION casework._interim_holder(c casework."case", p_parties uuid[]) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT o.id FROM directory.office o
         WHERE o.joined AND o.agency = directory.agency_of_area(c.area_code) AND o.id <> ALL (p_parties)
           AND (c.area_code = o.area_code OR starts_with(c.area_code, o.area_code || '.'))
           AND (o.valid_to IS NULL OR o.valid_to > current_date)
           -- Of one area several offices: only an area smaller than the agency's own singles one out.
           AND length(o.area_code) > (SELECT min(length(j.area_code)) FROM directory.jurisdiction j WHERE j.agency = o.agency)
         ORDER BY length(o.area_code) DESC, o.code LIMIT 1),
        directory.front_office(directory.agency_of_area(c.area_code)), directory.front_office(c.origin))
$$;
