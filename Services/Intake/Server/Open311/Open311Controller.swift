import Foundation
import HTTPTypes
import Hummingbird
import Identity
import IntakeAPI
import Logging
import Media
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
    let media: MediaDesk
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

    typealias Answer = (root: String, value: Open311Value)
    private typealias Handler = @Sendable (Request, AppContext) async throws -> Answer

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

    // MARK: Who and where

    /// A client's form, and the client.
    /// - Throws: 403 without a key.
    func posted(_ request: Request, _ context: AppContext) async throws -> (Open311Form, client: String) {
        let known = try client(request.open311("api_key"), context)
        let form = try await Open311Form(request, context) { key in
            guard try known ?? client(key, context) != nil else { throw Open311Error.key }
        }
        guard let client = try client(form["api_key"], context) ?? known else { throw Open311Error.key }
        return (form, client)
    }

    /// The client of a key; `nil` without one.
    /// - Throws: 403 for a key that is not this agency's.
    func client(_ key: String?, _ context: AppContext) throws -> String? {
        guard let key else { return nil }
        guard let door = submissions.desks[context.agency.number]?.door,
            let client = Open311Key.client(of: key, agency: context.agency.code, door: door)
        else { throw Open311Error.key }
        return client
    }

    func jurisdiction(_ request: Request, _ context: AppContext) throws {
        try jurisdiction(request.open311("jurisdiction_id"), context)
    }

    /// Every agency has an address of its own, so the parameter is never needed; another agency's is an error.
    func jurisdiction(_ id: String?, _ context: AppContext) throws {
        guard let id, id.uppercased() != context.agency.code else { return }
        throw Open311Error.missing("jurisdiction_id \(id)")
    }
}
