/// Which statements a connection has prepared on the server. Pure; the connection reports what the server answered.
///
/// A statement is prepared when it is used the second time, because most that are used once are never used again.
struct StatementCache {
    /// How to run a statement.
    enum Plan: Equatable {
        /// Send text and values together.
        case unprepared
        /// Prepare under this name, then execute; the listed statements have to be dropped first.
        case prepare(name: String, evicted: [String])
        /// Execute what was prepared.
        case execute(name: String)
    }

    private enum State: Equatable {
        case seen
        /// Sent with the current request; forgotten unless the server confirms.
        case preparing
        case prepared
    }

    private struct Entry {
        var text: String
        var types: [UInt32]
        var name = ""
        var state = State.seen
        var lastUse: UInt64
        /// The same text with other parameter types.
        var next: Int?
    }

    private let limit: Int
    /// Where the chain of a text's entries begins; one look-up a use, because statements are long and hashing is not free.
    private var heads: [String: Int] = [:]
    private var entries: [Entry?] = []
    private var unused: [Int] = []
    private var preparedCount = 0
    private var seenCount = 0
    private var uses: UInt64 = 0
    private var names: UInt64 = 0
    /// Statements the server still has and we do not use any more.
    private var dropped: [String] = []

    init(limit: Int = 256) { self.limit = limit }

    mutating func plan(text: String, binds: Binds) -> Plan {
        guard limit > 0 else { return .unprepared }
        uses += 1
        guard let index = index(text: text, binds: binds), let entry = entries[index] else {
            insert(text, binds)
            return .unprepared
        }
        entries[index]?.lastUse = uses
        if entry.state != .seen { return .execute(name: entry.name) }
        if preparedCount >= limit { evictOldestPrepared() }
        names += 1
        let name = "s\(names)"
        entries[index]?.name = name
        entries[index]?.state = .preparing
        seenCount -= 1
        preparedCount += 1
        defer { dropped = [] }
        return .prepare(name: name, evicted: dropped)
    }

    /// The server has prepared the statement.
    mutating func confirm(_ name: String) {
        if let index = index(name: name) { entries[index]?.state = .prepared }
    }

    /// The server has not prepared the statement, or no longer wants it. The next use prepares it anew.
    mutating func forget(_ name: String) {
        guard let index = index(name: name) else { return }
        entries[index]?.state = .seen
        entries[index]?.name = ""
        preparedCount -= 1
        seenCount += 1
    }

    /// The plan no longer fits: the server drops it with the next preparation.
    mutating func invalidate(_ name: String) {
        forget(name)
        dropped.append(name)
    }

    /// A statement was to be dropped, but the request failed before it was.
    mutating func dropAgain(_ name: String) { dropped.append(name) }

    /// The server has lost everything that was prepared (`DISCARD ALL`, `DEALLOCATE ALL`).
    mutating func forgetAll() {
        let names = self.names
        self = StatementCache(limit: limit)
        // Names are not used again: one of them may be on its way.
        self.names = names
    }

    private func index(text: String, binds: Binds) -> Int? {
        var position = heads[text]
        while let index = position, let entry = entries[index] {
            if entry.types.count == binds.count, zip(entry.types, binds.entries).allSatisfy({ $0 == $1.type }) {
                return index
            }
            position = entry.next
        }
        return nil
    }

    private func index(name: String) -> Int? { entries.firstIndex { $0?.name == name } }

    private mutating func insert(_ text: String, _ binds: Binds) {
        let entry = Entry(text: text, types: binds.entries.map(\.type), lastUse: uses, next: heads[text])
        if let index = unused.popLast() {
            entries[index] = entry
            heads[text] = index
        } else {
            heads[text] = entries.count
            entries.append(entry)
        }
        seenCount += 1
        if seenCount > 4 * limit, let oldest = oldest(.seen) {
            remove(oldest)
            seenCount -= 1
        }
    }

    private mutating func evictOldestPrepared() {
        // Those of the current request must stay: it is about to use them.
        guard let index = oldest(.prepared), let entry = entries[index] else { return }
        remove(index)
        preparedCount -= 1
        dropped.append(entry.name)
    }

    private mutating func remove(_ index: Int) {
        guard let entry = entries[index] else { return }
        if heads[entry.text] == index {
            heads[entry.text] = entry.next
        } else if let before = entries.firstIndex(where: { $0?.next == index }) {
            entries[before]?.next = entry.next
        }
        entries[index] = nil
        unused.append(index)
    }

    private func oldest(_ state: State) -> Int? {
        entries.indices.filter { entries[$0]?.state == state }
            .min { (entries[$0]?.lastUse ?? 0) < (entries[$1]?.lastUse ?? 0) }
    }
}
