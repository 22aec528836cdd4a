import ServiceKit

/// The conditions of a rule that have no column of their own, as the API takes them and as the row keeps them:
///
/// `{"words":["tiang miring"],"channels":["sms"],"polygon":{GeoJSON},"weekdays":[6,7],"hours":{"from":"16:00","to":"07:30"},`
/// `"answers":{"depth":["deep"]}}`. What is absent matches everything.
struct RuleConditions: Sendable, Equatable {
    private(set) var words: [String] = []
    private(set) var channels: [String] = []
    private(set) var polygon: GeoPolygon?
    /// ISO weekdays, 1 is Monday.
    private(set) var weekdays: [Int] = []
    private(set) var hours: RuleHours?
    /// By the code of a question: answers of which one must have been given.
    private(set) var answers: [String: [String]] = [:]

    init(fields: inout FieldReader) {
        words = fields.strings("words", max: 50, length: 100) ?? []
        channels = (fields.strings("channels", max: 10, length: 20) ?? []).map { $0.lowercased() }
        if words.contains(where: { !$0.contains { $0.isLetter || $0.isNumber } }) { fields.fail("words", "bad_format") }
        if let value = fields.value("polygon") {
            do throws(GeoPolygon.Fault) { polygon = try GeoPolygon(value) } catch {
                fields.fail("polygon", error.rawValue)
            }
        }
        if let value = fields.value("weekdays") {
            weekdays = Set((value.array ?? []).compactMap(\.integer).filter((1...7).contains)).sorted()
            if value.array == nil || value.array?.count != weekdays.count { fields.fail("weekdays", "bad_format") }
        }
        if let value = fields.value("hours") {
            hours = RuleHours(from: value["from"]?.string ?? "", to: value["to"]?.string ?? "")
            if hours == nil { fields.fail("hours", "bad_format") }
        }
        if let value = fields.value("answers") {
            for member in value.object?.members ?? [] {
                let wanted = (member.value.array ?? []).compactMap(Circumstances.answer).filter { $0.count <= 200 }
                if !wanted.isEmpty, wanted.count == member.value.array?.count { answers[member.name] = wanted }
            }
            let given = value.object?.members.count ?? -1
            if given != answers.count || given > 20 { fields.fail("answers", "bad_format") }
        }
    }

    /// Members for the row and for the API; without those that match everything.
    var json: JSONObject {
        var object = JSONObject()
        if !words.isEmpty { object["words"] = .array(words.map { .string($0) }) }
        if !channels.isEmpty { object["channels"] = .array(channels.map { .string($0) }) }
        if let polygon { object["polygon"] = polygon.json }
        if !weekdays.isEmpty { object["weekdays"] = .array(weekdays.map { .integer($0) }) }
        if let hours { object["hours"] = ["from": .string(hours.bounds.from), "to": .string(hours.bounds.to)] }
        if !answers.isEmpty {
            object["answers"] = .object(
                JSONObject(
                    answers.sorted { $0.key < $1.key }.map {
                        (name: $0.key, value: JSONValue.array($0.value.map { .string($0) }))
                    }))
        }
        return object
    }

    var list: [RuleCondition] {
        var list: [RuleCondition] = []
        if !words.isEmpty { list.append(.words(words)) }
        if !channels.isEmpty { list.append(.channels(channels)) }
        if let polygon { list.append(.polygon(polygon)) }
        if !weekdays.isEmpty || hours != nil { list.append(.time(weekdays: weekdays, hours: hours)) }
        list += answers.sorted { $0.key < $1.key }.map { .answer(question: $0.key, wanted: $0.value) }
        return list
    }
}
