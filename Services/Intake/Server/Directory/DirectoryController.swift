import Hummingbird
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What reporters and integrators choose from. Public; nothing here is secret.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/categories`, `/v1/areas`, `/v1/agencies` | everybody |
struct DirectoryController: Sendable {
    let directory: DirectoryStore
    let areas: AreaFinder
    let choices: AgencyAreas

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/v1/categories", use: categories)
        router.get("/v1/areas", use: listAreas)
        router.get("/v1/agencies", use: agencies)
    }

    private struct CategoryRow: Encodable, Sendable {
        let code: String
        let parent: String?
        let name: String
        let nameID: String
        let nameEN: String
        let questions: [QuestionRow]

        enum CodingKeys: String, CodingKey {
            case code, parent, name, questions
            case nameID = "name_id"
            case nameEN = "name_en"
        }
    }

    private struct QuestionRow: Encodable, Sendable {
        let code: String
        let type: String
        let required: Bool
        let name: String
        let nameID: String
        let nameEN: String
        let options: [Directory.Question.Option]
        let onlyIf: Directory.Question.Condition?

        init(_ question: Directory.Question, _ language: Language) {
            code = question.code
            type = question.form.rawValue
            required = question.required
            name = language == .en ? question.nameEN : question.nameID
            nameID = question.nameID
            nameEN = question.nameEN
            options = question.options
            onlyIf = question.onlyIf
        }

        enum CodingKeys: String, CodingKey {
            case code, type, required, name, options
            case nameID = "name_id"
            case nameEN = "name_en"
            case onlyIf = "only_if"
        }
    }

    private func categories(_ request: Request, _ context: AppContext) async throws -> ListResponse<CategoryRow> {
        let directory = try await directory.current()
        let rows = directory.categories.values.filter(\.active).sorted { $0.code < $1.code }.map { category in
            CategoryRow(
                code: category.code, parent: category.parent,
                name: context.language == .en ? category.nameEN : category.nameID, nameID: category.nameID,
                nameEN: category.nameEN,
                questions: directory.questions(of: category.code).map { QuestionRow($0, context.language) })
        }
        return try Self.page(of: rows, request, key: \.code)
    }

    private struct AreaRow: Encodable, Sendable {
        let code: String
        let name: String
        let level: Int
        let agency: OfficeReference?
    }

    /// By point, by code, or the areas of this agency.
    private func listAreas(_ request: Request, _ context: AppContext) async throws -> ListResponse<AreaRow> {
        let directory = try await directory.current()
        let found: [AreaFinder.Area]
        if request.query("lat") != nil || request.query("long") != nil {
            let (lat, long) = try Self.point(request)
            found = try await areas.area(latitude: lat, longitude: long, in: context.agency).map { [$0] } ?? []
        } else if let code = request.query("code") {
            found = try await areas.area(code: code, in: context.agency).map { [$0] } ?? []
        } else {
            found = try await choices.areas(of: context.agency, directory)
        }
        let rows = found.map { area in
            let agency = area.agency.flatMap { directory.agencies[$0] }
            return AreaRow(
                code: area.code, name: area.name, level: area.level,
                agency: agency.map { OfficeReference(code: $0.code, agency: $0.code, name: $0.name) })
        }
        return try Self.page(of: rows, request, key: \.code)
    }

    private struct AgencyRow: Encodable, Sendable {
        let code: String
        let agency: String
        let name: String
        let prefix: String
        let intakeURL: String?
        let offices: [OfficeReference]

        enum CodingKeys: String, CodingKey {
            case code, agency, name, prefix, offices
            case intakeURL = "intake_url"
        }
    }

    private func agencies(_ request: Request, _ context: AppContext) async throws -> ListResponse<AgencyRow> {
        let directory = try await directory.current()
        let rows = directory.agencies.values.sorted { $0.code < $1.code }.map { agency in
            AgencyRow(
                code: agency.code, agency: agency.code, name: agency.name, prefix: agency.prefix,
                intakeURL: agency.intakeURL,
                offices: directory.offices(of: agency.number).map {
                    OfficeReference(code: $0.code, agency: $0.agencyCode, name: $0.name)
                })
        }
        return try Self.page(of: rows, request, key: \.code)
    }

    private static func point(_ request: Request) throws(Problem) -> (Double, Double) {
        var errors: [FieldError] = []
        func number(_ name: String) -> Double {
            guard let value = request.query(name).flatMap(Double.init), value.isFinite else {
                errors.append(
                    FieldError(pointer: "#/\(name)", code: request.query(name) == nil ? "required" : "bad_format"))
                return 0
            }
            return value
        }
        let (lat, long) = (number("lat"), number("long"))
        if errors.isEmpty, !Indonesia.contains(latitude: lat, longitude: long) {
            let swapped = Indonesia.contains(latitude: long, longitude: lat)
            errors.append(FieldError(pointer: "#/lat", code: swapped ? "coordinates_swapped" : "outside_indonesia"))
        }
        guard errors.isEmpty else { throw .validation(errors) }
        return (lat, long)
    }

    /// Pages of a list that is held in memory, by its sorted key.
    private static func page<Row: Encodable & Sendable>(
        of rows: [Row], _ request: Request, key: KeyPath<Row, String>
    ) throws(Problem) -> ListResponse<Row> {
        let page = try Page(request)
        var rest = rows[...]
        if let cursor = page.cursor {
            guard let after = cursor.values.first ?? nil else { throw .invalid("#/cursor", "bad_format") }
            rest = rest.drop { $0[keyPath: key] <= after }
        }
        return ListResponse(rows: Array(rest.prefix(page.limit + 1)), page: page) { Cursor([$0[keyPath: key]]) }
    }
}

/// The areas that an agency is in charge of, for people to choose from.
struct AgencyAreas: Sendable {
    let finder: AreaFinder
    let watch: DatabaseWatch
    let kept: KeptAreas

    /// The areas right below the agency's jurisdictions, or these themselves where nothing is below; sorted by code.
    /// While the database is away, as they were last.
    func areas(of scope: AgencyScope, _ directory: Directory) async throws -> [AreaFinder.Area] {
        if watch.isAway { return kept.choices(of: scope) }
        return try await Self.look(finder, scope, directory)
    }

    static func look(
        _ finder: AreaFinder, _ scope: AgencyScope, _ directory: Directory
    ) async throws -> [AreaFinder.Area] {
        var found: [String: AreaFinder.Area] = [:]
        for jurisdiction in directory.jurisdictions where jurisdiction.agency == scope.number {
            if let own = try await finder.area(code: jurisdiction.area, in: scope) { found[own.code] = own }
            for area in try await finder.areas(below: jurisdiction.area, in: scope) { found[area.code] = area }
        }
        return found.values.sorted { $0.code < $1.code }
    }
}
