import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Reads and decides texts for the public.
struct PublicationWorkflow: Sendable {
    enum State: String, Sendable {
        case draft, published
        case keptBack = "kept_back"
    }

    let database: AgencyDatabase
    let runner: MoveRunner

    /// Oldest first; up to one row more than the page has. Secret cases are never among them.
    func list(_ state: State, page: Page, caller: Caller) async throws -> [PublicationView] {
        try caller.require(.verify)
        let (after, afterID) = try Self.position(page)
        return try await database.query(
            caller,
            """
            \(Self.columns)
            WHERE p.agency = directory.me() AND p.state = \(state.rawValue) AND \(Self.isOpen(caller))
                AND (\(after)::timestamptz IS NULL OR (p.made_at, p.case_id) > (\(after)::timestamptz, \(afterID)::uuid))
            ORDER BY p.made_at, p.case_id LIMIT \(Int32(page.limit + 1))
            """
        ).map(PublicationView.init(row:))
    }

    /// - Throws: 404 for a case without a text for the public, as secret ones.
    func read(_ id: CaseID, caller: Caller) async throws -> PublicationView {
        try caller.require(.read)
        guard let row = try await database.query(caller, Self.one(id, caller)).first else {
            throw Problem.notFound
        }
        return try PublicationView(row: row)
    }

    /// - Throws: 409 for a secret case, 412 where the case changed, 404 for other agencies' cases.
    func decide(_ id: CaseID, _ body: PublicationBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        var body = body
        if body.action == .publish {
            // Exactly the text that was looked at is published, whatever becomes of the draft meanwhile.
            let kept = try await read(id, caller: caller)
            body = try body.checked(besides: kept)
        }
        let move = MoveResult.statement(
            """
            casework.decide_publication(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.action.rawValue), \(body.title),
                \(body.description), \(body.note), \(caller.trace))
            """, from: "casework.\"case\" c",
            where: """
                c.id = \(id.uuid) AND (\(caller.unit)::uuid IS NULL OR c.lead_office = \(caller.unit)::uuid)
                    AND \(CaseScope.readable(caller))
                """)
        let plan = MoveRunner.Plan(statements: [move, Self.one(id, caller)], subject: .case(id), expected: expected) {
            move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            return try Reply(try PublicationView(row: row), version: move.version)
        }
        return try await runner.run(plan, caller: caller)
    }

    private static func one(_ id: CaseID, _ caller: Caller) -> SQL {
        "\(columns) WHERE p.agency = directory.me() AND p.case_id = \(id.uuid) AND \(CaseScope.readable(caller))"
    }

    private static func isOpen(_ caller: Caller) -> SQL {
        """
        NOT c.sealed AND NOT c.confidential AND c.kind NOT IN ('supervisory', 'whistleblowing')
            AND (\(caller.unit)::uuid IS NULL OR c.lead_office = \(caller.unit)::uuid) AND \(CaseScope.readable(caller))
        """
    }

    private static let columns: SQL = """
        SELECT p.case_id, c.tracking_code, p.title, p.description, p.found, p.state, p.made_at, p.changed_by, p.changed_at, p.note,
            c.title AS original_title, c.description AS original, c.category
        FROM casework.publication p JOIN casework."case" c ON c.id = p.case_id
        """

    private static func position(_ page: Page) throws(Problem) -> (Date?, UUID?) {
        guard let (at, id) = try page.cursor?.momentAndID() else { return (nil, nil) }
        return (at, id)
    }
}

/// A text for the public beside the original.
struct PublicationView: Encodable, Sendable {
    let caseID: CaseID
    let trackingCode: String
    let title: String
    let description: String
    let found: [String]
    let state: String
    let madeAt: Date
    let changedBy: String?
    let changedAt: Date?
    let note: String?
    let originalTitle: String
    let original: String
    let category: String?

    private enum CodingKeys: String, CodingKey {
        case title, description, found, state, note, original, category
        case caseID = "case_id"
        case trackingCode = "tracking_code"
        case madeAt = "made_at"
        case changedBy = "changed_by"
        case changedAt = "changed_at"
        case originalTitle = "original_title"
    }

    init(row: PostgresRow) throws {
        caseID = CaseID(try row.decode("case_id", as: UUID.self))
        trackingCode = try row.decode("tracking_code")
        title = try row.decode("title")
        description = try row.decode("description")
        found = try row.decode("found")
        state = try row.decode("state")
        madeAt = try row.decode("made_at")
        changedBy = try row.decodeIfPresent("changed_by")
        changedAt = try row.decodeIfPresent("changed_at")
        note = try row.decodeIfPresent("note")
        originalTitle = try row.decode("original_title")
        original = try row.decode("original")
        category = try row.decodeIfPresent("category")
    }

    /// Oldest first; ids break ties.
    var cursor: Cursor { Cursor([Timestamp.text(madeAt), caseID.uuid.text]) }
}
