import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// A case of the agency's own intake, as rules see it, and what became of it.
///
/// Its category and place are those that officers have set right meanwhile: both tables of a simulation are held against the
/// same facts. Secret cases are not among them: who writes rules need not know of them.
struct PastCase: Sendable {
    let id: UUID
    let trackingCode: String
    let receivedAt: Date
    let facts: CaseFacts
    /// Who leads it now, once an office has accepted that.
    let truth: String?

    /// Where the reading of cases goes on, newest first.
    struct Place: Sendable {
        let receivedAt: Date
        let id: UUID
    }

    var place: Place { Place(receivedAt: receivedAt, id: id) }

    static func statement(_ body: SimulateBody, after place: Place?, limit: Int) -> SQL {
        """
        SELECT c.id, c.tracking_code, c.received_at, c.title, c.description, c.category, c.area_code, c.kind, c.channel, c.lat, c.long,
            c.addressed_office, c.attributes::text AS attributes,
            CASE WHEN c.accepted_at IS NOT NULL AND c.status <> 'in_arbitration' THEN o.code END AS truth
        FROM casework."case" c JOIN directory.office o ON o.id = c.lead_office
        WHERE c.origin = directory.me() AND NOT c.confidential AND NOT c.sealed AND c.accused_office IS NULL
            AND c.kind NOT IN ('supervisory', 'whistleblowing') AND c.status <> 'merged'
            AND (\(body.from)::timestamptz IS NULL OR c.received_at >= \(body.from)::timestamptz)
            AND (\(body.to)::timestamptz IS NULL OR c.received_at < \(body.to)::timestamptz)
            AND (\(place?.receivedAt)::timestamptz IS NULL
                 OR (c.received_at, c.id) < (\(place?.receivedAt)::timestamptz, \(place?.id)::uuid))
        ORDER BY c.received_at DESC, c.id DESC LIMIT \(limit)
        """
    }

    init(row: PostgresRow, agency: Int, directory: Directory) throws {
        id = try row.decode("id", as: UUID.self)
        trackingCode = try row.decode("tracking_code", as: String.self)
        receivedAt = try row.decode("received_at", as: Date.self)
        truth = try row.decodeIfPresent("truth", as: String.self).map { directory.holder($0, seenFrom: agency) }
        var circumstances = Circumstances(
            channel: try row.decodeIfPresent("channel", as: String.self),
            latitude: try row.decodeIfPresent("lat", as: Double.self),
            longitude: try row.decodeIfPresent("long", as: Double.self), receivedAt: receivedAt)
        circumstances.setAnswers(try row.decodeIfPresent("attributes", as: String.self).map { JSONValue.stored($0) })
        let title = try row.decode("title", as: String.self)
        facts = CaseFacts(
            agency: agency, category: try row.decodeIfPresent("category", as: String.self),
            area: try row.decodeIfPresent("area_code", as: String.self),
            kind: Kind(rawValue: try row.decode("kind", as: String.self)) ?? .supervisory,
            text: title + "\n" + (try row.decode("description", as: String.self)),
            addressedOffice: try row.decodeIfPresent("addressed_office", as: String.self), directory: directory,
            circumstances: circumstances)
    }
}
