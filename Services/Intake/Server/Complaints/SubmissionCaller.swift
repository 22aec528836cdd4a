import Identity
import ServiceKit

/// Who sends a complaint, as far as repeats are concerned.
struct SubmissionCaller: Sendable, Hashable {
    /// `anonymous`, or `client:<subject>` for a bearer of a token.
    let name: String
    /// The client's `Idempotency-Key`.
    let key: String?

    static let anonymousName = "anonymous"

    init(principal: Principal?, key: String?) {
        name = principal.map { String("client:\($0.subject)".prefix(200)) } ?? Self.anonymousName
        self.key = key
    }

    init(name: String, key: String?) {
        self.name = name
        self.key = key
    }

    /// The name under which this request's first answer is found again.
    ///
    /// Without a key, a number of the caller's own system serves as one. Its prefix has a blank, which no header can
    /// send, so neither can be mistaken for the other.
    func repeatKey(for submission: CheckedSubmission) -> NewComplaint.Repeat? {
        if let key { return .init(caller: name, key: key) }
        guard let source = submission.source, let number = submission.externalID else { return nil }
        return .init(caller: name, key: "external " + Fingerprint.text(source + "\0" + number))
    }
}
