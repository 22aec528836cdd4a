import SinergiCore

/// A sum in words, for those whose browser runs no scripts.
struct PlainSum {
    let question: Localized
    let answer: String

    static func random() -> PlainSum { PlainSum(Int.random(in: 2...9), Int.random(in: 2...9)) }

    init(_ left: Int, _ right: Int) {
        let (indonesian, english) = (Self.words(.id), Self.words(.en))
        question = Localized(
            id: "Berapa \(indonesian[left - 2]) ditambah \(indonesian[right - 2])? Tulis dengan angka.",
            en: "What is \(english[left - 2]) plus \(english[right - 2])? Write it in digits.")
        answer = String(left + right)
    }

    private static func words(_ language: Language) -> [String] {
        language == .id
            ? ["dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
            : ["two", "three", "four", "five", "six", "seven", "eight", "nine"]
    }
}
