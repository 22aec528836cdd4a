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
    case unseal(UnsealBody)
    case decide(ArbitrationID, DecideBody)
    case advise(ArbitrationID, AdviceBody)
    case extend(ExtendBody)
    case finish(FinishBody)
    case withdraw(PartReasonBody)
    case reference(ReferenceBody)
    case outcome(OutcomeBody)
    case actFor(PartReasonBody)
    case ask(AskBody)
    case hold(HoldBody)
    case resume(NoteBody)
    case archive(ArchiveBody)
    case objection(ObjectionAnswerBody)
    case task(TaskBody)
    case changeTask(UUID, TaskBody.Change)

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
        case .unseal: "unseal"
        case .decide: "decide"
        case .advise: "advise"
        case .extend: "extend"
        case .finish: "finish"
        case .withdraw: "withdraw"
        case .reference: "reference"
        case .outcome: "outcome"
        case .actFor: "act-for"
        case .ask: "ask-information"
        case .hold: "hold"
        case .resume: "resume"
        case .archive: "archive"
        case .objection: "objection"
        case .task: "task"
        case .changeTask: "task-change"
        }
    }

    /// Names that are no fields of the API: which object, which version was shown, and the form's protection.
    private static let own: Set<String> = ["id", "version", CSRF.field]

    /// - Throws: 404 for a form that there is not, 422 for fields that cannot stay as they are.
    /// - Parameters:
    ///   - zone: Of the officer's office, in which a day is meant.
    ///   - seal: Makes of words what may stand in the database.
    init(
        name: String, _ form: FormBody, zone: Zone, sealing seal: (JSONValue) -> JSONValue = { $0 }
    ) throws(Problem) {
        let value = seal(Self.value(name, form, zone))
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
        case "unseal": self = .unseal(try Self.read(value))
        case "decide": self = .decide(ArbitrationID(try Self.id(form)), try Self.read(value))
        case "advise": self = .advise(ArbitrationID(try Self.id(form)), try Self.read(value))
        case "extend": self = .extend(try Self.read(value))
        case "finish": self = .finish(try Self.read(value))
        case "withdraw": self = .withdraw(try Self.read(value))
        case "reference": self = .reference(try Self.read(value))
        case "outcome": self = .outcome(try Self.read(value))
        case "act-for": self = .actFor(try Self.read(value))
        case "ask-information": self = .ask(try Self.read(value))
        case "hold": self = .hold(try Self.read(value))
        case "resume": self = .resume(try Self.read(value))
        case "archive": self = .archive(try Self.read(value))
        case "objection": self = .objection(try Self.read(value))
        case "task": self = .task(try Self.read(value))
        case "task-change": self = .changeTask(try Self.id(form), try Self.read(value))
        default: throw .notFound
        }
    }

    /// How a part is delivered; its page is not the case's, because it tells secrets once.
    static func delivery(_ form: FormBody, zone: Zone) throws(Problem) -> DeliveryBody {
        try read(value("deliver", form, zone))
    }

    private static func read<Body: RequestBodyFields>(_ value: JSONValue) throws(Problem) -> Body {
        try JSONBody.read(Body.self, from: value)
    }

    private static func id(_ form: FormBody) throws(Problem) -> UUID {
        guard let id = form["id"].flatMap(UUID.init(uuidString:)) else { throw .notFound }
        return id
    }

    /// The form as the API would have got it: what was left empty is absent, boxes are true, numbers are numbers, a day ends
    /// at four in the afternoon, contributors, questions and points of a checklist are lists.
    private static func value(_ name: String, _ form: FormBody, _ zone: Zone) -> JSONValue {
        var members = JSONObject()
        var contributors: [JSONValue] = []
        var points: [JSONValue] = []
        var items: [JSONValue] = []
        for field in form.fields where !own.contains(field.name) && field.value.contains(where: { !$0.isWhitespace }) {
            switch field.name {
            case "interim", "anonymous", "confidential", "multi_agency", "upheld":
                members[field.name] = .bool(field.value == "true")
            case "days": members[field.name] = Int(field.value).map { .integer($0) } ?? .string(field.value)
            case "due_on":
                let time = Day(field.value).map { Timestamp.text(zone.instant($0, seconds: 16 * 3600)) }
                members["due_at"] = .string(time ?? field.value)
            case "items":
                for line in field.value.split(whereSeparator: \.isNewline) {
                    let text = line.trimmingCharacters(in: .whitespaces)
                    if !text.isEmpty { items.append(.string(text)) }
                }
            case "points":
                for line in field.value.split(whereSeparator: \.isNewline).prefix(50) {
                    let text = line.trimmingCharacters(in: .whitespaces)
                    if !text.isEmpty { points.append(["text": .string(text), "done": false]) }
                }
            case let place where place.hasPrefix("point_"):
                let done = form["done_" + place.dropFirst("point_".count)] == "true"
                points.append(["text": .string(field.value), "done": .bool(done)])
            case let place where place.hasPrefix("done_"): continue
            case let place where place.hasPrefix("contributor_"):
                let request = form["request_" + place.dropFirst("contributor_".count)] ?? ""
                contributors.append(["office": .string(officeCode(field.value)), "request": .string(request)])
            case let place where place.hasPrefix("request_"): continue
            case "to", "suggested_office", "lead", "monitor", "office":
                members[field.name] = .string(officeCode(field.value))
            default: members[field.name] = .string(field.value)
            }
        }
        if name == "decide" { members["contributors"] = .array(contributors) }
        if !items.isEmpty { members["items"] = .array(items) }
        if !points.isEmpty { members["checklist"] = .array(points) }
        return .object(members)
    }

    /// People may leave the name behind a code that they picked from the list.
    private static func officeCode(_ text: String) -> String {
        String(text.drop { $0 == " " }.prefix { $0 != " " })
    }
}
