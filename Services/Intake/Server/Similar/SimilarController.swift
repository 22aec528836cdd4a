import Foundation
import Hummingbird
import ServiceKit
import Tenancy

/// What may be the same matter, before somebody files it again.
///
/// | route | who |
/// |---|---|
/// | `POST /v1/similar` | everybody; nothing is stored |
struct SimilarController: Sendable {
    let store: SimilarStore
    let gate: AbuseGate

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.post("/v1/similar", use: similar)
    }

    private func similar(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await gate.pass(.similar, Visitor(request, context), in: context.agency)
        let body = try await JSONBody.decode(SimilarBody.self, from: request, context)
        let found = try await store.find(
            body.description, category: body.category, lat: body.lat, long: body.long, in: context.agency
        ).map { similar in
            var members = JSONObject()
            members["tracking_code"] = .string(similar.trackingCode)
            members["title"] = .string(similar.title)
            members["description"] = .string(similar.description)
            members["status"] = .string(similar.status)
            members["category"] = similar.category.map(JSONValue.string) ?? .null
            members["created_at"] = .string(Timestamp.text(similar.createdAt))
            members["distance_m"] = similar.distance.map { .integer(Int($0.rounded())) } ?? .null
            members["likeness"] = .number((similar.likeness * 100).rounded() / 100)
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
