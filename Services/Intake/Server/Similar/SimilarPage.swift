import Foundation
import Hummingbird
import IntakeAPI
import Logging
import ServiceKit
import SinergiCore
import Tenancy

/// The step before a report is sent: what others have reported nearby, to be followed instead. Nothing is stored by looking.
struct SimilarPage: Sendable {
    let store: SimilarStore
    let pages: Pages
    let watch: DatabaseWatch

    /// - Returns: `nil` where there is nothing to show: then the report is sent as it is.
    func page(_ form: ReportForm, _ request: Request, _ context: AppContext) async -> Response? {
        let given = SubmissionReader(form.body, isForm: true)
        let submission = given.submission
        let kind = submission.kind.flatMap(Kind.init(rawValue:)) ?? .complaint
        // What is secret is compared with nothing, and mistakes are shown first.
        guard given.errors.isEmpty, submission.confidential != true, !kind.isConfidentialByDefault, !watch.isAway else {
            return nil
        }
        do {
            let found = try await store.find(
                submission.description, category: submission.category, lat: submission.lat, long: submission.long,
                limit: 8, in: context.agency
            ).filter { Self.mayBeNear($0.areaCode, submission.areaCode) }.prefix(3)
            guard !found.isEmpty else { return nil }
            return try pages.page(
                "similar", title: Localized(id: "Sudah ada yang serupa?", en: "Has it been reported?"),
                model: [
                    "rows": found.map { row($0, context.language) }, "fields": form.hidden, "form_id": form.id,
                    "email": submission.reporter?.email ?? "", "phone": submission.reporter?.phone ?? "",
                    "contact_given": submission.reporter?.email != nil || submission.reporter?.phone != nil,
                ] as [String: Any], request, context)
        } catch {
            // A look at others' reports must never be in the way of one's own.
            context.logger.warning("no look at similar reports", metadata: ["error": "\(String(reflecting: error))"])
            return nil
        }
    }

    /// Areas are nested codes; where one is not known, nothing speaks against it.
    static func mayBeNear(_ one: String?, _ other: String?) -> Bool {
        guard let one, let other else { return true }
        return one == other || one.hasPrefix(other + ".") || other.hasPrefix(one + ".")
    }

    private func row(_ similar: SimilarComplaint, _ language: Language) -> [String: Any] {
        var row: [String: Any] = [
            "code": similar.trackingCode, "title": similar.title, "text": String(similar.description.prefix(300)),
            "status": CaseStatus(rawValue: similar.status)?.label[language] ?? similar.status,
            "status_code": similar.status,
        ]
        if let metres = similar.distance { row["distance"] = Self.distance(metres, language) }
        return row
    }

    private static func distance(_ metres: Double, _ language: Language) -> String {
        guard metres >= 950 else { return "\(Int((metres / 50).rounded()) * 50) m" }
        let kilometres = "\((metres / 100).rounded() / 10)"
        return (language == .id ? kilometres.replacing(".", with: ",") : kilometres) + " km"
    }
}
