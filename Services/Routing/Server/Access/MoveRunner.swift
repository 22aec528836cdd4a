import Exchange
import Foundation
import HTTPTypes
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Runs writes: one round trip each, two more where the caller wants a repeat to be harmless.
struct MoveRunner: Sendable {
    let database: AgencyDatabase
    let waker: Waker

    /// A write and what to make of its results.
    struct Plan {
        /// One of them is a move as `MoveResult.statement` makes it; no row means that the caller may not make it.
        var statements: [SQL]
        /// Which one.
        var move = 0
        /// What the write is about, for the object that a 409 or 412 shows.
        var subject: Subject
        /// The version that the caller saw.
        var expected: Int?
        /// Makes the answer from the results of all statements.
        var reply: (MoveResult, [PostgresRows]) throws -> Reply
    }

    /// Makes the move, commits, and wakes whoever has messages waiting now.
    /// - Throws: `Problem`; `PostgresError` for what is nobody's fault but ours.
    func run(_ plan: Plan, caller: Caller, repeatable: IdempotentRequest? = nil) async throws -> Reply {
        var caller = caller
        caller.about = caller.about.adding(plan.subject.id)
        do {
            guard let repeatable else {
                let results = try await database.once(caller, plan.statements)
                let (reply, wake) = try Self.settle(plan, results)
                waker.wake(wake + [caller.scope.number])
                return reply
            }
            let (reply, wake) = try await database.withAgencyRetrying(caller) { transaction in
                if let first = try await repeatable.claim(in: transaction) { return (first, [Int]()) }
                let (reply, wake) = try Self.settle(plan, try await transaction.pipeline(plan.statements))
                try await transaction.execute(repeatable.keep(reply))
                return (reply, wake)
            }
            waker.wake(wake + [caller.scope.number])
            return reply
        } catch is NotAllowed {
            throw try await plan.subject.refusal(of: plan.expected, caller: caller, database: database)
        } catch let error as PostgresError {
            guard let problem = Problem(error) else { throw error }
            guard problem.status == .conflict || problem.status == .preconditionFailed else { throw problem }
            throw problem.showing(try await plan.subject.current(caller: caller, database: database))
        }
    }

    private static func settle(_ plan: Plan, _ results: [PostgresRows]) throws -> (Reply, [Int]) {
        guard results.indices.contains(plan.move), let row = results[plan.move].first else { throw NotAllowed() }
        let move = try MoveResult(row: row)
        return (try plan.reply(move, results), move.wake)
    }

    /// The condition of a move held for no row.
    private struct NotAllowed: Error {}
}
