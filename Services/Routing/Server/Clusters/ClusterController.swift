import Foundation
import Hummingbird
import RoutingAPI
import ServiceKit
import SinergiCore

/// Clusters over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/clusters`, `/v1/clusters/{id}`, `…/cases` | read | the agency |
/// | `PUT /v1/clusters/{id}` | verify | the agency |
/// | `POST …/cases`, `…/cases/{case_id}/remove` | verify | offices with a part in the case |
/// | `POST …/answers` | draft | the answering office |
/// | `POST …/answers/{answer_id}/approve`, `/return` | approve | the answering office |
/// | `POST …/answers/{answer_id}/publish` | publish | the answering office |
/// | `POST …/answer` | draft, approve and publish | the answering office |
struct ClusterController: Sendable {
    let callers: CallerReader
    let clusters: ClusterWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/clusters", use: list)
        router.get("/v1/clusters/:cluster_id", use: read)
        router.put("/v1/clusters/:cluster_id", use: change)
        router.get("/v1/clusters/:cluster_id/cases", use: members)
        router.post("/v1/clusters/:cluster_id/cases", use: add)
        router.post("/v1/clusters/:cluster_id/cases/:case_id/remove", use: remove)
        router.post("/v1/clusters/:cluster_id/answers", use: draft)
        router.post("/v1/clusters/:cluster_id/answers/:answer_id/approve", use: approve)
        router.post("/v1/clusters/:cluster_id/answers/:answer_id/return", use: sendBack)
        router.post("/v1/clusters/:cluster_id/answers/:answer_id/publish", use: publish)
        router.post("/v1/clusters/:cluster_id/answer", use: answerAtOnce)
    }

    private static let states: Set<String> = ["open", "quiet", "closed"]

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let state = request.query("state")
        guard state.map(Self.states.contains) ?? true else { throw Problem.invalid("#/state", "bad_format") }
        let rows = try await clusters.list(
            state: state, after: try Self.position(page), limit: page.limit, caller: caller)
        return ListResponse(rows: rows, page: page) { Cursor([Timestamp.text($0.openedAt), $0.clusterID.text]) }
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try await callers.caller(request, context)
        let (view, version) = try await clusters.read(try request.pathID("cluster_id", context), caller: caller)
        return try Reply(view, version: version).response(from: request, context: context)
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Reply {
        let expected = try request.requiredVersion()
        let (caller, body) = try await callers.action(ClusterBody.self, .verify, request, context)
        return try await clusters.change(
            try request.pathID("cluster_id", context), body, expected: expected, caller: caller)
    }

    @Sendable private func members(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let rows = try await clusters.members(
            of: try request.pathID("cluster_id", context), after: try Self.position(page), limit: page.limit,
            caller: caller)
        return ListResponse(rows: rows, page: page) { Cursor([Timestamp.text($0.receivedAt), $0.caseID.uuid.text]) }
    }

    @Sendable private func add(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ClusterCaseBody.self, .verify, request, context)
        return try await place(CaseID(body.caseID), belongs: true, request, context, caller)
    }

    @Sendable private func remove(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, _) = try await callers.action(NoteBody.self, .verify, request, context, emptyAllowed: true)
        let member = CaseID(try request.pathID("case_id", context))
        return try await place(member, belongs: false, request, context, caller)
    }

    private func place(
        _ member: CaseID, belongs: Bool, _ request: Request, _ context: AppContext, _ caller: Caller
    ) async throws -> Reply {
        try await clusters.place(
            member, in: try request.pathID("cluster_id", context), belongs: belongs, caller: caller)
    }

    @Sendable private func draft(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(ClusterAnswerBody.self, .draft, request, context)
        return try await clusters.draft(
            try request.pathID("cluster_id", context), body, caller: caller, repeatable: repeatable)
    }

    @Sendable private func approve(_ request: Request, _ context: AppContext) async throws -> Reply {
        try await review(request, context, approve: true)
    }

    @Sendable private func sendBack(_ request: Request, _ context: AppContext) async throws -> Reply {
        try await review(request, context, approve: false)
    }

    private func review(_ request: Request, _ context: AppContext, approve: Bool) async throws -> Reply {
        let (caller, body) = try await callers.action(NoteBody.self, .approve, request, context, emptyAllowed: true)
        return try await Reply(
            clusters.review(
                try request.pathID("answer_id", context), of: try request.pathID("cluster_id", context),
                approve: approve, body.note, caller: caller))
    }

    @Sendable private func publish(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, _) = try await callers.action(NoteBody.self, .publish, request, context, emptyAllowed: true)
        return try await Reply(
            clusters.publish(
                try request.pathID("answer_id", context), of: try request.pathID("cluster_id", context),
                language: context.language, caller: caller))
    }

    /// Drafted, approved and published by one person; where the agency wants four eyes, 403 and the draft waits for them.
    @Sendable private func answerAtOnce(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(ClusterAnswerBody.self, .draft, request, context)
        return try await Reply(
            clusters.answerAtOnce(
                try request.pathID("cluster_id", context), body, language: context.language, caller: caller,
                repeatable: repeatable))
    }

    private static func position(_ page: Page) throws(Problem) -> (at: Date, id: UUID)? {
        try page.cursor?.momentAndID()
    }
}
