/// Where an offer of a part stands.
public enum HandoffState: String, Sendable, Hashable, CaseIterable, Codable {
    case offered
    case accepted
    case declined
    case recalled
    case expired
    case arbitrated

    /// Only an offer that nobody has decided can still be decided.
    public var isDecided: Bool { self != .offered }
}

/// Why an office declines an offer.
public enum DeclineReason: String, Sendable, Hashable, CaseIterable, Codable {
    case notOurArea = "not_our_area"
    case notOurDuty = "not_our_duty"
    case other
}

/// Why a case came before an arbiter.
public enum ArbitrationReason: String, Sendable, Hashable, CaseIterable, Codable {
    case thirdRefusal = "third_refusal"
    case noHolder = "no_holder"
    case requested
}
