import Foundation
import HTTPTypes
import Hummingbird
import Identity
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// What officers key in for others: telephone, letter, somebody at the desk, and posts on social media.
///
/// | route | permission |
/// |---|---|
/// | `POST /v1/desk/complaints` | receive |
/// | `POST /v1/desk/posts` | receive |
struct DeskController: Sendable {
    let submissions: SubmissionWorkflow
    let verifier: TokenVerifier
    let database: AgencyDatabase
    let links: ReporterLinks

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.post("/v1/desk/complaints", use: keyIn)
        router.post("/v1/desk/posts", use: paste)
    }

    private func keyIn(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let principal = try await officer(request, context)
        let (bytes, body) = try await JSONBody.bytesAndValue(from: request, context)
        let desk = try DeskBody(body)
        let receipt = try await submit(
            desk.complaint, channel: desk.means.channel, hash: Fingerprint.bytes(bytes), principal,
            key: try request.idempotencyKey(), request, context)
        return try answer(receipt, context)
    }

    /// The same post again, by whomever, is the case that there is.
    private func paste(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let principal = try await officer(request, context)
        let key = try request.idempotencyKey()
        let post = try await JSONBody.decode(PostBody.self, from: request, context)
        if let code = try await known(post, context.agency) { return try existing(code, context) }
        do {
            let complaint = post.complaint
            let receipt = try await submit(
                complaint, channel: .social, hash: Fingerprint.bytes(try JSONWriter.bytes(of: complaint)), principal,
                key: key,
                request, context)
            return try answer(receipt, context)
        } catch let problem as Problem where problem.code == Problem.idempotencyKeyReused.code {
            // Two officers at once: the other was quicker.
            guard let code = try await known(post, context.agency) else { throw problem }
            return try existing(code, context)
        }
    }

    private func officer(_ request: Request, _ context: AppContext) async throws -> Principal {
        let principal = try await context.authenticate(request, verifier)
        try principal.require(.receive)
        return principal
    }

    private func submit(
        _ complaint: JSONValue, channel: CheckedSubmission.Channel, hash: [UInt8], _ principal: Principal, key: String?,
        _ request: Request, _ context: AppContext
    ) async throws -> ComplaintReceipt {
        try await submissions.submit(
            SubmissionWorkflow.Request(
                reader: SubmissionReader(complaint), hash: hash, caller: caller(principal, key, request),
                scope: context.agency, trace: context.trace, channel: channel, language: context.language))
    }

    /// The workspace asks in its own name for the officer of its session.
    private func caller(_ principal: Principal, _ key: String?, _ request: Request) -> SubmissionCaller {
        guard principal.roles.contains(.service), let officer = request.headers[.officer], !officer.isEmpty else {
            return SubmissionCaller(principal: principal, key: key)
        }
        return SubmissionCaller(name: String("client:\(officer)".prefix(200)), key: key)
    }

    private func known(_ post: PostBody, _ scope: AgencyScope) async throws -> String? {
        guard let number = post.externalID else { return nil }
        return try await database.query(
            scope,
            """
            SELECT tracking_code FROM intake.complaint
            WHERE agency = directory.me() AND source = \(PostBody.source) AND external_id = \(number)
            """
        ).first.map { try $0.decode("tracking_code") }
    }

    /// The receipt with what a printed one needs.
    private func answer(_ receipt: ComplaintReceipt, _ context: AppContext) throws -> JSONResponse {
        var members = try JSONParser.parse(try JSONWriter.bytes(of: receipt)).object ?? JSONObject()
        members["code_words"] = (try? TrackingCode(receipt.trackingCode)).map { .string($0.words) } ?? .null
        members["key_words"] = AccessKeyWords.words(of: receipt.accessKey).map { .string($0) } ?? .null
        members["link"] = .string(links.following(code: receipt.trackingCode, agency: context.agency))
        members["public_link"] = .string(links.status(of: receipt.trackingCode, agency: context.agency))
        return try JSONResponse(
            JSONValue.object(members), status: .created, headers: [.location: "v1/complaints/\(receipt.trackingCode)"])
    }

    private func existing(_ code: String, _ context: AppContext) throws -> JSONResponse {
        try JSONResponse(
            [
                "tracking_code": .string(code), "public_link": .string(links.status(of: code, agency: context.agency)),
            ] as JSONValue)
    }
}
