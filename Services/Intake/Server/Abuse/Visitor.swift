import HTTPTypes
import Hummingbird
import Identity
import ServiceKit

/// Who stands at a door, as far as floods are concerned.
struct Visitor: Sendable {
    /// The client's address; one that a stranger wrote into a header never stands here (`http.trusted.peers`).
    var address: String?
    /// The name of a system that has shown its key or token: it is limited by itself.
    var client: String?
    /// Officers, desks and verified helpers, by their token: they may file for a whole neighbourhood.
    var isVerified = false
    /// What they answer to a challenge: `<challenge>:<answer>`.
    var proof: String?

    /// Chat and desk, whose doors have keepers of their own.
    static let inside = Visitor(isVerified: true)
}

extension Visitor {
    init(_ request: Request, _ context: AppContext, principal: Principal? = nil) {
        self.init(address: context.address, proof: request.headers[Challenge.header])
        guard let principal else { return }
        if principal.roles.isEmpty { client = principal.subject } else { isVerified = true }
    }

    /// By whom a page's form was sent: its answer stands in the form.
    init(_ form: FormBody, _ context: AppContext) {
        self.init(address: context.address)
        if let work = form[ChallengePage.proof], !work.isEmpty {
            proof = work
        } else if let answer = form[ChallengePage.answer], !answer.isEmpty {
            proof = "\(form[ChallengePage.question] ?? ""):\(answer)"
        }
    }
}
