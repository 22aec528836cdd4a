/// How long a loop waits before it asks the database again: short while there is work, long when there is none.
struct Pace: Sendable, Equatable {
    static let busy: Duration = .milliseconds(50)
    static let idle: Duration = .seconds(1)

    private(set) var interval: Duration = Pace.busy

    /// There was work or somebody rang: ask again soon.
    mutating func sawWork() { interval = Self.busy }

    /// There was none: wait twice as long as before.
    mutating func sawNothing() { interval = min(interval * 2, Self.idle) }
}
