import HTTPTypes
import Hummingbird
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// A complaint by its tracking code, and the steps that its reporter takes.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/complaints/{code}` | the holder of the access key: everything; others: what is published |
/// | `POST …/confirmation`, `/dispute`, `/withdrawal`, `/objection`, `/rating` | the holder of the access key |
/// | `GET`, `POST …/messages` | the holder of the access key |
/// | `GET`, `POST …/consent` | the holder of the access key: may the external supervisor be told? |
struct FollowingController: Sendable {
    let workflow: FollowingWorkflow

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/v1/complaints/:tracking_code", use: show)
        router.post("/v1/complaints/:tracking_code/confirmation", use: confirm)
        router.post("/v1/complaints/:tracking_code/dispute", use: dispute)
        router.post("/v1/complaints/:tracking_code/withdrawal", use: withdraw)
        router.post("/v1/complaints/:tracking_code/objection", use: object)
        router.get("/v1/complaints/:tracking_code/messages", use: messages)
        router.post("/v1/complaints/:tracking_code/messages", use: write)
        router.post("/v1/complaints/:tracking_code/rating", use: rate)
        router.get("/v1/complaints/:tracking_code/consent", use: showConsent)
        router.post("/v1/complaints/:tracking_code/consent", use: consent)
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let key = try accessKey(request)
        let code = try await code(context, proven: key != nil)
        guard let key else {
            return try JSONResponse(await workflow.publicView(code: code, in: context.agency))
        }
        let record = try await workflow.record(
            code: code, proof: .accessKey(key), from: Visitor(request, context), in: context.agency)
        return try JSONResponse(await workflow.view(of: record, in: context.agency))
    }

    private func confirm(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await apply(ConfirmationBody.self, request, context) { .confirm($0.confirmation) }
    }

    private func dispute(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await apply(DisputeBody.self, request, context) { .dispute($0.dispute) }
    }

    private func withdraw(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await apply(WithdrawalBody.self, request, context) { .withdraw($0.withdrawal) }
    }

    private func object(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await apply(ObjectionBody.self, request, context) { .object($0.objection) }
    }

    private struct MessageList: Encodable, Sendable {
        let data: [ReporterMessage]
        let meta: Meta

        struct Meta: Encodable, Sendable {
            let limit: Int
            let hasMore = false
            let cursor: String? = nil
        }
    }

    /// All of them, oldest first; both sides.
    private func messages(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await proven(request, context)
        let view = try await workflow.view(of: record, in: context.agency)
        return try JSONResponse(MessageList(data: view.messages, meta: .init(limit: 1000)))
    }

    private func write(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await step(MessageBody.self, request, context, status: .created) { body, record, key in
            try await ReporterMessages(following: workflow).write(
                body.reply.body, to: record, key: key, in: context.agency, trace: context.trace)
        }
    }

    private func rate(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await step(RatingBody.self, request, context, status: .accepted) { body, record, key in
            try await ReporterMessages(following: workflow).rate(
                body.rating, comment: body.comment, of: record, key: key, in: context.agency, trace: context.trace)
        }
    }

    private func showConsent(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await proven(request, context)
        let projection = try await workflow.projection(of: record, in: context.agency)
        return try JSONResponse(
            ConsentView(
                asked: projection.steps.contains { $0.event == CaseEvent.externalConsentAsked.rawValue },
                given: projection.consents, wording: ExternalConsentText.wording,
                text: ExternalConsentText.text[context.language]))
    }

    private func consent(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await apply(ConsentBody.self, request, context) { .consent($0.given) }
    }

    private func proven(_ request: Request, _ context: AppContext) async throws -> ComplaintRecord {
        guard let accessKey = try accessKey(request) else { throw Problem.invalidAccessKey }
        let code = try await code(context, proven: true)
        return try await workflow.record(
            code: code, proof: .accessKey(accessKey), from: Visitor(request, context), in: context.agency)
    }

    /// A step that is no decision; answers with the view as it is then.
    private func step<Body: RequestBodyFields>(
        _: Body.Type, _ request: Request, _ context: AppContext, status: HTTPResponse.Status,
        _ apply: (Body, ComplaintRecord, (text: String, hash: [UInt8])?) async throws -> Void
    ) async throws -> JSONResponse {
        let record = try await proven(request, context)
        try await workflow.gate.pass(
            .follow, Visitor(request, context), subject: record.trackingCode, in: context.agency)
        let key = try request.idempotencyKey()
        let (bytes, value) = try await JSONBody.bytesAndValue(from: request, context)
        let body = try JSONBody.read(Body.self, from: value)
        try await apply(body, record, key.map { ($0, Fingerprint.bytes(Array(request.uri.path.utf8) + bytes)) })
        return try JSONResponse(await workflow.view(of: record, in: context.agency), status: status)
    }

    /// The caller is asked who it is before its body is read: strangers learn nothing about what would be accepted.
    private func apply<Body: RequestBodyFields>(
        _: Body.Type, _ request: Request, _ context: AppContext, _ move: (Body) -> ReporterMove
    ) async throws -> JSONResponse {
        guard let accessKey = try accessKey(request) else { throw Problem.invalidAccessKey }
        let code = try await code(context, proven: true)
        let record = try await workflow.record(
            code: code, proof: .accessKey(accessKey), from: Visitor(request, context), in: context.agency)
        let key = try request.idempotencyKey()
        let (bytes, value) = try await JSONBody.bytesAndValue(from: request, context, emptyAllowed: true)
        let body = try JSONBody.read(Body.self, from: value)
        let view = try await workflow.apply(
            move(body), to: record, key: key.map { ($0, Fingerprint.bytes(Array(request.uri.path.utf8) + bytes)) },
            in: context.agency, trace: context.trace)
        return try JSONResponse(view, status: .accepted)
    }

    /// The secret of the header. Another scheme than Bearer is as wrong as a wrong key.
    private func accessKey(_ request: Request) throws(Problem) -> String? {
        do {
            return try request.bearer()
        } catch {
            throw .invalidAccessKey
        }
    }

    /// - Parameter proven: With a key, an unreadable code is as wrong as a wrong key.
    private func code(_ context: AppContext, proven: Bool) async throws -> String {
        do {
            return try await workflow.code(context.parameters.get("tracking_code") ?? "", in: context.agency)
        } catch let problem as Problem where proven && !problem.pointsElsewhere {
            throw Problem.invalidAccessKey
        }
    }
}

/// Body of `POST …/confirmation`.
struct ConfirmationBody: RequestBodyFields {
    let confirmation: Confirmation

    init(fields: inout FieldReader) {
        confirmation = Confirmation(
            rating: fields.integer("rating", in: 1...5), comment: fields.string("comment", max: 2000)?.trimmed)
    }
}

/// Body of `POST …/dispute`.
struct DisputeBody: RequestBodyFields {
    let dispute: Dispute

    init(fields: inout FieldReader) {
        dispute = Dispute(
            reason: fields.requiredString("reason", min: 10, max: 2000).trimmed,
            part: fields.string("part", max: 60)?.trimmed)
    }
}

/// Body of `POST …/objection`.
struct ObjectionBody: RequestBodyFields {
    let objection: Objection

    init(fields: inout FieldReader) {
        objection = Objection(reason: fields.requiredString("reason", min: 10, max: 2000).trimmed)
    }
}

/// Body of `POST …/messages`.
struct MessageBody: RequestBodyFields {
    let reply: ReporterReply

    init(fields: inout FieldReader) {
        reply = ReporterReply(body: fields.requiredString("body", min: 2, max: 5000).trimmed)
    }
}

/// Body of `POST …/rating`.
struct RatingBody: RequestBodyFields {
    let rating: Int
    let comment: String?

    init(fields: inout FieldReader) {
        let value = fields.integer("rating", in: 1...5)
        if value == nil, fields.errors.isEmpty { fields.fail("rating", "required") }
        rating = value ?? 1
        comment = fields.string("comment", max: 2000)?.trimmed
    }
}

/// Body of `POST …/withdrawal`.
struct WithdrawalBody: RequestBodyFields {
    let withdrawal: Withdrawal

    init(fields: inout FieldReader) {
        withdrawal = Withdrawal(reason: fields.string("reason", max: 2000)?.trimmed)
    }
}
