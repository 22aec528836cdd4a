import Foundation
import Hummingbird
import Identity
import ServiceKit
import SinergiCore
import Tenancy

/// Figures over the agency's cases.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/metrics/summary` | head, auditor, supervisor, admin, liaison, triage |
struct SummaryController: Sendable {
    static let readers: Set<Role> = [.head, .auditor, .supervisor, .admin, .liaison, .triage]

    let store: SummaryStore
    let directory: DirectoryStore
    let verifier: TokenVerifier

    func add(to router: Router<AppContext>) {
        router.get("/v1/metrics/summary", use: summary)
    }

    @Sendable private func summary(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let who = try await context.authenticate(request, verifier)
        guard !who.roles.isDisjoint(with: Self.readers) else { throw Problem.insufficientRole }
        let query = request.uri.queryParameters
        let span = try Span(
            from: query["from"].map(String.init), to: query["to"].map(String.init),
            zone: await Self.zone(of: context.agency, directory), now: Date())
        return try JSONResponse(await store.summary(span, in: context.agency))
    }

    /// Where the agency itself keeps its hours; Jakarta's where the directory does not say.
    static func zone(of scope: AgencyScope, _ directory: DirectoryStore) async -> Zone {
        let office = try? await directory.current().office(code: scope.code)
        return office.flatMap { Zone(rawValue: $0.zone) } ?? .jakarta
    }
}
