/// A libpq URI from which addresses for other logins are made.
public struct DatabaseAddress: Sendable, Hashable {
    private let scheme: String
    /// Host, port, database and parameters.
    private let rest: String

    /// - Throws: `OperatorError` for anything but `postgresql://…` or `postgres://…`.
    public init(_ url: String) throws(OperatorError) {
        guard let end = url.firstRange(of: "://"), ["postgresql", "postgres"].contains(String(url[..<end.lowerBound]))
        else {
            throw OperatorError("A database address begins with postgresql://")
        }
        let tail = url[end.upperBound...]
        let authority = tail.prefix { $0 != "/" && $0 != "?" }
        let start = authority.lastIndex(of: "@").map { tail.index(after: $0) } ?? tail.startIndex
        self.scheme = String(url[..<end.lowerBound])
        self.rest = String(tail[start...])
    }

    /// The address for a login whose name and password need no percent encoding, as generated ones don't.
    public func url(login: String, password: String) -> String {
        "\(scheme)://\(login):\(password)@\(rest)"
    }

    /// The database's name, between the first slash and the parameters.
    public var databaseName: String {
        guard let slash = rest.firstIndex(of: "/") else { return "postgres" }
        return String(rest[rest.index(after: slash)...].prefix { $0 != "?" })
    }

    /// An address with the same login for another database of the server.
    public func database(_ name: String, in url: String) -> String {
        guard let found = url.firstRange(of: rest) else { return url }
        let path = "/" + databaseName
        guard let place = rest.firstRange(of: path) else { return url }
        return String(url[..<found.lowerBound]) + rest[..<place.lowerBound] + "/" + name + rest[place.upperBound...]
    }

    /// The address without login, for messages.
    public var place: String { "\(scheme)://\(rest)" }
}
