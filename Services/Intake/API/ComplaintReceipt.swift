public import Foundation

/// The 201 answer to a complaint. The access key is shown here and never again.
public struct ComplaintReceipt: Codable, Sendable, Equatable {
    /// Such as `PPU-7K3M9-QXA2T-8`.
    public var trackingCode: String
    /// Bearer token of the reporter.
    public var accessKey: String
    public var status: String
    /// The agency that received the complaint.
    public var agency: OfficeReference
    public var createdAt: Date
    /// Names of fields that would help the officers; nothing is refused for them.
    public var missing: [String]
    /// The same with a sentence for each, in the caller's language.
    public var suggestions: [Suggestion]

    /// One thing that would help.
    public struct Suggestion: Codable, Sendable, Equatable {
        /// A name of `missing`.
        public var field: String
        public var text: String

        public init(field: String, text: String) {
            self.field = field
            self.text = text
        }
    }

    public init(
        trackingCode: String, accessKey: String, status: String, agency: OfficeReference, createdAt: Date,
        missing: [String], suggestions: [Suggestion] = []
    ) {
        self.trackingCode = trackingCode
        self.accessKey = accessKey
        self.status = status
        self.agency = agency
        self.createdAt = createdAt
        self.missing = missing
        self.suggestions = suggestions
    }

    // In the order of contract.md: a synthesized encoder writes in the order of its keys.
    enum CodingKeys: String, CodingKey {
        case trackingCode = "tracking_code"
        case accessKey = "access_key"
        case status, agency
        case createdAt = "created_at"
        case missing, suggestions
    }
}
