import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import SinergiCore

/// The two formats of GeoReport v2, chosen by the address's ending.
enum Open311Format: String, CaseIterable, Sendable {
    case xml, json

    /// As the specification spells them.
    var contentType: String { self == .xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8" }
}

/// One answer of GeoReport v2, written as XML or, by the Spark mapping, as JSON: the outer list loses its name and lists are
/// always arrays. Ids and codes are strings in JSON, for the specification's own samples are no valid JSON.
indirect enum Open311Value: Sendable {
    case text(String)
    /// In JSON a number.
    case number(Double)
    /// In JSON `true` or `false`.
    case bool(Bool)
    /// XML: an empty element. JSON: null.
    case empty
    /// Members in order.
    case object([(name: String, value: Open311Value)])
    /// Elements of one name.
    case list(of: String, [Open311Value])
}

extension Open311Value {
    static func optional(_ text: String?) -> Open311Value { text.map { $0.isEmpty ? .empty : .text($0) } ?? .empty }
    static func optional(_ number: Double?) -> Open311Value { number.map(Open311Value.number) ?? .empty }
    /// W3C's profile of ISO 8601, to the second, with the zone.
    static func time(_ date: Date) -> Open311Value { .text(Open311Time.text(date)) }

    /// - Parameter root: Name of the outermost element.
    func response(_ root: String, _ format: Open311Format, status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes: [UInt8]
        switch format {
        case .json: bytes = try JSONWriter.bytes(of: json)
        case .xml:
            var text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            write(root, to: &text)
            bytes = Array(text.utf8)
        }
        return Response(
            status: status, headers: [.contentType: format.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .bool(let value): .bool(value)
        case .empty: .null
        case .object(let members): .object(JSONObject(members.map { (name: $0.name, value: $0.value.json) }))
        case .list(_, let values): .array(values.map(\.json))
        }
    }

    private func write(_ name: String, to text: inout String) {
        switch self {
        case .empty: text += "<\(name)/>"
        case .list(_, let values) where values.isEmpty: text += "<\(name)/>"
        case .text(let value): text += "<\(name)>\(Self.escaped(value))</\(name)>"
        case .number(let value): text += "<\(name)>\(value)</\(name)>"
        case .bool(let value): text += "<\(name)>\(value)</\(name)>"
        case .object(let members):
            text += "<\(name)>"
            for member in members { member.value.write(member.name, to: &text) }
            text += "</\(name)>"
        case .list(let element, let values):
            text += "<\(name)>"
            for value in values { value.write(element, to: &text) }
            text += "</\(name)>"
        }
    }

    /// What XML 1.0 cannot hold at all is left out.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\r": result += "&#13;"
            case let scalar where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Times of GeoReport v2.
enum Open311Time {
    static func text(_ date: Date) -> String {
        date.formatted(
            .iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: false)
                .timeSeparator(.colon).timeZone(separator: .omitted))
    }

    /// With a zone; a day alone is its first second in UTC.
    static func date(_ text: String) -> Date? {
        // A plus in an address that was not escaped has become a blank.
        let text = text.replacing(" ", with: "+")
        if text.utf8.count == 10 { return Timestamp.date("\(text)T00:00:00Z") }
        return Timestamp.date(text)
    }
}

/// What went wrong, as GeoReport v2 says it: 404 for what does not exist, 403 for keys, 400 for all else.
struct Open311Error: Error {
    let status: HTTPResponse.Status
    let description: String

    static func missing(_ what: String) -> Open311Error {
        Open311Error(status: .notFound, description: "\(what) was not found.")
    }
    static func bad(_ why: String) -> Open311Error { Open311Error(status: .badRequest, description: why) }
    static let key = Open311Error(
        status: .forbidden,
        description: "api_key is missing or wrong. Ask the address in discovery's key_service for one.")

    /// - Parameter problem: Whatever our own parts object to.
    init(_ problem: Problem) {
        switch problem.status.code {
        case 404, 413, 429, 503, 500: status = problem.status
        case 403, 401: status = .forbidden
        default: status = .badRequest
        }
        let fields = problem.errors.map { "\($0.pointer.dropFirst(2)): \($0.detail[.en])" }
        description = fields.isEmpty ? problem.detail[.en] : fields.joined(separator: " ")
    }

    init(status: HTTPResponse.Status, description: String) {
        self.status = status
        self.description = description
    }

    func response(_ format: Open311Format) throws -> Response {
        try Open311Value.list(
            of: "error",
            [.object([("code", .text(String(status.code))), ("description", .text(description))])]
        ).response("errors", format, status: status)
    }
}
