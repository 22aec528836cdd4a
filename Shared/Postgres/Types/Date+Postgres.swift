public import FoundationEssentials

/// An instant is sent as `timestamptz` with the server's precision of one microsecond, rounded.
///
/// `timestamptz`, `timestamp` (read as UTC) and `date` (midnight UTC) can be read. `infinity` cannot: it is
/// `.outOfRange`, because arithmetic and formatting with it would fail later and farther away.
extension Date: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .timestamptz }
    public static var postgresArrayType: PostgresType { .timestamptzArray }

    /// Seconds from PostgreSQL's epoch, 2000-01-01 UTC, to Foundation's, 2001-01-01 UTC.
    private static let epochOffset: Int64 = 366 * 86_400
    /// Microseconds since 2000 of 4714-11-24 BC and of the first instant after the year 294276.
    private static let range: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000

    public func encode(into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        // Whole and fractional seconds apart: multiplying first would lose microseconds in far years.
        let seconds = timeIntervalSinceReferenceDate
        let whole = seconds.rounded(.down)
        guard let integral = Int64(exactly: whole), abs(integral) < 10_000_000_000_000 else {
            throw PostgresEncodingError("a date is outside the range of timestamptz")
        }
        let micros =
            (integral + Self.epochOffset) * 1_000_000 + Int64(((seconds - whole) * 1_000_000).rounded())
        guard Self.range.contains(micros) else {
            throw PostgresEncodingError("a date is outside the range of timestamptz")
        }
        bytes.append(bigEndian: micros)
    }

    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        switch (type, bytes.byteCount) {
        case (.timestamptz, 8), (.timestamp, 8):
            let micros = bytes.bigEndian(as: Int64.self)
            guard micros != .max, micros != .min else {
                throw PostgresDecodingError(.outOfRange, expected: Date.self, type: type)
            }
            let (seconds, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
            self.init(
                timeIntervalSinceReferenceDate: Double(seconds - Self.epochOffset) + Double(rest) / 1_000_000)
        case (.date, 4):
            let days = bytes.bigEndian(as: Int32.self)
            guard days != .max, days != .min else {
                throw PostgresDecodingError(.outOfRange, expected: Date.self, type: type)
            }
            self.init(timeIntervalSinceReferenceDate: Double(Int64(days) * 86_400 - Self.epochOffset))
        case (.timestamptz, _), (.timestamp, _), (.date, _):
            throw PostgresDecodingError(.malformed, expected: Date.self, type: type)
        default:
            throw PostgresDecodingError(.unexpectedType, expected: Date.self, type: type)
        }
    }
}
