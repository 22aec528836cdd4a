import Hummingbird
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Where a case stands, for everybody: the address that is posted back under a viral post.
///
/// | route | who |
/// |---|---|
/// | `GET /status/{code}` | everybody; 404 for what is secret, unknown or not public |
///
/// The words are shown once an officer has checked them. Before that only a post's case is shown, and only who holds it and
/// what comes next: that the post is known, everybody may know.
struct StatusPage: Sendable {
    let pages: Pages
    let following: FollowingWorkflow
    let directory: DirectoryStore

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/status/:tracking_code", use: show)
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let code = try await following.code(try context.parameters.require("tracking_code"), in: context.agency)
        return try await page(code, nil, FormBody(fields: []), request, context)
    }

    /// - Parameters:
    ///   - problem: What was wrong with the form for following it.
    ///   - form: What was typed there.
    func page(
        _ code: String, _ problem: Problem?, _ form: FormBody, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let summary = try await following.statusView(code: code, in: context.agency)
        let page = FollowPage(
            directory: try await directory.current(), agency: context.agency, language: context.language)
        var model = page.model(of: summary)
        // Only what an officer has checked has words, and only that can be followed.
        model["followable"] = !summary.description.isEmpty
        model["email"] = form["email"] ?? ""
        model["phone"] = form["phone"] ?? ""
        if let problem {
            model["problem"] = problem.detail[context.language]
            model["errors"] = problem.errors.map { ["detail": $0.detail[context.language]] }
        }
        return try pages.page(
            "status", title: Localized(id: "Status laporan", en: "Where the report stands"),
            model: model, request, context, status: problem?.status ?? .ok)
    }
}
