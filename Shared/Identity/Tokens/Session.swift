public import Foundation

/// A browser's session: a signed cookie, and a token that every form must carry.
///
/// The form token stands inside the signed cookie, so no other site can know it and nobody can make one up.
public struct Session: Sendable, Hashable {
    public let principal: Principal
    /// The value of the forms' field `csrf_token`.
    public let csrfToken: String
    /// The value of the cookie.
    public let cookie: String
    public let expires: Date

    /// Whether a form came from this session's own pages.
    public func accepts(csrfToken: String?) -> Bool {
        guard let csrfToken else { return false }
        return ConstantTime.equal(csrfToken, self.csrfToken)
    }

    /// Names, attributes and random values of the cookies of pages.
    public enum Cookies {
        /// `__Host-` wherever TLS ends before the browser: it binds the cookie to host and path.
        public static func name(secure: Bool) -> String { secure ? "__Host-sinergi-session" : "sinergi-session" }

        /// The value of `Set-Cookie`. On a host without TLS the path keeps agencies' sessions apart.
        public static func header(
            name: String, value: String, path: String, secure: Bool, maxAge: Int? = nil
        ) -> String {
            var parts = ["\(name)=\(value)", "Path=\(secure || path.isEmpty ? "/" : path)", "HttpOnly", "SameSite=Lax"]
            if secure { parts.append("Secure") }
            if let maxAge { parts.append("Max-Age=\(maxAge)") }
            return parts.joined(separator: "; ")
        }

        /// A random form token for visitors without a session: cookie and field must carry the same.
        public static func anonymousToken() -> String { RandomBytes.base64URL(count: 32) }
    }
}
