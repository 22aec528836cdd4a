internal import CLibPQ

extension PostgresError {
    /// The server's error; `statement` is added by whoever knows which one it was.
    init(result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        // The letters are those of the protocol's error fields.
        self.init(.server, message: field("M") ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "")
        sqlState = field("C").map { SQLState(rawValue: $0) }
        detail = field("D")
        hint = field("H")
        schema = field("s")
        table = field("t")
        column = field("c")
        constraint = field("n")
        context = field("W")
        let severity = field("V")
        isFatal = severity == "FATAL" || severity == "PANIC"
        // "cached plan must not change result type", recognised in every language by the function that raises it.
        planChanged =
            (sqlState == .featureNotSupported && field("R") == "RevalidateCachedQuery")
            || sqlState == .invalidSqlStatementName
    }
}
