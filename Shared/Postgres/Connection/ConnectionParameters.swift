internal import CLibPQ

/// A checked connection string: libpq's keywords with our defaults added.
struct ConnectionParameters: Sendable {
    struct Parameter: Sendable, Equatable {
        var keyword: String
        var value: String
    }

    private(set) var list: [Parameter]
    /// Whether every host is this machine.
    let isLocal: Bool

    /// - Throws: `.invalidConfiguration` for what libpq does not understand, `.insecureConnection` for a host that is
    ///   not this machine without `sslmode=verify-full`.
    init(url: String, allowsPlaintext: Bool) throws {
        let given = try Self.parse(url)
        func value(_ keyword: String) -> String? {
            given.first { $0.keyword == keyword }?.value ?? Self.libraryDefault(keyword)
        }
        guard !given.contains(where: { $0.keyword == "service" }) else {
            throw PostgresError(.invalidConfiguration, message: "service files are not supported")
        }
        let addresses = value("hostaddr") ?? ""
        let mode = value("sslmode") ?? "prefer"
        list = given
        isLocal = Self.areLocal(addresses.isEmpty ? value("host") ?? "" : addresses)
        guard isLocal || allowsPlaintext || mode == "verify-full" else {
            throw PostgresError(
                .insecureConnection, message: "sslmode=verify-full is required for hosts other than this machine")
        }
        set("sslmode", mode)
        setDefault("client_encoding", "UTF8")
        setDefault("connect_timeout", "5")
        setDefault("gssencmode", "disable")
        // Notice a peer that vanished without a word within about half a minute.
        setDefault("keepalives_idle", "15")
        setDefault("keepalives_interval", "5")
        setDefault("keepalives_count", "3")
        setDefault("tcp_user_timeout", "30000")
    }

    subscript(keyword: String) -> String? { list.first { $0.keyword == keyword }?.value }

    mutating func setDefault(_ keyword: String, _ value: String) {
        if self[keyword] == nil { set(keyword, value) }
    }

    /// Adds a command-line option of the server's session.
    mutating func addOption(_ option: String) {
        set("options", self["options"].map { "\($0) \(option)" } ?? option)
    }

    /// These parameters, and then the same without the first host, without the first two, and so on.
    ///
    /// libpq goes on to the next host when one takes no connection, but gives up when one takes it and breaks off, as a
    /// proxy before a dead server does. Whoever connects then tries the hosts behind it.
    var fallbacks: [ConnectionParameters] {
        let places = ["host", "hostaddr", "port"].compactMap { keyword in
            self[keyword].map { (keyword, $0.split(separator: ",", omittingEmptySubsequences: false)) }
        }
        let count = places.map(\.1.count).max() ?? 1
        return (0..<count).map { skipped in
            var rest = self
            // One port for all hosts stands alone.
            for (keyword, values) in places where values.count == count {
                rest.set(keyword, values.dropFirst(skipped).joined(separator: ","))
            }
            return rest
        }
    }

    private mutating func set(_ keyword: String, _ value: String) {
        list.removeAll { $0.keyword == keyword }
        list.append(Parameter(keyword: keyword, value: value))
    }

    private static func parse(_ url: String) throws -> [Parameter] {
        var problem: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &problem) else {
            // libpq's message may quote the string, and with it the password.
            if let problem { PQfreemem(problem) }
            throw PostgresError(.invalidConfiguration, message: "the connection string is malformed")
        }
        defer { PQconninfoFree(options) }
        return parameters(options)
    }

    /// What libpq would use where the string says nothing: `PGHOST` and the like.
    private static func libraryDefault(_ keyword: String) -> String? {
        guard let options = PQconndefaults() else { return nil }
        defer { PQconninfoFree(options) }
        return parameters(options).first { $0.keyword == keyword }?.value
    }

    private static func parameters(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [Parameter] {
        var result: [Parameter] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                result.append(Parameter(keyword: String(cString: keyword), value: String(cString: value)))
            }
            option += 1
        }
        return result
    }

    /// Unix sockets (also the default, an empty host) and loopback addresses.
    static func areLocal(_ hosts: String) -> Bool {
        hosts.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { host in
            host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
                || isLoopbackIPv4(host)
        }
    }

    /// `127.0.0.1` is an address, `127.example.org` a name.
    private static func isLoopbackIPv4(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension ConnectionParameters: CustomStringConvertible {
    /// Hosts and database; no password.
    var description: String {
        let shown = ["host", "hostaddr", "port", "dbname", "user", "sslmode"]
        return list.filter { shown.contains($0.keyword) }.map { "\($0.keyword)=\($0.value)" }.joined(separator: " ")
    }
}
