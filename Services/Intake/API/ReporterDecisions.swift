public import Foundation

/// Body of `POST …/confirmation`.
public struct Confirmation: Codable, Sendable, Equatable {
    /// 1 (bad) to 5 (good); optional.
    public var rating: Int?
    /// At most 2,000 characters.
    public var comment: String?

    public init(rating: Int? = nil, comment: String? = nil) {
        self.rating = rating
        self.comment = comment
    }
}

/// Body of `POST …/dispute`.
public struct Dispute: Codable, Sendable, Equatable {
    /// What is still wrong; 10 to 2,000 characters.
    public var reason: String
    /// The part disputed in a joint case: an office's code. `nil`: the whole.
    public var part: String?

    public init(reason: String, part: String? = nil) {
        self.reason = reason
        self.part = part
    }
}

/// Body of `POST …/objection`.
public struct Objection: Codable, Sendable, Equatable {
    /// Why it is the wrong office; 10 to 2,000 characters.
    public var reason: String

    public init(reason: String) { self.reason = reason }
}

/// Data of `reporter.objected`.
public struct ReporterObjected: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var reason: String

    public init(caseId: UUID, reason: String) {
        self.caseId = caseId
        self.reason = reason
    }
}

/// Body of `POST …/withdrawal`.
public struct Withdrawal: Codable, Sendable, Equatable {
    /// At most 2,000 characters.
    public var reason: String?

    public init(reason: String? = nil) {
        self.reason = reason
    }
}

/// Data of `reporter.confirmed`.
public struct ReporterConfirmed: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var rating: Int?
    public var comment: String?

    public init(caseId: UUID, rating: Int?, comment: String?) {
        self.caseId = caseId
        self.rating = rating
        self.comment = comment
    }
}

/// Data of `reporter.disputed`.
public struct ReporterDisputed: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var reason: String
    public var part: String?

    public init(caseId: UUID, reason: String, part: String?) {
        self.caseId = caseId
        self.reason = reason
        self.part = part
    }
}

/// Data of `reporter.withdrew`.
public struct ReporterWithdrew: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var reason: String?

    public init(caseId: UUID, reason: String?) {
        self.caseId = caseId
        self.reason = reason
    }
}

/// Body of `POST …/messages`.
public struct ReporterReply: Codable, Sendable, Equatable {
    /// 2 to 5,000 characters.
    public var body: String

    public init(body: String) { self.body = body }
}

/// Data of `reporter.replied`.
public struct ReporterReplied: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var messageId: UUID
    public var body: String

    public init(caseId: UUID, messageId: UUID, body: String) {
        self.caseId = caseId
        self.messageId = messageId
        self.body = body
    }
}

/// Data of `reporter.rated`.
public struct ReporterRated: Codable, Sendable, Equatable {
    public var caseId: UUID
    /// 1 (bad) to 5 (good).
    public var rating: Int
    public var comment: String?

    public init(caseId: UUID, rating: Int, comment: String?) {
        self.caseId = caseId
        self.rating = rating
        self.comment = comment
    }
}

/// Body of `POST …/consent`: whether the external supervisor may be told in the reporter's name.
public struct ExternalConsent: Codable, Sendable, Equatable {
    public var given: Bool
    /// The version of the text that was shown, `2026-11`; with `given` it must be the one in force.
    public var wording: String?

    public init(given: Bool, wording: String?) {
        self.given = given
        self.wording = wording
    }
}

/// Data of `reporter.consented`.
public struct ReporterConsented: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var given: Bool
    public var wording: String

    public init(caseId: UUID, given: Bool, wording: String) {
        self.caseId = caseId
        self.given = given
        self.wording = wording
    }
}
