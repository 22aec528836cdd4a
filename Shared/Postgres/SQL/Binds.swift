/// The parameters of a statement in the form in which libpq wants them, in one buffer.
struct Binds: Sendable {
    struct Entry: Sendable {
        /// OID; 0 lets the server infer it.
        var type: UInt32
        var isBinary: Bool
        /// Offset in `bytes`; negative for NULL.
        var offset: Int
        var length: Int
    }

    private(set) var entries: [Entry] = []
    private(set) var bytes: [UInt8] = []

    var count: Int { entries.count }

    mutating func reserve(_ count: Int) {
        entries.reserveCapacity(count)
        bytes.reserveCapacity(24 * count)
    }

    mutating func append<Value: PostgresEncodable>(_ value: Value?) throws(PostgresEncodingError) {
        let isBinary = Value.postgresFormat == .binary
        guard let value else {
            return entries.append(Entry(type: Value.postgresType.oid, isBinary: isBinary, offset: -1, length: 0))
        }
        let start = bytes.count
        // Appended even when encoding fails, so that the numbers of later parameters stay right.
        defer {
            entries.append(
                Entry(type: Value.postgresType.oid, isBinary: isBinary, offset: start, length: bytes.count - start))
            // libpq takes text parameters as C strings.
            if !isBinary { bytes.append(0) }
            // An empty value is not NULL, so there must be a byte to point at.
            if bytes.isEmpty { bytes.append(0) }
        }
        try value.encode(into: &bytes)
        if !isBinary, bytes[start...].contains(0) {
            throw PostgresEncodingError("text contains a zero character")
        }
    }

    mutating func append(_ other: Binds) {
        let shift = bytes.count
        bytes += other.bytes
        for var entry in other.entries {
            if entry.offset >= 0 { entry.offset += shift }
            entries.append(entry)
        }
    }
}
