public import SinergiCore

/// Who asks: an officer, an API client or a service, as a verified token names them.
public struct Principal: Sendable, Hashable {
    /// The token's `sub`: an officer's id, a client's id, or `service:<name>`.
    public let subject: String
    /// A name to show and to write into the history.
    public let name: String
    /// The code of the agency whose key signed the token.
    public let agency: String
    /// The code of the office in which the roles are held, such as `PPU/DPUPR`; `nil` for services.
    public let office: String?
    public let roles: Set<Role>
    /// Scopes of an API client; empty for officers.
    public let scopes: Set<String>

    public init(
        subject: String, name: String, agency: String, office: String?, roles: Set<Role>, scopes: Set<String> = []
    ) {
        self.subject = subject
        self.name = name
        self.agency = agency
        self.office = office
        self.roles = roles
        self.scopes = scopes
    }

    /// Whether any of the roles allows it.
    public func has(_ permission: Permission) -> Bool { roles.allow(permission) }

    /// Whether this is another process of the same node.
    public var isService: Bool { roles.contains(.service) }
}

/// Why a token is refused.
public enum AuthenticationProblem: Error, Sendable, Hashable {
    /// None, malformed, unknown key or bad signature.
    case invalidToken
    /// Good, but past its `exp`.
    case expired
    /// Good, but of another agency than the one that was asked.
    case wrongAgency
    /// The public keys could never be read, so nothing can be said; worth another try.
    case unavailable
}
