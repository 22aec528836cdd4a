import Foundation
import HTTPTypes
import Hummingbird
import Media
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// The reporter's files as officers see them: with time and place of the picture.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/attachments` | read | who may read the case |
/// | `GET …/attachments/{id}`, `/content`, `/thumbnail` | read | who may read the case |
struct AttachmentController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let store: MediaStore

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/attachments", use: list)
        router.get("/v1/cases/:case_id/attachments/:attachment_id", use: show)
        router.get("/v1/cases/:case_id/attachments/:attachment_id/content", use: content)
        router.get("/v1/cases/:case_id/attachments/:attachment_id/thumbnail", use: thumbnail)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let id = try await readable(request, context)
        let items = try await store.items(ofCase: id, .attachment, in: context.agency)
        return try JSONResponse(
            JSONValue.object(["data": .array(items.map { .object($0.officerView(base: Self.base(id))) })]))
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let id = try await readable(request, context)
        let item = try await item(of: id, request, context)
        return try JSONResponse(JSONValue.object(item.officerView(base: Self.base(id))))
    }

    @Sendable private func content(_ request: Request, _ context: AppContext) async throws -> Response {
        try await bytes(request, context, thumbnail: false)
    }

    @Sendable private func thumbnail(_ request: Request, _ context: AppContext) async throws -> Response {
        try await bytes(request, context, thumbnail: true)
    }

    private func bytes(_ request: Request, _ context: AppContext, thumbnail: Bool) async throws -> Response {
        let item = try await item(of: try await readable(request, context), request, context)
        guard let response = MediaDownload.response(item, thumbnail: thumbnail, store: store, in: context.agency) else {
            throw Problem.notFound
        }
        return response
    }

    /// The case of the address, if the caller may read it.
    private func readable(_ request: Request, _ context: AppContext) async throws -> UUID {
        let caller = try await callers.caller(request, context)
        let id = try request.pathID("case_id", context)
        _ = try await cases.read(CaseID(id), caller: caller)
        return id
    }

    private func item(of id: UUID, _ request: Request, _ context: AppContext) async throws -> MediaItem {
        guard
            let item = try await store.item(
                try request.pathID("attachment_id", context), ofCase: id, in: context.agency),
            item.purpose == .attachment
        else { throw Problem.notFound }
        return item
    }

    private static func base(_ id: UUID) -> String { "v1/cases/\(id.uuidString.lowercased())/attachments" }
}
