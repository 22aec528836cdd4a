import Crypto
import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// The page behind a one-case link, for an office without login: accept, not ours and whose, done.
///
/// `GET /l/{token}` shows and never acts: link previews fetch it. Without the PIN it tells only that something waits for an
/// office. The PIN is asked for once per browser; five wrong ones end the link, which the database counts.
struct LinkController: Sendable {
    let pages: Pages
    let database: AgencyDatabase
    let directory: DirectoryStore
    let waker: Waker
    let isSecure: Bool
    /// Guessing is ended by the database after five wrong PINs; these only keep floods away. Thousands share one mobile
    /// carrier's address, so an address may do far more than a link.
    private let perLink = RateLimiter(perMinute: 20)
    private let perAddress = RateLimiter(perMinute: 240)

    init(pages: Pages, database: AgencyDatabase, directory: DirectoryStore, waker: Waker, isSecure: Bool) {
        self.pages = pages
        self.database = database
        self.directory = directory
        self.waker = waker
        self.isSecure = isSecure
    }

    func addRoutes(to router: Router<AppContext>) {
        router.get("/l/:token", use: show)
        router.post("/l/:token", use: act)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let token = try token(context)
        let proof = Self.proof(request, token)
        let found = try await open(token, proof: proof, context)
        // A cookie of an older PIN is no attempt at guessing: it is simply not there.
        return try await page(found, request, context, done: request.query("done"))
    }

    @Sendable private func act(_ request: Request, _ context: AppContext) async throws -> Response {
        let token = try token(context)
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        if let pin = form["pin"] {
            let proof = LinkSecret(token: token, pin: pin.filter(\.isNumber)).pinHash
            let found = try await open(token, proof: proof, context, counts: true)
            guard found["proven"] == .bool(true) else {
                return try await page(found, request, context, wrongPin: true)
            }
            let cookie = HTTPField(
                name: .setCookie,
                value: Session.Cookies.header(
                    name: Self.cookie(token), value: Base64URL.text(proof), path: "/", secure: isSecure,
                    maxAge: 14 * 86_400))
            return pages.redirect(to: "/l/\(token)", context, setting: [cookie])
        }
        guard let proof = Self.proof(request, token) else {
            return try await page(
                try await open(token, proof: nil, context), request, context)
        }
        let action = form["action"] ?? ""
        guard ["accept", "decline", "finish"].contains(action) else { throw Problem.malformedRequest }
        let text = form["text"].flatMap { $0.isEmpty ? nil : String($0.prefix(2000)) }
        do {
            if action == "decline", text == nil { throw Problem.invalid("#/text", "required") }
            let whose = form["suggested"].flatMap { $0.isEmpty ? nil : $0.uppercased() }
            let person = form["person"].flatMap { $0.isEmpty ? nil : String($0.prefix(100)) } ?? "petugas"
            let rows = try await database.query(
                context.agency,
                """
                SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
                FROM casework.act_by_link(\(LinkSecret.hash(token: token)), \(proof), \(UUID.v7()), \(person), \(action), \(text), \(whose),
                    \(context.trace.traceparent)) AS r
                """)
            waker.wake((try rows.first?.decode("wake", as: [Int].self) ?? []) + [context.agency.number])
            return pages.redirect(to: "/l/\(token)?done=\(action)", context)
        } catch let error as PostgresError {
            guard let problem = Problem(error) else { throw error }
            return try await page(
                try await open(token, proof: proof, context), request, context, problem: problem)
        } catch let problem as Problem {
            return try await page(
                try await open(token, proof: proof, context), request, context, problem: problem)
        }
    }

    /// - Throws: 404 for a link that is not, is over, or was guessed at too often; 429.
    private func open(_ token: String, proof: [UInt8]?, _ context: AppContext, counts: Bool = false) async throws
        -> JSONValue
    {
        for (limiter, key) in [(perAddress, context.address ?? ""), (perLink, token)] {
            if let allowance = limiter.take("\(context.agency.code) \(key)"), !allowance.isAllowed {
                throw Problem.rateLimited(retryAfter: allowance.reset)
            }
        }
        let rows = try await database.query(
            context.agency,
            "SELECT casework.open_link(\(LinkSecret.hash(token: token)), \(proof), \(counts))::text AS value")
        guard let text = try rows.first?.decodeIfPresent("value", as: String.self) else { throw Problem.notFound }
        return try JSONParser.parse(Array(text.utf8))
    }

    private func page(
        _ found: JSONValue, _ request: Request, _ context: AppContext, done: String? = nil, wrongPin: Bool = false,
        problem: Problem? = nil
    ) async throws -> Response {
        var model: [String: Any] = ["action": context.link(request.uri.path)]
        // Whoever holds a link is known by a PIN only: of a secret case it shows what the part is, and no word of the case.
        let isSecret = found["confidential"] == .bool(true)
        let secret = ["title", "description", "address", "reason", "request", "result"]
        if isSecret { model["title"] = pages.text("link_secret", context.language) }
        for name in ["tracking_code", "state"] + (isSecret ? [] : secret) {
            if let text = found[name]?.string { model[name] = text }
        }
        model["office"] = found["office"]?["name"]?.string
        model["from"] = found["from"]?["name"]?.string
        for name in ["proven", "can_accept", "can_decline", "can_finish"] where found[name] == .bool(true) {
            model[name] = true
        }
        if !isSecret, let lat = found["lat"]?.number, let long = found["long"]?.number {
            model["place"] = "\(lat), \(long)"
        }
        if let due = found["due_at"]?.string.flatMap({ Timestamp.date($0) }) {
            let office = try await directory.current().office(code: found["office"]?["code"]?.string ?? "")
            model["due"] = ((office?.zone).flatMap { Zone(rawValue: $0) } ?? .jakarta).words(due, in: context.language)
        }
        if wrongPin {
            model["wrong_pin"] = true
            model["tries_left"] = found["tries_left"]?.integer ?? 0
        }
        if let problem { model["error"] = problem.detail[context.language] }
        if let done, ["accept", "decline", "finish"].contains(done) {
            model["done"] = pages.text("link_done_" + done, context.language)
        }
        var response = try pages.page(
            "link", title: Localized(id: "Pengaduan untuk kantor Anda", en: "A report for your office"), model: model,
            request, context, status: problem?.status ?? (wrongPin ? .forbidden : .ok))
        if let robots = HTTPField.Name("X-Robots-Tag") { response.headers[robots] = "noindex" }
        return response
    }

    private func token(_ context: AppContext) throws -> String {
        let token = context.parameters.get("token") ?? ""
        guard token.utf8.count == 24,
            token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        else { throw Problem.notFound }
        return token
    }

    /// What the browser keeps after the PIN was right once.
    private static func proof(_ request: Request, _ token: String) -> [UInt8]? {
        guard let value = request.cookies[cookie(token)]?.value else { return nil }
        return Base64URL.bytes(value)
    }

    /// One cookie for each link: its name tells nothing, its value is the digest of token and PIN.
    private static func cookie(_ token: String) -> String {
        "sinergi-link-" + Base64URL.text(LinkSecret.hash(token: token).prefix(6))
    }
}
