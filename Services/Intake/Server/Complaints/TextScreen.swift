import IntakeAPI
import RoutingClassifier
import SinergiCore

/// Reads a complaint's words for danger and misconduct while they are in the clear, at every door alike.
///
/// After that a secret complaint's words are sealed, and nobody could tell that it must go to the inspectorate, or that
/// somebody is in danger (docs/adr/0032). What it found goes on as signs; the words do not.
struct TextScreen: Sendable {
    private let recogniser: Task<Recogniser, any Error>

    /// Begins to learn; a service is ready before that is done.
    init() { recogniser = Recogniser.shared }

    /// Notes what the words say, and makes a complaint about misconduct supervisory and confidential: it never goes through
    /// the office that it accuses, whatever its form says it is.
    ///
    /// - Throws: `ClassifierError` where the program's own language files are missing.
    func read(_ submission: inout CheckedSubmission) async throws {
        let recogniser = try await recogniser.value
        let heading = submission.titleIsMade ? "" : submission.title + "\n"
        let text = heading + submission.description
        let danger = recogniser.find(.danger, in: text)
        let accuses = Self.accuses(recogniser.find(.misconduct, in: text), category: submission.category)
        submission.signs = TextSigns(
            // Violence of whom it accuses is a danger at the first word: who is rung for it may read the report anyway.
            danger: danger.isRecognised || accuses && recogniser.hears("danger.violence", in: text),
            power: danger.kinds.contains("wire"), misconduct: accuses)
        guard accuses, Kind(rawValue: submission.kind)?.isConfidentialByDefault == false else { return }
        // Who asked for secrecy keeps it, whatever an officer finds later.
        if !submission.confidential { submission.signs?.filedAs = submission.kind }
        submission.kind = Kind.supervisory.rawValue
        submission.confidential = true
    }

    /// Where the reporter chose an ordinary category the text must be surer of it: offices that send a reporter back and
    /// forth are no misconduct.
    private static func accuses(_ finding: Recogniser.Finding, category: String?) -> Bool {
        guard finding.isRecognised else { return false }
        let group = category?.split(separator: ".").first.map(String.init)
        return group == nil || group == "other" || group == "conduct" || finding.isSure
    }
}

extension CheckedSubmission {
    /// A title that was made of the description says nothing twice.
    fileprivate var titleIsMade: Bool { title.hasSuffix("…") || description.hasPrefix(title) }
}
