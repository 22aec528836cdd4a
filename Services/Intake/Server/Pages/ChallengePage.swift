import Foundation
import Hummingbird
import ServiceKit
import SinergiCore

/// What a browser is asked for before its form is taken: a short calculation that it does by itself, or a plain question where it
/// runs no scripts. Everything that was typed goes along and is sent again with the answer.
enum ChallengePage {
    static let proof = "challenge_proof"
    static let question = "challenge_question"
    static let answer = "challenge_answer"
    static let fields: Set<String> = [proof, question, answer]

    static let script = "challenge.js"
}

extension FormBody {
    /// The form without the fields of these names.
    func without(_ names: Set<String>) -> FormBody { FormBody(fields: fields.filter { !names.contains($0.name) }) }
}

extension AbuseGate {
    /// The page that asks.
    /// - Parameter path: Where the form was going.
    func page(
        _ problem: Problem, to path: String, _ form: FormBody, _ pages: Pages, _ request: Request, _ context: AppContext
    ) throws -> Response {
        let visitor = Visitor(form, context)
        guard let work = problem.challenge, let asked = question(for: visitor, in: context.agency) else {
            throw problem
        }
        let seconds = max(1, Int(asked.opens.timeIntervalSinceNow.rounded(.up)))
        let wait = Localized(
            id: "Kirim setelah \(seconds) detik, jangan lebih cepat.", en: "Send after \(seconds) seconds, not before.")
        let model: [String: Any] = [
            "action": context.link(path), "challenge": work.text, "bits": work.bits,
            "fields": form.without(ChallengePage.fields).fields.map { ["name": $0.name, "value": $0.value] },
            "typed": form["description"] ?? form["body"] ?? "", "question": asked.text[context.language],
            "question_challenge": asked.challenge.text, "wait": wait[context.language],
            // Whoever has answered and is asked again was too quick, or wrong.
            "again": visitor.proof != nil,
        ]
        var response = try pages.page(
            "challenge", title: Localized(id: "Sebentar", en: "One moment"), model: model, request, context,
            script: ChallengePage.script, status: problem.status)
        for field in problem.headers { response.headers.append(field) }
        return response
    }
}
