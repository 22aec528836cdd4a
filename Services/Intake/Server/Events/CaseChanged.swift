import Exchange
import Foundation

/// What intake reads of `case.changed`, which routing sends to the intake of the agency where the case began.
struct CaseChanged: Decodable, Sendable {
    let caseID: UUID
    let version: Int
    let view: CaseProjection

    private enum CodingKeys: String, CodingKey {
        case version, view
        case caseID = "case_id"
    }

    /// - Throws: `DecodingError`, which refuses the event for good.
    init(_ event: CloudEvent) throws {
        self = try CaseProjection.decoder.decode(CaseChanged.self, from: Data(event.data.utf8))
    }
}
