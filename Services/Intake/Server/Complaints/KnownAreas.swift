import Synchronization

/// Area codes that the database was asked about lately. Most complaints name one of few areas, and a look-up saved is a
/// round trip saved.
///
/// Areas are dated data, so an answer counts for half a minute, as the rest of the directory does.
final class KnownAreas: Sendable {
    private struct Entry {
        let exists: Bool
        let readAt: ContinuousClock.Instant
    }

    /// Strangers send any code; what they send must not grow without bound.
    private static let limit = 2000
    private let entries = Mutex<[String: Entry]>([:])

    /// The answer where it is known: only for a question without coordinates.
    func answer(to question: PlaceQuestion, at now: ContinuousClock.Instant = .now) -> PlaceAnswer? {
        guard question.lat == nil, let code = question.areaCode else { return nil }
        guard let entry = entries.withLock({ $0[code] }), now - entry.readAt < .seconds(30) else { return nil }
        return PlaceAnswer(found: nil, givenExists: entry.exists)
    }

    /// Remembers an answer of the database.
    func learn(_ answer: PlaceAnswer, to question: PlaceQuestion, at now: ContinuousClock.Instant = .now) {
        guard let code = question.areaCode else { return }
        entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeAll(keepingCapacity: true) }
            entries[code] = Entry(exists: answer.givenExists, readAt: now)
        }
    }
}
