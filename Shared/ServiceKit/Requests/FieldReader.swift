import Foundation
public import SinergiCore

/// Reads the members of one JSON object by name, and gathers everything that is wrong instead of stopping at the first.
///
/// Each call names a member that is known; what was never named is an `unknown_field`. A wrong or missing member is
/// noted and a placeholder comes back, so a reader's result may be used only after `finish()` has not thrown.
/// `JSONBody.decode` does that.
///
/// A text of nothing but blanks counts as absent where it is optional: forms send such texts for empty fields.
public struct FieldReader {
    let object: JSONObject
    let path: [String]
    // Forms send every value as text.
    let isForm: Bool
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

    mutating func note(_ path: [String], _ code: String, _ detail: Localized? = nil) {
        errors.append(FieldError(pointer: FieldError.pointer(path), code: code, detail: detail))
    }

    mutating func present(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    mutating func anyText(_ name: String) -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.string, !text.unicodeScalars.contains("\0") else {
            fail(name, "bad_format")
            return nil
        }
        return text
    }

    mutating func anyArray(_ name: String, max: Int) -> [JSONValue]? {
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

    mutating func measured(_ text: String, _ name: String, min: Int, max: Int) -> String? {
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

    mutating func nested<Value>(
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
