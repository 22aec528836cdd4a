import HTTPTypes
public import Hummingbird
public import Identity
import Tenancy

/// Sessions of people who logged in with a browser.
public struct BrowserSession: Sendable {
    private let verifier: TokenVerifier
    private let isSecure: Bool

    /// - Parameter environment: Its public address tells whether browsers come by TLS.
    public init(_ environment: ServiceEnvironment) {
        self.init(verifier: environment.verifier, isSecure: environment.configuration.publicURL.hasPrefix("https://"))
    }

    init(verifier: TokenVerifier, isSecure: Bool) {
        self.verifier = verifier
        self.isSecure = isSecure
    }

    /// The session that the request's cookie names; `nil` without a cookie, or with one that is false or too old.
    /// - Throws: 503 while no public key could be read yet.
    public func current(_ request: Request, _ context: AppContext) async throws(Problem) -> Session? {
        guard let cookie = request.cookies[name(context)]?.value, !cookie.isEmpty else { return nil }
        do {
            return try await verifier.session(cookie, for: context.agency.code)
        } catch {
            if error == .unavailable { throw .databaseUnavailable }
            return nil
        }
    }

    /// The `Set-Cookie` that begins a session.
    public func begin(_ session: Session, _ context: AppContext) -> HTTPField {
        field(session.cookie, context, maxAge: nil)
    }

    /// The `Set-Cookie` that ends a session.
    public func end(_ context: AppContext) -> HTTPField {
        field("", context, maxAge: 0)
    }

    private func field(_ value: String, _ context: AppContext, maxAge: Int?) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: Session.Cookies.header(
                name: name(context), value: value, path: "/", secure: isSecure, maxAge: maxAge))
    }

    /// Cookies ignore ports and, at path `/`, base paths: the agency's code keeps sessions of several apart.
    private func name(_ context: AppContext) -> String {
        Session.Cookies.name(secure: isSecure) + "-" + context.agency.code
    }
}
