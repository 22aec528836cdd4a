import Foundation

/// What analytics reads of `case.changed`, routing → analytics. Unknown members are left alone.
struct CaseChanged: Decodable, Sendable {
    static let eventType = "case.changed"

    /// A step of the case, as far as everybody may know of it.
    struct Step: Decodable, Sendable {
        let seq: Int
        let at: Date
        let event: String
        let agency: String?
        let office: String?
    }

    /// The case as it stands; no texts, no persons.
    struct Facts: Decodable, Sendable {
        let origin: String
        let receivedAt: Date
        let kind: String
        let category: String?
        let areaCode: String?
        let status: String
        let outcome: String?
        let confidential: Bool
        let automatic: Bool
        let dueAt: Date?
        let acceptedAt: Date?
        let firstAnswerAt: Date?
        let closedAt: Date?
        let steps: [Step]

        private enum CodingKeys: String, CodingKey {
            case origin, kind, category, status, outcome, confidential, automatic, steps
            case receivedAt = "received_at"
            case areaCode = "area_code"
            case dueAt = "due_at"
            case acceptedAt = "accepted_at"
            case firstAnswerAt = "first_answer_at"
            case closedAt = "closed_at"
        }
    }

    let caseID: UUID
    let version: Int
    let confidential: Bool?
    /// Not sent for confidential cases.
    let facts: Facts?

    /// Whether the case must leave no trace in figures.
    var isWithheld: Bool { confidential == true || facts?.confidential == true }

    private enum CodingKeys: String, CodingKey {
        case version, confidential, facts
        case caseID = "case_id"
    }
}
