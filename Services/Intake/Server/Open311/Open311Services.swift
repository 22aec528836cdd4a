import Foundation
import Hummingbird
import ServiceKit
import SinergiCore
import Tenancy

/// What there is: the endpoint, its services, and what each of them asks.
extension Open311Controller {
    func discovery(_ request: Request, _ context: AppContext) async throws -> Answer {
        let base = publicURL + (isHosted ? "/" + context.agency.code : "")
        let name = try await directory.current().agencies[context.agency.number]?.name ?? context.agency.code
        let formats = Open311Format.allCases.map { Open311Value.text($0 == .xml ? "text/xml" : "application/json") }
        return (
            "discovery",
            .object([
                ("changeset", .text("2026-11-24T00:00:00Z")), ("contact", .text("\(name), \(base)/")),
                ("key_service", .text("\(name), \(base)/")),
                (
                    "endpoints",
                    .list(
                        of: "endpoint",
                        [
                            .object([
                                ("specification", .text("http://wiki.open311.org/GeoReport_v2")),
                                ("url", .text("\(base)/open311/v2")), ("changeset", .text("2026-11-24T00:00:00Z")),
                                ("type", .text("production")), ("formats", .list(of: "format", formats)),
                            ])
                        ])
                ),
            ])
        )
    }

    func services(_ request: Request, _ context: AppContext) async throws -> Answer {
        try jurisdiction(request, context)
        let directory = try await directory.current()
        let all = directory.categories.values.filter { $0.active && $0.parent != nil }.sorted { $0.code < $1.code }
        return (
            "services",
            .list(
                of: "service",
                all.map { category in
                    let group = category.parent.flatMap { directory.categories[$0] }
                    let words = [category.nameID, category.nameEN].map { $0.lowercased() }
                    return .object([
                        ("service_code", .text(category.code)), ("service_name", .text(category.nameID)),
                        ("description", .text(category.nameEN)),
                        ("metadata", .bool(!directory.questions(of: category.code).isEmpty)),
                        ("type", .text("realtime")), ("keywords", .text(words.joined(separator: ","))),
                        ("group", .optional(group?.nameID)),
                    ])
                })
        )
    }

    func service(
        _ code: String, _ request: Request, _ context: AppContext
    ) async throws -> Answer {
        try jurisdiction(request, context)
        let directory = try await directory.current()
        guard directory.categories[code]?.active == true else { throw Open311Error.missing("service_code \(code)") }
        return (
            "service_definition",
            .object([
                ("service_code", .text(code)),
                ("attributes", Open311Attributes(questions: directory.questions(of: code)).definition),
            ])
        )
    }
}
