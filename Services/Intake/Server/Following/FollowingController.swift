import HTTPTypes
import Hummingbird
import IntakeAPI
import ServiceKit
import Tenancy

/// A complaint by its tracking code, and the steps that its reporter takes.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/complaints/{code}` | the holder of the access key: everything; others: what is published |
/// | `POST …/confirmation`, `/dispute`, `/withdrawal` | the holder of the access key |
struct FollowingController: Sendable {
    let workflow: FollowingWorkflow

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/v1/complaints/:tracking_code", use: show)
        router.post("/v1/complaints/:tracking_code/confirmation", use: confirm)
        router.post("/v1/complaints/:tracking_code/dispute", use: dispute)
        router.post("/v1/complaints/:tracking_code/withdrawal", use: withdraw)
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let key = try accessKey(request)
        let code = try await code(context, proven: key != nil)
        guard let key else {
            return try JSONResponse(await workflow.publicView(code: code, in: context.agency))
        }
        let record = try await workflow.record(code: code, proof: .accessKey(key), in: context.agency)
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

    /// The caller is asked who it is before its body is read: strangers learn nothing about what would be accepted.
    private func apply<Body: RequestBodyFields>(
        _: Body.Type, _ request: Request, _ context: AppContext, _ move: (Body) -> ReporterMove
    ) async throws -> JSONResponse {
        guard let accessKey = try accessKey(request) else { throw Problem.invalidAccessKey }
        let code = try await code(context, proven: true)
        let record = try await workflow.record(code: code, proof: .accessKey(accessKey), in: context.agency)
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

/// Body of `POST …/withdrawal`.
struct WithdrawalBody: RequestBodyFields {
    let withdrawal: Withdrawal

    init(fields: inout FieldReader) {
        withdrawal = Withdrawal(reason: fields.string("reason", max: 2000)?.trimmed)
    }
}
