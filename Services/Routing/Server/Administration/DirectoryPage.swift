import Foundation
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// The workspace's pages of who does what where: looked up by everybody, an own unit's data edited by administrators.
///
/// | route | who |
/// |---|---|
/// | `GET /directory?q=`, `GET /directory/office?code=` | with a session: the directory is public |
/// | `POST /directory/office` | manageDirectory, own units |
struct DirectoryPage: Sendable {
    let door: OfficerDoor
    let work: AdministrationWorkflow

    private static let title = Localized(id: "Direktori", en: "Directory")
    /// Offices on one page; whoever looks for another writes more of its name.
    private static let shown = 100
    private static let edited = ["name", "duties", "email", "duty_phone", "valid_from", "valid_to"]

    func addRoutes(to router: Router<AppContext>) {
        router.get("/directory", use: list)
        router.get("/directory/office", use: show)
        router.post("/directory/office", use: change)
    }

    // MARK: Looking up

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        let text = String((request.query("q") ?? "").prefix(100))
        let found = offices(text, caller, context.language)
        let model: [String: Any] = [
            "text": text, "is_empty": found.isEmpty, "is_more": found.count > Self.shown, "is_own": text.isEmpty,
            "rows": found.prefix(Self.shown).map { line($0, caller, context.language) },
        ]
        return try door.pages.page("directory", title: Self.title, model: model, request, context, session: session)
    }

    /// Own offices where nothing is looked for; else all whose name, code, duties or categories contain each word.
    private func offices(_ text: String, _ caller: Caller, _ language: Language) -> [Directory.Office] {
        let directory = caller.directory
        guard !text.isEmpty else { return directory.offices(of: caller.scope.number) }
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        let duties = Dictionary(grouping: current(directory.responsibilities, caller), by: \.office)
        let own = caller.scope.number
        return directory.offices.values.filter { office in
            guard office.active else { return false }
            let categories = (duties[office.id] ?? []).map { directory.name(ofCategory: $0.category, language) }
            let all = ([office.name, office.code, office.duties ?? "", office.area ?? ""] + categories)
                .joined(separator: " ").lowercased()
            return words.allSatisfy { all.contains($0) }
        }.sorted { ($0.agency == own ? 0 : 1, $0.code) < ($1.agency == own ? 0 : 1, $1.code) }
    }

    private func line(_ office: Directory.Office, _ caller: Caller, _ language: Language) -> [String: Any] {
        let categories = current(caller.directory.responsibilities, caller).filter { $0.office == office.id }
            .map { caller.directory.name(ofCategory: $0.category, language) }
        return [
            "code": office.code, "name": office.name, "joined": office.joined, "is_triage": office.isTriage,
            "duties": office.duties as Any? ?? false,
            "categories": categories.isEmpty ? false : Array(Set(categories)).sorted().joined(separator: ", ") as Any,
            "email": office.email as Any? ?? false, "phone": office.dutyPhone as Any? ?? false,
        ]
    }

    private func current(_ rows: [Directory.Responsibility], _ caller: Caller) -> [Directory.Responsibility] {
        let today = Self.today(caller)
        return rows.filter { $0.period.contains(today) }
    }

    private static func today(_ caller: Caller) -> Day {
        ((caller.office?.zone).flatMap(Zone.init(rawValue:)) ?? .jakarta).day(of: Date())
    }

    // MARK: One office

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        let code = (request.query("code") ?? "").uppercased()
        return try await page(code, caller, session, request, context, attempt: nil)
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (fields, session, caller) = try await door.form(request, context) else { return door.login(context) }
        try caller.require(.manageDirectory)
        let code = (fields["code"] ?? "").uppercased()
        guard let key = Self.unit(code, caller) else { throw Problem.notFound }
        do {
            let old = try JSONParser.parse(
                Array(try JSONWriter.text(of: try await work.current(.units, key, caller).json).utf8))
            var row = JSONObject((old.object ?? JSONObject()).members.filter { $0.name != "code" })
            for name in Self.edited {
                let text = (fields[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
                row[name] = text.isEmpty ? .null : .string(text)
            }
            let body: UnitBody = try JSONBody.read(UnitBody.self, from: .object(row))
            _ = try await work.change(
                .units, key, version: fields["version"].flatMap { Int($0) } ?? -1, .object(body.values), caller)
            return door.pages.redirect(to: "/directory/office?code=\(code)&done=saved", context)
        } catch let problem as Problem where problem.status != .notFound {
            return try await page(code, caller, session, request, context, attempt: (fields, problem))
        }
    }

    /// The part of an own unit's code by which the administration names it.
    private static func unit(_ code: String, _ caller: Caller) -> String? {
        let parts = code.split(separator: "/").map(String.init)
        return parts.count == 2 && parts[0] == caller.scope.code ? parts[1] : nil
    }

    private func page(
        _ code: String, _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext,
        attempt: (fields: FormBody, problem: Problem)?
    ) async throws -> Response {
        let language = context.language
        // An edit is seen by whoever made it at once.
        guard let office = try await work.directory.current().office(code: code) else { throw Problem.notFound }
        var model = line(office, caller, language)
        let duties = caller.directory.responsibilities.filter { $0.office == office.id }
        let places = caller.directory.jurisdictions.filter {
            $0.office == office.id || !office.isUnit && $0.office == nil && $0.agency == office.agency
        }
        let names = try await areaNames(duties.compactMap(\.area) + places.map(\.area), caller)
        let today = Self.today(caller)
        model["agency"] = caller.directory.agencies[office.agency]?.name ?? office.agencyCode
        model["parent"] = office.parent.flatMap { caller.directory.offices[$0]?.name } as Any? ?? false
        model["active"] = office.active
        model["area"] = office.area as Any? ?? false
        model["responsibilities"] = duties.sorted { $0.category < $1.category }.prefix(200).map {
            duty -> [String: Any] in
            [
                "category": caller.directory.name(ofCategory: duty.category, language),
                "where": duty.area.map { "\(names[$0] ?? $0) (\($0))" } ?? words("directory_everywhere", language),
                "until": duty.period.to.map(\.description) as Any? ?? false, "is_current": duty.period.contains(today),
            ]
        }
        model["has_responsibilities"] = !duties.isEmpty
        model["places"] = places.sorted { $0.area < $1.area }.prefix(200).map {
            ["name": names[$0.area] ?? $0.area, "place_code": $0.area]
        }
        model["has_places"] = !places.isEmpty
        if caller.may(.manageDirectory), let key = Self.unit(office.code, caller) {
            model["form"] = try await form(key, caller, attempt?.fields)
        }
        if let problem = attempt?.problem { model["error"] = door.errors(problem, language) }
        if attempt == nil, request.query("done") == "saved" { model["done"] = words("directory_saved", language) }
        return try door.pages.page(
            "office", title: Self.title, model: model, request, context, session: session,
            status: attempt?.problem.status ?? .ok)
    }

    private func form(_ key: String, _ caller: Caller, _ typed: FormBody?) async throws -> [String: Any] {
        let row = try await work.current(.units, key, caller)
        let kept = try JSONParser.parse(Array(try JSONWriter.text(of: row.json).utf8))
        var form: [String: Any] = ["version": typed?["version"] ?? String(row.version), "open": typed != nil]
        for name in Self.edited { form[name] = typed.map { $0[name] ?? "" } ?? kept[name]?.string ?? "" }
        return form
    }

    private func areaNames(_ codes: [String], _ caller: Caller) async throws -> [String: String] {
        guard !codes.isEmpty else { return [:] }
        var names: [String: String] = [:]
        for row in try await work.database.query(caller.scope, RuleSetStore.areaNames(Array(Set(codes)).sorted())) {
            names[try row.decode("code", as: String.self)] = try row.decode("name", as: String.self)
        }
        return names
    }

    private func words(_ word: String, _ language: Language) -> String { door.pages.text(word, language) }
}
