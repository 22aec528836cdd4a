import Foundation
import Hummingbird
import Postgres
import ServiceKit
import Tenancy

/// What may be the same matter, before somebody files it again.
///
/// | route | who |
/// |---|---|
/// | `POST /v1/similar` | everybody; nothing is stored |
struct SimilarController: Sendable {
    let database: AgencyDatabase

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.post("/v1/similar", use: similar)
    }

    private func similar(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let body = try await JSONBody.decode(SimilarBody.self, from: request, context)
        let rows = try await database.query(
            context.agency,
            """
            SELECT tracking_code, received_at, view, metres, likeness
            FROM intake.similar_published(\(body.description), \(body.category), \(body.lat), \(body.long), 5)
            """)
        let found = try rows.map { row in
            let view = try CaseProjection(json: try row.decode("view", as: String.self))
            var members = JSONObject()
            members["tracking_code"] = .string(try row.decode("tracking_code", as: String.self))
            members["title"] = .string(view.titlePublished ?? "")
            members["description"] = .string(view.descriptionPublished ?? "")
            members["status"] = .string(view.status)
            members["category"] = view.category.map(JSONValue.string) ?? .null
            members["created_at"] = .string(Timestamp.text(try row.decode("received_at", as: Date.self)))
            members["distance_m"] =
                try row.decodeIfPresent("metres", as: Double.self).map { .integer(Int($0.rounded())) } ?? .null
            members["likeness"] = .number((try row.decode("likeness", as: Double.self) * 100).rounded() / 100)
            return JSONValue.object(members)
        }
        return try JSONResponse(JSONValue.object(["data": .array(found)]))
    }
}

/// Body of `POST /v1/similar`: what somebody is about to file.
struct SimilarBody: RequestBodyFields {
    let description: String
    let category: String?
    let lat: Double?
    let long: Double?

    init(fields: inout FieldReader) {
        description = fields.requiredString("description", min: 10, max: 10_000)
        category = fields.string("category", max: 100)
        let lat = fields.number("lat")
        let long = fields.number("long")
        if let lat, !(-90...90).contains(lat) { fields.fail("lat", "bad_format") }
        if let long, !(-180...180).contains(long) { fields.fail("long", "bad_format") }
        if (lat == nil) != (long == nil) { fields.fail(lat == nil ? "lat" : "long", "required") }
        self.lat = lat
        self.long = long
    }
}
