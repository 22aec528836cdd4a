import HTTPTypes
import Hummingbird
import Identity
import IntakeAPI
import ServiceKit
import Tenancy

/// Receives complaints, and lists those that are public.
///
/// | route | who |
/// |---|---|
/// | `POST /v1/complaints` | everybody; a bearer token, where there is one, must be valid |
/// | `GET /v1/complaints` | everybody |
struct ComplaintController: Sendable {
    let workflow: SubmissionWorkflow
    let published: PublishedStore
    let verifier: TokenVerifier

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.post("/v1/complaints", use: create)
        router.get("/v1/complaints", use: list)
    }

    private func create(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let principal = try await context.authenticateIfPresent(request, verifier)
        let key = try request.idempotencyKey(anonymous: principal == nil)
        let (bytes, body) = try await JSONBody.bytesAndValue(from: request, context)
        guard body.object != nil else { throw Problem.invalid("#", "bad_format") }
        let receipt = try await workflow.submit(
            SubmissionWorkflow.Request(
                reader: SubmissionReader(body), hash: Fingerprint.bytes(bytes),
                caller: SubmissionCaller(principal: principal, key: key), scope: context.agency, trace: context.trace,
                channel: .api, language: context.language,
                visitor: Visitor(request, context, principal: principal)))
        return try JSONResponse(
            receipt, status: .created, headers: [.location: "v1/complaints/\(receipt.trackingCode)"])
    }

    private func list(_ request: Request, _ context: AppContext) async throws -> ListResponse<PublishedComplaint> {
        let page = try Page(request)
        let filter = try PublishedFilter(request)
        let rows = try await published.list(filter, page: page, in: context.agency)
        return ListResponse(rows: rows, page: page, cursor: \.cursor)
    }
}
