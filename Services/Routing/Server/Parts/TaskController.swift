import Foundation
import HTTPTypes
import Hummingbird
import RoutingAPI
import ServiceKit
import SinergiCore

/// Tasks of an office's part over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/tasks` | read | officers of the agency |
/// | `POST /v1/cases/{id}/tasks` | draft | an office with an accepted part |
/// | `POST /v1/tasks/{id}` | draft | the office of the task; what is absent stays |
struct TaskController: Sendable {
    let callers: CallerReader
    let tasks: TaskWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/tasks", use: list)
        router.post("/v1/cases/:case_id/tasks", use: create)
        router.post("/v1/tasks/:task_id", use: change)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try JSONResponse(TaskList(data: await tasks.list(id, caller: caller)))
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(TaskBody.self, .draft, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try await tasks.create(id, body, caller: caller, repeatable: repeatable)
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(TaskBody.Change.self, .draft, request, context)
        return try await tasks.change(try request.pathID("task_id", context), body, caller: caller)
    }
}

/// `{"data":[…]}`: a case has few tasks, so there are no pages.
private struct TaskList: Encodable, Sendable {
    let data: [TaskView]
}

/// Body of `POST /v1/cases/{id}/tasks`.
struct TaskBody: RequestBodyFields, Sendable {
    let title: String?
    let dueAt: Date?
    let officer: UUID?
    let checklist: [TaskView.Check]?

    init(fields: inout FieldReader) {
        title = fields.requiredString("title", min: 3, max: 200)
        (dueAt, officer, checklist) = Self.rest(&fields)
    }

    fileprivate static func rest(_ fields: inout FieldReader) -> (Date?, UUID?, [TaskView.Check]?) {
        let checklist = fields.objects("checklist", max: 50) { fields in
            TaskView.Check(text: fields.requiredString("text", max: 300), done: fields.bool("done") ?? false)
        }
        return (fields.moment("due_at"), fields.uuid("officer"), checklist)
    }

    /// Body of `POST /v1/tasks/{id}`.
    struct Change: RequestBodyFields, Sendable {
        enum State: String {
            case open, done, dropped
        }
        let title: String?
        let dueAt: Date?
        let officer: UUID?
        let checklist: [TaskView.Check]?
        let state: State?

        init(fields: inout FieldReader) {
            title = fields.string("title", min: 3, max: 200)
            state = fields.choice("state", State.self)
            (dueAt, officer, checklist) = TaskBody.rest(&fields)
        }
    }
}
