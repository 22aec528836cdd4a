public import Foundation
public import SinergiCore

/// Reads the members of one JSON object by name, and gathers everything that is wrong instead of stopping at the first.
///
/// Each call names a member that is known; what was never named is an `unknown_field`. A wrong or missing member is
/// noted and a placeholder comes back, so a reader's result may be used only after `finish()` has not thrown.
/// `JSONBody.decode` does that.
///
/// A text of nothing but blanks counts as absent where it is optional: forms send such texts for empty fields.
public struct FieldReader {
    private let object: JSONObject
    private let path: [String]
    // Forms send every value as text.
    private let isForm: Bool
    private var known: Set<String> = []
    /// What is wrong so far.
    public private(set) var errors: [FieldError] = []

    /// - Parameters:
    ///   - value: The body. Anything but an object is one `bad_format` error.
    ///   - path: Where the object stands in the body, for pointers.
    public init(_ value: JSONValue, path: [String] = [], isForm: Bool = false) {
        object = value.object ?? JSONObject()
        self.path = path
        self.isForm = isForm
        if value.object == nil {
            errors.append(FieldError(pointer: path.isEmpty ? "#" : FieldError.pointer(path), code: "bad_format"))
        }
    }

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

    // MARK: Errors

    /// Notes that a member is wrong for a reason that only the caller knows.
    public mutating func fail(_ name: String, _ code: String, _ detail: Localized? = nil) {
        known.insert(name)
        note(path + [name], code, detail)
    }

    /// - Throws: `Problem.validation` with all errors, unknown members included; at most 50 of them.
    public mutating func finish() throws(Problem) {
        noteUnknown()
        guard errors.isEmpty else { throw .validation(Array(errors.prefix(50))) }
    }

    mutating func noteUnknown() {
        for member in object.members where known.insert(member.name).inserted {
            note(path + [member.name], "unknown_field")
        }
    }

    private mutating func note(_ path: [String], _ code: String, _ detail: Localized? = nil) {
        errors.append(FieldError(pointer: FieldError.pointer(path), code: code, detail: detail))
    }

    private mutating func present(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    private mutating func anyText(_ name: String) -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.string, !text.unicodeScalars.contains("\0") else {
            fail(name, "bad_format")
            return nil
        }
        return text
    }

    private mutating func anyArray(_ name: String, max: Int) -> [JSONValue]? {
        guard let value = present(name) else { return nil }
        guard let values = value.array else {
            fail(name, "bad_format")
            return nil
        }
        guard values.count <= max else {
            fail(name, "too_long")
            return nil
        }
        return values
    }

    private mutating func measured(_ text: String, _ name: String, min: Int, max: Int) -> String? {
        // PostgreSQL stores no NUL.
        guard !text.unicodeScalars.contains("\0") else {
            fail(name, "bad_format")
            return nil
        }
        let core = text.unicodeScalars.drop(while: \.properties.isWhitespace)
        let trailing = core.reversed().prefix(while: \.properties.isWhitespace).count
        if core.count - trailing < min {
            let unit = Localized(id: "Paling sedikit \(min) huruf.", en: "At least \(min) characters.")
            fail(name, "too_short", min > 1 ? unit : nil)
            return nil
        }
        guard text.unicodeScalars.count <= max else {
            fail(name, "too_long", Localized(id: "Paling banyak \(max) huruf.", en: "At most \(max) characters."))
            return nil
        }
        return text
    }

    private mutating func nested<Value>(
        _ value: JSONValue, _ path: [String], _ read: (inout FieldReader) -> Value
    ) -> Value {
        var reader = FieldReader(value, path: path, isForm: isForm)
        let result = read(&reader)
        if value.object != nil {
            reader.noteUnknown()
        } else {
            // One error says it all; what is missing inside follows from it.
            reader.errors = Array(reader.errors.prefix(1))
        }
        errors += reader.errors
        return result
    }
}
