import HTTPTypes
public import Hummingbird
public import Identity
import Tenancy

/// Protection of forms against other sites. With a session the token stands inside the signed cookie; without one, a
/// random cookie and the form must agree.
public enum CSRF {
    /// The hidden field that every form carries; templates write it with `{{> csrf}}`.
    public static let field = "csrf_token"

    /// - Throws: 403 `invalid_form` unless the form came from our own page.
    public static func check(
        _ form: FormBody, _ request: Request, _ context: AppContext, session: Session? = nil
    ) throws(Problem) {
        let token = form[field]
        if let session {
            guard session.accepts(csrfToken: token) else { throw .invalidForm }
            return
        }
        guard let token, let cookie = request.cookies[cookieName(context)]?.value, cookie.utf8.count >= 32,
            ConstantTime.equal(token, cookie)
        else { throw .invalidForm }
    }

    /// Each agency has its own: agencies of a host, and nodes on one machine, share a browser's cookies.
    static func cookieName(_ context: AppContext) -> String { "sinergi-form-" + context.agency.code }
}
