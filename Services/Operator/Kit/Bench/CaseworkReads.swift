import Foundation
import Postgres

/// What an officer's pages ask the database. The statements are routing's own, shortened to the columns that cost something.
struct CaseworkReads: Sendable {
    let what: String
    /// Statements of one round for the case numbered n of the measured agency.
    let statements: @Sendable (_ n: Int, _ mine: Agency) -> [SQL]

    /// Whose rows: told by the role, under its policies; or written into the statement, past them.
    enum Agency: Sendable {
        case asRole, written

        var sql: SQL {
            switch self {
            case .asRole: "directory.me()"
            case .written: "9001"
            }
        }
    }

    static let all: [CaseworkReads] = [
        CaseworkReads(what: "queue page of the agency") { _, mine in
            [queue(mine, "true")]
        },
        CaseworkReads(what: "queue page of a unit") { n, mine in
            [
                queue(
                    mine,
                    "p.office = (SELECT o.id FROM public.bench_office o WHERE o.agency = 9001 AND o.place = \(Int32(n % 11)))"
                )
            ]
        },
        CaseworkReads(what: "case page") { n, mine in page("BENCH-" + Self.digits(n), mine) },
        CaseworkReads(what: "search, frequent word") { _, mine in [search(["jalan"], mine)] },
        CaseworkReads(what: "search, rare word") { n, mine in [search(["langka\(n / 20 % 2000)"], mine)] },
        CaseworkReads(what: "search, two words") { n, mine in [search(["rusak", "langka\(n / 20 % 2000)"], mine)] },
    ]

    private static let columns: SQL = """
        p.id, p.case_id, p.tracking_code, p.title, p.status, p.kind, p.category, p.area_code, p.lead_office, p.office, p.role, p.state,
        p.handoff_id, p.officer, p.officer_name, p.priority, p.received_at, p.due_at
        """

    private static func queue(_ mine: Agency, _ also: SQL) -> SQL {
        """
        SELECT \(columns) FROM casework.participation p
        WHERE p.agency = \(mine.sql) AND p.state IN ('offered', 'active') AND p.role IN ('lead', 'contributor', 'monitor') AND \(also)
            AND (NOT p.confidential AND p.accused = '{}' OR casework.may_read(p.case_id, p.confidential, 'x', NULL, true))
        ORDER BY p.due_at, p.id LIMIT 51
        """
    }

    /// As an agency through the definer function; past the policies the table is asked directly.
    private static func search(_ words: [String], _ mine: Agency) -> SQL {
        let source: SQL =
            switch mine {
            case .asRole: "casework.search(\(words.joined(separator: " ")), '{}', NULL, NULL, 51)"
            case .written: "casework.participation"
            }
        let fits: SQL =
            switch mine {
            case .asRole: "true"
            case .written: "p.words @@ plainto_tsquery('pg_catalog.indonesian', \(words.joined(separator: " ")))"
            }
        return """
            SELECT \(columns) FROM \(source) p
            WHERE p.agency = \(mine.sql) AND p.state IN ('offered', 'active') AND \(fits) AND (NOT p.confidential AND p.accused = '{}')
            ORDER BY p.due_at, p.id LIMIT 51
            """
    }

    /// Found by its code, then read as the case page reads it.
    private static func page(_ code: String, _ mine: Agency) -> [SQL] {
        let id: SQL =
            "(SELECT q.case_id FROM casework.participation q WHERE q.agency = \(mine.sql) AND q.tracking_code = \(code) LIMIT 1)"
        return [
            "SELECT c.* FROM casework.\"case\" c WHERE c.id = \(id)",
            "SELECT p.office, p.role, p.state FROM casework.participation p WHERE p.agency = \(mine.sql) AND p.case_id = \(id)",
            "SELECT h.* FROM casework.handoff h WHERE h.case_id = \(id) ORDER BY h.offered_at, h.id",
            "SELECT a.* FROM casework.arbitration a WHERE a.case_id = \(id) ORDER BY a.opened_at DESC LIMIT 1",
            "SELECT a.* FROM casework.answer a WHERE a.case_id = \(id) ORDER BY a.created_at, a.id",
            "SELECT k.* FROM casework.clock k WHERE k.case_id = \(id) ORDER BY k.started_at, k.id",
            "SELECT d.* FROM casework.decision d WHERE d.case_id = \(id) ORDER BY d.at DESC LIMIT 1",
            "SELECT e.* FROM casework.entry e WHERE e.case_id = \(id) ORDER BY e.seq",
        ]
    }

    private static func digits(_ n: Int) -> String {
        let text = String(n)
        return String(repeating: "0", count: max(0, 10 - text.count)) + text
    }

    /// - Parameter role: Whether as the agency, under its policies.
    /// - Returns: The median of all rounds, in milliseconds. The first tenth only warms up.
    func median(cases: Int, rounds: Int, role: Bool, client: PostgresClient) async throws -> Double {
        let mine = role ? Agency.asRole : .written
        let options = PostgresTransactionOptions(role: role ? CaseworkFill.role : nil)
        let clock = ContinuousClock()
        var times: [Double] = []
        // The same rounds on both sides: steps through the agency's cases with a large stride.
        for round in 0..<(rounds + rounds / 10) {
            let n = round &* 7919 % max(1, cases / 20) * 20
            let statements = statements(n, mine)
            let start = clock.now
            _ = try await client.pipeline(options, statements)
            if round >= rounds / 10 { times.append(CaseworkBench.seconds(clock.now - start) * 1000) }
        }
        times.sort()
        return times.isEmpty ? 0 : times[times.count / 2]
    }
}
