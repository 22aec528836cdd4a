/// Whom a reporter addresses is no matter of the complaint: "Kpd Dinas Kesehatan, jalan masuk puskesmas rusak".
enum Addressee {
    private static let greetings: Set<Substring> = [
        "kpd", "kepada", "yth", "pak", "bapak", "bpk", "bu", "ibu", "min", "admin", "halo", "tolong",
    ]
    private static let bodies: Set<Substring> = [
        "pln", "pdam", "camat", "lurah", "bupati", "kades", "gubernur", "presiden", "walikota", "sekda", "kadis",
        "damkar", "kapolres",
    ]
    private static let secondWords: Set<Substring> = ["hidup", "umum", "kerja", "sipil", "bencana", "daerah"]

    /// The text without the office or person that it is addressed to; as it is where nothing else would be left.
    static func removed(from text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace)
        var kept: [Substring] = []
        var index = 0
        while index < words.count {
            let word = Self.bare(words[index])
            let next = index + 1 < words.count ? Self.bare(words[index + 1]) : ""
            if word == "dinas", !next.isEmpty {
                let third = index + 2 < words.count ? Self.bare(words[index + 2]) : ""
                index += secondWords.contains(Substring(third)) ? 3 : 2
            } else if index < 4, greetings.contains(Substring(word)), bodies.contains(Substring(next)) {
                index += 2
            } else {
                kept.append(words[index])
                index += 1
            }
        }
        return kept.count >= 4 ? kept.joined(separator: " ") : text
    }

    private static func bare(_ word: Substring) -> String { word.lowercased().filter { $0.isLetter } }
}
