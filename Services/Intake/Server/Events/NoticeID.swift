import Foundation
import SinergiCore

/// Ids of what a reporter is told. Whoever knows complaint, step and its time makes the same one, so that nothing is
/// told twice.
enum NoticeID {
    /// The number of the step `received` in every case.
    static let receivedSeq = 1

    /// The id of one step of one complaint, in the form of a UUIDv7: its time, then a hash. Notification adds the channel.
    static func make(complaint: UUID, seq: Int, at time: Date) -> UUID {
        let hash = Fingerprint.bytes(Array("notice \(complaint.text) \(seq)".utf8))
        let words = [hash[0..<8], hash[8..<16]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return UUID.v7(milliseconds: Int64(time.timeIntervalSince1970 * 1000), random: (words[0], words[1]))
    }
}
