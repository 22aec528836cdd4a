public import Postgres

/// In whose name work on the database is done.
///
/// The scope chooses a role; what that role sees and may write is decided by the database alone (`directory.me()`), so
/// a wrong scope can show too little but never another operator's rows.
public struct AgencyScope: Sendable, Hashable {
    /// The agency's number in the directory.
    public let number: Int
    /// The agency's code, such as `PPU`.
    public let code: String
    /// On a host of several agencies: the role to take for each transaction. `nil` where the login is the agency's own.
    public let role: PostgresIdentifier?

    public init(number: Int, code: String, role: PostgresIdentifier? = nil) {
        self.number = number
        self.code = code
        self.role = role
    }

    /// The role of one agency's service, `s_<number>_<service>`.
    public static func role(number: Int, service: ServiceName) -> PostgresIdentifier {
        PostgresIdentifier("s_\(number)_\(service.rawValue)")
    }

    /// The scope of an agency as a service of a node uses it: hosts take the agency's role, others are it already.
    public init(number: Int, code: String, service: ServiceName, hosted: Bool) {
        self.init(number: number, code: code, role: hosted ? Self.role(number: number, service: service) : nil)
    }
}
