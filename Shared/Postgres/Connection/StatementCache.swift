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
        var types: [UInt32]
        var name: String
        var state: State
        var lastUse: UInt64
    }

    private let limit: Int
    private var entries: [String: [Entry]] = [:]
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
        guard let index = index(text: text, binds: binds) else {
            entries[text, default: []].append(
                Entry(types: binds.entries.map(\.type), name: "", state: .seen, lastUse: uses))
            seenCount += 1
            if seenCount > 4 * limit { forgetOldestSeen() }
            return .unprepared
        }
        entries[text]?[index].lastUse = uses
        guard let entry = entries[text]?[index] else { return .unprepared }
        if entry.state != .seen { return .execute(name: entry.name) }
        if preparedCount >= limit { evictOldestPrepared() }
        names += 1
        let name = "s\(names)"
        entries[text]?[index].name = name
        entries[text]?[index].state = .preparing
        seenCount -= 1
        preparedCount += 1
        defer { dropped = [] }
        return .prepare(name: name, evicted: dropped)
    }

    /// The server has prepared the statement.
    mutating func confirm(_ name: String) { change(name) { $0.state = .prepared } }

    /// The server has not prepared the statement, or no longer wants it. The next use sends text and values again.
    mutating func forget(_ name: String) {
        change(name) { entry in
            entry.state = .seen
            entry.name = ""
        }
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
        entries.removeAll()
        dropped.removeAll()
        preparedCount = 0
        seenCount = 0
    }

    private func index(text: String, binds: Binds) -> Int? {
        entries[text]?.firstIndex { entry in
            entry.types.count == binds.count && zip(entry.types, binds.entries).allSatisfy { $0 == $1.type }
        }
    }

    private mutating func change(_ name: String, _ body: (inout Entry) -> Void) {
        for (text, variants) in entries {
            guard let index = variants.firstIndex(where: { $0.name == name }) else { continue }
            var entry = variants[index]
            body(&entry)
            if entry.state == .seen {
                preparedCount -= 1
                seenCount += 1
            }
            entries[text]?[index] = entry
            return
        }
    }

    private mutating func evictOldestPrepared() {
        // Those of the current request must stay: it is about to use them.
        guard let (text, name) = oldest(where: { $0.state == .prepared }) else { return }
        remove(text, name: name)
        preparedCount -= 1
        dropped.append(name)
    }

    private mutating func forgetOldestSeen() {
        guard let (text, _) = oldest(where: { $0.state == .seen }) else { return }
        let before = entries[text]?.count ?? 0
        entries[text]?.removeAll { $0.state == .seen }
        seenCount -= before - (entries[text]?.count ?? 0)
        if entries[text]?.isEmpty == true { entries[text] = nil }
    }

    private mutating func remove(_ text: String, name: String) {
        entries[text]?.removeAll { $0.name == name }
        if entries[text]?.isEmpty == true { entries[text] = nil }
    }

    private func oldest(where matches: (Entry) -> Bool) -> (text: String, name: String)? {
        var found: (text: String, name: String, use: UInt64)?
        for (text, variants) in entries {
            for entry in variants where matches(entry) {
                if let found, found.use <= entry.lastUse { continue }
                found = (text, entry.name, entry.lastUse)
            }
        }
        return found.map { ($0.text, $0.name) }
    }
}
