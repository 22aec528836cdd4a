import Synchronization

/// How often something happened in the last minute, by key. It only measures: what that means is its caller's business.
///
/// A sliding estimate from two whole minutes (this one, and the share of the last one that is less than a minute ago): two
/// numbers for each key, whatever the rate.
final class RateMeter: Sendable {
    /// A measurement.
    struct Reading: Sendable, Hashable {
        /// Events in the last minute, this one included.
        let count: Double
        /// Seconds until one more would be within `limit`, if nothing else comes.
        let wait: Int
    }

    private struct Minutes {
        var minute: Int
        var current = 0.0
        var last = 0.0
    }

    // Keys are made by strangers: their number must not grow without bound.
    private let maximumKeys: Int
    private let start = ContinuousClock.now
    private let minutes = Mutex<[String: Minutes]>([:])

    init(maximumKeys: Int = 50_000) { self.maximumKeys = maximumKeys }

    /// Counts one more.
    func count(_ key: String, limit: Int, now: ContinuousClock.Instant = .now) -> Reading {
        measure(key, limit: limit, adding: 1, now: now)
    }

    /// Looks without counting.
    func peek(_ key: String, limit: Int, now: ContinuousClock.Instant = .now) -> Reading {
        measure(key, limit: limit, adding: 0, now: now)
    }

    private func measure(_ key: String, limit: Int, adding: Double, now: ContinuousClock.Instant) -> Reading {
        let elapsed = start.duration(to: now)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let minute = Int(seconds / 60)
        let share = 1 - (seconds / 60 - Double(minute))
        return minutes.withLock { minutes in
            if adding > 0, minutes.count >= maximumKeys, minutes[key] == nil { Self.sweep(&minutes, minute) }
            var own = minutes[key] ?? Minutes(minute: minute)
            if own.minute != minute {
                own = Minutes(minute: minute, last: own.minute == minute - 1 ? own.current : 0)
            }
            own.current += adding
            if adding > 0 { minutes[key] = own }
            return Reading(
                count: own.current + own.last * share,
                wait: Self.wait(own, share: share, room: Double(max(limit, 1) - 1)))
        }
    }

    /// Seconds until what is counted has faded to `room`.
    private static func wait(_ own: Minutes, share: Double, room: Double) -> Int {
        if own.current + own.last * share <= room { return 1 }
        let left = share * 60
        // In this minute the last one fades; in the next one this one does.
        let seconds =
            own.current <= room
            ? left - 60 * (room - own.current) / own.last
            : left + 60 * (1 - room / own.current)
        return max(1, Int(seconds.rounded(.up)))
    }

    /// Forgets what is older than two minutes; if that is not enough, everything: the count of all strangers goes on.
    private static func sweep(_ minutes: inout [String: Minutes], _ minute: Int) {
        let before = minutes.count
        minutes = minutes.filter { $1.minute >= minute - 1 }
        if minutes.count > before / 2 { minutes.removeAll(keepingCapacity: true) }
    }
}
