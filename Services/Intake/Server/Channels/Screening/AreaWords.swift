/// Finds names of areas in texts.
///
/// A name counts in running text only after a word of place ("di Telemow", "desa Waru"): villages are called Baru and
/// Jaya. Where a place was asked for, the bare name will do.
struct AreaWords: Sendable {
    struct Area: Sendable, Hashable {
        let code: String
        let name: String
        /// 3 district, 4 village.
        let level: Int
    }

    private let names: [String: [(words: [String], areas: [Area])]]

    init(_ areas: [Area]) {
        var byName: [[String]: [Area]] = [:]
        for area in areas {
            let words = TextWords.of(area.name)
            if !words.isEmpty { byName[words, default: []].append(area) }
        }
        var names: [String: [(words: [String], areas: [Area])]] = [:]
        for (words, areas) in byName {
            if let first = words.first { names[first, default: []].append((words, areas)) }
        }
        self.names = names
    }

    /// - Parameter loosely: Also without a word of place before it.
    func find(in text: String, loosely: Bool) -> MessageFacts.Area? {
        let words = TextWords.of(text)
        var best: (length: Int, areas: [Area])?
        for place in words.indices where loosely || (place > 0 && Self.cues.contains(words[place - 1])) {
            for entry in names[words[place]] ?? [] where words[place...].starts(with: entry.words) {
                if entry.words.count > best?.length ?? 0 { best = (entry.words.count, entry.areas) }
            }
        }
        return best.flatMap { Self.chosen($0.areas) }.map { .init(code: $0.code, name: $0.name) }
    }

    /// Of a district and its village of the same name the district, which is right in both cases. Of two strangers none.
    private static func chosen(_ areas: [Area]) -> Area? {
        guard let widest = areas.min(by: { $0.level < $1.level }) else { return nil }
        return areas.allSatisfy { $0.code == widest.code || $0.code.hasPrefix(widest.code + ".") } ? widest : nil
    }

    private static let cues: Set<String> = [
        "di", "desa", "kel", "kelurahan", "kec", "kecamatan", "kampung", "daerah", "pasar", "poros", "dusun", "wilayah",
        "ke", "in", "at",
        "village", "district", "sd", "sdn", "smp", "masjid", "pelabuhan", "simpang",
    ]
}
