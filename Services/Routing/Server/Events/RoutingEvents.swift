import Exchange
import IntakeAPI
import Logging
import Postgres
import RoutingAPI
import ServiceKit
import Tenancy

/// What happens to each event that reaches routing.
struct RoutingEvents: Sendable {
    private let received: ComplaintReceivedHandler
    private let reporter: ReporterHandler
    private let identity = IdentityHandler()

    init(directory: DirectoryStore, routing: OrdinaryRouting, logger: Logger) {
        received = ComplaintReceivedHandler(routing: routing)
        reporter = ReporterHandler(directory: directory, logger: logger)
    }

    /// Events of the node's own services.
    /// - Throws: 422 for a type that this version does not know; it is parked until an operator looks.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        switch event.type {
        case IntakeEventType.received: return try await received.handle(event, transaction, scope)
        case IntakeEventType.confirmed, IntakeEventType.disputed, IntakeEventType.withdrew, IntakeEventType.rated,
            IntakeEventType.replied, IntakeEventType.consented, IntakeEventType.objected:
            return try await reporter.handle(event, transaction, scope)
        case IntakeEventType.identityResealed: return try await identity.handle(event, transaction)
        default: throw Problem.invalid("#/type", "bad_format")
        }
    }

    /// What crossed the border: told on to the own services, from the tables as they are now.
    func tellOn(_ message: BorderMessage, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws
        -> [Int]
    {
        _ = try await transaction.query("SELECT casework.tell_on(\(message.id))")
        return []
    }
}
