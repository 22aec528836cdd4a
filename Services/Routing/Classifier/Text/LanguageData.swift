import Foundation

/// What the classifier knows of the language before it has seen a case: abbreviations and slang, and the words of
/// government affairs. Data files beside the code; a site may extend them.
public struct LanguageData: Sendable {
    /// The usual word for a short or slangy one.
    let usualWords: [String: String]
    /// Affairs in the order of the file.
    public let affairs: [Affair]
    /// Words of danger and of misconduct.
    let signals: [Affair]
    /// Invented complaints in many voices, labelled.
    let voices: [Voice]
    /// Words of what many people report at once: three lines for each matter, named `matter/part`.
    let matters: [Affair]

    /// One government affair, and how people speak of it.
    public struct Affair: Sendable, Hashable {
        /// A category's code where the directory's usual categories have one, else a name of the same form.
        public let code: String
        let phrases: [String]
    }

    /// - Throws: ``ClassifierError`` when a file is missing or empty.
    public static func bundled() throws -> LanguageData {
        LanguageData(
            slang: try resource("slang"), affairs: try resource("affairs"), signals: try resource("signals"),
            voices: try resource("voices"), matters: try resource("matters"))
    }

    init(slang: String, affairs: String, signals: String, voices: String, matters: String = "") {
        var words: [String: String] = [:]
        for (usual, variants) in Self.lines(slang) {
            for variant in variants.split(separator: " ") { words[String(variant)] = usual }
        }
        usualWords = words
        self.affairs = Self.phrases(affairs)
        self.signals = Self.phrases(signals)
        self.voices = Voice.lines(voices)
        self.matters = Self.phrases(matters)
    }

    static func phrases(_ text: String) -> [Affair] {
        lines(text).map { code, phrases in
            Affair(
                code: code,
                phrases: phrases.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                    .filter { !$0.isEmpty })
        }
    }

    /// `name: rest` of every line that is no comment.
    private static func lines(_ text: String) -> [(name: String, rest: String)] {
        text.split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") else { return nil }
            return (
                line[..<colon].trimmingCharacters(in: .whitespaces),
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            )
        }
    }

    static func resource(_ name: String) throws -> String {
        guard let file = Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Resources"),
            let text = try? String(contentsOf: file, encoding: .utf8), !text.isEmpty
        else { throw ClassifierError.missingResource(name) }
        return text
    }
}

/// An invented complaint with what it is about: `sector | flags | text` on a line.
struct Voice: Sendable, Hashable {
    let sector: String
    let isDanger: Bool
    let isMisconduct: Bool
    let text: String

    static func lines(_ text: String) -> [Voice] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let parts = line.split(separator: "|", maxSplits: 2).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 3 else { return nil }
            return Voice(
                sector: parts[0], isDanger: parts[1] == "s", isMisconduct: parts[1] == "w", text: parts[2])
        }
    }
}

/// What can go wrong with training data or a stored model.
public enum ClassifierError: Error, Hashable, CustomStringConvertible {
    case missingResource(String)
    case badTable(String)
    case tooFewRows(Int)
    case badModel(String)

    public var description: String {
        switch self {
        case .missingResource(let name): "\(name).txt is missing from the program's resources"
        case .badTable(let why): why
        case .tooFewRows(let count): "\(count) rows with text and office are too few to learn from"
        case .badModel(let why): "not a usable model: \(why)"
        }
    }
}
