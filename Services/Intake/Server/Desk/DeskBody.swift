import Foundation
import ServiceKit
import SinergiCore

/// The body of `POST /v1/desk/complaints`: a complaint, and how it reached the desk.
struct DeskBody {
    /// How somebody came to the desk.
    enum Means: String {
        case phone, letter
        case walkIn = "walk_in"
        case desk

        var channel: CheckedSubmission.Channel {
            switch self {
            case .phone: .phone
            case .letter: .letter
            case .walkIn: .walkIn
            case .desk: .desk
            }
        }
    }

    let means: Means
    /// The rest: a body of `POST /v1/complaints`.
    let complaint: JSONValue

    /// - Throws: 422 for a means that there is not.
    init(_ body: JSONValue) throws(Problem) {
        guard var members = body.object else { throw .invalid("#", "bad_format") }
        guard let given = members["means"] else { throw .invalid("#/means", "required") }
        guard let means = given.string.flatMap(Means.init(rawValue:)) else { throw .invalid("#/means", "bad_format") }
        members["means"] = nil
        self.means = means
        complaint = .object(members)
    }
}

/// The body of `POST /v1/desk/posts`: what an officer saw in a group or a story, where no webhook reaches.
struct PostBody: RequestBodyFields {
    /// The post's address without what only tracks who shared it.
    let link: String?
    /// Its words; those of a picture are typed, or left out.
    let text: String?
    let title: String?
    let category: String?
    let address: String?
    let areaCode: String?
    let lat: Double?
    let long: Double?

    init(fields: inout FieldReader) {
        let given = fields.string("link", max: 2000)?.trimmed
        link = given.flatMap(Self.plain)
        if given?.isEmpty == false, link == nil { fields.fail("link", "bad_format") }
        text = fields.string("text", min: 10, max: 8000)?.trimmed
        if given == nil, text == nil { fields.fail("link", "required") }
        title = fields.string("title", max: 200)
        category = fields.string("category", max: 100)
        address = fields.string("address", max: 500)
        areaCode = fields.string("area_code", max: 100)
        lat = fields.number("lat")
        long = fields.number("long")
    }

    /// One post is one case, however its address was copied: no query, no fragment, no `www` or `m`.
    static func plain(_ link: String) -> String? {
        guard let url = URLComponents(string: link), ["http", "https"].contains(url.scheme?.lowercased() ?? ""),
            var host = url.host?.lowercased(), host.contains(".")
        else { return nil }
        for prefix in ["www.", "m.", "mobile."] where host.hasPrefix(prefix) { host.removeFirst(prefix.count) }
        var path = url.path
        while path.hasSuffix("/") { path.removeLast() }
        // A few networks name the post in the query alone.
        let kept = (url.queryItems ?? []).filter { ["v", "story_fbid", "id", "fbid"].contains($0.name) }
            .sorted { $0.name < $1.name }.map { "\($0.name)=\($0.value ?? "")" }
        return "https://" + host + path + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }

    /// By which the same post is found again.
    var externalID: String? { link.map { $0.unicodeScalars.count <= 200 ? $0 : Fingerprint.text($0) } }

    /// As a body of `POST /v1/complaints`. Where it was is often unknown at first; the post's author is never taken for the reporter.
    var complaint: JSONValue {
        var body: JSONObject = [
            "description": .string(
                [text ?? "Kiriman di media sosial. Petugas perlu membaca dan melengkapinya.", link].compactMap { $0 }
                    .joined(separator: "\n")),
            "anonymous": true,
        ]
        body["title"] = title.map { .string($0) }
        body["category"] = category.map { .string($0) }
        body["area_code"] = areaCode.map { .string($0) }
        body["lat"] = lat.map { .number($0) }
        body["long"] = long.map { .number($0) }
        let isPlaced = areaCode != nil || lat != nil
        body["address"] = address.map { .string($0) } ?? (isPlaced ? nil : "Tempat belum diketahui")
        if let externalID {
            body["source"] = .string(Self.source)
            body["external_id"] = .string(externalID)
        }
        return .object(body)
    }

    static let source = "social"
}
