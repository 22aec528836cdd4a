public import Foundation
public import Tenancy
private import JWTKit

/// A public key that may have signed a token: one row of `directory.agency_key`.
public struct VerificationKey: Sendable, Hashable {
    public let kid: String
    /// The code of the agency that the key belongs to.
    public let agency: String
    /// PEM of a P-256 public key.
    public let publicKey: String

    public init(kid: String, agency: String, publicKey: String) {
        self.kid = kid
        self.agency = agency
        self.publicKey = publicKey
    }
}

/// Verifies tokens offline, against the public keys of all agencies.
///
/// Keys of all agencies, because a good signature of another agency is answered otherwise than a bad one. They are read
/// again when a token names an unknown key, at most every ten seconds, and when they are five minutes old.
public final class TokenVerifier: Sendable {
    public typealias KeySource = @Sendable () async throws -> [VerificationKey]

    /// How far clocks of two machines may differ.
    public static let leeway: TimeInterval = 30

    private let keys: KeyRing
    private let clock: @Sendable () -> Date

    /// - Parameters:
    ///   - clock: What time it is; tests give their own.
    ///   - keys: Reads the keys that are valid now.
    public init(clock: @escaping @Sendable () -> Date = { Date() }, keys: @escaping KeySource) {
        self.clock = clock
        self.keys = KeyRing(source: keys, clock: clock)
    }

    /// A verifier whose keys are those of the directory, read afresh whenever keys are read.
    public convenience init(directory: DirectoryStore) {
        self.init {
            try await directory.reload().signingKeys(at: Date()).map {
                VerificationKey(kid: $0.kid, agency: $0.agencyCode, publicKey: $0.publicKey)
            }
        }
    }

    /// Who bears this token, if it may be used at this agency.
    /// - Parameter bearer: What follows `Bearer ` in the header.
    public func verify(_ bearer: String, for agency: String) async throws(AuthenticationProblem) -> Principal {
        try await claims(of: bearer, audience: Audience.api, agency: agency).principal
    }

    /// The session that a cookie names.
    public func session(_ cookie: String, for agency: String) async throws(AuthenticationProblem) -> Session {
        let claims = try await claims(of: cookie, audience: Audience.session, agency: agency)
        guard let csrf = claims.csrf else { throw .invalidToken }
        return Session(
            principal: claims.principal, csrfToken: csrf, cookie: cookie,
            expires: Date(timeIntervalSince1970: claims.exp))
    }

    private func claims(
        of token: String, audience: String, agency: String
    ) async throws(AuthenticationProblem) -> Claims {
        guard token.utf8.count <= 8192, let kid = Self.kid(of: token) else { throw .invalidToken }
        guard let key = try await keys.key(kid) else { throw .invalidToken }
        let claims: Claims
        do {
            claims = try await key.signers.verify(token, as: Claims.self)
        } catch {
            throw .invalidToken
        }
        // A key speaks for its own agency only.
        guard claims.agency == key.agency, claims.iss == Claims.issuer(of: key.agency),
            claims.aud.names.contains(audience), claims.exp.isFinite, claims.iat.isFinite
        else { throw .invalidToken }
        let now = clock().timeIntervalSince1970
        guard claims.iat <= now + Self.leeway else { throw .invalidToken }
        guard claims.exp > now - Self.leeway else { throw .expired }
        guard claims.agency == agency else { throw .wrongAgency }
        return claims
    }

    /// The header's key id; `nil` unless the header asks for ES256.
    private static func kid(of token: String) -> String? {
        struct Header: Decodable {
            let alg: String
            let kid: String
        }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.bytes(String(parts[0])),
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes)),  // not JSON: no kid
            header.alg == "ES256", header.kid.utf8.count <= 100
        else { return nil }
        return header.kid
    }
}
