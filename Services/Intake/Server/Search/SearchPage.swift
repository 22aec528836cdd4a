import Foundation
import Hummingbird
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What is published, to be searched by everybody: words, area, category, state, and a box on the map.
///
/// | route | who |
/// |---|---|
/// | `GET /search` | everybody; the same rows as `GET /v1/complaints` |
struct SearchPage: Sendable {
    let pages: Pages
    let store: PublishedStore
    let directory: DirectoryStore
    let areas: AgencyAreas

    private static let rowsPerPage = 20

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/search", use: show)
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let directory = try await directory.current()
        var model = try await fields(request, context, directory)
        var status = HTTPResponse.Status.ok
        do {
            let page = Page(limit: Self.rowsPerPage, cursor: try Page(request).cursor)
            let filter = try PublishedFilter(request)
            let rows = try await store.list(filter, page: page, in: context.agency)
            let list = ListResponse(rows: rows, page: page, cursor: \.cursor)
            model["rows"] = list.data.map { row($0, directory, context.language) }
            model["none"] = list.data.isEmpty
            if let next = list.next {
                model["next"] = Self.address(request, dropping: "cursor", adding: "cursor=\(next.text)")
            }
            if let map = MapBox(filter.box, points: list.data.compactMap(\.point)) {
                model["map"] = map.model { Self.address(request, dropping: "cursor", "bbox", adding: "bbox=\($0)") }
            }
            if filter.box != nil { model["unboxed"] = Self.address(request, dropping: "cursor", "bbox", adding: nil) }
        } catch let problem as Problem where problem.status == .unprocessableContent {
            status = problem.status
            model["problem"] = problem.detail[context.language]
        }
        return try pages.page(
            "search", title: Localized(id: "Cari laporan", en: "Search reports"), model: model, request, context,
            status: status)
    }

    private func fields(
        _ request: Request, _ context: AppContext, _ directory: Directory
    ) async throws -> [String: Any] {
        let language = context.language
        func chosen(_ name: String, _ code: String, _ text: String) -> [String: Any] {
            ["code": code, "name": text, "selected": request.query(name) == code]
        }
        let categories = directory.categories.values.filter(\.active).sorted { $0.code < $1.code }
        return [
            "agency_name": directory.agencies[context.agency.number]?.name ?? context.agency.code,
            "q": request.query("q") ?? "", "bbox": request.query("bbox") ?? "",
            "categories": categories.map {
                chosen("category", $0.code, ($0.parent == nil ? "" : "– ") + (language == .id ? $0.nameID : $0.nameEN))
            },
            "areas": try await areas.areas(of: context.agency, directory).map { chosen("area_code", $0.code, $0.name) },
            "statuses": CaseStatus.allCases.filter { $0 != .submitted && $0 != .needsInformation }.map {
                chosen("status", $0.rawValue, $0.label[language])
            },
        ]
    }

    private func row(_ complaint: PublishedComplaint, _ directory: Directory, _ language: Language) -> [String: Any] {
        var row: [String: Any] = [
            "code": complaint.trackingCode, "title": complaint.title,
            "text": String(complaint.description.prefix(280)),
            "status": CaseStatus(rawValue: complaint.status)?.label[language] ?? complaint.status,
            "status_code": complaint.status,
            "at":
                (complaint.holder.flatMap { directory.office(code: $0.code) }.flatMap { Zone(rawValue: $0.zone) }
                ?? .jakarta).words(complaint.createdAt, in: language),
        ]
        if let holder = complaint.holder { row["holder"] = holder.name }
        if let category = complaint.category.flatMap({ directory.categories[$0] }) {
            row["category"] = language == .id ? category.nameID : category.nameEN
        }
        return row
    }

    /// The same search, changed; relative, so that prefixes of gateways stay.
    private static func address(_ request: Request, dropping names: String..., adding: String?) -> String {
        let kept = (request.uri.query ?? "").split(separator: "&").filter { part in
            !names.contains { part.hasPrefix($0 + "=") } && !part.hasSuffix("=")
        }
        return "?" + (kept.map(String.init) + (adding.map { [$0] } ?? [])).joined(separator: "&")
    }
}

extension PublishedComplaint {
    fileprivate var point: MapBox.Point? {
        guard let lat, let long else { return nil }
        return MapBox.Point(lat: lat, long: long)
    }
}
