import SinergiCore

/// Looks for phrases of emergencies, danger, abuse and pranks. The phrases are data of the agency.
struct Screening: Sendable {
    struct Number: Sendable, Hashable {
        let number: String
        let name: Localized
    }

    private let phrases: [String: [(words: [String], flag: MessageFlag)]]
    private let numbers: [Number]

    init(phrases: [(phrase: String, flag: MessageFlag)], numbers: [Number]) {
        var table: [String: [(words: [String], flag: MessageFlag)]] = [:]
        for (phrase, flag) in phrases {
            let words = TextWords.of(phrase)
            if let first = words.first { table[first, default: []].append((words, flag)) }
        }
        self.phrases = table
        self.numbers = numbers
    }

    func flags(in text: String) -> Set<MessageFlag> {
        let words = TextWords.of(text)
        var found: Set<MessageFlag> = []
        for (place, word) in words.enumerated() {
            for entry in phrases[word] ?? [] where words[place...].starts(with: entry.words) {
                found.insert(entry.flag)
            }
        }
        return found
    }

    /// `112 darurat, 113 pemadam kebakaran`; numbers with the same name stand together.
    var listed: Localized {
        func list(_ language: Language) -> String {
            var names: [String] = []
            var byName: [String: [String]] = [:]
            for entry in numbers {
                let name = entry.name[language]
                if byName[name] == nil { names.append(name) }
                byName[name, default: []].append(entry.number)
            }
            return names.map { name in (byName[name] ?? []).joined(separator: "/") + " " + name }.joined(
                separator: ", ")
        }
        return Localized(id: list(.id), en: list(.en))
    }

}
