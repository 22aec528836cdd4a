/// Recognises danger to life or limb, and misconduct of officials, in a text.
///
/// Words that signal them (`signals.txt`) and the words of invented complaints in many voices (`voices.txt`), weighed by
/// logistic regression. Tuned to miss little: at most one false alarm in twenty is the price. Needs no past case.
public struct Recogniser: Sendable {
    /// What was recognised.
    public struct Finding: Sendable, Hashable {
        /// Above 0 when recognised; the larger the surer.
        public var score: Double
        public var isRecognised: Bool { score > 0 }
        /// One false alarm in two hundred.
        public var isSure: Bool { score > 1.8 }
        /// The reporter's words that counted most for it.
        public var words: [String]
        /// Parts of the signal's names that were heard, such as `wire`.
        public var kinds: Set<String>

        public init(score: Double, words: [String], kinds: Set<String>) {
            self.score = score
            self.words = words
            self.kinds = kinds
        }
    }

    public enum Subject: String, Sendable, Hashable, CaseIterable {
        case danger, misconduct

        /// Beginning of the signals' names.
        var signal: String { self == .danger ? "danger." : "conduct." }
        func holds(for voice: Voice) -> Bool { self == .danger ? voice.isDanger : voice.isMisconduct }
        /// Score from which on it is recognised; chosen on the invented complaints by parts held back (docs/adr/0011).
        var threshold: Double { self == .danger ? -0.8 : -1.65 }
    }

    private let data: LanguageData
    private let affairs: AffairFinder
    private let signals: AffairFinder
    private let weights: [Subject: LinearWeights]

    public init(_ data: LanguageData) { self.init(data, voices: data.voices) }

    init(_ data: LanguageData, voices: [Voice]) {
        self.data = data
        // Government affairs say nothing about danger: a road is one, a broken one too.
        affairs = AffairFinder([], data)
        signals = AffairFinder(data.signals, data)
        let reader = FeatureReader(data, affairs: affairs, signals: signals, remembers: true)
        // Each text is learnt from twice, once without its signals: else the lists, which know these texts well, would be
        // trusted too much, and what people say in words of their own would go unheard (docs/adr/0011).
        let heard = voices.map { reader.features(of: Complaint(text: $0.text)) }
        let counts = heard + heard.map { $0.without(.facts) }
        weights = Dictionary(
            uniqueKeysWithValues: Subject.allCases.map { subject in
                (
                    subject,
                    LinearWeights.learnt(
                        counts, labels: (voices + voices).map { subject.holds(for: $0) ? 1 : 0 }, classes: 2,
                        solver: .logistic, cost: 3)
                )
            })
    }

    /// Whether a text has a word of a signal, such as `danger.violence`, whatever it weighs.
    public func hears(_ signal: String, in text: String) -> Bool {
        signals.hits(in: TextReader(data: data).read(text)).contains { signals.codes[$0.affair] == signal }
    }

    public func find(_ subject: Subject, in text: String) -> Finding {
        guard let weights = weights[subject] else { return Finding(score: -1, words: [], kinds: []) }
        let reader = FeatureReader(data, affairs: affairs, signals: signals)
        let complaint = Complaint(text: text)
        let vector = FeatureVector(reader.features(of: complaint), weights.vocabulary)
        let score = weights.scores(vector)[1] - subject.threshold
        guard score > 0 else { return Finding(score: score, words: [], kinds: []) }
        let evidence = Evidence.gathered(
            from: reader.sources(of: complaint), weights: weights.contributions(vector, to: 1), limit: 6)
        let hits = Set(signals.hits(in: TextReader(data: data).read(text)).map { signals.codes[$0.affair] })
        return Finding(
            score: score, words: evidence.filter { $0.weight > 0 }.map(\.text),
            kinds: Set(hits.filter { $0.hasPrefix(subject.signal) }.map { String($0.dropFirst(subject.signal.count)) }))
    }
}

extension Recogniser {
    /// Learnt once in a process, beside whatever else it does at its start: who asks before it is ready waits.
    public static let shared = Task.detached { Recogniser(try LanguageData.bundled()) }
}
