import Foundation
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle
import Tenancy

/// Answers silence, hands in drafts that a crash left behind, and gives up parts of SMS that never came.
///
/// Any number of copies may do this: each conversation is locked while it is looked at.
struct ConversationSweep: Service {
    let workflow: ConversationWorkflow
    let parts: SMSParts
    let agencies: [AgencyScope]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for agency in agencies {
                    do {
                        try await sweep(agency)
                    } catch {
                        logger.warning(
                            "conversations not swept",
                            metadata: ["agency": "\(agency.code)", "error": "\(type(of: error))"])
                    }
                }
                try? await Task.sleep(for: .seconds(3) * Double.random(in: 0.8...1.2))
            }
        }
    }

    private func sweep(_ scope: AgencyScope) async throws {
        let due = try await workflow.database.query(
            scope,
            """
            SELECT id FROM intake.conversation
            WHERE agency = directory.me() AND due_at <= clock_timestamp() ORDER BY due_at LIMIT 100
            """
        ).map { try $0.decode("id", as: UUID.self) }
        for id in due {
            do {
                try await workflow.awake(id, in: scope, trace: TraceContext())
            } catch {
                // One that fails holds up no other, and is tried again in a while.
                logger.error(
                    "conversation not carried on",
                    metadata: ["conversation": "\(id)", "error": "\(String(reflecting: error))"])
                _ = try await workflow.database.query(
                    scope,
                    """
                    UPDATE intake.conversation SET due_at = clock_timestamp() + interval '1 minute'
                    WHERE agency = directory.me() AND id = \(id)
                    """)
            }
        }
        for message in try await parts.overdue(in: scope) {
            _ = try await workflow.receive(message, in: scope, trace: TraceContext())
            try await parts.settle(message, in: scope)
        }
    }
}
