import Foundation
import HTTPTypes
import Hummingbird
import Media
import ServiceKit
import SinergiCore

/// Files on the page of a complaint: a form that works without JavaScript, read part by part.
extension PortalController {
    func attach(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let record = try await proven(request, context) else { return toDoor(context) }
        do {
            try record.mustBeStored()
            try await receive(request, context, for: record)
        } catch let problem as Problem where problem.status != .forbidden {
            return try await complaint(record, problem, request, context)
        }
        return pages.redirect(to: "/follow/\(record.trackingCode)", context)
    }

    /// The token must come before the first file, as it does in our form: nothing is stored without it.
    private func receive(_ request: Request, _ context: AppContext, for record: ComplaintRecord) async throws {
        guard let parser = MultipartParser(contentType: request.headers[.contentType]) else {
            throw Problem.unsupportedMediaType(["multipart/form-data"])
        }
        var reader = FormFiles(parser: parser)
        let limit = 128 << 20
        try await context.stream(request, limit: limit) { piece in
            for event in try reader.parser.feed(piece) {
                switch event {
                case .begin(let name, let filename):
                    reader.token = name == CSRF.field ? [] : reader.token
                    reader.readsToken = name == CSRF.field
                    guard name == "file", let filename, !filename.isEmpty else { continue }
                    try CSRF.check(FormBody(token: reader.token), request, context)
                    let item = try await media.store.begin(
                        NewMedia(
                            id: UUID.v7(), caseID: record.id, purpose: .attachment, name: filename,
                            addedBy: "reporter", size: MediaType.maximumSize), in: context.agency)
                    reader.file = (item, media.uploads.sink(for: item, in: context.agency))
                case .data(let bytes):
                    if reader.readsToken, reader.token.count + bytes.count <= 1024 { reader.token += bytes }
                    try await reader.file?.sink.take(bytes)
                case .end:
                    reader.readsToken = false
                    guard var file = reader.file else { continue }
                    reader.file = nil
                    try await file.sink.flush()
                    _ = try await media.uploads.finish(file.item, in: context.agency)
                }
            }
        }
        guard reader.parser.isFinished else { throw Problem.malformedRequest }
    }

    private struct FormFiles {
        var parser: MultipartParser
        var token: [UInt8] = []
        var readsToken = false
        var file: (item: MediaItem, sink: MediaSink)?
    }

    func showAttachment(_ request: Request, _ context: AppContext) async throws -> Response {
        try await bytes(request, context, thumbnail: false)
    }

    func showThumbnail(_ request: Request, _ context: AppContext) async throws -> Response {
        try await bytes(request, context, thumbnail: true)
    }

    private func bytes(_ request: Request, _ context: AppContext, thumbnail: Bool) async throws -> Response {
        guard let record = try await proven(request, context) else { return toDoor(context) }
        guard
            let item = try await media.store.item(
                try request.pathID("attachment_id", context), ofCase: record.id, in: context.agency),
            let response = MediaDownload.response(item, thumbnail: thumbnail, store: media.store, in: context.agency)
        else { throw Problem.notFound }
        return response
    }

    /// What the page shows of the files.
    func attachments(of record: ComplaintRecord, _ context: AppContext) async throws -> [String: Any] {
        guard !record.isWaiting else { return [:] }
        let items = try await media.store.items(ofCase: record.id, .attachment, in: context.agency)
        let files = items.filter { $0.state != .uploading }.map { item in
            [
                "id": item.id.uuidString.lowercased(), "name": item.name, "ready": item.state == .ready,
                "thumbnail": item.thumbnail != nil, "state": Self.words(item)[context.language],
            ] as [String: Any]
        }
        return ["files": files, "has_files": !files.isEmpty]
    }

    private static func words(_ item: MediaItem) -> Localized {
        if item.state != .refused {
            return Localized(id: "sedang diperiksa; muat ulang sebentar lagi", en: "being checked; reload in a moment")
        }
        switch item.reason {
        case "malware": return Localized(id: "ditolak: berisi program berbahaya", en: "refused: it holds malware")
        case "too_many_pixels", "too_large": return Localized(id: "ditolak: terlalu besar", en: "refused: too large")
        case "unsupported_type": return Localized(id: "ditolak: jenis berkas lain", en: "refused: another type of file")
        default: return Localized(id: "ditolak: tidak terbaca", en: "refused: unreadable")
        }
    }
}

extension FormBody {
    /// A form of which nothing but the token is known yet.
    fileprivate init(token: [UInt8]) throws(Problem) {
        guard let text = String(validating: token, as: UTF8.self) else { throw .malformedRequest }
        self.init(fields: [(name: CSRF.field, value: text)])
    }
}
