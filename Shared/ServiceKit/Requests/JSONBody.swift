import HTTPTypes
public import Hummingbird
import NIOCore

/// A request body that knows how to read itself.
///
/// ```swift
/// struct DeclineBody: RequestBodyFields {
///     let reason: String
///     let note: String?
///     init(fields: inout FieldReader) {
///         reason = fields.requiredString("reason", min: 10, max: 2000)
///         note = fields.string("note", max: 2000)
///     }
/// }
/// let body = try await JSONBody.decode(DeclineBody.self, from: request, context)
/// ```
public protocol RequestBodyFields {
    /// Reads the members; what is wrong is noted in `fields`, and then the value is thrown away.
    init(fields: inout FieldReader)
}

/// Strict reading of JSON bodies: media type, size, UTF-8, depth, then fields.
public enum JSONBody {
    /// - Parameter emptyAllowed: Takes no body at all as `{}`, for actions whose fields are all optional.
    /// - Throws: `Problem` with 415, 413, 400 `malformed_json` or 422 `validation`.
    public static func decode<Body: RequestBodyFields>(
        _: Body.Type, from request: Request, _ context: AppContext, emptyAllowed: Bool = false
    ) async throws -> Body {
        try read(Body.self, from: await value(from: request, context, emptyAllowed: emptyAllowed))
    }

    /// Reads fields from a value at hand.
    /// - Throws: 422 `validation`.
    public static func read<Body: RequestBodyFields>(_: Body.Type, from value: JSONValue) throws(Problem) -> Body {
        guard value.object != nil else { throw .invalid("#", "bad_format") }
        var fields = FieldReader(value)
        let body = Body(fields: &fields)
        try fields.finish()
        return body
    }

    /// The body as a value, whatever its shape.
    /// - Parameter accepting: Media types; parameters such as `charset=utf-8` are ignored.
    /// - Throws: `Problem` with 415, 413 or 400 `malformed_json`.
    public static func value(
        from request: Request, _ context: AppContext, accepting: [String] = ["application/json"],
        emptyAllowed: Bool = false
    ) async throws -> JSONValue {
        let (_, value) = try await bytesAndValue(
            from: request, context, accepting: accepting, emptyAllowed: emptyAllowed)
        return value
    }

    /// As `value`, with the bytes that were sent, for hashing.
    public static func bytesAndValue(
        from request: Request, _ context: AppContext, accepting: [String] = ["application/json"],
        emptyAllowed: Bool = false
    ) async throws -> ([UInt8], JSONValue) {
        let type = request.headers[.contentType].map(MediaTypes.essence)
        if emptyAllowed, type == nil || type.map(accepting.contains) == true {
            let bytes = try await context.collect(request)
            if bytes.isEmpty { return ([], [:]) }
            guard type != nil else { throw Problem.unsupportedMediaType(accepting) }
            return (bytes, try parse(bytes))
        }
        guard let type, accepting.contains(type) else { throw Problem.unsupportedMediaType(accepting) }
        let bytes = try await context.collect(request)
        return (bytes, try parse(bytes))
    }

    /// - Throws: 400 `malformed_json` that says what is wrong and where.
    public static func parse(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw Problem.malformedJSON.explained(
                id: "JSON tidak sah pada bita \(error.offset). Kirim JSON yang sah dalam UTF-8.",
                en: "Invalid JSON at byte \(error.offset): \(error.reason).")
        }
    }
}

extension AppContext {
    /// The whole body.
    /// - Throws: 413 when it is larger than `maxUploadSize`.
    public func collect(_ request: Request) async throws -> [UInt8] {
        if let length = request.headers[.contentLength], Int(length).map({ $0 > maxUploadSize }) ?? true {
            throw Problem.tooLarge(limit: maxUploadSize)
        }
        let watch = host?.bodyWatch.begin(channel)
        defer { if let watch { host?.bodyWatch.end(watch) } }
        do {
            let buffer = try await request.body.collect(upTo: maxUploadSize)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem.tooLarge(limit: maxUploadSize)
        }
    }
}

/// Media types of requests, as far as we look at them.
enum MediaTypes {
    /// `Application/JSON; charset=utf-8` → `application/json`.
    static func essence(_ value: String) -> String {
        var essence = value.prefix { $0 != ";" }
        while essence.last == " " || essence.last == "\t" { essence.removeLast() }
        return essence.lowercased()
    }

    /// Whether `Accept` leaves room for one of `types` (RFC 9110 §12.5.1). No header means anything will do.
    static func accepts(_ header: String?, _ types: [String]) -> Bool {
        guard let header, !header.isEmpty else { return true }
        return header.split(separator: ",").contains { part in
            let fields = part.split(separator: ";")
            guard let first = fields.first else { return false }
            let refused = fields.dropFirst().contains { field in
                let pair = field.filter { $0 != " " }.split(separator: "=")
                return pair.count == 2 && pair[0] == "q" && Double(pair[1]) == 0
            }
            let range = first.filter { $0 != " " }.lowercased()
            return !refused
                && types.contains { type in
                    range == "*/*" || range == type || (range.hasSuffix("/*") && type.hasPrefix(range.dropLast()))
                }
        }
    }

    /// Whether a browser asks: it names `text/html`, other clients do not.
    static func prefersHTML(_ header: String?) -> Bool {
        header?.contains("text/html") == true
    }
}
