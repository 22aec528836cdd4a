import Foundation
import Synchronization

/// When the answer to a question counts, for those whose browser cannot work: one of an address every two seconds.
///
/// A question is easy for a program. What it cannot get is time: its thousandth waits with all the others, and so does nobody who
/// comes from elsewhere.
final class QuestionQueue: Sendable {
    private static let step: TimeInterval = 2
    /// Nobody waits longer.
    private static let longest: TimeInterval = 300
    private static let limit = 20_000
    private let next = Mutex<[String: Date]>([:])

    func slot(_ source: String, now: Date) -> Date {
        next.withLock { next in
            if next.count >= Self.limit, next[source] == nil {
                next = next.filter { $0.value > now }
                if next.count >= Self.limit { next.removeAll(keepingCapacity: true) }
            }
            let earliest = now.addingTimeInterval(Challenge.reading)
            let slot = min(max(earliest, next[source] ?? earliest), now.addingTimeInterval(Self.longest))
            next[source] = slot.addingTimeInterval(Self.step)
            return slot
        }
    }
}
