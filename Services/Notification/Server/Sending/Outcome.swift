/// What became of one attempt to hand a message to its channel.
enum Outcome: Sendable, Hashable {
    /// The channel took responsibility for the message.
    case accepted
    /// Not now; a later attempt may succeed. `wait` is what the channel asked for.
    case failed(String, wait: Duration? = nil)
    /// The channel could not be reached, so nothing was handed in. It says nothing about the message.
    case unavailable(String)
    /// Never: another attempt would be refused as well.
    case refused(String)

    /// The word kept in `notification.attempt`.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .failed: "failed"
        case .unavailable: "unavailable"
        case .refused: "refused"
        }
    }

    /// Why not; `nil` when it was accepted.
    var detail: String? {
        switch self {
        case .accepted: nil
        case .failed(let detail, _), .refused(let detail), .unavailable(let detail): detail
        }
    }

    /// The same outcome without a trace of the address, which servers like to repeat in their answers.
    func hiding(_ address: String) -> Outcome {
        func clean(_ text: String) -> String {
            String(text.replacing(address, with: "<address>").filter { !$0.isNewline }.prefix(300))
        }
        switch self {
        case .accepted: return .accepted
        case .failed(let detail, let wait): return .failed(clean(detail), wait: wait)
        case .unavailable(let detail): return .unavailable(clean(detail))
        case .refused(let detail): return .refused(clean(detail))
        }
    }
}
