import Foundation

/// What notification reads of `case.changed`, routing → notification. Unknown members are left alone.
struct CaseChanged: Decodable, Sendable {
    static let eventType = "case.changed"

    struct Step: Decodable, Sendable {
        let id: UUID
        let event: String
        let status: String?
        /// Why a date moved; of other steps nothing is read, for it may be words of the case.
        let note: String?
    }

    let trackingCode: String
    /// The steps of this change, in order; older senders name only the last.
    let steps: [Step]
    /// Offices of this agency that the change concerns.
    let offices: [String]
    let confidential: Bool

    /// The step that offices are told of: an offer, an arbitration, a dispute.
    ///
    /// One for each change: a case that the reporter disputes is reopened in the same breath.
    var notable: Step? { steps.last { Self.events.contains($0.event) } }

    /// Somebody's life or limb is in danger: every channel of the duty officer.
    static let danger = "danger_rung"

    /// Many people report the same at once: rung like a danger.
    static let surge = "surge_rung"

    /// The one step whose note is no word of the case: why its due date moved.
    static let dueChanged = "due_changed"

    private static let events: Set<String> = [
        "handoff_offered", "arbitration_opened", "disputed", "reopened", danger, surge, dueChanged, "due_soon",
        "overdue",
        "escalated", "external_consent_asked", "external_told", "not_opened", "not_opened_superior",
        "not_opened_coordinator", "acted_for", "part_finished", "part_withdrawn",
        "link_not_opened",
    ]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        trackingCode = try fields.decode(String.self, forKey: .trackingCode)
        let last = try fields.decodeIfPresent(Step.self, forKey: .step)
        steps = try fields.decodeIfPresent([Step].self, forKey: .steps) ?? [last].compactMap { $0 }
        offices = try fields.decodeIfPresent([String].self, forKey: .offices) ?? []
        // Where it is not said, the case is treated as if it were.
        confidential = try fields.decodeIfPresent(Bool.self, forKey: .confidential) ?? true
    }

    private enum CodingKeys: String, CodingKey {
        case step, steps, offices, confidential
        case trackingCode = "tracking_code"
    }
}
