extension String: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    /// Left to the server, so that a string also fits enumerations, `citext`, `jsonb` and dates.
    public static var postgresType: PostgresType { .unspecified }
    public static var postgresFormat: PostgresFormat { .text }
    /// Arrays must name their element type: cast in SQL where it is not text, `$1::text[]::mood[]`.
    public static var postgresArrayType: PostgresType { .textArray }

    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }

    /// Reads text types, enumerations, `citext`, `json` and `jsonb`.
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        switch type {
        case .text, .varchar, .name, .json, .bpchar, .unknown, .char:
            try self.init(text: bytes, from: 0, type: type)
        case .jsonb:
            guard bytes.byteCount >= 1, bytes.bigEndian(as: UInt8.self) == 1 else {
                throw PostgresDecodingError(.malformed, expected: String.self, type: type)
            }
            try self.init(text: bytes, from: 1, type: type)
        default:
            guard type.isCustom, !Self.looksBinary(bytes) else {
                throw PostgresDecodingError(.unexpectedType, expected: String.self, type: type)
            }
            try self.init(text: bytes, from: 0, type: type)
        }
    }

    /// Types of extensions may be binary (a geometry, a composite); labels never begin with a control character and
    /// never contain a zero.
    private static func looksBinary(_ bytes: borrowing RawSpan) -> Bool {
        bytes.withUnsafeBytes { raw in raw.first.map { $0 < 9 } == true || raw.contains(0) }
    }

    private init(text bytes: borrowing RawSpan, from start: Int, type: PostgresType) throws(PostgresDecodingError) {
        let text = bytes.withUnsafeBytes { raw in
            String(validating: UnsafeRawBufferPointer(rebasing: raw[start...]), as: UTF8.self)
        }
        guard let text else { throw PostgresDecodingError(.malformed, expected: String.self, type: type) }
        self = text
    }
}
