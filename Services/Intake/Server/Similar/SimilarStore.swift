import Foundation
import Postgres
import SinergiCore
import Tenancy

/// A published complaint that may be the same matter.
struct SimilarComplaint: Sendable {
    let trackingCode: String
    let title: String
    let description: String
    let status: String
    let category: String?
    let areaCode: String?
    let createdAt: Date
    /// Metres between the two places, where both are known.
    let distance: Double?
    /// 0 to 1.
    let likeness: Double
}

/// Looks for what is already public. What it is asked about is not stored.
struct SimilarStore: Sendable {
    let database: AgencyDatabase

    func find(
        _ text: String, category: String?, lat: Double?, long: Double?, limit: Int = 5, in scope: AgencyScope
    ) async throws -> [SimilarComplaint] {
        try await database.query(
            scope,
            """
            SELECT tracking_code, received_at, view, metres, likeness
            FROM intake.similar_published(\(text), \(category), \(lat), \(long), \(Int32(limit)))
            """
        ).map { row in
            let view = try CaseProjection(json: try row.decode("view", as: String.self))
            return SimilarComplaint(
                trackingCode: try row.decode("tracking_code"), title: view.titlePublished ?? "",
                description: view.descriptionPublished ?? "", status: view.status, category: view.category,
                areaCode: view.areaCode, createdAt: try row.decode("received_at"),
                distance: try row.decodeIfPresent("metres"), likeness: try row.decode("likeness"))
        }
    }
}
