import Foundation
import HTTPTypes
public import Hummingbird
import SinergiCore

/// Which part of a list is asked for: `?limit=50&cursor=…`.
public struct Page: Sendable, Hashable {
    /// How many rows at most, 1 to 200. Read one more from the database to know whether there are more.
    public let limit: Int
    /// What `Cursor.text` of the row before this page was; `nil` for the first page.
    public let cursor: Cursor?

    public init(limit: Int = 50, cursor: Cursor? = nil) {
        self.limit = limit
        self.cursor = cursor
    }

    /// - Throws: 422 `validation` with pointer `#/limit` or `#/cursor`.
    public init(_ request: Request) throws(Problem) {
        let query = request.uri.queryParameters
        var limit = 50
        if let text = query["limit"] {
            guard let value = Int(text), (1...200).contains(value) else {
                throw .invalid("#/limit", "bad_format", Localized(id: "Antara 1 dan 200.", en: "Between 1 and 200."))
            }
            limit = value
        }
        var cursor: Cursor?
        if let text = query["cursor"], !text.isEmpty {
            guard let value = Cursor(String(text)) else { throw .invalid("#/cursor", "bad_format") }
            cursor = value
        }
        self.init(limit: limit, cursor: cursor)
    }

    /// The `Link` header that names the page after this one. Relative to the agency's base address, like all our links;
    /// keeps the other parameters.
    public func link(to next: Cursor, _ request: Request) -> String {
        let kept = (request.uri.query ?? "").split(separator: "&").filter {
            !$0.hasPrefix("cursor=") && !$0.hasPrefix("limit=")
        }
        let query = kept.map(String.init) + ["limit=\(limit)", "cursor=\(next.text)"]
        return "<\(request.uri.path.drop { $0 == "/" })?\(query.joined(separator: "&"))>; rel=\"next\""
    }
}

/// The place of a row in a sorted list: the values of its sort columns as text. Opaque to callers, not secret.
public struct Cursor: Sendable, Hashable {
    /// The values, in the order in which they were given. They come from outside: check them before use.
    public let values: [String?]

    public init(_ values: [String?]) {
        self.values = values
    }

    /// Reads what `text` wrote; `nil` for anything else.
    public init?(_ text: String) {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), let array = (try? JSONParser.parse(Array(data)))?.array,
            array.count <= 8, array.allSatisfy({ $0.isNull || $0.string != nil })
        else { return nil }
        values = array.map(\.string)
    }

    /// The cursor as it goes on the wire.
    public var text: String {
        let sink = JSONSink()
        sink.json(.array(values.map { $0.map(JSONValue.string) ?? .null }))
        return Data(sink.bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}

/// One page of a list as contract.md shapes it: `data`, `meta`, and a `Link` to the next page.
public struct ListResponse<Item: Encodable & Sendable>: Sendable, ResponseGenerator {
    public let data: [Item]
    public let page: Page
    /// Where the next page begins; `nil` on the last.
    public let next: Cursor?

    public init(data: [Item], page: Page, next: Cursor?) {
        self.data = data
        self.page = page
        self.next = next
    }

    /// From up to `limit + 1` rows: the extra one only tells that there are more.
    public init(rows: [Item], page: Page, cursor: (Item) -> Cursor) {
        let data = Array(rows.prefix(page.limit))
        self.init(data: data, page: page, next: rows.count > page.limit ? data.last.map(cursor) : nil)
    }

    public func response(from request: Request, context: some RequestContext) throws -> Response {
        let body = ListDocument(
            data: data, meta: ListMeta(limit: page.limit, hasMore: next != nil, cursor: next?.text))
        var response = try JSONResponse(body).response(from: request, context: context)
        if let next { response.headers[.link] = page.link(to: next, request) }
        return response
    }
}

private struct ListDocument<Item: Encodable>: Encodable {
    let data: [Item]
    let meta: ListMeta
}

private struct ListMeta: Encodable {
    let limit: Int
    let hasMore: Bool
    let cursor: String?
}
