import Foundation
import Hummingbird
import Identity
import ServiceKit
import SinergiCore

/// How every page of the workspace finds out who asks, and every form that it came from our own page.
struct OfficerDoor: Sendable {
    let pages: Pages
    let sessions: BrowserSession
    let callers: CallerReader

    /// The officer of the request's session; `nil` for somebody who is not logged in.
    func officer(_ request: Request, _ context: AppContext) async throws -> (session: Session, caller: Caller)? {
        guard let session = try await sessions.current(request, context) else { return nil }
        return (session, try await callers.caller(session.principal, context))
    }

    /// A form that was sent, and by whom. Ids in its fields are asked about like those in the address, for a handoff or a
    /// task names its case as well as the case's own id does.
    /// - Throws: 403 for a form that is not ours, 404 where it names something of a case that the officer must not read.
    func form(
        _ request: Request, _ context: AppContext
    ) async throws -> (fields: FormBody, session: Session, caller: Caller)? {
        let fields = try await FormBody.decode(from: request, context)
        guard let (session, somebody) = try await officer(request, context) else { return nil }
        try CSRF.check(fields, request, context, session: session)
        var caller = somebody
        caller.about = caller.about.adding(.array(fields.fields.map { .string($0.value) }))
        return (fields, session, try await callers.knowing(caller))
    }

    /// The caller with the keys of secret cases of a list that was asked for already.
    func reading(_ cases: [UUID], _ caller: Caller) async throws -> Caller {
        guard !cases.isEmpty else { return caller }
        var caller = caller
        for id in cases { caller.about = caller.about.adding(id) }
        return try await callers.knowing(caller)
    }

    func login(_ context: AppContext) -> Response { pages.redirect(to: "/login", context) }

    /// What a page says about a refused form: the fields by their names on the page, else the problem as a whole.
    func errors(_ problem: Problem, _ language: Language) -> [String: Any] {
        [
            "detail": problem.detail[language],
            "fields": problem.errors.map { error in
                let name = error.pointer.split(separator: "/").dropFirst().first.map(String.init) ?? ""
                return ["name": pages.text("field_" + name, language), "detail": error.detail[language]]
            },
        ]
    }
}
