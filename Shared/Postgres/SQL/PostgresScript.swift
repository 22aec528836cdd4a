/// Several statements without parameters, for migrations and the set-up of tests.
///
/// Outside this package a script can only be written as a literal. Inside it a migration file may become one; that is
/// the only way by which text from run time gets to the server.
public struct PostgresScript: Sendable, ExpressibleByStringLiteral {
    let text: String

    public init(stringLiteral text: StaticString) { self.text = text.description }

    /// Text read from a file that is part of the program.
    package init(_ text: String) { self.text = text }
}
