import Foundation
import Logging
import Postgres
import SinergiCore
import Synchronization
import Tenancy

/// When somebody will have read a new complaint, and when it should be solved: for the acknowledgement, before routing
/// has opened the case.
///
/// Limits in working days end at the same instant for everything received on one day, so one answer serves a day's
/// complaints; it is asked anew after a minute, because calendars and limits are data.
final class ExpectedTimes: Sendable {
    struct Times: Sendable, Equatable {
        /// An officer has checked the complaint by then.
        var verifyDue: Date?
        /// It is solved by then.
        var resolveDue: Date?
        /// Working days from now to `resolveDue`.
        var workingDaysLeft: Int?
    }

    private struct Key: Hashable {
        let agency: Int
        let calendar: String
        let kind: String
        let day: Day
    }

    private let database: AgencyDatabase
    private let logger: Logger
    private let known = Mutex<[Key: (times: Times, readAt: ContinuousClock.Instant)]>([:])

    init(database: AgencyDatabase, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Empty where the calendar does not reach so far: a missing date is better than no receipt.
    func times(kind: String, from received: Date, at office: Directory.Office?, in scope: AgencyScope) async -> Times {
        guard let office else { return Times() }
        let zone = Zone(rawValue: office.zone) ?? .jakarta
        let key = Key(agency: scope.number, calendar: office.calendar, kind: kind, day: zone.day(of: received))
        let now = ContinuousClock.now
        if let hit = known.withLock({ $0[key] }), now - hit.readAt < .seconds(60) { return hit.times }
        do {
            let rows = try await database.query(
                scope,
                """
                SELECT l.step, d.due_at, directory.working_days_between(\(office.calendar), now(), d.due_at) AS days_left
                FROM unnest(ARRAY['verify', 'resolve']) AS s(step),
                    directory.limit_of(\(kind), s.step, \(received)) AS l,
                    directory.due(\(office.calendar), \(received), l.amount, l.unit) AS d
                """)
            var times = Times()
            for row in rows {
                let due = try row.decodeIfPresent("due_at", as: Date.self)
                switch try row.decode("step", as: String.self) {
                case "verify": times.verifyDue = due
                default:
                    times.resolveDue = due
                    times.workingDaysLeft = try row.decodeIfPresent("days_left", as: Int32.self).map(Int.init)
                }
            }
            known.withLock { known in
                if known.count > 500 { known.removeAll() }
                known[key] = (times, now)
            }
            return times
        } catch {
            logger.warning(
                "no due date", metadata: ["calendar": "\(office.calendar)", "error": "\(String(reflecting: error))"])
            return Times()
        }
    }
}
