import Foundation
import JWTKit
import SinergiCore

/// The claims of contract.md, read and written as plain JSON values.
///
/// Own types rather than jwt-kit's: its audience claim stops the process on an empty list, which any agency could sign.
struct Claims: JWTPayload, Equatable {
    let iss: String
    let sub: String
    let aud: Audience
    let agency: String
    let office: String?
    let roles: [String]
    let scope: String
    let name: String?
    let iat: Double
    let exp: Double
    /// Only in session cookies: what every form must carry.
    let csrf: String?

    /// Time and agency are compared by `TokenVerifier`, which tells late tokens from bad ones.
    func verify(using algorithm: some JWTAlgorithm) async throws {}

    var principal: Principal {
        Principal(
            subject: sub, name: name ?? sub, agency: agency, office: office, roles: Set(roles.compactMap(Role.init)),
            scopes: Set(scope.split(separator: " ").map(String.init)))
    }

    static func issuer(of agency: String) -> String { "sinergi:\(agency)" }
}

/// For whom a token is: one name or several.
struct Audience: Codable, Sendable, Equatable {
    /// Bearer tokens of the HTTP interfaces.
    static let api = "sinergi"
    /// Session cookies. Neither passes for the other, so a page's forms keep their protection.
    static let session = "sinergi:session"

    let names: [String]

    init(_ name: String) {
        self.names = [name]
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {  // RFC 7519 §4.1.3: a single name may stand alone
            self.names = [name]
        } else {
            self.names = try container.decode([String].self)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if names.count == 1 { try container.encode(names[0]) } else { try container.encode(names) }
    }
}
