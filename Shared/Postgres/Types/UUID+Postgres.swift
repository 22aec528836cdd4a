public import FoundationEssentials

extension UUID: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .uuid }
    public static var postgresArrayType: PostgresType { .uuidArray }

    public func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .uuid else { throw PostgresDecodingError(.unexpectedType, expected: UUID.self, type: type) }
        guard bytes.byteCount == 16 else { throw PostgresDecodingError(.malformed, expected: UUID.self, type: type) }
        self.init(uuid: bytes.unsafeLoadUnaligned(as: uuid_t.self))
    }
}
