import Foundation
import Postgres
import SinergiCore
import Testing

/// Plans of the hot queries as an agency's login: a policy that keeps the planner from an index shows here.
@Suite("Plans", .serialized)
struct PlanTests {
    /// Twenty thousand cases of the neighbour and as many of the province, made once.
    static let crowd = Task {
        try await Border.superuser { client async throws in
            for agency in [9103, 9101] {
                _ = try await client.query(
                    """
                    WITH office AS (SELECT id, code FROM directory.office WHERE agency = \(Int32(agency)) AND strpos(code, '/') = 0),
                    made AS (
                        INSERT INTO casework."case" (id, origin, tracking_code, status, kind, category, title, description, area_code, anonymous,
                            confidential, language, lead_office, holder_office, held_since, received_at, resolve_due, created_at, updated_at)
                        SELECT directory.uuid7(), \(Int32(agency)), 'PLAN-' || lpad(n::text, 8, '0'), 'in_progress', 'complaint', 'border', 'Judul', 'Uraian',
                            '99.01', false, false, 'id', o.id, o.id, now(), now() - n * interval '1 minute', now() + n * interval '1 minute', now(), now()
                        FROM generate_series(1, 20000) n, office o
                        RETURNING *
                    ), parts AS (
                        INSERT INTO casework.participation (id, agency, case_id, office, office_code, role, state, since, due_at, tracking_code, title,
                            status, kind, category, area_code, priority, confidential, lead_office, received_at, case_due_at, updated_at)
                        SELECT directory.uuid7(), \(Int32(agency)), m.id, o.id, o.code, 'lead', CASE WHEN right(m.tracking_code, 1) < '5' THEN 'active' ELSE 'finished' END,
                            now(), m.resolve_due, m.tracking_code, m.title, m.status, m.kind, m.category, m.area_code, 'normal', false, o.id,
                            m.received_at, m.resolve_due, now()
                        FROM made m, office o
                    )
                    INSERT INTO casework.entry (id, case_id, seq, at, agency, office, type, status, visibility)
                    SELECT directory.uuid7(), m.id, s.seq, now(), \(Int32(agency)), o.id, 'received', 'submitted', 'reporter'
                    FROM made m, office o, generate_series(1, 3) AS s(seq)
                    """)
            }
            _ = try await client.query(
                """
                INSERT INTO exchange.message (id, source, producer, destination, service, lane, number, type, data)
                SELECT directory.uuid7(now() - interval '1 day'), 9103, 'analytics', 9103, 'intake', 'plan:' || n, 1, 'x', '{}' FROM generate_series(1, 20000) n
                """)
            _ = try await client.query(
                """
                INSERT INTO exchange.pending (id, source, producer, destination, service, lane, number, available_at)
                SELECT id, source, producer, destination, service, lane, number, now() + interval '1 day' FROM exchange.message WHERE lane LIKE 'plan:%'
                """)
            for table: SQL in [
                #"casework."case""#, "casework.participation", "casework.entry", "exchange.pending", "exchange.message",
            ] {
                _ = try await client.query("ANALYZE \(table)")
            }
        }
    }

    struct Hot: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statement: SQL
        /// An index that must be used.
        let index: String
        /// Whether the plan may sort.
        var sorts = false
    }

    private static let anyCase = UUID.v7()
    private static let hot: [Hot] = [
        Hot(
            testDescription: "an agency's queue reads participation alone, by its index, in order",
            statement: """
                SELECT case_id, tracking_code, title, status FROM casework.participation
                WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor') ORDER BY due_at, id LIMIT 51
                """, index: "participation_queue"),
        Hot(
            testDescription: "the next page of a queue starts in the index",
            statement: """
                SELECT case_id FROM casework.participation
                WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor')
                    AND (due_at, id) > (now() + interval '20 days', \(anyCase)) ORDER BY due_at, id LIMIT 51
                """, index: "participation_queue"),
        Hot(
            testDescription: "an office's queue",
            statement: """
                SELECT case_id FROM casework.participation
                WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor') AND office = \(anyCase) ORDER BY due_at, id LIMIT 51
                """, index: "participation_office"),
        Hot(
            testDescription: "an officer's work",
            statement: """
                SELECT case_id FROM casework.participation
                WHERE state IN ('offered', 'active') AND role IN ('lead', 'contributor', 'monitor') AND officer = \(anyCase) ORDER BY due_at, id LIMIT 51
                """, index: "participation_officer"),
        Hot(
            testDescription: "what was offered",
            statement: """
                SELECT case_id FROM casework.participation
                WHERE state = 'offered' AND role IN ('lead', 'contributor', 'monitor') ORDER BY due_at, id LIMIT 51
                """, index: "participation_offered"),
        Hot(
            testDescription: "what is led, by status",
            statement: """
                SELECT case_id FROM casework.participation
                WHERE agency = directory.me() AND state = 'active' AND role = 'lead' AND status = 'submitted' ORDER BY due_at, id LIMIT 51
                """, index: "participation_led"),
        Hot(
            testDescription: "closed cases",
            statement: """
                SELECT case_id FROM casework.participation
                WHERE agency = directory.me() AND status = 'closed' AND state <> 'ended' ORDER BY due_at, id LIMIT 51
                """, index: "participation_status"),
        Hot(
            testDescription: "a case by tracking code",
            statement: "SELECT case_id FROM casework.participation WHERE tracking_code = 'PLAN-00000007'",
            index: "participation_code"),
        Hot(
            testDescription: "a case by key",
            statement: #"SELECT * FROM casework."case" WHERE id = \#(anyCase)"#, index: "case_pkey"),
        Hot(
            testDescription: "the timeline of a case",
            statement: "SELECT * FROM casework.entry WHERE case_id = \(anyCase) ORDER BY seq",
            index: "entry_case_id_seq_key"),
        Hot(
            testDescription: "handoffs of a case",
            statement: "SELECT * FROM casework.handoff WHERE case_id = \(anyCase) ORDER BY offered_at",
            index: "handoff_case", sorts: true),
    ]

    @Test("as an agency's login", arguments: hot)
    func plan(hot: Hot) async throws {
        try await Self.crowd.value
        let plan = try await Border.as(Border.neighbour) { client async throws in
            try await client.query("EXPLAIN \(hot.statement)").map { try $0.decode("QUERY PLAN", as: String.self) }
        }.joined(separator: "\n")
        #expect(!plan.contains("Seq Scan on participation") && !plan.contains("Seq Scan on \"case\""), "\(plan)")
        #expect(!plan.contains("Seq Scan on case") && !plan.contains("Seq Scan on entry"), "\(plan)")
        // A table that holds a handful of rows is read whole, rightly; the big ones never.
        #expect(plan.contains(hot.index) || hot.index == "handoff_case", "\(plan)")
        if !hot.sorts { #expect(!plan.contains("Sort"), "\(plan)") }
    }

    @Test("asking where work waits does not read what waits for others")
    func waiting() async throws {
        try await Self.crowd.value
        // 20,000 messages of the neighbour are not due: the question touches one index page per agency and service.
        let buffers = try await Border.superuser { client async throws in
            try await client.query(
                """
                EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF)
                SELECT EXISTS (SELECT FROM exchange.pending p
                               WHERE p.source = 9102 AND p.destination = 9102 AND p.producer = 'intake' AND p.service = 'routing'
                                   AND p.available_at <= clock_timestamp())
                """
            ).map { try $0.decode("QUERY PLAN", as: String.self) }
        }.joined(separator: "\n")
        #expect(!buffers.contains("Seq Scan on pending"), "\(buffers)")
    }
}
