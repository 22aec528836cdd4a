import Foundation
import Postgres
import SinergiCore

/// SplitMix64: the same seed gives the same walk.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The logins of everybody in the model.
struct ModelCast: Sendable {
    let agencies: [Int: PostgresClient]
    let operatorLogin: PostgresClient
    let stranger: PostgresClient
}

/// One random interleaving of a case: three agencies, the coordinator above them and the root, the reporter, clocks that run out,
/// two officers at once, and processes that die before they commit.
struct ModelWalk {
    static let offices = [
        "BKABA/DPU", "BKABA/DLH", "BKABA/PDAM", "BKABA/TRI", "BKABB", "BKABB/DPU", "BPROV/DPU", "BPROV",
    ]
    let cast: ModelCast
    let seed: UInt64
    let id = UUID.v7()
    private var random: SeededGenerator
    private(set) var trail: [String] = []
    private(set) var done = 0
    private(set) var refused = 0

    init(cast: ModelCast, seed: UInt64) {
        self.cast = cast
        self.seed = seed
        random = SeededGenerator(seed: seed)
    }

    /// What somebody tries.
    private struct Attempt {
        let name: String
        let agency: Int?
        let sql: SQL
    }

    mutating func run(steps: Int) async throws {
        do {
            try await walk(steps: steps)
        } catch var failure as ModelFailure {
            failure.steps = trail
            failure.seed = seed
            throw failure
        }
    }

    private mutating func walk(steps: Int) async throws {
        _ = try await Moves(client: client(9102)).open(
            id, kind: pick(["complaint", "complaint", "aspiration", "information"]))
        var state = try await ModelState.read(id, cast.operatorLogin)
        // Walks of many lengths: most faults show early, and some only after a dispute about an answer.
        let steps = Int.random(in: 2...max(2, 2 * steps - 2), using: &random)
        for step in 1...steps {
            let roll = Int.random(in: 0..<100, using: &random)
            if roll < 10 {
                try await crash(attempt(state), before: state)
            } else if roll < 22 {
                // Two at once: both see the same, at most one of two that exclude each other may win.
                let first = attempt(state)
                let second = roll < 16 ? first : attempt(state)
                async let one = outcome(of: first)
                async let other = outcome(of: second)
                note(first, try await one)
                note(second, try await other)
            } else {
                let next = attempt(state)
                note(next, try await outcome(of: next))
            }
            state = try await ModelState.read(id, cast.operatorLogin)
            if let broken = state.broken.first { throw ModelFailure(what: broken) }
            if step == steps || step.isMultiple(of: 4) && step + 2 < steps { try await checkSight() }
        }
    }

    private mutating func note(_ attempt: Attempt, _ outcome: String) {
        trail.append("\(attempt.name) \(outcome)")
        if outcome == "ok" { done += 1 } else { refused += 1 }
    }

    /// Refusals of the protocol are fine; anything else is a fault of it.
    private func outcome(of attempt: Attempt) async throws -> String {
        do {
            _ = try await client(attempt.agency).query(attempt.sql)
            return "ok"
        } catch let error as PostgresError {
            guard let state = error.sqlState?.rawValue, state.hasPrefix("SN4") else {
                throw ModelFailure(what: "\(attempt.name): \(String(reflecting: error))")
            }
            return state
        }
    }

    /// A process that dies before COMMIT leaves nothing behind.
    private mutating func crash(_ attempt: Attempt, before: ModelState) async throws {
        struct Died: Error {}
        do {
            try await client(attempt.agency).withTransaction { transaction in
                _ = try await transaction.query(attempt.sql)
                throw Died()
            }
        } catch is Died {
        } catch let error as PostgresError {
            guard error.sqlState?.rawValue.hasPrefix("SN4") == true else {
                throw ModelFailure(what: "\(attempt.name): \(String(reflecting: error))")
            }
        }
        trail.append("\(attempt.name) died")
        let after = try await ModelState.read(id, cast.operatorLogin)
        if after.version != before.version { throw ModelFailure(what: "what was rolled back left a trace") }
    }

    /// Who has no part sees nothing, who has one sees the case.
    private func checkSight() async throws {
        for (number, client) in cast.agencies {
            let row = try await client.query(
                #"""
                SELECT EXISTS (SELECT FROM casework."case" WHERE id = \#(id)) AS sees,
                    EXISTS (SELECT FROM casework.participation WHERE case_id = \#(id) AND state <> 'ended') AS takes_part,
                    EXISTS (SELECT FROM casework.clock WHERE case_id = \#(id)) AS sees_clocks
                """#
            ).first
            let sees = try row?.decode("sees", as: Bool.self)
            let takesPart = try row?.decode("takes_part", as: Bool.self)
            if sees != takesPart {
                throw ModelFailure(what: "\(number) sees \(sees ?? false), has a part \(takesPart ?? false)")
            }
            if try row?.decode("sees_clocks", as: Bool.self) != takesPart {
                throw ModelFailure(what: "\(number): clocks")
            }
        }
        let rows = try await cast.stranger.query(
            "SELECT 1 AS one FROM casework.entry WHERE case_id = \(id) UNION ALL SELECT 1 FROM casework.handoff WHERE case_id = \(id)"
        )
        if !rows.isEmpty { throw ModelFailure(what: "a stranger sees something") }
    }

    private func client(_ agency: Int?) -> PostgresClient { agency.flatMap { cast.agencies[$0] } ?? cast.operatorLogin }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func anybody() -> Int { pick([9100, 9101, 9102, 9102, 9103]) }

    // swift-format-ignore: one table of what can be tried
    private mutating func attempt(_ state: ModelState) -> Attempt {
        let lead = chance(95) ? state.leadAgency : anybody()
        let offer = state.offers.isEmpty ? nil : pick(state.offers)
        let office = pick(Self.offices)
        let expected: Int32? = chance(25) ? Int32(state.version - (chance(30) ? 1 : 0)) : nil
        let fresh = UUID.v7()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<18:
            let to = chance(8) ? "SENDER" : chance(8) ? "COORDINATOR" : office
            let role = pick(["lead", "lead", "contributor", "monitor"])
            return Attempt(
                name: "offer \(role) \(to)", agency: lead,
                sql:
                    "SELECT casework.offer(\(fresh), \(id), \(expected)::int4, 'A', \(to), \(role), 'r', 'q')::text AS v"
            )
        case 18..<34:
            return Attempt(
                name: "accept", agency: chance(92) ? offer?.to ?? lead : anybody(),
                sql:
                    "SELECT casework.accept(\(offer?.id ?? fresh), \(expected)::int4, 'B', NULL, NULL)::text AS v")
        case 34..<52:
            let to = chance(30) ? "unknown" : office
            return Attempt(
                name: "decline to \(to)", agency: chance(92) ? offer?.to ?? lead : anybody(),
                sql:
                    "SELECT casework.decline(\(offer?.id ?? fresh), \(fresh), \(expected)::int4, 'B', 'other', 'r', \(to))::text AS v"
            )
        case 52..<55:
            return Attempt(
                name: "recall", agency: offer?.from ?? lead,
                sql:
                    "SELECT casework.recall(\(offer?.id ?? fresh), \(expected)::int4, 'A', 'r')::text AS v")
        case 55..<68:
            guard !state.clocks.isEmpty else { return attempt(state) }
            let clock = pick(state.clocks)
            // Time passes, then somebody's sweep finds it: a party's, a coordinator's or the platform's.
            return Attempt(
                name: "clock", agency: nil,
                sql:
                    """
                    WITH late AS (UPDATE casework.clock SET due_at = clock_timestamp() - interval '1 day' WHERE id = \(clock) RETURNING id)
                    SELECT count(*)::text AS v FROM late
                    """)
        case 68..<76:
            return Attempt(
                name: "sweep", agency: chance(50) ? anybody() : nil,
                sql:
                    "SELECT casework.expire(k.id)::text AS v FROM casework.clock k WHERE k.case_id = \(id) AND k.due_at < clock_timestamp()"
            )
        case 76..<86:
            let monitor: String? = chance(50) ? pick(Self.offices) : nil
            let contributors = chance(60) ? #"[{"office":"\#(pick(Self.offices))","request":"q"}]"# : "[]"
            let multi = chance(30)
            return Attempt(
                name: "arbitrate \(office)", agency: state.arbiterAgency ?? anybody(),
                sql:
                    """
                    SELECT casework.arbitrate(\(state.arbitration ?? fresh), \(expected)::int4, 'W', \(office), \(contributors)::jsonb, \(monitor),
                        'r', NULL, \(multi))::text AS v
                    """)
        case 86..<88:
            return Attempt(
                name: "request", agency: anybody(),
                sql:
                    "SELECT casework.request_arbitration(\(fresh), \(id), \(expected)::int4, 'A', 'r')::text AS v")
        case 88..<92:
            let interim = chance(30)
            return Attempt(
                name: interim ? "interim" : "answer", agency: lead,
                sql:
                    """
                    SELECT casework.draft_answer(\(fresh), \(id), 'A', NULL, NULL, 'Sudah kami kerjakan kemarin sore.', \(interim))::text
                        || casework.review_answer(\(id), \(fresh), 'B', true, NULL)::text
                        || casework.publish_answer(\(id), \(fresh), NULL, 'B', NULL)::text AS v
                    """)
        case 92:
            return Attempt(
                name: "finish", agency: anybody(),
                sql:
                    "SELECT casework.finish_part(\(id), NULL, NULL, 'B', 'Sudah selesai dikerjakan.')::text AS v")
        case 93:
            return Attempt(
                name: "withdraw", agency: anybody(),
                sql:
                    "SELECT casework.withdraw_part(\(id), NULL, NULL, 'B', 'r')::text AS v")
        case 94:
            return Attempt(
                name: "extend", agency: anybody(),
                sql:
                    "SELECT casework.extend(\(fresh), \(id), NULL, NULL, 'B', NULL, 3, 'r', 'Kami perlu waktu sampai {due}.')::text AS v"
            )
        case 95:
            return Attempt(
                name: "promise", agency: lead,
                sql:
                    #"SELECT casework.plan_outcome(\#(id), NULL, 'A', 'committed', '{"date":"2027-03-31","budget_source":"Musrenbang"}'::jsonb)::text AS v"#
            )
        case 96:
            return Attempt(
                name: "reply", agency: 9102,
                sql:
                    "SELECT casework.reporter_replied(\(id), 'Kapan dikerjakan?')::text AS v")
        case 97, 98:
            return Attempt(
                name: "dispute", agency: 9102,
                sql:
                    "SELECT casework.reporter_dispute(\(id), 'Masih rusak.', (SELECT o.id FROM directory.office o WHERE o.code = \(office)))::text AS v"
            )
        default:
            return Attempt(
                name: "confirm", agency: 9102,
                sql:
                    "SELECT casework.reporter_confirm(\(id), 5, NULL)::text AS v")
        }
    }
}
