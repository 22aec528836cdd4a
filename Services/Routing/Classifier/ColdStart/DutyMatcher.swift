import Foundation

/// Finds the office by what its duties are, without any past case.
///
/// A text is first told apart by sector of government affairs, learnt from the words of affairs and from invented
/// complaints in many voices; then by which offices' duty texts name that sector's affairs.
public struct DutyMatcher: Sendable {
    /// An office with its share of each sector.
    public struct Profile: Sendable, Hashable {
        public let office: String
        /// By sector's number; the main one is 1.
        let shares: [Double]
        public var isEmpty: Bool { shares.allSatisfy { $0 == 0 } }
    }

    public struct Match: Sendable, Hashable {
        public var office: String
        /// Share of what speaks for any office.
        public var share: Double
        /// The reporter's words for it.
        public var words: [String]
    }

    private let data: LanguageData
    private let affairs: AffairFinder
    private let sectors: [String]
    private let sectorOfAffair: [Int]
    private let weights: LinearWeights
    /// How far the scores of sectors lie apart, as the softmax wants it; by parts of the invented complaints held back.
    private static let sharpness = 4.0
    /// Up to this share of the main sector's weight a duty text names a sector in passing only.
    private static let inPassing = 0.15
    /// Least share of a sector that a duty text names by an item of its own, however long the text is.
    private static let named = 0.8

    public init(_ data: LanguageData) throws {
        try self.init(data, voices: data.voices)
    }

    init(_ data: LanguageData, voices: [Voice]) throws {
        self.data = data
        affairs = AffairFinder(data)
        let lines = LanguageData.phrases(try LanguageData.resource("sectors"))
        let names = lines.map(\.code)
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let sectorByAffair = Dictionary(
            lines.flatMap { line in line.phrases.map { ($0, line.code) } }, uniquingKeysWith: { first, _ in first })
        sectors = names
        sectorOfAffair = data.affairs.map { sectorByAffair[$0.code].flatMap { numbers[$0] } ?? 0 }
        let reader = FeatureReader(data, affairs: affairs, remembers: true)
        var counts: [FeatureCounts] = []
        var labels: [Int32] = []
        for (affair, sector) in zip(data.affairs, sectorOfAffair) {
            for phrase in affair.phrases {
                counts.append(reader.features(of: Complaint(text: phrase)))
                labels.append(Int32(sector))
            }
        }
        for voice in voices {
            guard let sector = numbers[voice.sector] else { continue }
            let heard = reader.features(of: Complaint(text: voice.text))
            // Once more without the affairs that its words name, lest the lists be trusted more than they deserve.
            for features in [heard, heard.without(.affairs)] {
                counts.append(features)
                labels.append(Int32(sector))
            }
        }
        weights = LinearWeights.learnt(
            counts, labels: labels, classes: names.count, solver: .supportVectors, cost: 0.3)
    }

    /// What an office does, by its duty text: items between commas, each one an affair or a few.
    public func profile(office: String, duties: String) -> Profile {
        let reader = TextReader(data: data)
        var tally = DutyTally(sectors: sectors.count)
        for item in duties.split(whereSeparator: { ",.;".contains($0) }) {
            let tokens = reader.read(String(item))
            let hits = affairs.hits(in: tokens)
            // "Tanah longsor" is no land register.
            let longest = hits.filter { hit in
                !hits.contains { $0.range.count > hit.range.count && $0.range.clamped(to: hit.range) == hit.range }
            }
            for (range, found) in Dictionary(grouping: longest, by: \.range) {
                tally.add(
                    Set(found.map { sectorOfAffair[$0.affair] }), weight: found[0].weight,
                    isWhole: range.count == tokens.count)
            }
        }
        return Profile(office: office, shares: tally.shares(inPassing: Self.inPassing, named: Self.named))
    }

    /// Whether supervising others is what an office is there for.
    public func supervises(_ profile: Profile) -> Bool {
        sectors.firstIndex(of: "insp").map { profile.shares[$0] == 1 } ?? false
    }

    /// Offices in the order of how well their duties fit, the best first.
    public func matches(_ text: String, _ profiles: [Profile]) -> [Match] {
        let reader = FeatureReader(data, affairs: affairs)
        let complaint = Complaint(text: Addressee.removed(from: text))
        let vector = FeatureVector(reader.features(of: complaint), weights.vocabulary)
        guard !vector.positions.isEmpty else { return [] }
        let scores = weights.scores(vector)
        let top = scores.max() ?? 0
        let likely = scores.map { exp(Self.sharpness * ($0 - top)) }
        let total = likely.reduce(0, +)
        let best = profiles.map { profile in
            zip(likely, profile.shares).reduce(0) { $0 + $1.0 * $1.1 } / total
        }
        let sum = best.reduce(0, +)
        guard sum > 0 else { return [] }
        let sources = reader.sources(of: complaint)
        return zip(profiles, best).filter { $0.1 / sum > 0.005 }
            .sorted { ($1.1, $0.0.office) < ($0.1, $1.0.office) }
            .map { profile, share in
                Match(office: profile.office, share: share / sum, words: words(profile, likely, vector, sources))
            }
    }

    private func words(
        _ profile: Profile, _ likely: [Double], _ vector: FeatureVector, _ sources: [FeatureSource]
    ) -> [String] {
        let sector = sectors.indices.max {
            likely[$0] * profile.shares[$0] < likely[$1] * profile.shares[$1]
        }
        guard let sector else { return [] }
        return Evidence.gathered(from: sources, weights: weights.contributions(vector, to: sector), limit: 6)
            .filter { $0.weight > 0 }.prefix(3).map(\.text)
    }
}
