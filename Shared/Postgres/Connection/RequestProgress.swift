/// How far the answer to a request is. The connection's arrays are kept from request to request.
struct RequestProgress {
    /// What was sent, in order; each is answered once.
    enum Command {
        case prepare(String, SQL)
        case drop(String)
        /// `prepared` is the name of the statement used, if any.
        case run(SQL, prepared: String?)
    }

    private(set) var commands: [Command] = []
    private(set) var answered = 0
    /// Results of `.run` commands.
    private(set) var rows: [PostgresRows] = []
    private(set) var failure: PostgresError?
    private(set) var isRollingBack = false
    /// A result for the command at `answered` has come; its end has not.
    private var skipsFirst = 0

    /// - Parameter hiding: How many leading results are the driver's own (BEGIN, settings).
    mutating func begin(hiding: Int, failure: PostgresError? = nil) {
        commands.removeAll(keepingCapacity: true)
        rows = []
        answered = 0
        self.failure = failure
        isRollingBack = false
        skipsFirst = hiding
    }

    mutating func beginRollBack() {
        isRollingBack = true
        commands.removeAll(keepingCapacity: true)
        answered = 0
    }

    mutating func sent(_ command: Command) { commands.append(command) }

    /// The command that the next answer belongs to.
    var command: Command? { answered < commands.count ? commands[answered] : nil }

    mutating func commandEnded() { answered += 1 }

    mutating func add(_ result: PostgresRows) { rows.append(result) }

    mutating func fail(_ error: PostgresError) {
        if failure == nil { failure = error }
    }

    /// Results of the caller's statements.
    func visibleRows(dropLast: Int) -> [PostgresRows] {
        if skipsFirst == 0, dropLast == 0 { return rows }
        return Array(rows.dropFirst(skipsFirst).dropLast(dropLast))
    }
}
