import Foundation
import HTTPTypes
import Hummingbird
import Identity
import IntakeAPI
import Logging
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Open311 GeoReport v2, in XML and JSON by the address's ending, with mySociety's `servicerequestupdates`.
///
/// | route below `/open311/v2` | who |
/// |---|---|
/// | `GET discovery`, `services`, `services/{code}`, `requests`, `requests/{id}`, `tokens/{token}`, `servicerequestupdates` | everybody, for what is published; a client with its key also for what it sent |
/// | `POST requests`, `servicerequestupdates` | clients with an `api_key` |
struct Open311Controller: Sendable {
    let directory: DirectoryStore
    let submissions: SubmissionWorkflow
    let following: FollowingWorkflow
    let store: Open311Store
    let publicURL: String
    let isHosted: Bool

    static let maximumRows = 1000
    static let span = TimeInterval(90 * 86_400)

    func addRoutes(to router: some RouterMethods<AppContext>) {
        for format in Open311Format.allCases {
            let end = format.rawValue
            func path(_ name: String) -> RouterPath { RouterPath("/open311/v2/\(name).\(end)") }
            router.get(path("discovery")) { try await answer(format, $0, $1, discovery) }
            router.get(path("services")) { try await answer(format, $0, $1, services) }
            router.get(path("requests")) { try await answer(format, $0, $1, requests) }
            router.post(path("requests")) { try await answer(format, $0, $1, create) }
            router.get(path("servicerequestupdates")) { try await answer(format, $0, $1, updates) }
            router.post(path("servicerequestupdates")) { try await answer(format, $0, $1, update) }
        }
        router.get("/open311/v2/services/:name") { try await named($0, $1, service) }
        router.get("/open311/v2/requests/:name") { try await named($0, $1, request) }
        router.get("/open311/v2/tokens/:name") { try await named($0, $1, token) }
        router.get("/open311/**") { _, _ in try Open311Error.missing("This address").response(.xml) }
    }

    private typealias Handler = @Sendable (Request, AppContext) async throws -> (root: String, value: Open311Value)

    /// Every error in the caller's format: clients of Open311 read no problem documents.
    private func answer(
        _ format: Open311Format, _ request: Request, _ context: AppContext, _ handler: Handler
    ) async throws -> Response {
        do {
            let (root, value) = try await handler(request, context)
            return try value.response(root, format)
        } catch let error as Open311Error {
            return try error.response(format)
        } catch let problem as Problem {
            return try Open311Error(problem).response(format)
        } catch let error as PostgresError {
            context.logger.warning("open311", metadata: ["error": "\(String(reflecting: error))"])
            return try Open311Error(Problem(error) ?? .internal).response(format)
        }
    }

    /// An address that ends with a code and the format: codes have dots themselves, so the last one counts.
    private func named(
        _ request: Request, _ context: AppContext,
        _ handler: @Sendable (String, Request, AppContext) async throws -> (root: String, value: Open311Value)
    ) async throws -> Response {
        let last = context.parameters.get("name") ?? ""
        guard let dot = last.lastIndex(of: "."),
            let format = Open311Format(rawValue: String(last[last.index(after: dot)...]))
        else { return try Open311Error.missing("This format").response(.xml) }
        let name = String(last[..<dot])
        return try await answer(format, request, context) { try await handler(name, $0, $1) }
    }

    // MARK: What there is

    private func discovery(_ request: Request, _ context: AppContext) async throws -> (
        root: String, value: Open311Value
    ) {
        let base = publicURL + (isHosted ? "/" + context.agency.code : "")
        let name = try await directory.current().agencies[context.agency.number]?.name ?? context.agency.code
        let formats = Open311Format.allCases.map { Open311Value.text($0 == .xml ? "text/xml" : "application/json") }
        return (
            "discovery",
            .object([
                ("changeset", .text("2026-11-24T00:00:00Z")), ("contact", .text("\(name), \(base)/")),
                ("key_service", .text("\(name), \(base)/")),
                (
                    "endpoints",
                    .list(
                        of: "endpoint",
                        [
                            .object([
                                ("specification", .text("http://wiki.open311.org/GeoReport_v2")),
                                ("url", .text("\(base)/open311/v2")), ("changeset", .text("2026-11-24T00:00:00Z")),
                                ("type", .text("production")), ("formats", .list(of: "format", formats)),
                            ])
                        ])
                ),
            ])
        )
    }

    private func services(_ request: Request, _ context: AppContext) async throws -> (root: String, value: Open311Value)
    {
        try jurisdiction(request, context)
        let directory = try await directory.current()
        let all = directory.categories.values.filter { $0.active && $0.parent != nil }.sorted { $0.code < $1.code }
        return (
            "services",
            .list(
                of: "service",
                all.map { category in
                    let group = category.parent.flatMap { directory.categories[$0] }
                    let words = [category.nameID, category.nameEN].map { $0.lowercased() }
                    return .object([
                        ("service_code", .text(category.code)), ("service_name", .text(category.nameID)),
                        ("description", .text(category.nameEN)), ("metadata", .bool(false)),
                        ("type", .text("realtime")), ("keywords", .text(words.joined(separator: ","))),
                        ("group", .optional(group?.nameID)),
                    ])
                })
        )
    }

    private func service(
        _ code: String, _ request: Request, _ context: AppContext
    ) async throws -> (root: String, value: Open311Value) {
        try jurisdiction(request, context)
        guard try await directory.current().categories[code]?.active == true else {
            throw Open311Error.missing("service_code \(code)")
        }
        return (
            "service_definition",
            .object([("service_code", .text(code)), ("attributes", .list(of: "attribute", []))])
        )
    }

    // MARK: Requests

    private func requests(_ request: Request, _ context: AppContext) async throws -> (root: String, value: Open311Value)
    {
        try jurisdiction(request, context)
        let client = try client(request.open311("api_key"), context)
        var filter = try Open311Filter(request, client: client, now: Date())
        filter.ids = filter.ids?.map { (try? TrackingCode($0).text) ?? $0 }
        let rows = try await store.list(filter, in: context.agency)
        return ("service_requests", try await list(rows))
    }

    private func request(
        _ id: String, _ request: Request, _ context: AppContext
    ) async throws -> (root: String, value: Open311Value) {
        try jurisdiction(request, context)
        let client = try client(request.open311("api_key"), context)
        let row = try await one(id, client: client, context)
        return ("service_requests", try await list([row]))
    }

    /// Ids are known at once, so a token is the id itself.
    private func token(
        _ token: String, _ request: Request, _ context: AppContext
    ) async throws -> (root: String, value: Open311Value) {
        try jurisdiction(request, context)
        guard let code = try? await following.code(token, in: context.agency),
            try await following.exists(code, in: context.agency)
        else { throw Open311Error.missing("token \(token)") }
        return (
            "service_requests",
            .list(of: "request", [.object([("service_request_id", .text(code)), ("token", .text(token))])])
        )
    }

    private func one(_ id: String, client: String?, _ context: AppContext) async throws -> Open311Row {
        guard let code = try? TrackingCode(id).text,
            let row = try await store.list(
                Open311Filter(ids: [code], from: .distantPast, to: .distantFuture, client: client, limit: 1),
                in: context.agency
            ).first
        else { throw Open311Error.missing("service_request_id \(id)") }
        return row
    }

    private func list(_ rows: [Open311Row]) async throws -> Open311Value {
        let directory = try await directory.current()
        return .list(of: "request", rows.map { Self.element($0, directory) })
    }

    private static func element(_ row: Open311Row, _ directory: Directory) -> Open311Value {
        let status = row.view.flatMap { CaseStatus(rawValue: $0.status) }
        let category = row.category.flatMap { directory.categories[$0] }
        return .object([
            ("service_request_id", .text(row.code)), ("status", .text(isOpen(row) ? "open" : "closed")),
            ("status_notes", .optional(status?.label(in: .id))), ("service_name", .optional(category?.nameID)),
            ("service_code", .optional(row.category)), ("description", .optional(row.description)),
            ("agency_responsible", .optional(row.view?.holder?.name)), ("service_notice", .empty),
            ("requested_datetime", .time(row.receivedAt)), ("updated_datetime", .time(row.updatedAt)),
            ("expected_datetime", row.view?.clocks.sinceSubmission.dueAt.map(Open311Value.time) ?? .empty),
            ("address", .empty), ("address_id", .empty), ("zipcode", .empty), ("lat", .optional(row.lat)),
            ("long", .optional(row.long)), ("media_url", .empty),
        ])
    }

    private static func isOpen(_ row: Open311Row) -> Bool {
        !["closed", "merged", "archived"].contains(row.view?.status ?? "")
    }

    private func create(_ request: Request, _ context: AppContext) async throws -> (root: String, value: Open311Value) {
        let form = try await Open311Form(request, context)
        guard let client = try client(form["api_key"] ?? request.open311("api_key"), context) else {
            throw Open311Error.key
        }
        try jurisdiction(form["jurisdiction_id"], context)
        guard let service = form["service_code"] else { throw Open311Error.bad("service_code is required.") }
        guard let category = try await directory.current().categories[service], category.active else {
            throw Open311Error.missing("service_code \(service)")
        }
        let body = try form.submission(category: category, client: client)
        let receipt = try await submissions.submit(
            SubmissionWorkflow.Request(
                reader: SubmissionReader(body), hash: Fingerprint.bytes(form.bytes),
                caller: SubmissionCaller(open311: client, key: try request.idempotencyKey()), scope: context.agency,
                trace: context.trace, channel: .open311, language: context.language))
        return (
            "service_requests",
            .list(
                of: "request",
                [
                    .object([
                        ("service_request_id", .text(receipt.trackingCode)),
                        ("service_notice", .text("Laporan diterima oleh \(receipt.agency.name).")),
                        ("account_id", .optional(form["account_id"])),
                    ])
                ])
        )
    }

    // MARK: Updates

    private func updates(_ request: Request, _ context: AppContext) async throws -> (root: String, value: Open311Value)
    {
        try jurisdiction(request, context)
        let client = try client(request.open311("api_key"), context)
        let (from, to) = try Open311Filter.window(request, now: Date())
        let rows = try await store.changed(from: from, to: to, client: client, in: context.agency)
        var elements: [(at: Date, value: Open311Value)] = []
        for row in rows {
            for step in row.view?.steps ?? [] where step.at >= from && step.at <= to {
                let sentence = CaseEvent(rawValue: step.event)?.sentence(office: step.office?.name ?? "", in: .id)
                elements.append(
                    (
                        step.at,
                        .object([
                            ("update_id", .text("\(row.code).\(step.seq)")), ("service_request_id", .text(row.code)),
                            ("status", .text(Open311Status.word(step.status, outcome: row.view?.outcome))),
                            ("description", .text(sentence ?? step.event)), ("updated_datetime", .time(step.at)),
                            ("media_url", .empty), ("external_status_code", .text(step.status)),
                        ])
                    ))
            }
        }
        let sorted = elements.sorted { $0.at < $1.at }.prefix(Self.maximumRows).map(\.value)
        return ("service_request_updates", .list(of: "request_update", sorted))
    }

    /// What a client tells of its reporter: that the matter is solved, or that it is not.
    private func update(_ request: Request, _ context: AppContext) async throws -> (root: String, value: Open311Value) {
        let form = try await Open311Form(request, context)
        guard let client = try client(form["api_key"] ?? request.open311("api_key"), context) else {
            throw Open311Error.key
        }
        try jurisdiction(form["jurisdiction_id"], context)
        for name in ["service_request_id", "update_id", "status", "updated_datetime", "description"]
        where form[name] == nil { throw Open311Error.bad("\(name) is required.") }
        let row = try await one(form["service_request_id"] ?? "", client: client, context)
        guard
            let record = try await following.own(
                row.code, client: SubmissionCaller.name(open311: client), in: context.agency)
        else { throw Open311Error.missing("service_request_id \(row.code) of this client") }
        guard let updated = form["updated_datetime"], Open311Time.date(updated) != nil else {
            throw Open311Error.bad("updated_datetime must be a time with its zone.")
        }
        let text = String((form["description"] ?? "").prefix(2000))
        let move: ReporterMove
        switch form["status"]?.uppercased() {
        case "FIXED", "CLOSED": move = .confirm(Confirmation(rating: nil, comment: text))
        case "OPEN", "REOPEN":
            guard text.count >= 10 else {
                throw Open311Error.bad("description says why it is not solved, in 10 characters or more.")
            }
            move = .dispute(Dispute(reason: text, part: nil))
        default:
            throw Open311Error.bad("status must be FIXED or CLOSED (solved), or OPEN or REOPEN (not solved).")
        }
        let id = form["update_id"] ?? ""
        guard (1...200).contains(id.utf8.count) else {
            throw Open311Error.bad("update_id must have 1 to 200 characters.")
        }
        _ = try await following.apply(
            move, to: record, key: ("open311 \(id)", Fingerprint.bytes(Array("\(form["status"] ?? "")\n\(text)".utf8))),
            in: context.agency, trace: context.trace)
        return (
            "service_request_updates", .list(of: "request_update", [.object([("update_id", .text(id))])])
        )
    }

    // MARK: Who and where

    /// The client of a key; `nil` without one.
    /// - Throws: 403 for a key that is not this agency's.
    private func client(_ key: String?, _ context: AppContext) throws -> String? {
        guard let key else { return nil }
        guard let door = submissions.desks[context.agency.number]?.door,
            let client = Open311Key.client(of: key, agency: context.agency.code, door: door)
        else { throw Open311Error.key }
        return client
    }

    private func jurisdiction(_ request: Request, _ context: AppContext) throws {
        try jurisdiction(request.open311("jurisdiction_id"), context)
    }

    /// Every agency has an address of its own, so the parameter is never needed; another agency's is an error.
    private func jurisdiction(_ id: String?, _ context: AppContext) throws {
        guard let id, id.uppercased() != context.agency.code else { return }
        throw Open311Error.missing("jurisdiction_id \(id)")
    }
}

extension Request {
    /// A query parameter; an empty one is as good as none.
    fileprivate func open311(_ name: String) -> String? { query(name)?.trimmed }
}

extension Open311Filter {
    fileprivate init(_ request: Request, client: String?, now: Date) throws {
        func list(_ name: String) -> [String]? {
            request.open311(name).map { $0.split(separator: ",").map { String($0).trimmed } }
        }
        let page = try Self.number(request, "page", in: 1...1_000_000) ?? 1
        let size =
            try Self.number(request, "page_size", in: 1...Open311Controller.maximumRows)
            ?? Open311Controller.maximumRows
        self.init(
            ids: list("service_request_id"), from: .distantPast, to: .distantFuture, client: client, limit: size,
            offset: (page - 1) * size)
        if let ids, ids.count > Open311Controller.maximumRows { throw Open311Error.bad("At most 1000 ids at once.") }
        // The ids override every other argument.
        guard ids == nil else { return }
        services = list("service_code")
        (from, to) = try Self.window(request, now: now)
        for word in list("status") ?? [] {
            guard word == "open" || word == "closed" else { throw Open311Error.bad("status must be open or closed.") }
            let open = word == "open"
            isOpen = list("status")?.contains(open ? "closed" : "open") == true ? nil : open
        }
    }

    /// `start_date` to `end_date`, at most 90 days; where one is missing, the 90 days beside the other; else the last 90.
    fileprivate static func window(_ request: Request, now: Date) throws -> (Date, Date) {
        func time(_ name: String) throws -> Date? {
            guard let text = request.open311(name) else { return nil }
            guard let date = Open311Time.date(text) else {
                throw Open311Error.bad("\(name) must be like 2026-11-24T00:00:00Z, with its zone.")
            }
            return date
        }
        let span = Open311Controller.span
        switch (try time("start_date"), try time("end_date")) {
        case (let start?, let end?):
            guard start <= end else { throw Open311Error.bad("start_date must not be after end_date.") }
            guard end.timeIntervalSince(start) <= span else {
                throw Open311Error.bad("start_date and end_date may not span more than 90 days.")
            }
            return (start, end)
        case (let start?, nil): return (start, start.addingTimeInterval(span))
        case (nil, let end?): return (end.addingTimeInterval(-span), end)
        case (nil, nil): return (now.addingTimeInterval(-span), now.addingTimeInterval(60))
        }
    }

    private static func number(_ request: Request, _ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = request.open311(name) else { return nil }
        guard let value = Int(text), value >= range.lowerBound else {
            throw Open311Error.bad("\(name) must be a whole number from \(range.lowerBound).")
        }
        return min(value, range.upperBound)
    }
}

/// mySociety's words for states.
enum Open311Status {
    static func word(_ status: String, outcome: String?) -> String {
        switch CaseStatus(rawValue: status) {
        case .inProgress: "in_progress"
        case .answered: "action_scheduled"
        case .closed: outcome == "confirmed_solved" ? "fixed" : "closed"
        case .merged: "duplicate"
        case .archived: "no_further_action"
        case .submitted, .verified: "open"
        default: "investigating"
        }
    }
}

extension FollowingWorkflow {
    func exists(_ code: String, in scope: AgencyScope) async throws -> Bool {
        try await !database.query(scope, FollowingStore.finding(code)).isEmpty
    }

    /// The complaint of a code, if this client sent it.
    func own(_ code: String, client: String, in scope: AgencyScope) async throws -> ComplaintRecord? {
        try await database.query(
            scope, "\(FollowingStore.finding(code)) AND c.client = \(client)"
        ).first.map(ComplaintRecord.init(row:))
    }
}

extension SubmissionCaller {
    /// The name under which an Open311 client's complaints stand.
    static func name(open311 client: String) -> String { "open311:\(client)" }

    init(open311 client: String, key: String?) {
        name = Self.name(open311: client)
        self.key = key
    }
}
