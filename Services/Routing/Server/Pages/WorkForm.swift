import Foundation
import ServiceKit
import SinergiCore

/// A form of the case page, read.
enum WorkForm: Sendable {
    case verify(VerifyBody)
    case route(OfferBody)
    case offer(OfferBody)
    case accept(HandoffID, AcceptBody)
    case decline(HandoffID, DeclineBody)
    case recall(HandoffID, ReasonBody)
    case assign(AssignBody)
    case note(CaseNoteBody)
    case draft(AnswerBody)
    case approve(AnswerID, NoteBody)
    case sendBack(AnswerID, NoteBody)
    case publish(AnswerID, NoteBody)
    case requestArbitration(ReasonBody)
    case merge(MergeBody)
    case unmerge(ReasonBody)
    case decide(ArbitrationID, DecideBody)

    /// The last part of the form's address.
    var name: String {
        switch self {
        case .verify: "verify"
        case .route: "route"
        case .offer: "offer"
        case .accept: "accept"
        case .decline: "decline"
        case .recall: "recall"
        case .assign: "assign"
        case .note: "note"
        case .draft: "draft"
        case .approve: "approve"
        case .sendBack: "return"
        case .publish: "publish"
        case .requestArbitration: "arbitration"
        case .merge: "merge"
        case .unmerge: "unmerge"
        case .decide: "decide"
        }
    }

    /// Names that are no fields of the API: which object, which version was shown, and the form's protection.
    private static let own: Set<String> = ["id", "version", CSRF.field]

    /// - Throws: 404 for a form that there is not, 422 for fields that cannot stay as they are.
    init(name: String, _ form: FormBody) throws(Problem) {
        let value = Self.value(name, form)
        switch name {
        case "verify": self = .verify(try Self.read(value))
        case "route": self = .route(try Self.read(value))
        case "offer": self = .offer(try Self.read(value))
        case "accept": self = .accept(HandoffID(try Self.id(form)), try Self.read(value))
        case "decline": self = .decline(HandoffID(try Self.id(form)), try Self.read(value))
        case "recall": self = .recall(HandoffID(try Self.id(form)), try Self.read(value))
        case "assign": self = .assign(try Self.read(value))
        case "note": self = .note(try Self.read(value))
        case "draft": self = .draft(try Self.read(value))
        case "approve": self = .approve(AnswerID(try Self.id(form)), try Self.read(value))
        case "return": self = .sendBack(AnswerID(try Self.id(form)), try Self.read(value))
        case "publish": self = .publish(AnswerID(try Self.id(form)), try Self.read(value))
        case "arbitration": self = .requestArbitration(try Self.read(value))
        case "merge": self = .merge(try Self.read(value))
        case "unmerge": self = .unmerge(try Self.read(value))
        case "decide": self = .decide(ArbitrationID(try Self.id(form)), try Self.read(value))
        default: throw .notFound
        }
    }

    private static func read<Body: RequestBodyFields>(_ value: JSONValue) throws(Problem) -> Body {
        try JSONBody.read(Body.self, from: value)
    }

    private static func id(_ form: FormBody) throws(Problem) -> UUID {
        guard let id = form["id"].flatMap(UUID.init(uuidString:)) else { throw .notFound }
        return id
    }

    /// The form as the API would have got it: what was left empty is absent, boxes are true, contributors a list.
    private static func value(_ name: String, _ form: FormBody) -> JSONValue {
        var members = JSONObject()
        var contributors: [JSONValue] = []
        for field in form.fields where !own.contains(field.name) && field.value.contains(where: { !$0.isWhitespace }) {
            switch field.name {
            case "interim", "anonymous", "confidential": members[field.name] = .bool(field.value == "true")
            case let place where place.hasPrefix("contributor_"):
                let request = form["request_" + place.dropFirst("contributor_".count)] ?? ""
                contributors.append(["office": .string(officeCode(field.value)), "request": .string(request)])
            case let place where place.hasPrefix("request_"): continue
            case "to", "suggested_office", "lead", "monitor": members[field.name] = .string(officeCode(field.value))
            default: members[field.name] = .string(field.value)
            }
        }
        if name == "decide" { members["contributors"] = .array(contributors) }
        return .object(members)
    }

    /// People may leave the name behind a code that they picked from the list.
    private static func officeCode(_ text: String) -> String {
        String(text.drop { $0 == " " }.prefix { $0 != " " })
    }
}
