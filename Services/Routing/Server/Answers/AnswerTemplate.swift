import Foundation
import Postgres
import ServiceKit
import SinergiCore

/// A wording that must not go out as it is: something about the very case belongs in it.
struct AnswerTemplate: Sendable {
    let body: String
    /// How many characters an answer must have beside the template's.
    let ownWords: Int

    /// The fixed pieces around the places `[[…]]`; `nil` where there is no place, or one that does not end.
    static func pieces(of body: String) -> [String]? {
        var pieces: [String] = []
        var rest = body[...]
        while let start = rest.range(of: "[[") {
            guard let end = rest[start.upperBound...].range(of: "]]") else { return nil }
            pieces.append(String(rest[..<start.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return pieces.isEmpty ? nil : pieces + [String(rest)]
    }

    /// - Throws: 422 where a place was left open, or little was said about the case.
    func check(_ answer: String) throws(Problem) {
        guard !answer.contains("[["), !answer.contains("]]") else {
            throw .invalid(
                "#/body", "required",
                .init(
                    id: "Ganti semua bagian [[…]] dengan keterangan tentang laporan ini.",
                    en: "Replace every [[…]] with something about this report."))
        }
        var own = answer
        for piece in Self.pieces(of: body) ?? [] {
            let text = piece.trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty, let range = own.range(of: text) { own.removeSubrange(range) }
        }
        guard own.filter({ !$0.isWhitespace }).unicodeScalars.count >= ownWords else {
            throw .invalid(
                "#/body", "too_short",
                .init(
                    id: "Jelaskan apa yang dikerjakan untuk laporan ini, sedikitnya \(ownWords) huruf.",
                    en: "Say what was done about this report, in at least \(ownWords) characters."))
        }
    }
}

/// Statements about templates.
enum TemplateStore {
    static let columns: SQL = "t.id, t.name, t.category, t.body, t.own_words::int8 AS own_words, t.created_by"

    static func read(_ id: UUID) -> SQL {
        """
        SELECT \(columns) FROM casework.answer_template t
        WHERE t.agency = directory.me() AND t.id = \(id) AND t.removed_at IS NULL
        """
    }

    static func view(_ row: PostgresRow) throws -> JSONValue {
        let category = try row.decodeIfPresent("category", as: String.self)
        return [
            "template_id": .string(try row.decode("id", as: UUID.self).text),
            "name": .string(try row.decode("name", as: String.self)),
            "category": category.map(JSONValue.string) ?? .null,
            "body": .string(try row.decode("body", as: String.self)),
            "own_words": .integer(try row.decode("own_words", as: Int.self)),
            "created_by": .string(try row.decode("created_by", as: String.self)),
        ]
    }
}
