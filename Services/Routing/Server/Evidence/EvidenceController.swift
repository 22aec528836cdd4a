import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Evidence over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/evidence` | read | who may read the case |
/// | `POST /v1/cases/{id}/evidence` | draft | offices with an accepted part |
/// | `POST …/evidence/{evidence_id}/validate`, `/return` | approve | the agency; beside it other parties for units under four people |
struct EvidenceController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let runner: MoveRunner

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/evidence", use: list)
        router.post("/v1/cases/:case_id/evidence", use: add)
        router.post("/v1/cases/:case_id/evidence/:evidence_id/validate", use: validate)
        router.post("/v1/cases/:case_id/evidence/:evidence_id/return", use: sendBack)
    }

    private static let columns: SQL = """
        e.id, e.case_id, e.office, e.media, e.kind, e.caption, encode(e.sha256, 'hex') AS sha256, e.perceptual_hash, e.captured_at, e.lat, e.long,
        e.flags::text AS flags, e.state, e.added_by, e.validated_by, e.note, e.created_at, e.decided_at
        """

    private static func read(_ id: UUID) -> SQL { "SELECT \(columns) FROM casework.evidence e WHERE e.id = \(id)" }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.knowing(try await callers.caller(request, context))
        let id = CaseID(try request.pathID("case_id", context))
        _ = try await cases.read(id, caller: caller)
        let rows = try await cases.database.query(
            caller,
            """
            SELECT \(Self.columns) FROM casework.evidence e WHERE e.case_id = \(id.uuid) ORDER BY e.created_at, e.id LIMIT 200
            """)
        return try JSONResponse(ShortList.document(rows.map { try Self.view($0, caller) }))
    }

    @Sendable private func add(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(EvidenceBody.self, .draft, request, context)
        let caseID = CaseID(try request.pathID("case_id", context))
        let id = UUID.v7()
        let move = MoveResult.statement(
            """
            casework.add_evidence(\(id), c.id, \(caller.actor), \(caller.unitCode), \(body.kind.rawValue), \(body.caption), \(body.media)::uuid,
                \(try JSONWriter.text(of: JSONValue.object(body.facts)))::jsonb, \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(caseID, caller))
        return try await run(id, caseID, move, status: .created, caller: caller, repeatable: repeatable)
    }

    @Sendable private func validate(_ request: Request, _ context: AppContext) async throws -> Reply {
        try await judge(request, context, valid: true)
    }

    @Sendable private func sendBack(_ request: Request, _ context: AppContext) async throws -> Reply {
        try await judge(request, context, valid: false)
    }

    private func judge(_ request: Request, _ context: AppContext, valid: Bool) async throws -> Reply {
        let (caller, body) = try await callers.action(NoteBody.self, .approve, request, context, emptyAllowed: true)
        let id = try request.pathID("evidence_id", context)
        let caseID = CaseID(try request.pathID("case_id", context))
        let move = MoveResult.statement(
            "casework.judge_evidence(c.id, \(id), \(caller.actor), \(valid), \(body.note), \(caller.trace))",
            from: "casework.\"case\" c", where: CaseScope.takesPart(caseID, caller))
        return try await run(id, caseID, move, status: .ok, caller: caller, repeatable: nil)
    }

    private func run(
        _ id: UUID, _ caseID: CaseID, _ move: SQL, status: HTTPResponse.Status, caller: Caller,
        repeatable: IdempotentRequest?
    ) async throws -> Reply {
        let plan = MoveRunner.Plan(statements: [move, Self.read(id)], subject: .case(caseID)) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            return try Reply(Self.view(row, caller), status: status, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    private static func view(_ row: PostgresRow, _ caller: Caller) throws -> JSONValue {
        func text(_ name: StaticString) throws -> JSONValue {
            caller.reveal(try row.decodeIfPresent(name, as: String.self)).map(JSONValue.string) ?? .null
        }
        func time(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: Date.self).map { .string(Timestamp.text($0)) } ?? .null
        }
        func number(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: Double.self).map(JSONValue.number) ?? .null
        }
        let office = caller.directory.reference(try row.decode("office", as: UUID.self))
        let hash = try row.decodeIfPresent("perceptual_hash", as: Int.self)
        return [
            "evidence_id": .string(try row.decode("id", as: UUID.self).text),
            "case_id": .string(try row.decode("case_id", as: UUID.self).text),
            "office": try office.map { .raw(try JSONWriter.text(of: $0)) } ?? .null,
            "media_id": try row.decodeIfPresent("media", as: UUID.self).map { .string($0.text) } ?? .null,
            "kind": try text("kind"), "caption": try text("caption"), "sha256": try text("sha256"),
            "perceptual_hash": hash.map { .string(PerceptualHash.text($0)) } ?? .null,
            "captured_at": try time("captured_at"), "lat": try number("lat"), "long": try number("long"),
            "flags": .raw(try row.decode("flags", as: String.self)), "state": try text("state"),
            "added_by": try text("added_by"), "validated_by": try text("validated_by"), "note": try text("note"),
            "created_at": try time("created_at"), "decided_at": try time("decided_at"),
        ]
    }
}

/// A 64-bit perceptual hash as sixteen hexadecimal digits.
enum PerceptualHash {
    static func text(_ value: Int) -> String {
        let digits = String(UInt64(bitPattern: Int64(value)), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func value(_ text: String) -> Int? {
        guard text.utf8.count == 16, let bits = UInt64(text, radix: 16) else { return nil }
        return Int(Int64(bitPattern: bits))
    }
}

/// Body of `POST /v1/cases/{id}/evidence`.
struct EvidenceBody: RequestBodyFields, Sendable {
    enum Kind: String {
        case before, during, after, document
    }
    let kind: Kind
    let caption: String?
    /// A stored medium of the case: then its checks' facts count, and none of the body.
    let media: UUID?
    let facts: JSONObject

    init(fields: inout FieldReader) {
        if !fields.contains("kind") { fields.fail("kind", "required") }
        kind = fields.choice("kind", Kind.self) ?? .document
        caption = fields.string("caption", max: 1000)
        media = fields.uuid("media_id")
        var facts = JSONObject()
        let sha256 = fields.string("sha256", min: 64, max: 64)?.lowercased()
        if let sha256, sha256.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) {
            facts["sha256"] = .string(sha256)
        } else if sha256 != nil {
            fields.fail("sha256", "bad_format")
        } else if media == nil {
            fields.fail("sha256", "required")
        }
        if let text = fields.string("perceptual_hash", max: 16) {
            if let hash = PerceptualHash.value(text.lowercased()) {
                facts["perceptual_hash"] = .integer(hash)
            } else {
                fields.fail("perceptual_hash", "bad_format")
            }
        }
        if let captured = fields.moment("captured_at") { facts["captured_at"] = .string(Timestamp.text(captured)) }
        if let lat = fields.number("lat") {
            if (-90...90).contains(lat) { facts["lat"] = .number(lat) } else { fields.fail("lat", "bad_format") }
        }
        if let long = fields.number("long") {
            if (-180...180).contains(long) { facts["long"] = .number(long) } else { fields.fail("long", "bad_format") }
        }
        self.facts = facts
    }
}
