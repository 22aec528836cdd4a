import HTTPTypes
public import Hummingbird

/// The fields of an HTML form, `application/x-www-form-urlencoded`.
public struct FormBody: Sendable {
    /// Fields in order, `csrf_token` included.
    public let fields: [(name: String, value: String)]

    /// A form that was read elsewhere, as out of parts.
    public init(fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// The last value of a field; `nil` when the form has no such field.
    public subscript(name: String) -> String? {
        fields.last { $0.name == name }?.value
    }

    /// - Throws: `Problem` with 415, 413 or 400 `malformed_request`.
    public static func decode(from request: Request, _ context: AppContext) async throws -> FormBody {
        let form = "application/x-www-form-urlencoded"
        guard request.headers[.contentType].map(MediaTypes.essence) == form else {
            throw Problem.unsupportedMediaType([form])
        }
        return try FormBody(bytes: await context.collect(request))
    }

    /// - Throws: 400 `malformed_request` for escapes that are no UTF-8, or more than 500 fields.
    public init(bytes: [UInt8]) throws(Problem) {
        var fields: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard fields.count < 500, let name = Self.decoded(pair[0]),
                let value = Self.decoded(pair.count > 1 ? pair[1] : [])
            else { throw .malformedRequest }
            fields.append((name: name, value: value))
        }
        self.fields = fields
    }

    /// Reads the same body type as the API does. The errors come back beside the form, so that the page can be shown again.
    public func read<Body: RequestBodyFields>(_: Body.Type) -> Result<Body, Problem> {
        var members = JSONObject()
        // form_id names the page's form, so that a second tap is known; it is no part of the body.
        for field in fields where field.name != CSRF.field && field.name != "form_id" {
            // reporter.name stands for {"reporter": {"name": …}}.
            let parts = field.name.split(separator: ".", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                var inner = members[parts[0]]?.object ?? JSONObject()
                inner[parts[1]] = .string(field.value)
                members[parts[0]] = .object(inner)
            } else {
                members[field.name] = .string(field.value)
            }
        }
        var reader = FieldReader(.object(members), isForm: true)
        let body = Body(fields: &reader)
        do {
            try reader.finish()
            return .success(body)
        } catch {
            return .failure(error)
        }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = bytes.startIndex
        while place < bytes.endIndex {
            switch bytes[place] {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                guard place + 2 < bytes.endIndex,
                    let byte = UInt8(String(decoding: bytes[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
                else { return nil }
                result.append(byte)
                place += 2
            case let byte: result.append(byte)
            }
            place += 1
        }
        return String(validating: result, as: UTF8.self)
    }
}
