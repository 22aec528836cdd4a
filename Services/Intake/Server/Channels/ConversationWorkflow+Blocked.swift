import Exchange
import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Messages of a sender whom an officer has shut out.
extension ConversationWorkflow {
    /// Hours until such a sender is told again. Whoever writes of danger is answered each time.
    private static let silence = 12

    /// Keeps the message for an officer's eyes, and takes nothing of it into a complaint.
    /// - Returns: `false` for a message that came before.
    func turnAway(
        _ message: InboundMessage, by rule: CallerRules.Rule, _ facts: MessageFacts, contact: [UInt8],
        person: [UInt8], original: [UInt8], _ seal: ConversationSeal, _ scope: AgencyScope, _ trace: TraceContext
    ) async throws -> Bool {
        let help = await submissions.gate.rules.help(in: scope)
        let isNew = try await database.withAgencyRetrying(scope) { transaction -> Bool in
            let row = try await store.open(message.channel, contact: contact, sealed: person, in: transaction)
            let wasTold = try await store.turnedAway(row.id, within: Self.silence, in: transaction)
            guard
                try await store.record(
                    message, conversation: row.id, flags: facts.flags.union([.blocked]), sealed: original,
                    in: transaction)
            else { return false }
            let isDanger = !facts.flags.isDisjoint(with: [.emergency, .danger])
            let conversation = try seal.opened(row)
            // A draft that is on its way goes on; nothing is said beside it.
            guard !wasTold || isDanger, conversation.state != .submitting else { return true }
            let language = conversation.language
            let step = ConversationStep.blocked(
                conversation,
                [
                    "until": help.zone.words(rule.expiresAt, in: language), "reason": rule.reason,
                    "office": help.office, "numbers": help.numbers[language],
                ])
            try await keep(step, row, seal, scope, trace, in: transaction)
            return true
        }
        waker.wake([scope.number])
        return isNew
    }
}

extension ConversationStore {
    /// Whether the sender wrote within the last hours while shut out, and so was told of it.
    fileprivate func turnedAway(
        _ conversation: UUID, within hours: Int, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await !transaction.query(
            """
            SELECT 1 AS one FROM intake.channel_message
            WHERE agency = directory.me() AND conversation = \(conversation) AND flags @> ARRAY['blocked']
                AND received_at > clock_timestamp() - make_interval(hours => \(Int32(hours))) LIMIT 1
            """
        ).isEmpty
    }
}
