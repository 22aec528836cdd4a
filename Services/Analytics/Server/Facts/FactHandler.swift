import AnalyticsAPI
import Exchange
import Postgres
import Tenancy

/// Turns events into facts, in the transaction of the inbox.
struct FactHandler: Sendable {
    let store: FactStore

    /// For `InboxRoute`. Types that this version does not know concern others.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        switch event.type {
        case ComplaintCounted.eventType:
            let complaint = try EventData.decode(ComplaintCounted.self, from: event)
            if !complaint.confidential { try await store.add(complaint, in: transaction, scope) }
        case CaseChanged.eventType:
            let change = try EventData.decode(CaseChanged.self, from: event)
            if change.isWithheld {
                try await store.withhold(change.caseID, in: transaction)
            } else if let facts = change.facts {
                try await store.apply(change, facts, in: transaction, scope)
            }
        default: break
        }
        return []
    }
}
