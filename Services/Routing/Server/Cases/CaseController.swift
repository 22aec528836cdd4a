import Foundation
import HTTPTypes
import Hummingbird
import RoutingAPI
import ServiceKit
import SinergiCore

/// Cases over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases` | read | confidential ones only to units with a part |
/// | `GET /v1/cases/{id}` | read | agencies with a part |
/// | `POST …/verify` | verify | the lead's office |
/// | `POST …/route` | route | the lead's office |
/// | `POST …/assign` | assign | offices with an accepted part |
/// | `POST …/alarm/take` | note | offices with a part, of an agency that is rung |
/// | `POST …/notes` | note | offices with a part |
/// | `POST …/arbitration` | requestArbitration | offices with a part |
struct CaseController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let handoffs: HandoffWorkflow
    let arbitrations: ArbitrationWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases", use: list)
        router.get("/v1/cases/:case_id", use: read)
        router.post("/v1/cases/:case_id/verify", use: verify)
        router.post("/v1/cases/:case_id/route", use: route)
        router.post("/v1/cases/:case_id/assign", use: assign)
        router.post("/v1/cases/:case_id/alarm/take", use: takeAlarm)
        router.post("/v1/cases/:case_id/notes", use: note)
        router.post("/v1/cases/:case_id/arbitration", use: requestArbitration)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let filter = try QueueFilter(request)
        let cursor = try page.cursor.map { try DueCursor(page: $0) }
        let (rows, next) = try await cases.list(filter, after: cursor, limit: page.limit, caller: caller)
        return ListResponse(data: rows, page: page, next: next.map { Cursor([$0.text]) })
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try await callers.caller(request, context)
        let document = try await cases.read(CaseID(try request.pathID("case_id", context)), caller: caller)
        let tag = EntityTag.text(version: document.version)
        if request.alreadyHas(tag) { return Response(status: .notModified, headers: [.eTag: tag]) }
        return try Reply(document.view, version: document.version).response(from: request, context: context)
    }

    @Sendable private func verify(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(VerifyBody.self, .verify, request, context, emptyAllowed: true)
        let id = CaseID(try request.pathID("case_id", context))
        return try await cases.verify(id, body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func route(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(OfferBody.self, .route, request, context)
        return try await handoffs.route(
            CaseID(try request.pathID("case_id", context)), body, expected: request.expectedVersion, caller: caller,
            repeatable: repeatable)
    }

    @Sendable private func assign(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(AssignBody.self, .assign, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try await cases.assign(id, body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func takeAlarm(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(
            TakeAlarmBody.self, .note, request, context, emptyAllowed: true)
        let id = CaseID(try request.pathID("case_id", context))
        return try await cases.takeAlarm(id, body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func note(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(CaseNoteBody.self, .note, request, context)
        return try await cases.note(
            CaseID(try request.pathID("case_id", context)), body, caller: caller, repeatable: repeatable)
    }

    @Sendable private func requestArbitration(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(
            ReasonBody.self, .requestArbitration, request, context)
        return try await arbitrations.request(
            CaseID(try request.pathID("case_id", context)), body, expected: request.expectedVersion, caller: caller,
            repeatable: repeatable)
    }
}

extension QueueFilter {
    /// Reads `queue`, `tracking_code`, `status`, `category`, `area_code`, `kind`, `priority`, `officer`, `due_from`, `due_to`
    /// and `q`.
    /// - Throws: 422 for a queue, status, kind or priority that there is not, and for what is no time.
    init(_ request: Request) throws(Problem) {
        self.init()
        if let name = request.query("queue") {
            guard let queue = Queue(rawValue: name) else { throw .invalid("#/queue", "bad_format") }
            self.queue = queue
        }
        if let status = request.query("status") {
            guard CaseStatus(rawValue: status) != nil else { throw .invalid("#/status", "bad_format") }
            self.status = status
        }
        if let code = request.query("tracking_code") {
            // Case and hyphens do not matter; what is no code finds nothing.
            trackingCode = (try? TrackingCode(code))?.description ?? String(code.prefix(100)).uppercased()
        }
        category = request.query("category").map { String($0.prefix(100)) }
        area = request.query("area_code").map { String($0.prefix(100)) }
        if let kind = request.query("kind") {
            guard Kind(rawValue: kind) != nil else { throw .invalid("#/kind", "bad_format") }
            self.kind = kind
        }
        if let priority = request.query("priority") {
            guard ["low", "normal", "high", "urgent"].contains(priority) else {
                throw .invalid("#/priority", "bad_format")
            }
            self.priority = priority
        }
        officer = request.query("officer").map { String($0.prefix(100)) }
        dueFrom = try Self.moment(request, "due_from")
        dueTo = try Self.moment(request, "due_to")
        guard let words = request.query("q") else { return }
        // A whole tracking code finds its case, also a finished one.
        if let code = try? TrackingCode(words) {
            trackingCode = trackingCode ?? code.description
        } else {
            text = String(words.prefix(200))
        }
    }

    private static func moment(_ request: Request, _ name: String) throws(Problem) -> Date? {
        guard let text = request.query(name) else { return nil }
        // A plus sign of a zone arrives as a space where the caller did not escape it.
        guard let date = Timestamp.date(text.replacing(" ", with: "+")) else {
            throw .invalid("#/\(name)", "bad_format")
        }
        return date
    }
}

extension DueCursor {
    /// - Throws: 422 for what is no cursor of ours.
    init(page cursor: Cursor) throws(Problem) {
        guard cursor.values.count == 1, let text = cursor.values[0], let value = DueCursor(text) else {
            throw .invalid("#/cursor", "bad_format")
        }
        self = value
    }
}
