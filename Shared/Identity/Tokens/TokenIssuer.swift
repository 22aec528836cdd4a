public import Foundation
public import SinergiCore
private import JWTKit
private import Synchronization

/// Signs an agency's tokens with its ES256 key.
public final class TokenIssuer: Sendable {
    /// The agency's code.
    public let agency: String
    /// The id of the key, made from the public key; it stands in the directory's `agency_key`.
    public let kid: String
    private let signers = JWTKeyCollection()
    private let key: SigningKey
    private let clock: @Sendable () -> Date
    private let service = Mutex<(token: String, until: Date)?>(nil)

    /// - Parameters:
    ///   - pem: The P-256 private key, PKCS 8.
    ///   - clock: What time it is; tests give their own.
    /// - Throws: When the key cannot be read.
    public init(agency: String, pem: String, clock: @escaping @Sendable () -> Date = { Date() }) throws {
        self.agency = agency
        self.key = try SigningKey(agency: agency, pem: pem)
        self.kid = key.kid
        self.clock = clock
    }

    /// A bearer token for an officer in an office, or for an API client with scopes.
    public func officerToken(
        subject: String, name: String, office: String?, roles: Set<Role>, scopes: Set<String> = [],
        expiresIn duration: Duration
    ) async throws -> String {
        let principal = Principal(
            subject: subject, name: name, agency: agency, office: office, roles: roles, scopes: scopes)
        return try await token(for: principal, audience: Audience.api, expiresIn: duration)
    }

    /// The token with which the node's services call each other; one is used for several minutes.
    /// - Parameter name: The calling service.
    public func serviceToken(name: String = "node") async throws -> String {
        let now = clock()
        if let held = service.withLock({ $0 }), held.until > now { return held.token }
        let principal = Principal(
            subject: "service:\(name)", name: "service:\(name)", agency: agency, office: nil, roles: [.service])
        let token = try await token(for: principal, audience: Audience.api, expiresIn: .seconds(600))
        service.withLock { $0 = (token, now.addingTimeInterval(300)) }
        return token
    }

    /// The value of a session cookie and what every form of the session must carry.
    public func session(for principal: Principal, expiresIn duration: Duration) async throws -> Session {
        let csrf = RandomBytes.base64URL(count: 32)
        let cookie = try await token(for: principal, audience: Audience.session, expiresIn: duration, csrf: csrf)
        return Session(principal: principal, csrfToken: csrf, cookie: cookie, expires: clock() + duration.interval)
    }

    private func token(
        for principal: Principal, audience: String, expiresIn duration: Duration, csrf: String? = nil
    ) async throws -> String {
        let now = clock().timeIntervalSince1970.rounded(.down)
        let claims = Claims(
            iss: Claims.issuer(of: agency), sub: principal.subject, aud: Audience(audience), agency: agency,
            office: principal.office, roles: principal.roles.map(\.rawValue).sorted(),
            scope: principal.scopes.sorted().joined(separator: " "), name: principal.name, iat: now,
            exp: now + duration.interval.rounded(.down), csrf: csrf)
        return try await key.sign(claims, with: signers)
    }
}

extension Duration {
    var interval: TimeInterval { TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18 }
}
