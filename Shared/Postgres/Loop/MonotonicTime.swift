internal import Glibc

/// A point on the system's monotonic clock, in nanoseconds; cheap to read and to compare.
struct MonotonicTime: Sendable, Comparable {
    var nanoseconds: Int64

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (time: Self, duration: Duration) -> Self {
        MonotonicTime(nanoseconds: time.nanoseconds.addingReportingOverflow(duration.clampedNanoseconds).partialValue)
    }
}

extension Duration {
    /// At most about 146 years, so that adding one to a time cannot overflow.
    var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let limit = Int64.max / 2 / 1_000_000_000
        return min(max(seconds, -limit), limit) * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Milliseconds, rounded up, at least `minimum`.
    func milliseconds(atLeast minimum: Int64) -> Int64 {
        max(minimum, (clampedNanoseconds + 999_999) / 1_000_000)
    }
}
