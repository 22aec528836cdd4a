import Crypto
import Foundation
import SinergiCore

/// Ids of steps: a UUIDv7 of the step's time whose random part is a digest of case and number.
///
/// Whoever counts a step again meets the row that is there, and the row stands in the partition of the step's day.
enum StepID {
    static func make(caseID: UUID, seq: Int, at time: Date) -> UUID {
        let digest = Array(SHA256.hash(data: Data("\(caseID.text) \(seq)".utf8)))
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return .v7(
            milliseconds: milliseconds(time), random: (word(digest[0..<8]), word(digest[8..<16])))
    }

    /// The lowest id of a time, for spans of ids.
    static func floor(_ time: Date) -> UUID {
        .v7(milliseconds: milliseconds(time), random: (0, 0))
    }

    private static func milliseconds(_ time: Date) -> Int64 {
        Int64((time.timeIntervalSince1970 * 1000).rounded(.down))
    }
}
