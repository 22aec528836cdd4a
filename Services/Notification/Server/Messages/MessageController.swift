import Foundation
import Hummingbird
import Identity
import NotificationAPI
import ServiceKit
import SinergiCore

/// What auditors and admins see of messages and wording.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/messages` | auditor, admin |
/// | `POST /v1/messages/{message_id}/requeue` | admin |
/// | `GET /v1/templates` | auditor, admin |
struct MessageController: Sendable {
    let store: MessageStore
    let templates: TemplateStore
    let verifier: TokenVerifier
    let bells: [SendBell]

    func add(to router: Router<AppContext>) {
        router.get("/v1/messages", use: list)
        router.post("/v1/messages/:message_id/requeue", use: requeue)
        router.get("/v1/templates", use: wording)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> ListResponse<MessageView> {
        try await allow([.auditor, .admin], request, context)
        let page = try Page(request)
        let query = request.uri.queryParameters
        var filter = MessageFilter()
        filter.state = try Self.oneOf(["queued", "sending", "sent", "dead"], query["state"], "#/state")
        filter.channel = try Self.oneOf(Channel.allCases.map(\.rawValue), query["channel"], "#/channel")
        filter.trackingCode = query["tracking_code"].map { $0.uppercased() }
        if let cursor = page.cursor {
            guard let text = cursor.values.first ?? nil, let id = UUID(uuidString: text) else {
                throw Problem.invalid("#/cursor", "bad_format")
            }
            filter.before = id
        }
        let rows = try await store.list(filter, limit: page.limit + 1, in: context.agency)
        return ListResponse(rows: rows, page: page) { Cursor([$0.messageID.text]) }
    }

    @Sendable private func requeue(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await allow([.admin], request, context)
        guard let id = context.parameters.get("message_id").flatMap({ UUID(uuidString: $0) }) else {
            throw Problem.notFound
        }
        guard let message = try await store.requeue(id, in: context.agency) else {
            guard let state = try await store.state(of: id, in: context.agency) else { throw Problem.notFound }
            throw Problem.wrongState(current: ["message_id": .string(id.text), "state": .string(state)])
        }
        for bell in bells { bell.ring() }
        return try JSONResponse(message)
    }

    @Sendable private func wording(_ request: Request, _ context: AppContext) async throws -> ListResponse<TemplateView>
    {
        try await allow([.auditor, .admin], request, context)
        let page = try Page(request)
        guard let place = page.cursor.map({ ($0.values.first ?? nil).flatMap { Int($0) } }) ?? 0, place >= 0 else {
            throw Problem.invalid("#/cursor", "bad_format")
        }
        let all = try await templates.all(in: context.agency)
        let data = all.dropFirst(place).prefix(page.limit).map(TemplateView.init)
        let next = place + data.count
        return ListResponse(data: data, page: page, next: next < all.count ? Cursor([String(next)]) : nil)
    }

    private func allow(_ roles: Set<Role>, _ request: Request, _ context: AppContext) async throws {
        let who = try await context.authenticate(request, verifier)
        guard !who.roles.isDisjoint(with: roles) else { throw Problem.insufficientRole }
    }

    private static func oneOf(_ words: [String], _ text: Substring?, _ pointer: String) throws(Problem) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard words.contains(String(text)) else { throw .invalid(pointer, "bad_format") }
        return String(text)
    }
}

extension TemplateView {
    fileprivate init(_ template: Template) {
        self.init(
            audience: template.key.audience.rawValue, event: template.key.event, channel: template.key.channel.rawValue,
            language: template.key.language.rawValue, validFrom: template.validFrom, common: template.agency == 0,
            subject: template.subject, body: template.body)
    }
}
