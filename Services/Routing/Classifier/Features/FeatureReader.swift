import CLinear

/// Kinds of features. The kind stands in the two highest bits of a feature's id, so that ids sort by kind.
enum FeatureBlock: UInt32, CaseIterable {
    /// Stems and pairs of stems.
    case stems = 0
    /// Pieces of 3 to 5 bytes of each word: what slang and misspelling leave intact.
    case grams = 1
    case affairs = 2
    /// Place, kind, channel, topic.
    case facts = 3

    func id(_ hash: UInt32) -> UInt32 { rawValue << 30 | hash & 0x3FFF_FFFF }

    static func of(_ id: UInt32) -> FeatureBlock { FeatureBlock(rawValue: id >> 30) ?? .facts }
}

/// Features of one complaint: ids in ascending order, each once, with how often or how strongly it occurs.
///
/// Ids are hashes. A model therefore holds no words of any citizen, and yet words are shown in explanations: those of
/// the complaint at hand, hashed again.
struct FeatureCounts: Sendable {
    var ids: [UInt32] = []
    var counts: [Float] = []

    /// The same complaint without one kind of features.
    func without(_ block: FeatureBlock) -> FeatureCounts {
        let kept = ids.indices.filter { FeatureBlock.of(ids[$0]) != block }
        return FeatureCounts(ids: kept.map { ids[$0] }, counts: kept.map { counts[$0] })
    }
}

/// Where a feature came from, for explanations.
struct FeatureSource: Sendable, Hashable {
    let id: UInt32
    /// Words as written, or a fact.
    let text: String
    let isFact: Bool
}

/// Turns complaints into features. One for each piece of work; not for two threads at once.
final class FeatureReader {
    private let reader: TextReader
    private let affairs: AffairFinder
    private let signals: AffairFinder?
    private let remembers: Bool
    private var gramsSeen: [String: [UInt32]] = [:]

    /// - Parameters:
    ///   - remembers: Keeps what it computed for each word: for reading many texts.
    ///   - signals: Words that count beside the affairs, by their full weight.
    init(_ data: LanguageData, affairs: AffairFinder, signals: AffairFinder? = nil, remembers: Bool = false) {
        self.signals = signals
        reader = TextReader(data: data, remembers: remembers)
        self.affairs = affairs
        self.remembers = remembers
    }

    func features(of complaint: Complaint) -> FeatureCounts {
        let tokens = reader.read(complaint.text)
        var counted = FeatureCounts()
        var raw: [UInt32] = []
        for index in tokens.indices {
            raw.append(Self.unigram(tokens[index]))
            if index > 0 { raw.append(Self.bigram(tokens[index - 1], tokens[index])) }
        }
        for token in tokens { raw.append(contentsOf: grams(of: token.word)) }
        Self.count(&raw, into: &counted)
        var found: [UInt32: Float] = [:]
        for hit in affairs.hits(in: tokens) { found[affairID(hit.affair), default: 0] += Float(hit.weight) }
        for (id, weight) in found.sorted(by: { $0.key < $1.key }) {
            counted.ids.append(id)
            counted.counts.append(weight)
        }
        let facts = Self.facts(of: complaint) + signalFacts(in: tokens)
        for fact in facts.sorted(by: { $0.id < $1.id }) where counted.ids.last != fact.id {
            counted.ids.append(fact.id)
            counted.counts.append(fact.weight)
        }
        return counted
    }

    /// Every feature with the words that made it.
    func sources(of complaint: Complaint) -> [FeatureSource] {
        let tokens = reader.read(complaint.text)
        var sources: [FeatureSource] = []
        for (index, token) in tokens.enumerated() {
            sources.append(.init(id: Self.unigram(token), text: token.written, isFact: false))
            if index > 0 {
                let pair = "\(tokens[index - 1].written) \(token.written)"
                sources.append(.init(id: Self.bigram(tokens[index - 1], token), text: pair, isFact: false))
            }
            for gram in grams(of: token.word) {
                sources.append(.init(id: gram, text: token.written, isFact: false))
            }
        }
        for hit in affairs.hits(in: tokens) {
            let phrase = tokens[hit.range].map(\.written).joined(separator: " ")
            sources.append(.init(id: affairID(hit.affair), text: phrase, isFact: false))
        }
        for hit in signals?.hits(in: tokens) ?? [] {
            let phrase = tokens[hit.range].map(\.written).joined(separator: " ")
            sources.append(.init(id: signalID(hit.affair), text: phrase, isFact: false))
        }
        for fact in Self.facts(of: complaint) { sources.append(.init(id: fact.id, text: fact.text, isFact: true)) }
        return sources
    }

    private static func unigram(_ token: Token) -> UInt32 { FeatureBlock.stems.id(token.stemHash) }

    private static func bigram(_ left: Token, _ right: Token) -> UInt32 {
        FeatureBlock.stems.id((left.stemHash &* 2_654_435_761) ^ right.stemHash &* 40503)
    }

    /// By the affair's code, not its number: the list of affairs may grow under a stored model.
    private func affairID(_ number: Int) -> UInt32 { affairs.ids[number] }

    private func signalID(_ number: Int) -> UInt32 {
        signals.map { FeatureBlock.facts.id($0.ids[number]) } ?? 0
    }

    private func signalFacts(in tokens: [Token]) -> [Fact] {
        guard let signals else { return [] }
        var words: [Int: Int] = [:]
        for hit in signals.hits(in: tokens) { words[hit.affair, default: 0] += hit.range.count }
        return words.map { Fact(id: signalID($0.key), weight: Float($0.value).squareRoot(), text: "") }
    }

    private func grams(of word: String) -> [UInt32] {
        if remembers, let grams = gramsSeen[word] { return grams }
        var copy = word
        let grams = copy.withUTF8 { bytes in
            [UInt32](unsafeUninitializedCapacity: 3 * (bytes.count + 2)) { buffer, count in
                count = Int(sinergi_grams(bytes.baseAddress, Int32(bytes.count), 1, buffer.baseAddress))
            }
        }.map(FeatureBlock.grams.id)
        if remembers { gramsSeen[word] = grams }
        return grams
    }

    private static func count(_ raw: inout [UInt32], into counted: inout FeatureCounts) {
        var counts = [UInt32](repeating: 0, count: raw.count)
        let kept = Int(sinergi_count(&raw, Int64(raw.count), &counts))
        counted.ids = Array(raw.prefix(kept))
        counted.counts = counts.prefix(kept).map(Float.init)
    }

    private struct Fact {
        let id: UInt32
        let weight: Float
        let text: String
    }

    private static func facts(of complaint: Complaint) -> [Fact] {
        var facts: [Fact] = []
        func add(_ name: String, _ value: String, _ weight: Float, _ text: String) {
            guard !value.isEmpty else { return }
            var key = "\(name)=\(value.lowercased())"
            let hash = key.withUTF8 { sinergi_hash($0.baseAddress, Int32($0.count), 7) }
            facts.append(Fact(id: FeatureBlock.facts.id(hash), weight: weight, text: text))
        }
        let village = complaint.village
        add("district", complaint.district, 0.3, complaint.district)
        if !village.isEmpty { add("village", "\(complaint.district)/\(village)", 0.3, village) }
        add("area", complaint.area, 0.3, complaint.area)
        add("neighbourhood", complaint.neighbourhood, 0.3, complaint.neighbourhood)
        add("kind", complaint.kind, 0.3, complaint.kind)
        add("channel", complaint.channel, 0.3, complaint.channel)
        add("topic", complaint.topic, 1.5, complaint.topic)
        if let point = complaint.point, abs(point.latitude) <= 90, abs(point.longitude) <= 180 {
            for (name, scale) in [("cell", 100.0), ("field", 25.0)] {
                let cell = "\(Int((point.latitude * scale).rounded()))/\(Int((point.longitude * scale).rounded()))"
                add(name, cell, 0.3, "titik lokasi")
            }
        }
        return facts
    }
}
