import Foundation
import Postgres
import SinergiCore
import Testing

/// Search and filtered lists, page by page, among twenty thousand other cases of the agency: whichever way the function takes (a
/// walk, the index of words, or of words and days), nothing is lost and nothing comes twice.
@Suite("Finding", .serialized)
struct FindingTests {
    /// Six hundred open parts and a hundred finished ones of the neighbour. All have the word kucingbelang, every second one macandahan,
    /// every hundredth badakjawa; five have no due time; many are due at the same moment.
    private static let made = Task {
        try await PlanTests.crowd.value
        try await insert(from: 1, to: 700, due: "now() + (n % 200) * interval '100 minutes'")
        try await Border.superuser { client async throws in
            _ = try await client.query("ANALYZE casework.participation")
        }
    }

    private static func insert(from: Int32, to: Int32, due: SQL) async throws {
        try await Border.superuser { client async throws in
            _ = try await client.query(
                """
                INSERT INTO casework."case" (id, origin, tracking_code, status, kind, category, title, description, area_code, anonymous,
                    confidential, language, lead_office, holder_office, held_since, received_at, resolve_due, created_at, updated_at)
                SELECT directory.uuid7(), 9103, 'FIND-' || lpad(n::text, 8, '0'), CASE WHEN n > 600 AND n <= 700 THEN 'closed' ELSE 'in_progress' END,
                    'complaint', CASE n % 3 WHEN 0 THEN 'finding.one' ELSE 'finding.two' END, 'Kucingbelang',
                    CASE WHEN n % 100 = 0 THEN 'badakjawa macandahan' WHEN n % 2 = 0 THEN 'macandahan' ELSE 'satu' END, '99.02', false, false, 'id', o.id,
                    o.id, now(), now(), now(), now(), now()
                FROM generate_series(\(from), \(to)) n, directory.office o WHERE o.agency = 9103 AND strpos(o.code, '/') = 0
                """)
            _ = try await client.query(
                """
                INSERT INTO casework.participation (id, agency, case_id, office, office_code, role, state, since, due_at, tracking_code, title,
                    status, kind, category, area_code, priority, confidential, lead_office, received_at, case_due_at, updated_at)
                SELECT gen_random_uuid(), 9103, c.id, o.id, o.code, 'lead', CASE c.status WHEN 'closed' THEN 'finished' ELSE 'active' END, now(),
                    CASE WHEN n % 120 > 0 THEN \(due) END, c.tracking_code, c.title, c.status, c.kind, c.category, c.area_code, 'normal', false,
                    o.id, now(), now(), now()
                FROM generate_series(\(from), \(to)) n
                JOIN casework."case" c ON c.origin = 9103 AND c.tracking_code = 'FIND-' || lpad(n::text, 8, '0')
                JOIN directory.office o ON o.agency = 9103 AND strpos(o.code, '/') = 0
                """)
        }
    }

    /// All pages as routing asks for them: dated parts to their end, then undated ones.
    private static func pages(
        _ text: String?, _ filter: String, limit: Int32, between: () async throws -> Void = {}
    ) async throws -> [String] {
        var found: [String] = []
        var after: SQL = "NULL"
        var id: String?
        while true {
            let (start, last) = (after, id)
            let page = try await Border.as(Border.neighbour) { client async throws in
                try await client.query(
                    """
                    SELECT p.id::text AS id, p.tracking_code, (extract(epoch FROM p.due_at) * 1000000)::int8 AS due
                    FROM casework.search(\(text)::text, \(filter)::jsonb, \(start), \(last)::text::uuid, \(limit)) p ORDER BY p.due_at, p.id
                    """
                ).map {
                    (
                        try $0.decode("id", as: String.self), try $0.decode("tracking_code", as: String.self),
                        try $0.decodeIfPresent("due", as: Int.self)
                    )
                }
            }
            found += page.map(\.1)
            if let end = page.last, page.count == Int(limit) {
                id = end.0
                after =
                    end.2.map { "timestamptz 'epoch' + \($0)::int8 * interval '1 microsecond'" }
                    ?? "timestamptz 'infinity'"
            } else if id != nil, page.last?.2 != nil || page.isEmpty, after.text != "timestamptz 'infinity'" {
                (id, after) = ("00000000-0000-0000-0000-000000000000", "timestamptz 'infinity'")
            } else {
                return found
            }
            try await between()
        }
    }

    struct Ask: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var text: String?
        var filter = "{}"
        /// What belongs to it, of a case numbered n.
        let fits: @Sendable (_ n: Int) -> Bool
        var limit: Int32 = 7
    }

    private static let asks = [
        Ask(testDescription: "a word", text: "kucingbelang", fits: { $0 <= 600 }),
        Ask(
            testDescription: "the beginning of a word, on long pages", text: "kucingbel", fits: { $0 <= 600 },
            limit: 101),
        Ask(
            testDescription: "two words", text: "macandahan kucingbelang", fits: { $0 <= 600 && $0 % 2 == 0 }, limit: 3),
        Ask(testDescription: "a rare word", text: "badakjawa", fits: { $0 <= 600 && $0 % 100 == 0 }, limit: 2),
        Ask(
            testDescription: "a category with its kinds", filter: #"{"category":"finding"}"#, fits: { $0 <= 600 },
            limit: 51),
        Ask(
            testDescription: "words in a category and area", text: "macandahan",
            filter: #"{"category":"finding.one","area_code":"99"}"#,
            fits: { $0 <= 600 && $0 % 6 == 0 }, limit: 10),
        Ask(
            testDescription: "closed ones", text: "kucingbelang", filter: #"{"finished":true,"status":"closed"}"#,
            fits: { $0 > 600 && $0 <= 700 }, limit: 9),
        Ask(testDescription: "a word nobody has", text: "harimaujawa", fits: { _ in false }),
    ]

    @Test("page by page, all once and in order", arguments: asks)
    func pages(ask: Ask) async throws {
        try await Self.made.value
        let found = try await Self.pages(ask.text, ask.filter, limit: ask.limit).compactMap(Self.number)
        #expect(found.sorted() == (1...700).filter(ask.fits))
        let dues = found.map { $0 % 120 == 0 ? Int.max : $0 % 200 }
        #expect(dues == dues.sorted())
    }

    @Test("what comes in between two pages neither hides what was there nor shows it twice")
    func inserts() async throws {
        try await Self.made.value
        let next = Locked(Int32(1001))
        let found = try await Self.pages("kucingbelang", "{}", limit: 50) {
            let from = next.withLock { value in
                value += 20
                return value - 20
            }
            // Half of them due before all others, half among them.
            try await Self.insert(
                from: from, to: from + 19, due: "now() + (n % 2) * 7 * interval '1 day' - interval '1 hour'")
        }.compactMap(Self.number)
        #expect(Set(found).count == found.count)
        #expect(found.filter { $0 <= 600 }.sorted() == Array(1...600))
    }

    @Test("another agency finds nothing of it, with and without words")
    func others() async throws {
        try await Self.made.value
        for agency in [Border.regency, Border.stranger] {
            let seen = try await Border.as(agency) { client async throws in
                try await client.texts(
                    """
                    SELECT tracking_code AS value FROM casework.search('kucingbelang', '{}', NULL, NULL, 1000)
                    UNION ALL SELECT tracking_code FROM casework.search(NULL, '{"category":"finding"}', NULL, NULL, 1000)
                    UNION ALL SELECT tracking_code FROM casework.search('kucingbelang', '{"finished":true,"tracking_code":"FIND-00000002"}', NULL, NULL, 1000)
                    """)
            }
            #expect(seen.isEmpty)
        }
    }

    private static func number(_ code: String) -> Int? { code.hasPrefix("FIND-") ? Int(code.dropFirst(5)) : nil }
}
