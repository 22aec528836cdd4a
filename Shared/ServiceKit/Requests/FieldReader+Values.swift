public import Foundation
import SinergiCore

extension FieldReader {
    // MARK: Texts

    /// A text that may be absent or `null`. Lengths are in Unicode code points, as in the database.
    public mutating func string(_ name: String, min: Int = 0, max: Int) -> String? {
        guard let text = anyText(name) else { return nil }
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        return measured(text, name, min: min, max: max)
    }

    /// A text that must be there.
    public mutating func requiredString(_ name: String, min: Int = 1, max: Int) -> String {
        guard let value = present(name) else {
            fail(name, "required")
            return ""
        }
        guard let text = value.string else {
            fail(name, "bad_format")
            return ""
        }
        return measured(text, name, min: min, max: max) ?? ""
    }

    /// One of an enumeration's raw values.
    public mutating func choice<Value: RawRepresentable>(_ name: String, _: Value.Type = Value.self) -> Value?
    where Value.RawValue == String {
        guard let text = anyText(name), !(isForm && text.isEmpty) else { return nil }
        guard let value = Value(rawValue: text) else {
            fail(name, "bad_format")
            return nil
        }
        return value
    }

    /// An id.
    public mutating func uuid(_ name: String) -> UUID? {
        guard let text = anyText(name), !(isForm && text.isEmpty) else { return nil }
        guard let value = UUID(uuidString: text) else {
            fail(name, "bad_format")
            return nil
        }
        return value
    }

    /// An id that must be there.
    public mutating func requiredUUID(_ name: String) -> UUID {
        if present(name) == nil { fail(name, "required") }
        return uuid(name) ?? UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    }

    /// A day, `YYYY-MM-DD`.
    public mutating func day(_ name: String) -> String? {
        guard let text = anyText(name), !(isForm && text.isEmpty) else { return nil }
        guard Timestamp.isDay(text) else {
            fail(name, "bad_format")
            return nil
        }
        return text
    }

    /// A moment in RFC 3339 with its zone.
    public mutating func moment(_ name: String) -> Date? {
        guard let text = anyText(name), !(isForm && text.isEmpty) else { return nil }
        guard let value = Timestamp.date(text) else {
            fail(name, "bad_format")
            return nil
        }
        return value
    }

    // MARK: Numbers and truth

    /// A finite number.
    public mutating func number(_ name: String) -> Double? {
        guard let value = present(name) else { return nil }
        if isForm, let text = value.string {
            let trimmed = text.filter { $0 != " " }
            if trimmed.isEmpty { return nil }
            // People write -1,05 in Indonesian.
            if let number = Double(trimmed.replacing(",", with: ".")), number.isFinite { return number }
        } else if let number = value.number {
            return number
        }
        fail(name, "bad_format")
        return nil
    }

    /// A whole number within a range; outside it is `bad_format`.
    public mutating func integer(_ name: String, in range: ClosedRange<Int> = .min ... .max) -> Int? {
        guard let value = present(name) else { return nil }
        if isForm, value.string?.isEmpty == true { return nil }
        let number = isForm ? value.string.flatMap(Int.init) : value.integer
        guard let number, range.contains(number) else {
            fail(name, "bad_format")
            return nil
        }
        return number
    }

    /// `true` or `false`; a form's ticked box.
    public mutating func bool(_ name: String) -> Bool? {
        guard let value = present(name) else { return nil }
        if isForm, let text = value.string { return ["on", "true", "1", "yes"].contains(text) }
        guard let bool = value.bool else {
            fail(name, "bad_format")
            return nil
        }
        return bool
    }

    // MARK: Inner values

    /// An object inside; its errors carry the whole pointer.
    public mutating func object<Value>(_ name: String, _ read: (inout FieldReader) -> Value) -> Value? {
        guard let value = present(name) else { return nil }
        return nested(value, path + [name], read)
    }

    /// An array of objects; longer than `max` is `too_long`.
    public mutating func objects<Value>(_ name: String, max: Int, _ read: (inout FieldReader) -> Value) -> [Value]? {
        guard let values = anyArray(name, max: max) else { return nil }
        return values.enumerated().map { nested($1, path + [name, String($0)], read) }
    }

    /// An array of texts; longer than `max` is `too_long`, and so is each text longer than `length`.
    public mutating func strings(_ name: String, max: Int, length: Int) -> [String]? {
        guard let values = anyArray(name, max: max) else { return nil }
        return values.enumerated().map { place, value in
            guard let text = value.string, !text.unicodeScalars.contains("\0") else {
                note(path + [name, String(place)], "bad_format")
                return ""
            }
            if text.unicodeScalars.count > length { note(path + [name, String(place)], "too_long") }
            return text
        }
    }

    /// Any value, `nil` when absent or `null`.
    public mutating func value(_ name: String) -> JSONValue? { present(name) }

    /// Whether the member is there, be it `null`. Does not make it known.
    public func contains(_ name: String) -> Bool { object[name] != nil }
}
