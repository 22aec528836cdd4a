import SinergiCore

/// Guesses the language of a first message: Indonesian unless English words clearly prevail.
enum ChatLanguage {
    static func guess(_ text: String) -> Language? {
        let words = TextWords.of(text)
        let english = words.count { Self.english.contains($0) }
        let indonesian = words.count { Self.indonesian.contains($0) }
        if english >= 2, english > indonesian * 2 { return .en }
        return indonesian > english ? .id : nil
    }

    private static let english: Set<String> = [
        "the", "is", "are", "of", "and", "in", "has", "have", "been", "there", "street", "road", "water", "light",
        "broken", "near", "since",
        "please", "help", "for", "not", "my", "our", "a", "to", "from", "hello", "lamp", "garbage", "days", "weeks",
    ]
    private static let indonesian: Set<String> = [
        "yang", "di", "dan", "ini", "itu", "sudah", "tidak", "ada", "jalan", "air", "lampu", "rusak", "mati", "dari",
        "sejak", "tolong",
        "mohon", "pak", "bu", "kami", "saya", "ke", "dekat", "depan", "hari", "minggu", "belum", "sampah", "listrik",
        "gak", "ga",
    ]
}
