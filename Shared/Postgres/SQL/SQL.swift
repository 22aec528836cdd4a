/// A statement and the values bound to it.
///
/// The text can come only from string literals in source code; values become parameters (`$1`, `$2`, …) and never text.
///
///     "SELECT name FROM office WHERE id = \(id) AND agency = \(agency)"
///
/// Fragments compose: `"\(filter) ORDER BY \(identifier: column)"` with `filter` an `SQL` renumbers the parameters.
/// A `nil` value binds NULL; write `IS NOT DISTINCT FROM \(value)` where NULL shall match NULL.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The statement with `$n` in place of values.
    public private(set) var text: String
    private(set) var binds: Binds
    /// Where in `text` each placeholder begins, as an offset in UTF-8.
    private(set) var placeholders: [Int]
    private(set) var problem: String?

    public init(stringLiteral text: StaticString) {
        self.text = text.description
        binds = Binds()
        placeholders = []
    }

    public init(stringInterpolation parts: Interpolation) {
        self = parts.sql
    }

    /// Text made by the driver itself.
    init(text: String) {
        self.text = text
        binds = Binds()
        placeholders = []
    }

    /// Keeps it from being sent.
    mutating func refuse(_ reason: String) { problem = problem ?? reason }

    mutating func append(text more: String) { text += more }

    mutating func append(fragment: SQL) {
        problem = problem ?? fragment.problem
        guard !fragment.placeholders.isEmpty else {
            text += fragment.text
            return
        }
        let utf8 = fragment.text.utf8
        var position = utf8.startIndex
        for (index, offset) in fragment.placeholders.enumerated() {
            let placeholder = utf8.index(utf8.startIndex, offsetBy: offset)
            text += fragment.text[position..<placeholder]
            placeholders.append(text.utf8.count)
            text += "$\(binds.count + index + 1)"
            position = utf8.index(placeholder, offsetBy: "$\(index + 1)".utf8.count)
        }
        text += fragment.text[position...]
        binds.append(fragment.binds)
    }

    mutating func append(identifier: PostgresIdentifier) {
        problem = problem ?? identifier.problem
        text += identifier.quoted
    }

    mutating func append<Value: PostgresEncodable>(value: Value?) {
        placeholders.append(text.utf8.count)
        do {
            try binds.append(value)
        } catch {
            problem = problem ?? "parameter $\(binds.count): \(error.description)"
        }
        text += "$\(binds.count)"
    }
}

extension SQL {
    /// Collects the parts of an interpolated literal.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL(text: "")

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserve(text: literalCapacity + 3 * interpolationCount, binds: interpolationCount)
        }

        public mutating func appendLiteral(_ text: StaticString) { sql.append(text: text.description) }

        /// A parameter; NULL when `nil`.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) { sql.append(value: value) }

        /// Another piece of SQL with its parameters. A literal written here is a value, not a fragment.
        @_disfavoredOverload
        public mutating func appendInterpolation(_ fragment: SQL) { sql.append(fragment: fragment) }

        /// A quoted name.
        public mutating func appendInterpolation(identifier: PostgresIdentifier) { sql.append(identifier: identifier) }
    }

    fileprivate mutating func reserve(text textCapacity: Int, binds bindCapacity: Int) {
        text.reserveCapacity(textCapacity)
        guard bindCapacity > 0 else { return }
        placeholders.reserveCapacity(bindCapacity)
        binds.reserve(bindCapacity)
    }
}

extension SQL: CustomStringConvertible {
    /// The text; values are not shown.
    public var description: String { text }
}
