import Foundation
import SinergiCore

/// Which lines of the agency's work a caller wants.
struct QueueFilter: Sendable, Equatable {
    /// The queues of contract.md.
    enum Queue: String, Sendable, CaseIterable {
        /// Every open part and open offer of the agency.
        case agency
        /// Of the caller's office.
        case office
        /// Waits for somebody to verify or to choose an office.
        case triage
        /// Offers that wait for an answer.
        case offered
        /// Assigned to the caller.
        case mine
        /// Past its due time.
        case overdue
        /// Led by us, but somebody else moves next: an office asked, the reporter, an arbiter.
        case waiting
    }

    var queue: Queue = .agency
    var trackingCode: String?
    var status: String?
    var category: String?
    var area: String?
    var kind: String?
    var priority: String?
    /// Id or user name of the officer who works on it.
    var officer: String?
    /// Due at or after.
    var dueFrom: Date?
    /// Due before.
    var dueTo: Date?
    /// Words of title, description and address; the last one may be unfinished.
    var text: String?

    /// Looking for one case, or for closed ones, finds finished parts too.
    var showsFinished: Bool {
        trackingCode != nil || status.flatMap(CaseStatus.init(rawValue:)).map { !$0.isOpen } ?? false
    }

    /// Asks for what the orders of the indexes do not have: words, or a narrowing of open parts that may fit few among many.
    var isSearch: Bool {
        if text != nil { return true }
        // What waits to be sorted in has orders of its own, and holds cases that only came in here.
        return queue != .triage && !showsFinished && (category != nil || area != nil || kind != nil || priority != nil)
    }
}
