import Foundation
import Postgres

/// What must hold after every step of every walk, and what a walk may try next: one question to the database.
struct ModelState: Sendable {
    let version: Int
    let status: String
    let leadAgency: Int
    /// Open offers: id, agency that is asked, agency that asks.
    let offers: [(id: UUID, to: Int, from: Int)]
    let clocks: [UUID]
    let arbitration: UUID?
    let arbiterAgency: Int?
    let broken: [String]

    /// - Parameter id: The case of the walk.
    static func read(_ id: UUID, _ client: PostgresClient) async throws -> ModelState {
        let row = try await client.query(question(id)).first
        guard let row else { throw ModelFailure(what: "the case is gone") }
        let offers = try row.decode("offers", as: [UUID].self)
        let to = try row.decode("offer_to", as: [Int32].self)
        let from = try row.decode("offer_from", as: [Int32].self)
        return ModelState(
            version: Int(try row.decode("version", as: Int32.self)),
            status: try row.decode("status", as: String.self),
            leadAgency: Int(try row.decode("lead_agency", as: Int32.self)),
            offers: offers.indices.map { (offers[$0], Int(to[$0]), Int(from[$0])) },
            clocks: try row.decode("clocks", as: [UUID].self),
            arbitration: try row.decodeIfPresent("arbitration", as: UUID.self),
            arbiterAgency: try row.decodeIfPresent("arbiter_agency", as: Int32.self).map(Int.init),
            broken: try row.decode("broken", as: [String].self))
    }

    private static func question(_ id: UUID) -> SQL {
        """
        SELECT c.version, c.status, (SELECT o.agency FROM directory.office o WHERE o.id = c.lead_office) AS lead_agency,
            h.ids AS offers, h.targets AS offer_to, h.sources AS offer_from,
            ARRAY(SELECT k.id FROM casework.clock k
                  WHERE k.case_id = c.id AND k.state = 'running'
                      AND k.step IN ('offer', 'holder', 'arbitration', 'reporter_reply', 'commitment') ORDER BY k.id) AS clocks,
            (SELECT a.id FROM casework.arbitration a WHERE a.case_id = c.id ORDER BY a.decided_at DESC NULLS FIRST LIMIT 1)
                AS arbitration,
            (SELECT a.arbiter_agency FROM casework.arbitration a WHERE a.case_id = c.id AND a.decided_at IS NULL)
                AS arbiter_agency,
            array_remove(ARRAY[\(rules)], NULL) AS broken
        FROM casework."case" c
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(x.id ORDER BY x.id), '{}') AS ids, coalesce(array_agg(x.to_agency ORDER BY x.id), '{}') AS targets,
                coalesce(array_agg(x.from_agency ORDER BY x.id), '{}') AS sources
            FROM casework.handoff x WHERE x.case_id = c.id AND x.state = 'offered') h
        CROSS JOIN LATERAL (SELECT c.status IN ('closed', 'archived', 'merged') AS ended) e
        WHERE c.id = \(id)
        """
    }

    /// Each is NULL while it holds.
    private static let rules: SQL = """
        CASE WHEN (SELECT count(*) FROM casework.participation p
                   WHERE p.case_id = c.id AND p.role = 'lead' AND p.state = 'active' AND p.office = c.lead_office)
                  <> CASE WHEN e.ended THEN 0 ELSE 1 END
             OR (SELECT count(*) FROM casework.participation p WHERE p.case_id = c.id AND p.role = 'lead' AND p.state = 'active') > 1
             THEN 'exactly one lead' END,
        CASE WHEN NOT e.ended AND NOT EXISTS (
                 SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.state = 'active' AND p.office = c.holder_office)
             THEN 'no case without a holder' END,
        CASE WHEN NOT e.ended AND NOT EXISTS (
                 SELECT FROM casework.holding x WHERE x.case_id = c.id AND x.until IS NULL AND x.office = c.holder_office)
             THEN 'holding times follow the holder' END,
        CASE WHEN EXISTS (SELECT FROM (SELECT x.since, lag(x.until) OVER (ORDER BY x.number) AS before
                                       FROM casework.holding x WHERE x.case_id = c.id) y WHERE y.before > y.since)
             THEN 'holding times do not overlap' END,
        CASE WHEN EXISTS (SELECT FROM casework.handoff x WHERE x.case_id = c.id AND x.state = 'offered' AND NOT EXISTS (
                 SELECT FROM casework.clock k WHERE k.handoff_id = x.id AND k.step = 'offer' AND k.state = 'running'))
             THEN 'no unanswered offer without a clock' END,
        CASE WHEN EXISTS (SELECT FROM casework.clock k JOIN casework.handoff x ON x.id = k.handoff_id
                          WHERE k.case_id = c.id AND k.step = 'offer' AND k.state <> 'stopped' AND x.state <> 'offered')
             THEN 'no clock without its offer' END,
        CASE WHEN EXISTS (SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.state = 'offered' AND NOT EXISTS (
                 SELECT FROM casework.handoff x WHERE x.id = p.handoff_id AND x.state = 'offered'))
             THEN 'no offered part without an offer' END,
        CASE WHEN (c.status = 'in_arbitration') <> EXISTS (
                 SELECT FROM casework.arbitration a JOIN casework.clock k ON k.arbitration_id = a.id AND k.step = 'arbitration'
                 JOIN casework.participation p ON p.case_id = c.id AND p.role = 'arbiter' AND p.office = a.arbiter_office
                 WHERE a.case_id = c.id AND a.decided_at IS NULL AND k.state IN ('running', 'expired') AND p.state = 'active')
             THEN 'an arbiter and a clock while it is disputed, and only then' END,
        CASE WHEN c.hops > 60 OR c.offers > 61 OR c.refusals > 3
                  OR (SELECT count(*) FROM casework.arbitration a WHERE a.case_id = c.id) > 30
             THEN 'hops are bounded' END,
        CASE WHEN c.status <> 'in_arbitration' AND EXISTS (
                 SELECT FROM casework.participation p WHERE p.case_id = c.id AND p.role IN ('party', 'arbiter') AND p.state = 'active')
             THEN 'parties and arbiters see it only while it is disputed' END,
        CASE WHEN c.status = 'answered' AND NOT EXISTS (
                 SELECT FROM casework.clock k WHERE k.case_id = c.id AND k.step IN ('reporter_reply', 'office_reply')
                     AND k.state IN ('running', 'expired'))
             THEN 'somebody must act next after an answer' END,
        CASE WHEN e.ended AND EXISTS (
                 SELECT FROM casework.clock k WHERE k.case_id = c.id AND k.state <> 'stopped' AND k.step <> 'commitment')
             THEN 'no clock of an ended case' END,
        CASE WHEN c.version <> c.history_count OR EXISTS (SELECT FROM casework.verify_history(c.id) v WHERE v.broken_number IS NOT NULL)
             THEN 'every change is in the history' END
        """
}

/// A walk came where the protocol must not lead.
struct ModelFailure: Error, CustomStringConvertible {
    let what: String
    var steps: [String] = []
    var seed: UInt64 = 0

    var description: String { "\(what); seed \(seed); " + steps.joined(separator: " → ") }
}
