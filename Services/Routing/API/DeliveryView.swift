public import Foundation
public import SinergiCore

/// How the part of an office without login was delivered. The secrets are in the answer that made them and nowhere else.
public struct DeliveryView: Codable, Sendable, Equatable {
    public var deliveryID: UUID
    public var caseID: CaseID
    @Nullable public var office: OfficeRef?
    /// The office that owns the clock.
    @Nullable public var monitor: OfficeRef?
    /// `link`, `letter` or `elsewhere`.
    public var means: String
    @Nullable public var reference: String?
    @Nullable public var sentTo: String?
    @Nullable public var expiresAt: Date?
    @Nullable public var firstUsedAt: Date?
    @Nullable public var revokedAt: Date?
    public var createdAt: Date
    /// `sms`, `whatsapp` or `mail` where Sinergi sent the link itself.
    @Nullable public var channel: String?
    /// The one-case link, only in the answer that made it.
    @Nullable public var link: String?
    /// The PIN for its first use, told by another way.
    @Nullable public var pin: String?
    /// A page to print, with the link as a QR code; only with `letter`.
    @Nullable public var letter: String?

    public init(
        deliveryID: UUID, caseID: CaseID, office: OfficeRef?, monitor: OfficeRef?, means: String, reference: String?,
        sentTo: String?, expiresAt: Date?, firstUsedAt: Date?, revokedAt: Date?, createdAt: Date, channel: String?,
        link: String?, pin: String?, letter: String?
    ) {
        self.deliveryID = deliveryID
        self.caseID = caseID
        self.office = office
        self.monitor = monitor
        self.means = means
        self.reference = reference
        self.sentTo = sentTo
        self.expiresAt = expiresAt
        self.firstUsedAt = firstUsedAt
        self.revokedAt = revokedAt
        self.createdAt = createdAt
        self.channel = channel
        self.link = link
        self.pin = pin
        self.letter = letter
    }

    enum CodingKeys: String, CodingKey {
        case office, monitor, means, reference, channel, link, pin, letter
        case deliveryID = "delivery_id"
        case caseID = "case_id"
        case sentTo = "sent_to"
        case expiresAt = "expires_at"
        case firstUsedAt = "first_used_at"
        case revokedAt = "revoked_at"
        case createdAt = "created_at"
    }
}
