import Foundation

/// Where mail is handed in, as configured.
struct SMTPServer: Sendable, Hashable {
    /// How much the line must be protected.
    enum Protection: Sendable, Hashable {
        /// STARTTLS when the server offers it; for relays on the same machine.
        case offered
        /// TLS or nothing.
        case required
    }

    /// `smtp://host:port/name` without user and password; the path is the name given in EHLO.
    let url: String
    let user: String?
    let password: String?
    let protection: Protection

    /// - Parameters:
    ///   - text: `smtp://` or `smtps://`, host, port, and user and password where the server wants them.
    ///   - domain: What to say in EHLO.
    /// - Returns: `nil` for another kind of URL.
    init?(_ text: String, domain: String) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "smtp" || scheme == "smtps", let host = parts.host, !host.isEmpty
        else { return nil }
        user = parts.user
        password = parts.password
        // A password never travels in the clear.
        protection = scheme == "smtps" || parts.user != nil ? .required : .offered
        parts.user = nil
        parts.password = nil
        parts.path = "/" + domain
        parts.query = nil
        guard let url = parts.string else { return nil }
        self.url = url
    }
}
