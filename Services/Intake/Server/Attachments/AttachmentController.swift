import Foundation
import HTTPTypes
import Hummingbird
import Media
import ServiceKit
import SinergiCore
import Tenancy

/// The reporter's files.
///
/// | route | who |
/// |---|---|
/// | `GET`, `POST /v1/complaints/{code}/attachments` | the holder of the access key |
/// | `POST …/attachments/{id}/parts?offset=` | the holder of the access key |
/// | `GET …/attachments/{id}`, `/content`, `/thumbnail` | the holder of the access key |
///
/// A file comes as the body of the POST, or is announced by JSON with its size and then sent in parts.
struct AttachmentController: Sendable {
    let workflow: FollowingWorkflow
    let media: MediaDesk

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/v1/complaints/:tracking_code/attachments", use: list)
        router.post("/v1/complaints/:tracking_code/attachments", use: add)
        router.get("/v1/complaints/:tracking_code/attachments/:attachment_id", use: show)
        router.post("/v1/complaints/:tracking_code/attachments/:attachment_id/parts", use: part)
        router.get("/v1/complaints/:tracking_code/attachments/:attachment_id/content", use: content)
        router.get("/v1/complaints/:tracking_code/attachments/:attachment_id/thumbnail", use: thumbnail)
    }

    private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await owned(request, context)
        let items = try await media.store.items(ofCase: record.id, .attachment, in: context.agency)
        return try JSONResponse(
            JSONValue.object(["data": .array(items.map { .object($0.view(base: Self.base(record))) })]))
    }

    private func add(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await owned(request, context)
        try await workflow.gate.pass(
            .follow, Visitor(request, context), subject: record.trackingCode, in: context.agency)
        let key = try request.idempotencyKey()
        let id = key.map { UUID.media("attachment", record.trackingCode, $0, at: record.receivedAt) } ?? UUID.v7()
        let isAnnounced = request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true
        let item: MediaItem
        let name = request.query("name") ?? ""
        guard name.unicodeScalars.count <= 200 else { throw Problem.invalid("#/name", "too_long") }
        if isAnnounced {
            let body = try await JSONBody.decode(AnnouncementBody.self, from: request, context)
            let new = NewMedia(
                id: id, caseID: record.id, purpose: .attachment, name: body.name, addedBy: "reporter", size: body.size)
            item = try await media.store.begin(new, in: context.agency)
            guard item.declaredSize == new.size, item.name == new.name else { throw Problem.idempotencyKeyReused }
        } else {
            guard let size = request.headers[.contentLength].flatMap(Int.init), size > 0 else {
                throw Problem.malformedRequest.explained(
                    id: "Kirim berkas sebagai isi permintaan, dengan Content-Length.",
                    en: "Send the file as the body, with Content-Length.")
            }
            guard size <= MediaType.maximumSize else { throw Problem.tooLarge(limit: MediaType.maximumSize) }
            let new = NewMedia(
                id: id, caseID: record.id, purpose: .attachment, name: name, addedBy: "reporter", size: size)
            item = try await media.uploads.receive(new, request, context)
            guard item.declaredSize == size else { throw Problem.idempotencyKeyReused }
        }
        let base = Self.base(record)
        return try JSONResponse(
            JSONValue.object(item.view(base: base)), status: .created,
            headers: [.location: "\(base)/\(item.id.uuidString.lowercased())"])
    }

    private func part(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await owned(request, context)
        let item = try await item(of: record, context)
        guard let offset = request.query("offset").flatMap(Int.init), offset >= 0 else {
            throw Problem.invalid("#/offset", "required")
        }
        guard request.headers[.contentLength].map({ Int($0) != 0 }) ?? (request.headers[.transferEncoding] != nil)
        else {
            throw Problem.malformedRequest.explained(
                id: "Kirim bagian berkas sebagai isi permintaan.", en: "Send the part's bytes as the body.")
        }
        let now = try await media.uploads.append(to: item, at: offset, request, context)
        return try JSONResponse(JSONValue.object(now.view(base: Self.base(record))))
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await owned(request, context)
        return try JSONResponse(
            JSONValue.object(try await item(of: record, context).view(base: Self.base(record))))
    }

    private func content(_ request: Request, _ context: AppContext) async throws -> Response {
        try await bytes(request, context, thumbnail: false)
    }

    private func thumbnail(_ request: Request, _ context: AppContext) async throws -> Response {
        try await bytes(request, context, thumbnail: true)
    }

    private func bytes(_ request: Request, _ context: AppContext, thumbnail: Bool) async throws -> Response {
        let item = try await item(of: try await owned(request, context), context)
        guard
            let response = MediaDownload.response(item, thumbnail: thumbnail, store: media.store, in: context.agency)
        else { throw Problem.notFound }
        return response
    }

    private func owned(_ request: Request, _ context: AppContext) async throws -> ComplaintRecord {
        try await workflow.owned(request, context)
    }

    private func item(of record: ComplaintRecord, _ context: AppContext) async throws -> MediaItem {
        let id = try request(context)
        guard let item = try await media.store.item(id, ofCase: record.id, in: context.agency),
            item.purpose == .attachment
        else { throw Problem.notFound }
        return item
    }

    private func request(_ context: AppContext) throws(Problem) -> UUID {
        guard let id = context.parameters.get("attachment_id").flatMap(UUID.init(uuidString:)) else { throw .notFound }
        return id
    }

    private static func base(_ record: ComplaintRecord) -> String {
        "v1/complaints/\(record.trackingCode)/attachments"
    }
}

/// Body of `POST …/attachments` that announces a file.
private struct AnnouncementBody: RequestBodyFields {
    let name: String
    let size: Int

    init(fields: inout FieldReader) {
        name = fields.requiredString("name", min: 1, max: 200)
        let given = fields.integer("size", in: 1...MediaType.maximumSize)
        if given == nil { fields.fail("size", "required") }
        size = given ?? 1
    }
}

extension FollowingWorkflow {
    /// The complaint of the address, for the holder of its access key.
    /// - Throws: 401 `invalid_access_key` without the right key, 404 with the right address for another agency's code.
    func owned(_ request: Request, _ context: AppContext) async throws -> ComplaintRecord {
        let key: String?
        do {
            key = try request.bearer()
        } catch {
            throw Problem.invalidAccessKey
        }
        guard let key else { throw Problem.invalidAccessKey }
        let typed = context.parameters.get("tracking_code") ?? ""
        let code: String
        do {
            code = try await self.code(typed, in: context.agency)
        } catch let problem as Problem where !problem.pointsElsewhere {
            throw Problem.invalidAccessKey
        }
        let record = try await record(
            code: code, proof: .accessKey(key), from: Visitor(request, context), in: context.agency)
        try record.mustBeStored()
        return record
    }
}
