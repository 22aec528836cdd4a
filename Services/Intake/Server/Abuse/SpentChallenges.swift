import Foundation
import Postgres
import Synchronization
import Tenancy

/// Challenges that were answered already: each opens the door for one request, to which it may come again a few times when an
/// answer was lost on its way.
///
/// They stand in the database, so that several copies of intake know of them. Only who was challenged pays for that round trip.
/// While the database is away this process remembers them alone.
final class SpentChallenges: Sendable {
    /// A flood that solves this many in a quarter of an hour has paid for them.
    private static let limit = 100_000
    private static let repeats = 3

    private struct Use {
        let request: [UInt8]
        var count: Int
        let at: Date
    }

    private let database: AgencyDatabase
    private let isAway: @Sendable (AgencyScope) -> Bool
    private let uses = Mutex<[String: Use]>([:])

    init(database: AgencyDatabase, isAway: @escaping @Sendable (AgencyScope) -> Bool) {
        self.database = database
        self.isAway = isAway
    }

    /// - Parameters:
    ///   - challenge: Its random part.
    ///   - request: 32 bytes that the same request has again.
    /// - Returns: `false` for a challenge that was spent on another request, or too often.
    func spend(_ challenge: String, on request: [UInt8], now: Date, in scope: AgencyScope) async -> Bool {
        guard remember("\(scope.number) \(challenge)", request, now) else { return false }
        guard !isAway(scope) else { return true }
        do {
            return try await !database.query(
                scope,
                """
                INSERT INTO intake.spent_challenge AS s (agency, id, request_hash, at)
                VALUES (directory.me(), \(challenge), \(request), clock_timestamp())
                ON CONFLICT (agency, id) DO UPDATE SET uses = s.uses + 1
                WHERE s.request_hash = excluded.request_hash AND s.uses < \(Int32(Self.repeats))
                RETURNING true
                """
            ).isEmpty
        } catch {
            return true
        }
    }

    private func remember(_ challenge: String, _ request: [UInt8], _ now: Date) -> Bool {
        uses.withLock { uses in
            if uses.count >= Self.limit {
                uses = uses.filter { $0.value.at > now.addingTimeInterval(-Challenge.lifetime) }
                if uses.count >= Self.limit { uses.removeAll(keepingCapacity: true) }
            }
            var use = uses[challenge] ?? Use(request: request, count: 0, at: now)
            guard use.request == request, use.count < Self.repeats else { return false }
            use.count += 1
            uses[challenge] = use
            return true
        }
    }
}
