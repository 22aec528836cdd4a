public import Foundation
public import HTTPTypes
public import Hummingbird
public import Identity
import Mustache
import NIOCore
public import SinergiCore
import Tenancy

/// Server-rendered pages: a service's mustache templates inside the layout that all services share.
///
/// A page template is `{{<layout}}{{$content}} … {{/content}}{{/layout}}`. It sees the model's fields as `{{page.…}}`
/// and by themselves inside `{{#page}}`, and besides: `t.<word>` (texts in the reader's language), `base` (write
/// `href="{{base}}/kasus"`), `lang`, `csrf_token` (write `{{> csrf}}` in every form), `user`, `title`, `demo`.
public struct Pages: Sendable {
    static let languageCookie = "sinergi-lang"

    private let library: MustacheLibrary
    private let texts: PageTexts
    private let assets: Assets
    private let isDemo: Bool
    private let isSecure: Bool

    /// - Parameters:
    ///   - directory: A service's folder of `.mustache` files and `texts.json`; `nil` for the common templates alone.
    ///   - isDemo: Every page says that its data are samples.
    ///   - isSecure: Whether browsers come by TLS; cookies are marked then.
    /// - Throws: When a template or a text cannot be read; the error names the file.
    public init(directory: URL?, isDemo: Bool, isSecure: Bool) throws {
        var library = MustacheLibrary()
        var texts = PageTexts()
        for folder in [Bundle.module.bundleURL.appending(path: "Assets/templates"), directory].compactMap({ $0 }) {
            let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            for file in files where file.pathExtension == "mustache" {
                let text = try String(contentsOf: file, encoding: .utf8)
                do {
                    try library.register(text, named: file.deletingPathExtension().lastPathComponent)
                } catch {
                    throw ConfigurationError(key: file.lastPathComponent, reason: "\(error)")
                }
            }
            if let file = files.first(where: { $0.lastPathComponent == "texts.json" }) { try texts.add(file) }
        }
        self.library = library
        self.texts = texts
        self.isDemo = isDemo
        self.isSecure = isSecure
        assets = try Assets.shared()
    }

    /// As `init(directory:isDemo:isSecure:)`, from a service's environment.
    public init(directory: URL?, _ environment: ServiceEnvironment) throws {
        try self.init(
            directory: directory, isDemo: environment.configuration.isDemo,
            isSecure: environment.configuration.publicURL.hasPrefix("https://"))
    }

    /// Renders one page. It is never stored by browsers or proxies, for it shows people's data.
    /// - Parameters:
    ///   - template: The template's file name without extension.
    ///   - model: A struct or dictionary with what the template shows.
    ///   - session: The reader's session, if they logged in: its name is shown, and forms carry its token.
    ///   - script: One of our own files that this page runs; no page runs any other.
    /// - Throws: `ConfigurationError` when there is no such template.
    public func page(
        _ template: String, title: Localized, model: Any = [String: String](), _ request: Request,
        _ context: AppContext, session: Session? = nil, script: String? = nil, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        var headers = Self.securityHeaders
        if script != nil { headers[.contentSecurityPolicy] = Self.contentPolicy + "; script-src 'self'" }
        var frame = frame(title: title[context.language], request, context)
        if let session {
            frame["csrf_token"] = session.csrfToken
            frame["user"] = session.principal.name
        } else {
            frame["csrf_token"] = anonymousToken(request, context, &headers)
        }
        frame["page"] = model
        frame["script"] = script.map { context.base + assets.path($0) }
        if request.query("lang").flatMap(Language.init(rawValue:)) != nil {
            headers.append(setCookie(Self.languageCookie, context.language.rawValue, maxAge: 31_536_000))
        }
        guard let html = library.render(frame, withTemplate: template) else {
            throw ConfigurationError(key: template, reason: "there is no such template")
        }
        headers[.contentLanguage] = context.language.rawValue
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// Sends the browser on after a form, so that a reload does not send it again.
    public func redirect(to path: String, _ context: AppContext, setting cookies: [HTTPField] = []) -> Response {
        var headers: HTTPFields = [.location: context.link(path), .cacheControl: "no-store"]
        for cookie in cookies { headers.append(cookie) }
        return Response(status: .seeOther, headers: headers)
    }

    /// The words of the texts files in one language, for models that need them.
    public func text(_ word: String, _ language: Language) -> String {
        texts.texts(language)[word] ?? word
    }

    /// The page of a problem.
    func error(_ problem: Problem, _ request: Request, _ context: AppContext) -> Response {
        let language = context.language
        let model: [String: Any] = [
            "status": problem.status.code, "title": problem.title[language], "detail": problem.detail[language],
            "errors": problem.errors.map { ["pointer": $0.pointer, "detail": $0.detail[language]] },
            "instance": context.requestID.text,
        ]
        guard
            var response = try? page(
                "error", title: problem.title, model: model, request, context, status: problem.status)
        else { return problem.response(language: language, requestID: context.requestID) }
        for field in problem.headers { response.headers.append(field) }
        return response
    }

    private func frame(title: String, _ request: Request, _ context: AppContext) -> [String: Any] {
        let other = context.language == .id ? Language.en : .id
        return [
            "t": texts.texts(context.language), "lang": context.language.rawValue, "other_lang": other.rawValue,
            "language_link": Self.languageLink(request, other), "base": context.base, "title": title, "demo": isDemo,
            "css": context.base + assets.path("sinergi.css"), "agency": context.agency.code,
            "path": request.uri.path, "csrf_field": CSRF.field,
        ]
    }

    private func anonymousToken(_ request: Request, _ context: AppContext, _ headers: inout HTTPFields) -> String {
        let name = CSRF.cookieName(context)
        if let known = request.cookies[name]?.value, known.utf8.count >= 32 { return known }
        let token = Session.Cookies.anonymousToken()
        headers.append(setCookie(name, token, maxAge: nil))
        return token
    }

    private func setCookie(_ name: String, _ value: String, maxAge: Int?) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: Session.Cookies.header(name: name, value: value, path: "/", secure: isSecure, maxAge: maxAge))
    }

    /// The same address in another language.
    private static func languageLink(_ request: Request, _ language: Language) -> String {
        let kept = (request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("lang=") }
        return "?" + (kept.map(String.init) + ["lang=" + language.rawValue]).joined(separator: "&")
    }

    private static let securityHeaders: HTTPFields = [
        .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .referrerPolicy: "same-origin",
        .contentSecurityPolicy: contentPolicy,
    ]

    private static let contentPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
        + "base-uri 'none'"
}
