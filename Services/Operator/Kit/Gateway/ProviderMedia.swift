import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SinergiCore

/// Files as the WhatsApp Cloud API has them: an id leads to an address, and that to the bytes, both with a bearer token.
///
/// | route | what |
/// |---|---|
/// | `POST /whatsapp/media` | a telephone sends a file: `{"id": …}`; kept in memory, the last twenty |
/// | `GET /whatsapp/{id}` | `{"url", "mime_type", "sha256", "file_size", "id"}` |
/// | `GET /whatsapp/files/{id}` | the bytes |
/// | `POST /whatsapp/outage?answers=3` | the next three answers are 503 |
actor ProviderMedia {
    private struct File {
        let id: String
        let type: String
        let bytes: ByteBuffer
        let hash: String
    }

    private var files: [File] = []
    private var outage = 0
    private static let kept = 20
    private static let maximumSize = 20 << 20

    func add(_ bytes: ByteBuffer, type: String) -> String {
        let hash = SHA256.hash(data: Data(bytes.readableBytesView)).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }
        let file = File(id: "media-\(UUID.v7().text)", type: type, bytes: bytes, hash: hash.joined())
        files = files.suffix(Self.kept - 1) + [file]
        return file.id
    }

    func fail(answers: Int) { outage = answers }

    /// - Throws: 503 while it plays an outage, 404 for what it has not.
    private func file(_ id: String) throws -> File {
        guard outage == 0 else {
            outage -= 1
            throw HTTPError(.serviceUnavailable)
        }
        guard let file = files.first(where: { $0.id == id }) else { throw HTTPError(.notFound) }
        return file
    }

    func description(_ id: String, host: String) throws -> Data {
        let file = try file(id)
        return try JSONSerialization.data(
            withJSONObject: [
                "messaging_product": "whatsapp", "url": "http://\(host)/whatsapp/files/\(id)", "mime_type": file.type,
                "sha256": file.hash, "file_size": file.bytes.readableBytes, "id": id,
            ] as [String: Any], options: [.sortedKeys, .withoutEscapingSlashes])
    }

    func bytes(_ id: String) throws -> (type: String, bytes: ByteBuffer) {
        let file = try file(id)
        return (file.type, file.bytes)
    }

    /// - Parameter token: What callers must bear; `nil`: nothing can be fetched.
    nonisolated func addRoutes(to router: Router<BasicRequestContext>, token: @escaping @Sendable () -> String?) {
        @Sendable func check(_ request: Request) throws {
            guard let token = token(), request.headers[.authorization] == "Bearer \(token)" else {
                throw HTTPError(.unauthorized)
            }
        }
        @Sendable func json(_ data: Data, _ status: HTTPResponse.Status = .ok) -> Response {
            Response(
                status: status, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: .init(bytes: data)))
        }
        router.post("/whatsapp/media") { request, _ in
            let bytes = try await request.body.collect(upTo: Self.maximumSize)
            let id = await self.add(bytes, type: request.headers[.contentType] ?? "application/octet-stream")
            return json(Data("{\"id\":\"\(id)\"}".utf8), .created)
        }
        router.post("/whatsapp/outage") { request, _ in
            await self.fail(answers: request.uri.queryParameters["answers"].flatMap { Int($0) } ?? 1)
            return HTTPResponse.Status.noContent
        }
        router.get("/whatsapp/files/:id") { request, context in
            try check(request)
            let (type, bytes) = try await self.bytes(try context.parameters.require("id"))
            return Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: bytes))
        }
        router.get("/whatsapp/:id") { request, context in
            try check(request)
            let host = request.head.authority ?? "127.0.0.1"
            return json(try await self.description(try context.parameters.require("id"), host: host))
        }
    }
}
