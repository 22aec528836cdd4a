import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit
import SinergiCore
import Tenancy

/// The form of a POST: `application/x-www-form-urlencoded`, or multipart with files, as clients send pictures
/// (`media`, `photo1`, …).
struct Open311Form: Sendable {
    let fields: [(name: String, value: String)]
    /// As they were sent, without the key, for recognising repeats.
    let bytes: [UInt8]
    /// In the order in which they came.
    let files: [UnnamedFile]

    private static let maximumFiles = 10
    private static let maximumBody = 64 << 20
    private static let maximumText = 1 << 20

    /// - Parameter mayStore: Throws unless this `api_key` is a client's; asked before the first file is written down, so the key
    ///   must come before it or in the address.
    init(_ request: Request, _ context: AppContext, mayStore: (String?) throws -> Void) async throws {
        if let parser = MultipartParser(contentType: request.headers[.contentType]) {
            var parts = Parts(parser: parser)
            try await context.stream(request, limit: Self.maximumBody) { try parts.take($0, mayStore) }
            guard parts.parser.isFinished else { throw Problem.malformedRequest }
            (fields, files) = (parts.fields, parts.files)
        } else {
            files = []
            let body = try await context.collect(request)
            guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
            else {
                throw Open311Error.bad("Send application/x-www-form-urlencoded.")
            }
            fields = try FormBody(bytes: body).fields
        }
        bytes = Array(
            fields.filter { $0.name != "api_key" }.map { "\($0.name)=\($0.value)" }.joined(separator: "\0").utf8)
    }

    /// Texts stay in memory, files go to the disk as they come.
    private struct Parts {
        var parser: MultipartParser
        var fields: [(name: String, value: String)] = []
        var files: [UnnamedFile] = []
        private var text: (name: String, bytes: [UInt8])?
        private var file: UnnamedFile?
        private var room = Open311Form.maximumText

        init(parser: MultipartParser) { self.parser = parser }

        mutating func take(_ piece: [UInt8], _ mayStore: (String?) throws -> Void) throws {
            for event in try parser.feed(piece) {
                switch event {
                case .begin(let name, nil): text = (name, [])
                case .begin(_, let filename?):
                    // A browser sends a part without a name where no file was chosen.
                    guard !filename.isEmpty else { continue }
                    try mayStore(fields.first { $0.name == "api_key" }?.value)
                    guard files.count < Open311Form.maximumFiles else { throw Open311Error.bad("At most 10 files.") }
                    file = try UnnamedFile(name: String(filename.prefix(200)))
                case .data(let bytes):
                    try file?.append(bytes)
                    guard text != nil else { continue }
                    room -= bytes.count
                    guard room >= 0 else { throw Problem.tooLarge(limit: Open311Form.maximumText) }
                    text?.bytes += bytes
                case .end: try end()
                }
            }
        }

        private mutating func end() throws {
            if let file { files.append(file) }
            if let text {
                guard let value = String(validating: text.bytes, as: UTF8.self) else { throw Problem.malformedRequest }
                fields.append((name: text.name, value: value))
            }
            (file, text) = (nil, nil)
        }
    }

    /// The first value of a field; an empty one is as good as none.
    subscript(name: String) -> String? {
        fields.first { $0.name == name && !$0.value.trimmed.isEmpty }?.value.trimmed
    }

    /// The body of `POST /v1/complaints` that says the same.
    /// - Throws: 400 for coordinates that are no numbers, a place that is missing, a description that is too long.
    func submission(category: Directory.Category, attributes: Open311Attributes) throws -> JSONValue {
        var body = JSONObject()
        let answers = try attributes.answers(fields)
        if !answers.members.isEmpty { body["attributes"] = .object(answers) }
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
        body["description"] = .string(words(category, attributes))
        var reporter = JSONObject()
        let name = [self["first_name"], self["last_name"]].compactMap { $0 }.joined(separator: " ")
        if !name.isEmpty { reporter["name"] = .string(String(name.prefix(200))) }
        if let email = self["email"] { reporter["email"] = .string(email) }
        if let phone = self["phone"] { reporter["phone"] = .string(phone) }
        body["reporter"] = .object(reporter)
        return .object(body)
    }

    /// The description with what else the client said; a service without any text is said by its name.
    private func words(_ category: Directory.Category, _ attributes: Open311Attributes) -> String {
        var lines: [String] = []
        if let description = self["description"] { lines.append(description) }
        lines += attributes.others(fields).map { "\($0.code): \($0.value.prefix(1000))" }
        lines += pictures.map { "Foto: \($0)" }
        let text = lines.joined(separator: "\n")
        return String((text.count < 10 ? "\(category.nameID). \(text)" : text).prefix(10_000))
    }

    /// Addresses of pictures elsewhere.
    var pictures: [String] {
        fields.filter { $0.name == "media_url" && $0.value.hasPrefix("http") }.prefix(Self.maximumFiles)
            .map { String($0.value.trimmed.prefix(500)) }
    }
}
