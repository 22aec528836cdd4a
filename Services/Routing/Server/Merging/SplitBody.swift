import Foundation
import ServiceKit

/// Body of `POST /v1/cases/{id}/split`.
struct SplitBody: RequestBodyFields, Sendable {
    /// What becomes a case of its own.
    struct Part: Sendable {
        let title: String
        /// The reporter's words for it, as far as they can be told apart.
        let description: String
        let category: String?
        /// Where it happened, if not where the whole did.
        let area: String?
        /// An office that it is offered to at once.
        let to: String?
    }
    let parts: [Part]
    let reason: String

    init(fields: inout FieldReader) {
        let read =
            fields.objects("parts", max: 9) { part in
                Part(
                    title: part.requiredString("title", min: 3, max: 200),
                    description: part.requiredString("description", min: 10, max: 10_000),
                    category: part.string("category", max: 81), area: part.string("area_code", max: 20),
                    to: part.string("to", max: 60)?.uppercased())
            } ?? []
        if read.isEmpty { fields.fail("parts", "required") }
        parts = read
        reason = fields.requiredString("reason", max: 2000)
    }
}
