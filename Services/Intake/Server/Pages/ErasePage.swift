import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit
import SinergiCore
import Tenancy

/// Erases what this site has left on a shared phone: cookies, kept drafts, cached pages. It works without a script.
///
/// | route | who |
/// |---|---|
/// | `GET /erase`, `POST /erase` | everybody, for the own browser |
///
/// Browsers that know `Clear-Site-Data` forget everything of this site. For others the cookies are ended one by one, as far as
/// their names are known here, and the page's script forgets drafts. A browser's history is out of reach; the page says so.
struct ErasePage: Sendable {
    let pages: Pages
    let isSecure: Bool

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/erase", use: show)
        router.post("/erase", use: erase)
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        try page(["code": Self.code(request.query("code"))], request, context)
    }

    private func erase(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        var response = try page(["done": true, "agency_code": context.agency.code], request, context)
        // What the page itself would set is not set again.
        response.headers[values: .setCookie] = []
        for name in Self.names(request) where name.hasPrefix("sinergi-") {
            response.headers.append(ended(name, path: "/"))
        }
        let code = Self.code(form["code"])
        if !code.isEmpty {
            response.headers.append(
                ended("sinergi-follow-\(context.agency.code)", path: "\(context.base)/follow/\(code)"))
        }
        if let name = HTTPField.Name("Clear-Site-Data") {
            response.headers[name] = "\"cache\", \"cookies\", \"storage\""
        }
        return response
    }

    private func page(_ model: [String: Any], _ request: Request, _ context: AppContext) throws -> Response {
        try pages.page(
            "erase", title: Localized(id: "Hapus jejak", en: "Erase traces"), model: model, request, context,
            script: "draft.js")
    }

    private func ended(_ name: String, path: String) -> HTTPField {
        HTTPField(
            name: .setCookie,
            value: "\(name)=; Path=\(path); Max-Age=0; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : ""))
    }

    private static func names(_ request: Request) -> [String] {
        (request.headers[.cookie] ?? "").split(separator: ";").map {
            String($0.prefix { $0 != "=" }).trimmed
        }
    }

    private static func code(_ typed: String?) -> String { typed.flatMap { try? TrackingCode($0).text } ?? "" }
}
