import Foundation
import Postgres

/// What an officer's pages ask the database. The statements are routing's own, shortened to the columns that cost something.
struct CaseworkReads: Sendable {
    let what: String
    /// Whether it asks the function that finds, which has no other side past the policies: it keeps to the agency itself.
    var finds = false
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

    static let all: [CaseworkReads] =
        [
            CaseworkReads(what: "queue page of the agency") { _, mine in [queue(mine, "true")] },
            CaseworkReads(what: "queue, a later page") { _, mine in
                [queue(mine, "(p.due_at, p.id) > (now() + interval '20 days', '00000000-0000-0000-0000-000000000000')")]
            },
            CaseworkReads(what: "queue page of a unit") { n, mine in [queue(mine, "p.office = \(unit(n))")] },
            CaseworkReads(what: "my work") { n, mine in
                [queue(mine, "p.officer = md5('9001/' || \(Int32(n / 8000)))::uuid")]
            },
            CaseworkReads(what: "overdue") { _, mine in [queue(mine, "p.due_at < now()")] },
            CaseworkReads(what: "offered to us") { _, mine in [queue(mine, "p.state = 'offered'")] },
            CaseworkReads(what: "of one status") { _, mine in [queue(mine, "p.status = 'in_arbitration'")] },
            CaseworkReads(what: "to be sorted in") { _, mine in
                [led(["submitted", "verified", "needs_information"], mine)]
            },
            CaseworkReads(what: "closed ones") { _, mine in [closed(mine)] },
            CaseworkReads(what: "case page") { n, mine in page("BENCH-" + Self.digits(n), mine) },
            CaseworkReads(what: "by tracking code") { n, mine in
                [
                    """
                    SELECT \(columns) FROM casework.participation p
                    WHERE p.agency = \(mine.sql) AND p.tracking_code = \("BENCH-" + digits(n)) AND p.state <> 'ended'
                    """
                ]
            },
        ] + [
            find("of a category") { _ in (nil, #"{"category":"group3"}"#) },
            find("of a category and area") { _ in (nil, #"{"category":"group3","area_code":"64.09.03"}"#) },
            find("overdue, of a category") { _ in (nil, #"{"category":"group3","queue":"overdue"}"#) },
            find("search: half of all") { _ in ("jalan", "{}") },
            find("search: every eighth") { _ in ("lampu", "{}") },
            find("search: one in 2,000") { n in ("langka\(200 + n / 20 % 1800)", "{}") },
            find("search: two cases have it") { n in ("warga\(digits(n / 400, 8))", "{}") },
            find("search: nobody has it") { _ in ("tiadakata", "{}") },
            find("search: two words") { n in ("rusak langka\(200 + n / 20 % 1800)", "{}") },
            find("search: half, in a category") { _ in ("jalan", #"{"category":"group3.kind2"}"#) },
            find("search: half, overdue") { _ in ("jalan", #"{"queue":"overdue"}"#) },
            find("search: half, closed ones") { _ in ("jalan", #"{"finished":true,"status":"closed"}"#) },
            find("search: 18 closed have it") { n in
                ("warga\(digits(n / 400, 8))", #"{"finished":true,"status":"closed"}"#)
            },
        ]

    private static let columns: SQL = """
        p.id, p.case_id, p.tracking_code, p.title, p.status, p.kind, p.category, p.area_code, p.lead_office, p.office, p.role, p.state,
        p.handoff_id, p.officer, p.officer_name, p.priority, p.received_at, p.due_at
        """

    private static let readable: SQL =
        "(NOT p.confidential AND p.accused = '{}' OR casework.may_read(p.case_id, p.confidential, 'x', NULL, true))"

    private static func queue(_ mine: Agency, _ also: SQL) -> SQL {
        """
        SELECT \(columns) FROM casework.participation p
        WHERE p.agency = \(mine.sql) AND p.state IN ('offered', 'active') AND p.role IN ('lead', 'contributor', 'monitor') AND \(also)
            AND \(readable)
        ORDER BY p.due_at, p.id LIMIT 51
        """
    }

    private static func unit(_ n: Int) -> SQL {
        "(SELECT o.id FROM public.bench_office o WHERE o.agency = 9001 AND o.place = \(Int32(n % 11)))"
    }

    /// A page of each status, merged.
    private static func led(_ statuses: [String], _ mine: Agency) -> SQL {
        let pages = statuses.map { status in
            """
            (SELECT p.* FROM casework.participation p
             WHERE p.agency = \(mine.sql) AND p.state = 'active' AND p.role = 'lead' AND p.status = \(status) AND \(readable)
             ORDER BY p.due_at, p.id LIMIT 51)
            """ as SQL
        }
        let all = pages.dropFirst().reduce(pages[0]) { "\($0) UNION ALL \($1)" as SQL }
        return "SELECT \(columns) FROM (\(all)) p ORDER BY p.due_at, p.id LIMIT 51"
    }

    private static func closed(_ mine: Agency) -> SQL {
        """
        SELECT \(columns) FROM casework.participation p
        WHERE p.agency = \(mine.sql) AND p.status = 'closed' AND p.state <> 'ended' AND \(readable)
            AND (p.role IN ('lead', 'contributor', 'monitor') OR p.role = 'origin' AND NOT EXISTS (
                SELECT FROM casework.participation q
                WHERE q.agency = \(mine.sql) AND q.case_id = p.case_id AND q.state <> 'ended' AND q.role <> 'origin'))
        ORDER BY p.due_at, p.id LIMIT 51
        """
    }

    private static func find(
        _ what: String, _ ask: @escaping @Sendable (_ n: Int) -> (words: String?, filter: String)
    ) -> CaseworkReads {
        CaseworkReads(what: what, finds: true) { n, mine in
            let (words, filter) = ask(n)
            return [
                """
                SELECT \(columns)
                FROM casework.search(\(words)::text, \(filter)::jsonb || '{"reader":{"subject":"x","handles":true}}', NULL, NULL, 51) p
                WHERE p.agency = \(mine.sql) AND \(readable)
                ORDER BY p.due_at, p.id LIMIT 51
                """
            ]
        }
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

    private static func digits(_ n: Int, _ width: Int = 10) -> String {
        let text = String(n)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// - Returns: Milliseconds by the client's clock, and how many rows came.
    func once(_ n: Int, _ mine: Agency, client: PostgresClient) async throws -> (time: Double, rows: Int) {
        let role: PostgresIdentifier? =
            switch mine {
            case .asRole: CaseworkFill.role
            case .written: nil
            }
        let statements = statements(n, mine)
        let clock = ContinuousClock()
        let start = clock.now
        let results = try await client.pipeline(PostgresTransactionOptions(role: role), statements)
        return (CaseworkBench.seconds(clock.now - start) * 1000, results.reduce(0) { $0 + $1.count })
    }
}
