import AnalyticsAPI
import Foundation
import Hummingbird
import ServiceKit
import SinergiCore
import Tenancy

/// `GET /`: what the agency did in the last thirty days, for everybody. Full dashboards come with their own issue.
struct PublicPage: Sendable {
    let pages: Pages
    let store: SummaryStore
    let directory: DirectoryStore

    func add(to router: Router<AppContext>) {
        router.get("/", use: page)
    }

    @Sendable private func page(_ request: Request, _ context: AppContext) async throws -> Response {
        let zone = await SummaryController.zone(of: context.agency, directory)
        let span = try Span(from: nil, to: nil, zone: zone, now: Date())
        let summary = try await store.summary(span, in: context.agency)
        let agency = try await directory.current().agency(code: context.agency.code)?.name ?? context.agency.code
        let language = context.language
        let model: [String: Any] = [
            "name": agency, "from": zone.words(span.from, in: language), "to": zone.words(span.to, in: language),
            "received": Self.shown(summary.received, language), "answered": Self.shown(summary.answered, language),
            "confirmed": Self.shown(summary.closed.confirmedSolved, language),
            "silence": Self.shown(summary.closed.closedBySilence, language),
            "as_of": zone.words(summary.asOf, in: language),
        ]
        return try pages.page(
            "totals", title: Localized(id: "Angka laporan", en: "Reports in figures"), model: model, request, context)
    }

    /// A small number could point to a person: one to four are not told apart.
    static func shown(_ count: Int, _ language: Language) -> String {
        (1...4).contains(count) ? Localized(id: "kurang dari 5", en: "fewer than 5")[language] : String(count)
    }
}
