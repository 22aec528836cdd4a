import RoutingAPI
import RoutingClassifier

/// What a complaint's text says by itself, before any rule is tried.
struct TextReading: Sendable {
    /// An office whose duties fit.
    struct Match: Sendable {
        let office: String
        /// Share of what speaks for any office.
        var share: Double
        let words: [String]
        let supervises: Bool
    }

    let danger: Recogniser.Finding
    let misconduct: Recogniser.Finding
    /// Best first.
    let matches: [Match]
    /// Offices of parts of the text that are clearly about different things; none where there is one subject.
    let subjects: [Match]
    /// Offices of the agency that supervise the others.
    let supervisors: [String]
    /// Offices whose duty officers are to be rung; `nil` without danger.
    let alarm: SafetyAlarm?

    /// For the decision's trace. Words of misconduct stay out of it: everybody with a part reads a trace.
    var trials: [RuleTrial] {
        let words = danger.words.joined(separator: "”, “")
        let why = words.isEmpty ? "Terbaca sebelum laporan disegel." : "Laporan menyebut “\(words)”."
        return [("Tanda bahaya", danger, why), ("Tanda pelanggaran", misconduct, "Laporan memuat tanda itu.")].map {
            name, finding, why in
            RuleTrial(
                rule: nil, version: nil, name: name, matched: finding.isRecognised, broken: false,
                why: [finding.isRecognised ? why : "Tidak ada tanda itu dalam laporan."])
        }
    }
}

/// Danger to life or limb, and who is to be rung for it.
struct SafetyAlarm: Sendable, Hashable {
    let words: [String]
    /// Codes of offices with a duty officer.
    let offices: [String]

    /// Stands for words that only who works on the case may read.
    static let sealedWords = "isi laporan tersegel"
}

extension Recogniser.Finding {
    /// Of words that are sealed now.
    static func sealed(_ isRecognised: Bool) -> Self { .init(score: isRecognised ? 1 : -1, words: [], kinds: []) }
}
