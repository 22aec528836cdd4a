public import Foundation

extension UUID {
    /// A new UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds since 1970, then random. Ids made later sort later.
    public static func v7(at time: Date = Date()) -> UUID {
        var generator = SystemRandomNumberGenerator()
        return v7(milliseconds: Int64(time.timeIntervalSince1970 * 1000), random: (generator.next(), generator.next()))
    }

    /// The UUIDv7 of a time and 128 random bits, of which 74 are used.
    public static func v7(milliseconds: Int64, random: (UInt64, UInt64)) -> UUID {
        let high = UInt64(bitPattern: milliseconds) << 16 | 0x7000 | random.0 & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.1 >> 2
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                byte(high, 6), byte(high, 7), byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }

    /// When a UUIDv7 was made, to the millisecond; `nil` for other versions.
    public var time: Date? {
        guard uuid.6 >> 4 == 7 else { return nil }
        let bytes = [uuid.0, uuid.1, uuid.2, uuid.3, uuid.4, uuid.5]
        let milliseconds = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The spelling on the wire: lower case, as RFC 9562 asks of writers. `uuidString` is upper case.
    public var text: String { uuidString.lowercased() }

    private static func byte(_ word: UInt64, _ place: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: word >> (56 - place * 8))
    }
}
