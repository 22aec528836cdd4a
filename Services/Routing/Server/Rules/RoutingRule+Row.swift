import Foundation
import Postgres
import ServiceKit
import SinergiCore

extension RoutingRule {
    /// A rule as it stands in the database. What this code does not understand makes the rule broken, not absent.
    init(row: PostgresRow) throws {
        var conditions: [RuleCondition] = []
        var faults: [String] = []
        if let category = try row.decodeIfPresent("category", as: String.self) {
            conditions.append(.category(category))
        }
        if let area = try row.decodeIfPresent("area_code", as: String.self) { conditions.append(.area(area)) }
        if let kind = try row.decodeIfPresent("kind", as: String.self) {
            if let known = Kind(rawValue: kind) {
                conditions.append(.kind(known))
            } else {
                faults.append("Jenis laporan \(kind) tidak dikenal.")
            }
        }
        let stored = RuleConditions(json: try row.decode("conditions", as: String.self))
        if !stored.words.isEmpty { conditions.append(.words(stored.words)) }
        faults += stored.faults
        let lead = try row.decodeIfPresent("lead", as: String.self)
        let hold = try row.decode("hold", as: Bool.self)
        if lead == nil, !hold { faults.append("Aturan ini tidak menyebut kantor tujuan.") }
        self.init(
            id: try row.decode("id", as: UUID.self), version: try row.decode("version", as: Int.self),
            priority: try row.decode("priority", as: Int.self), name: try row.decode("name", as: String.self),
            conditions: conditions, lead: lead, contributors: try row.decode("contributors", as: [String].self),
            hold: hold, faults: faults)
    }
}

/// The conditions of a rule that have no column of their own: `{"words":["tiang miring","kabel putus"]}`.
struct RuleConditions: Sendable, Equatable {
    private(set) var words: [String] = []
    /// What cannot be understood.
    private(set) var faults: [String] = []

    init(words: [String]) {
        self.words = words
    }

    init(json: String) {
        guard let object = try? JSONParser.parse(Array(json.utf8)).object else {
            faults = ["Syarat aturan tidak terbaca."]
            return
        }
        for member in object.members {
            switch (member.name, member.value.array?.compactMap(\.string)) {
            case ("words", let words?): self.words = words
            default: faults.append("Syarat “\(member.name)” tidak dikenal.")
            }
        }
    }

    /// As it is stored.
    var json: JSONValue {
        words.isEmpty ? [:] : ["words": .array(words.map { .string($0) })]
    }
}
