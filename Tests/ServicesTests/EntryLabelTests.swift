import Foundation
import PostgresMigrations
import RoutingSchema
import SinergiCore
import Testing

/// An officer must never read a word of the program's own in the history of a case.
@Suite("Entries on the case page")
struct EntryLabelTests {
    @Test("every type of entry that the database writes has a label in both languages")
    func labelled() throws {
        let types = try RoutingSchema.migrations().migrations.flatMap { Self.types(in: $0.sql) }
        #expect(types.count > 30, "the scripts are read as they are written")
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Services/Routing/Server/Resources/pages/texts.json")
        let texts = try JSONDecoder().decode([String: [String: String]].self, from: Data(contentsOf: file))
        for type in Set(types) where CaseEvent(rawValue: type) == nil {
            #expect(texts["entry_" + type]?.keys.sorted() == ["en", "id"], "\(type)")
        }
    }

    /// Literals in the sixth argument of `casework._entry(case, seq, at, office, actor, type, …)`.
    private static func types(in sql: String) -> [String] {
        sql.ranges(of: "casework._entry(").flatMap { call -> [String] in
            var (depth, argument, quoted, found, literal) = (1, 0, false, [String](), "")
            for character in sql[call.upperBound...] {
                switch character {
                case "'" where quoted && argument == 5:
                    found.append(literal)
                    fallthrough
                case "'":
                    (quoted, literal) = (!quoted, "")
                case _ where quoted: literal.append(character)
                case "(": depth += 1
                case ")": depth -= 1
                case "," where depth == 1: argument += 1
                default: break
                }
                if depth == 0 || argument > 5 { return types(among: found) }
            }
            return []
        }
    }

    /// A literal that ends in `_` is only the beginning of one.
    private static func types(among literals: [String]) -> [String] {
        literals.filter { $0.count > 3 && !$0.hasSuffix("_") && $0.allSatisfy { $0.isLowercase || $0 == "_" } }
    }
}
