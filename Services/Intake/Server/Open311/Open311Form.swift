import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit
import SinergiCore
import Tenancy

/// The form of a POST: `application/x-www-form-urlencoded`, or multipart as some clients send it. Files in it are read past:
/// GeoReport v2 knows `media_url` only.
struct Open311Form: Sendable {
    let fields: [(name: String, value: String)]
    /// As they were sent, without the key, for recognising repeats.
    let bytes: [UInt8]

    init(_ request: Request, _ context: AppContext) async throws {
        let body = try await context.collect(request)
        if var parser = MultipartParser(contentType: request.headers[.contentType]) {
            fields = try Self.fields(of: &parser, body)
        } else {
            guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
            else {
                throw Open311Error.bad("Send application/x-www-form-urlencoded.")
            }
            fields = try FormBody(bytes: body).fields
        }
        bytes = Array(
            fields.filter { $0.name != "api_key" }.map { "\($0.name)=\($0.value)" }.joined(separator: "\0").utf8)
    }

    private static func fields(
        of parser: inout MultipartParser, _ body: [UInt8]
    ) throws -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        var current: (name: String, bytes: [UInt8])?
        for event in try parser.feed(body) {
            switch event {
            case .begin(let name, let filename): current = filename == nil ? (name, []) : nil
            case .data(let bytes): current?.bytes += bytes
            case .end:
                guard let field = current else { continue }
                guard let text = String(validating: field.bytes, as: UTF8.self) else { throw Problem.malformedRequest }
                fields.append((name: field.name, value: text))
                current = nil
            }
        }
        guard parser.isFinished else { throw Problem.malformedRequest }
        return fields
    }

    /// The first value of a field; an empty one is as good as none.
    subscript(name: String) -> String? {
        fields.first { $0.name == name && !$0.value.trimmed.isEmpty }?.value.trimmed
    }

    /// The body of `POST /v1/complaints` that says the same.
    /// - Throws: 400 for coordinates that are no numbers, a place that is missing, a description that is too long.
    func submission(category: Directory.Category, client: String) throws -> JSONValue {
        var body = JSONObject()
        body["category"] = .string(category.code)
        switch (self["lat"], self["long"]) {
        case (let lat?, let long?):
            guard let lat = Double(lat), let long = Double(long), lat.isFinite, long.isFinite else {
                throw Open311Error.bad("lat and long must be numbers.")
            }
            body["lat"] = .number(lat)
            body["long"] = .number(long)
        case (nil, nil):
            guard self["address_string"] != nil || self["address_id"] != nil else {
                throw Open311Error.bad("lat and long, address_string or address_id is required.")
            }
        default: throw Open311Error.bad("lat and long belong together.")
        }
        if let address = self["address_string"] ?? self["address_id"] {
            body["address"] = .string(String(address.prefix(500)))
        }
        guard (self["description"]?.count ?? 0) <= 4000 else {
            throw Open311Error.bad("description may have at most 4000 characters.")
        }
        body["description"] = .string(words(category))
        var reporter = JSONObject()
        let name = [self["first_name"], self["last_name"]].compactMap { $0 }.joined(separator: " ")
        if !name.isEmpty { reporter["name"] = .string(String(name.prefix(200))) }
        if let email = self["email"] { reporter["email"] = .string(email) }
        if let phone = self["phone"] { reporter["phone"] = .string(phone) }
        body["reporter"] = .object(reporter)
        return .object(body)
    }

    /// The description with what else the client said; a service without any text is said by its name.
    private func words(_ category: Directory.Category) -> String {
        var lines: [String] = []
        if let description = self["description"] { lines.append(description) }
        for field in fields where field.name.hasPrefix("attribute[") && !field.value.trimmed.isEmpty {
            let code = field.name.dropFirst("attribute[".count).prefix { $0 != "]" }
            lines.append("\(String(code.prefix(100))): \(String(field.value.trimmed.prefix(1000)))")
        }
        for field in fields where field.name == "media_url" && field.value.hasPrefix("http") {
            lines.append("Foto: \(String(field.value.trimmed.prefix(500)))")
        }
        let text = lines.joined(separator: "\n")
        return String((text.count < 10 ? "\(category.nameID). \(text)" : text).prefix(10_000))
    }
}
