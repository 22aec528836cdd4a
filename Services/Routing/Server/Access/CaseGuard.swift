import Foundation
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// What a request names that may belong to a case, and the statement that refuses it to whom the case is secret or accuses.
///
/// It is collected where every request finds out who asks, from the address and the body, whatever its parts are called; and it
/// is sent before every statement of the request, in the same round trip and transaction. So an action that looks its row up by
/// another id than the case's needs no check of its own, and a new one cannot forget it.
struct CaseGuard: Sendable {
    /// More ids than this are named by bulk actions only, which ask for each of their cases alone.
    private static let most = 200

    private(set) var ids: Set<UUID>

    static let nothing = CaseGuard(ids: [])

    init(ids: Set<UUID>) {
        self.ids = ids
    }

    /// The ids in a request's address.
    init(_ context: AppContext) {
        self.init(ids: Set(context.parameters.compactMap { UUID(uuidString: String($0.value)) }))
    }

    /// This and the ids in a body.
    func adding(_ value: JSONValue) -> CaseGuard {
        var found = ids
        var rest = [value]
        while let next = rest.popLast(), found.count < Self.most {
            switch next {
            case .string(let text): if let id = UUID(uuidString: text) { found.insert(id) }
            case .array(let items): rest += items
            case .object(let object): rest += object.members.map(\.value)
            default: break
            }
        }
        return CaseGuard(ids: found)
    }

    func adding(_ id: UUID) -> CaseGuard { CaseGuard(ids: ids.union([id])) }

    /// Raises 404 in the database; none where nothing is named.
    fileprivate func statements(_ caller: Caller) -> [SQL] {
        guard !ids.isEmpty else { return [] }
        return [
            """
            SELECT casework.require_readable(\(Array(ids)), \(caller.principal.subject), \(caller.office?.id)::uuid,
                \(caller.answersForOffice))
            """
        ]
    }

    fileprivate static func problem(_ error: PostgresError) -> (any Error) {
        if let problem = Problem(error), problem.code == Problem.notFound.code { return problem }
        return error
    }
}

extension AgencyDatabase {
    /// Statements for an officer, in one transaction and one round trip.
    /// - Throws: 404 where the request names something of a case that the caller must not read.
    func once(_ caller: Caller, _ statements: [SQL]) async throws -> [PostgresRows] {
        let guards = caller.about.statements(caller)
        do {
            return Array(try await once(caller.scope, guards + statements).dropFirst(guards.count))
        } catch let error as PostgresError {
            throw CaseGuard.problem(error)
        }
    }

    /// One statement for an officer.
    /// - Throws: 404 where the request names something of a case that the caller must not read.
    func query(_ caller: Caller, _ sql: SQL) async throws -> PostgresRows {
        guard !caller.about.ids.isEmpty else { return try await query(caller.scope, sql) }
        guard let rows = try await once(caller, [sql]).first else { throw TenancyError.noResult }
        return rows
    }

    /// A transaction for an officer, started again when the database says that it may succeed then.
    /// - Throws: 404 where the request names something of a case that the caller must not read.
    func withAgencyRetrying<Result>(
        _ caller: Caller, _ body: (PostgresTransaction) async throws -> sending Result
    ) async throws -> sending Result {
        try await withAgencyRetrying(caller.scope) { transaction in
            do {
                _ = try await transaction.pipeline(caller.about.statements(caller))
            } catch let error as PostgresError {
                throw CaseGuard.problem(error)
            }
            return try await body(transaction)
        }
    }
}
