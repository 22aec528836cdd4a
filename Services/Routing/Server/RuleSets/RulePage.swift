import Foundation
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// The workspace's pages of the agency's rules: what decides now, what is drafted, and what a draft would change.
///
/// | route | who |
/// |---|---|
/// | `GET /rules`, `GET /rules/drafts/{id}` | with a session, who reads cases or writes rules |
/// | `POST /rules/drafts`, `POST /rules/drafts/{id}/{form}` | manageRules |
/// | `POST /rules/versions/{version}/restore` | manageRules |
struct RulePage: Sendable {
    let door: OfficerDoor
    let sets: RuleSetWorkflow
    let simulations: RuleSimulationRun

    private static let title = Localized(id: "Aturan", en: "Rules")
    private static let versionsShown = 10

    func addRoutes(to router: Router<AppContext>) {
        router.get("/rules", use: list)
        router.post("/rules/drafts", use: create)
        router.get("/rules/drafts/:draft_id", use: show)
        router.post("/rules/drafts/:draft_id/:form", use: act)
        router.post("/rules/versions/:version/restore", use: restore)
    }

    // MARK: What is in force

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        return try await list(caller, session, request, context, name: "", problem: nil)
    }

    private func list(
        _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext, name: String,
        problem: Problem?
    ) async throws -> Response {
        try caller.requireRules()
        let inForce = try await sets.inForce(AgencyQueries(database: sets.database, scope: caller.scope))
        let drafts = try await sets.drafts(caller)["data"]?.array ?? []
        let versions = try await sets.versions(before: nil, limit: Self.versionsShown, caller).rows
        let words = try await words(of: inForce.rules, caller, context.language)
        let rules = inForce.rules.map(\.rule).sorted(by: RoutingRule.order)
        let broken = rules.filter { !$0.faults(in: caller.directory).isEmpty }
        var model: [String: Any] = [
            "version": inForce.version as Any? ?? false, "count": rules.count,
            "rules": rules.map { line($0, words, caller) }, "has_rules": !rules.isEmpty,
            "broken": broken.map { line($0, words, caller) }, "is_broken": !broken.isEmpty,
            "drafts": drafts.map { set($0, caller, context.language) }, "has_drafts": !drafts.isEmpty,
            "versions": versions.map { set($0, caller, context.language) },
            "may_change": caller.may(.manageRules), "name": name,
        ]
        if let problem { model["error"] = door.errors(problem, context.language) }
        if request.query("done") == "discard" {
            model["done"] = door.pages.text("rules_done_discard", context.language)
        }
        return try door.pages.page(
            "rules", title: Self.title, model: model, request, context, session: session,
            status: problem?.status ?? .ok)
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (fields, session, caller) = try await door.form(request, context) else { return door.login(context) }
        try caller.require(.manageRules)
        do {
            let body: RuleDraftBody = try JSONBody.read(
                RuleDraftBody.self, from: ["name": .string(fields["name"] ?? "")])
            let reply = try await sets.create(body, caller, context.language, repeatable: nil)
            return door.pages.redirect(to: try Self.address(of: reply), context)
        } catch let problem as Problem {
            return try await list(
                caller, session, request, context, name: fields["name"] ?? "", problem: problem)
        }
    }

    @Sendable private func restore(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (_, session, caller) = try await door.form(request, context) else { return door.login(context) }
        try caller.require(.manageRules)
        guard let version = context.parameters.get("version").flatMap({ Int32($0) }), version > 0 else {
            throw Problem.notFound
        }
        do {
            let reply = try await sets.restore(Int(version), caller, context.language, repeatable: nil)
            return door.pages.redirect(to: try Self.address(of: reply), context)
        } catch let problem as Problem where problem.status != .notFound {
            return try await list(caller, session, request, context, name: "", problem: problem)
        }
    }

    private static func address(of reply: Reply) throws -> String {
        "/rules/drafts/" + (try JSONParser.parse(reply.bytes)["draft_id"]?.string ?? "")
    }

    // MARK: A draft

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        return try await page(caller, session, request, context, attempt: nil)
    }

    /// A form that was sent and refused.
    private struct Attempt {
        let form: String
        let fields: FormBody
        let problem: Problem
    }

    @Sendable private func act(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (fields, session, caller) = try await door.form(request, context) else { return door.login(context) }
        try caller.require(.manageRules)
        let id: UUID = try request.pathID("draft_id", context)
        let form = context.parameters.get("form") ?? ""
        do {
            try await perform(form, id, fields, caller, context.language)
            return door.pages.redirect(
                to: form == "discard" ? "/rules?done=discard" : "/rules/drafts/\(id.text)?done=\(form)", context)
        } catch let problem as Problem where problem.status != .notFound {
            let attempt = Attempt(form: form, fields: fields, problem: problem)
            return try await page(caller, session, request, context, attempt: attempt)
        }
    }

    private func perform(
        _ form: String, _ id: UUID, _ fields: FormBody, _ caller: Caller, _ language: Language
    ) async throws {
        let seen = fields["version"].flatMap { Int($0) }
        switch form {
        case "simulate":
            _ = try await simulations.run(id, try JSONBody.read(SimulateBody.self, from: [:]), caller)
        case "activate":
            let why = (fields["without_simulation"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            let body: ActivateRulesBody = try JSONBody.read(
                ActivateRulesBody.self, from: why.isEmpty ? [:] : ["without_simulation": .string(why)])
            _ = try await sets.activate(id, expected: seen, untried: body.untried, caller, language)
        case "discard": try await sets.discard(id, expected: seen, caller, language)
        case "rule", "remove":
            let draft = try JSONParser.parse(try await sets.draft(id, caller, language).bytes)
            var rules = draft["rules"]?.array ?? []
            let place = rules.firstIndex { $0["rule_id"] == fields["rule"].map { .string($0) } }
            if form == "remove" {
                guard let place else { throw Problem.notFound }
                rules.remove(at: place)
            } else if let place {
                rules[place] = RuleForm.rule(fields, over: rules[place])
            } else {
                rules.append(RuleForm.rule(fields, over: nil))
            }
            let body: RuleDraftChange = try JSONBody.read(
                RuleDraftChange.self,
                from: ["name": draft["name"] ?? .null, "note": draft["note"] ?? .null, "rules": .array(rules)])
            _ = try await sets.change(id, expected: seen, body, caller, language)
        default: throw Problem.notFound
        }
    }

    private func page(
        _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext, attempt: Attempt?
    ) async throws -> Response {
        let language = context.language
        let reply = try await sets.draft(try request.pathID("draft_id", context), caller, language)
        let draft = try JSONParser.parse(reply.bytes)
        let inForce = try await sets.inForce(AgencyQueries(database: sets.database, scope: caller.scope))
        let documents = (draft["rules"]?.array ?? []).map { RuleDocument($0) }
        let isDraft = draft["state"]?.string == "draft"
        let words = try await words(of: documents + inForce.rules, caller, language)
        var model = set(draft, caller, language)
        model["version"] = reply.version
        model["is_draft"] = isDraft
        model["may_change"] = isDraft && caller.may(.manageRules)
        model["adds"] = isDraft && draft["base_version"]?.isNull != false
        model["rules"] = rules(documents, inForce, words, caller, attempt, language)
        model["gone"] = isDraft && draft["base_version"]?.isNull == false ? gone(documents, inForce, words, caller) : []
        model["new_rule"] = form(nil, caller, attempt, language)
        let conflicts = draft["conflicts"]?.array ?? []
        model["has_conflicts"] = !conflicts.isEmpty
        model["conflicts"] = conflicts.map {
            [
                "name": $0["name"]?.string ?? "", "detail": $0["detail"]?.string ?? "",
                "blocking": $0["blocking"]?.bool ?? false,
            ]
                as [String: Any]
        }
        if let trial = draft["simulation"], !trial.isNull {
            model["simulation"] = RuleTrialWords(words: words, caller: caller).model(trial)
        }
        model["without_simulation"] = attempt?.form == "activate" ? attempt?.fields["without_simulation"] ?? "" : ""
        model["offices"] = caller.directory.offices.values.filter(\.active).sorted { $0.code < $1.code }.prefix(400)
            .map { ["code": $0.code, "name": $0.name] }
        if let problem = attempt?.problem { model["error"] = errors(problem, language) }
        if attempt == nil, let done = request.query("done"), ["simulate", "activate", "rule", "remove"].contains(done) {
            model["done"] = door.pages.text("rules_done_" + done, language)
        }
        return try door.pages.page(
            "rule-draft", title: Self.title, model: model, request, context, session: session,
            status: attempt?.problem.status ?? .ok)
    }

    // MARK: Parts of the pages

    private func rules(
        _ documents: [RuleDocument], _ inForce: RulesInForce, _ words: RuleWords, _ caller: Caller,
        _ attempt: Attempt?, _ language: Language
    ) -> [[String: Any]] {
        let before = Dictionary(inForce.rules.map { ($0.rule.id, $0) }, uniquingKeysWith: { $1 })
        return documents.sorted { RoutingRule.order($0.rule, $1.rule) }.map { document in
            var line = line(document.rule, words, caller)
            let old = before[document.rule.id]
            line["is_new"] = old == nil
            line["was"] = old.flatMap { $0.isSame(as: document) ? nil : words.sentence($0.rule) } as Any? ?? false
            line["form"] = form(document, caller, attempt, language)
            return line
        }
    }

    /// Rules in force that the draft leaves out.
    private func gone(
        _ documents: [RuleDocument], _ inForce: RulesInForce, _ words: RuleWords, _ caller: Caller
    ) -> [[String: Any]] {
        let kept = Set(documents.map(\.rule.id))
        return inForce.rules.map(\.rule).filter { !kept.contains($0.id) }.sorted(by: RoutingRule.order)
            .map { line($0, words, caller) }
    }

    private func form(
        _ document: RuleDocument?, _ caller: Caller, _ attempt: Attempt?, _ language: Language
    ) -> [String: Any] {
        let id = document?.rule.id.text ?? ""
        let mine = attempt.flatMap { $0.form == "rule" && ($0.fields["rule"] ?? "") == id ? $0.fields : nil }
        var model = mine.map { RuleForm.fields($0) } ?? RuleForm.fields(document?.readable)
        let chosen = model["category"] as? String
        model["rule"] = id
        model["key"] = document == nil ? "new" : id
        model["open"] = mine != nil
        model["categories"] = caller.directory.categories.values.filter(\.active).sorted { $0.code < $1.code }.map {
            [
                "code": $0.code, "label": caller.directory.name(ofCategory: $0.code, language),
                "chosen": $0.code == chosen,
            ] as [String: Any]
        }
        return model
    }

    private func line(_ rule: RoutingRule, _ words: RuleWords, _ caller: Caller) -> [String: Any] {
        let faults = rule.faults(in: caller.directory)
        return [
            "name": rule.name, "sentence": words.sentence(rule), "priority": rule.priority, "id": rule.id.text,
            "faults": faults, "is_broken": !faults.isEmpty,
        ]
    }

    private func set(_ set: JSONValue, _ caller: Caller, _ language: Language) -> [String: Any] {
        func moment(_ name: String) -> Any {
            set[name]?.string.flatMap { Timestamp.date($0) }
                .map { DueMark.moment($0, zone: caller.office?.zone, language: language) } as Any? ?? false
        }
        let state = set["state"]?.string ?? ""
        return [
            "id": set["draft_id"]?.string ?? "", "name": set["name"]?.string ?? "",
            "note": set["note"]?.string as Any? ?? false, "number": set["version"]?.integer as Any? ?? false,
            "rule_count": set["rule_count"]?.integer ?? 0, "updated_by": set["updated_by"]?.string ?? "",
            "updated_at": moment("updated_at"), "activated_by": set["activated_by"]?.string as Any? ?? false,
            "activated_at": moment("activated_at"), "untried": set["without_simulation"]?.string as Any? ?? false,
            "state": door.pages.text("rules_state_" + state, language), "is_active": state == "active",
            "from_arbiter": set["source"]?.string == "arbitration",
            "case": caller.may(.read) ? set["case_id"]?.string as Any? ?? false : false,
        ]
    }

    /// The fields of a rule stand in a list: `#/rules/3/lead` is the field lead.
    private func errors(_ problem: Problem, _ language: Language) -> [String: Any] {
        [
            "detail": problem.detail[language],
            "fields": problem.errors.map { error in
                let parts = error.pointer.split(separator: "/").dropFirst().map(String.init)
                let name = parts.first == "rules" && parts.count > 2 ? parts[2] : parts.first ?? ""
                return ["name": door.pages.text("field_" + name, language), "detail": error.detail[language]]
            },
        ]
    }

    private func words(
        of documents: [RuleDocument], _ caller: Caller, _ language: Language
    ) async throws -> RuleWords {
        let codes = Set(
            documents.flatMap(\.rule.conditions).compactMap { if case .area(let code) = $0 { code } else { nil } })
        var areas: [String: String] = [:]
        if !codes.isEmpty {
            for row in try await sets.database.query(caller.scope, RuleSetStore.areaNames(codes.sorted())) {
                areas[try row.decode("code", as: String.self)] = try row.decode("name", as: String.self)
            }
        }
        return RuleWords(directory: caller.directory, language: language, areas: areas)
    }
}
