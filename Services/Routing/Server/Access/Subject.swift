import Foundation
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What a write is about.
enum Subject: Sendable {
    case `case`(CaseID)
    case handoff(HandoffID)
    case answer(AnswerID, CaseID)
    case arbitration(ArbitrationID)

    /// Its id.
    var id: UUID {
        switch self {
        case .case(let id): id.uuid
        case .handoff(let id): id.uuid
        case .answer(let id, _): id.uuid
        case .arbitration(let id): id.uuid
        }
    }

    /// The object as it is now, for 409 and 412; `nil` when the caller's agency does not see it any more.
    func current(caller: Caller, database: AgencyDatabase) async throws -> JSONValue? {
        switch self {
        case .case(let id):
            let results = try await database.once(caller, CaseStore.reads(id, for: caller))
            return try CaseDocument(results[...], caller: caller).map { try Self.json($0.view) }
        case .handoff(let id):
            return try await database.query(caller, HandoffStore.read(id)).first
                .map { try Self.json(HandoffView(row: $0, caller: caller)) }
        case .answer(let id, let caseID):
            return try await database.query(caller, AnswerStore.read(id, case: caseID)).first
                .map { try Self.json(AnswerView(row: $0, caller: caller)) }
        case .arbitration(let id):
            return try await database.query(caller, ArbitrationStore.read(id)).first
                .map { try Self.json(ArbitrationView(row: $0, case: nil, caller: caller)) }
        }
    }

    /// Why a move was not even tried: the object is not there for this agency, it changed, or it is another office's.
    func refusal(of expected: Int?, caller: Caller, database: AgencyDatabase) async throws -> Problem {
        if case .case(let id) = self, let expected {
            let results = try await database.once(caller, CaseStore.reads(id, for: caller))
            if let document = try CaseDocument(results[...], caller: caller), document.version != expected {
                return .changedMeanwhile(current: try Self.json(document.view))
            }
        }
        return try await current(caller: caller, database: database) == nil ? .notFound : Caller.otherUnit
    }

    private static func json(_ value: some Encodable) throws -> JSONValue { .raw(try JSONWriter.text(of: value)) }
}
