import Foundation
import Hummingbird
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Service requests as they are read.
extension Open311Controller {
    func requests(_ request: Request, _ context: AppContext) async throws -> Answer {
        try jurisdiction(request, context)
        let client = try client(request.open311("api_key"), context)
        var filter = try Open311Filter(request, client: client, now: Date())
        filter.ids = filter.ids?.map { (try? TrackingCode($0).text) ?? $0 }
        let rows = try await store.list(filter, in: context.agency)
        return ("service_requests", try await list(rows))
    }

    func request(
        _ id: String, _ request: Request, _ context: AppContext
    ) async throws -> Answer {
        try jurisdiction(request, context)
        let client = try client(request.open311("api_key"), context)
        let row = try await one(id, client: client, context)
        return ("service_requests", try await list([row]))
    }

    /// Ids are known at once, so a token is the id itself.
    func token(
        _ token: String, _ request: Request, _ context: AppContext
    ) async throws -> Answer {
        try jurisdiction(request, context)
        guard let code = try? await following.code(token, in: context.agency),
            try await following.exists(code, in: context.agency)
        else { throw Open311Error.missing("token \(token)") }
        return (
            "service_requests",
            .list(of: "request", [.object([("service_request_id", .text(code)), ("token", .text(token))])])
        )
    }

    func one(_ id: String, client: String?, _ context: AppContext) async throws -> Open311Row {
        guard let code = try? TrackingCode(id).text,
            let row = try await store.list(
                Open311Filter(ids: [code], from: .distantPast, to: .distantFuture, client: client, limit: 1),
                in: context.agency
            ).first
        else { throw Open311Error.missing("service_request_id \(id)") }
        return row
    }

    func list(_ rows: [Open311Row]) async throws -> Open311Value {
        let directory = try await directory.current()
        return .list(of: "request", rows.map { Self.element($0, directory) })
    }

    static func element(_ row: Open311Row, _ directory: Directory) -> Open311Value {
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

    static func isOpen(_ row: Open311Row) -> Bool {
        !["closed", "merged", "archived"].contains(row.view?.status ?? "")
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
