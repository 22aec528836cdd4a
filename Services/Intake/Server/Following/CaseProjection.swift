import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore

/// The reporter's view of a case as `case.changed` carries it, read from JSON.
///
/// Newer code may add members; they are kept in the stored text and ignored here.
struct CaseProjection: Codable, Sendable {
    var status: String
    var outcome: String?
    var kind: String
    var category: String?
    var title: String
    /// Title and text as an officer has checked them for the public.
    var titlePublished: String?
    var descriptionPublished: String?
    var areaCode: String?
    var anonymous: Bool?
    var confidential: Bool?
    var updatedAt: Date
    var holder: OfficeReference?
    var heldSince: Date?
    var nextStep: String?
    var expectedAt: Date?
    var clocks: ReporterClocks
    var steps: [ReporterStep]
    var answers: [ReporterAnswer]
    /// What officers wrote to the reporter.
    var messages: [ReporterMessage]?
    /// Whose parts there are; older views have none.
    var parts: [ReporterPart]?
    /// The report that a merged one follows.
    var mergedInto: MainReport?

    /// Whether a machine chose the destination, and the reporter may object to it now.
    var objectable: Bool?

    private enum CodingKeys: String, CodingKey {
        case objectable, status, outcome, kind, category, title, anonymous, confidential, holder, clocks, steps, answers
        case messages, parts
        case mergedInto = "merged_into"
        case titlePublished = "title_published"
        case descriptionPublished = "description_published"
        case areaCode = "area_code"
        case updatedAt = "updated_at"
        case heldSince = "held_since"
        case nextStep = "next_step"
        case expectedAt = "expected_at"
    }

    /// - Throws: `DecodingError` for text that is no view of a case.
    init(json: String) throws {
        self = try Self.decoder.decode(CaseProjection.self, from: Data(json.utf8))
    }

    /// What is shown between receipt and the moment at which routing opens the case: the agency's front office holds it.
    init(
        received record: ComplaintRecord, holder: OfficeReference, agency: OfficeReference, times: ExpectedTimes.Times
    ) {
        status = CaseStatus.submitted.rawValue
        outcome = nil
        kind = record.kind
        category = record.category
        title = record.sealed == nil ? record.title : "Laporan rahasia"
        areaCode = record.areaCode
        anonymous = record.anonymous
        confidential = record.confidential
        updatedAt = record.receivedAt
        self.holder = holder
        heldSince = record.receivedAt
        nextStep = NextStep.verify.rawValue
        expectedAt = times.verifyDue
        clocks = ReporterClocks(
            sinceSubmission: .init(dueAt: times.resolveDue, workingDaysLeft: times.workingDaysLeft),
            legal: .init(startedAt: nil, dueAt: nil))
        steps = [
            ReporterStep(
                seq: NoticeID.receivedSeq, at: record.receivedAt, event: CaseEvent.received.rawValue,
                status: CaseStatus.submitted.rawValue, office: agency, note: nil)
        ]
        answers = []
    }

    /// The projection in the form in which it is stored.
    func json() throws -> JSONValue {
        try JSONParser.parse(try JSONWriter.bytes(of: self))
    }

    static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = Timestamp.date(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no time: \(text)")
            }
            return date
        }
        return decoder
    }()
}

extension CaseProjection {
    /// What the holder of the access key sees.
    func view(of record: ComplaintRecord) -> ComplaintView {
        var summary = summary(of: record, description: record.description)
        for index in summary.steps.indices {
            summary.steps[index].note = summary.steps[index].note.map(record.revealing)
        }
        var answers = answers
        for index in answers.indices { answers[index].body = record.revealing(answers[index].body) }
        var messages = messages ?? []
        for index in messages.indices { messages[index].body = record.revealing(messages[index].body) }
        var view = ComplaintView(
            summary: summary, answers: answers, messages: messages,
            anonymous: anonymous ?? record.anonymous, confidential: confidential ?? record.confidential,
            lat: record.lat,
            long: record.long, address: record.address, actions: actions)
        view.mergedInto = status == CaseStatus.merged.rawValue ? mergedInto : nil
        view.splitInto = record.splitInto
        view.splitFrom = record.splitFrom
        return view
    }

    /// What everybody sees, once an officer has checked the text; `nil` before, and always for confidential complaints.
    func publicView(of record: ComplaintRecord) -> ComplaintSummary? {
        guard record.published, record.sealed == nil, !record.confidential, confidential != true,
            let text = descriptionPublished
        else {
            return nil
        }
        var summary = summary(of: record, description: text)
        summary.title = titlePublished ?? ""
        summary.steps = Self.publicSteps(summary.steps)
        return summary
    }

    /// What everybody may know of a case that was made of a public post: no word of it.
    func postView(of record: ComplaintRecord) -> ComplaintSummary? {
        guard record.channel == CheckedSubmission.Channel.social.rawValue, record.sealed == nil, !record.confidential,
            confidential != true, !(Kind(rawValue: kind)?.isConfidentialByDefault ?? true)
        else { return nil }
        var summary = summary(of: record, description: "")
        summary.title = ""
        summary.steps = Self.publicSteps(summary.steps)
        return summary
    }

    private func summary(of record: ComplaintRecord, description: String) -> ComplaintSummary {
        var clocks = clocks
        let isOpen = CaseStatus(rawValue: status)?.isOpen ?? true
        // What is stored was true at the last change, which for an ended case is the end.
        if isOpen, let days = record.workingDaysLeft { clocks.sinceSubmission.workingDaysLeft = days }
        return ComplaintSummary(
            trackingCode: record.trackingCode, status: status, outcome: outcome, kind: kind, category: category,
            // Routing has no words of a sealed complaint.
            title: record.sealed == nil ? title : record.title, description: description, areaCode: areaCode,
            createdAt: record.receivedAt,
            updatedAt: updatedAt, holder: holder, heldSince: heldSince, nextStep: nextStep, expectedAt: expectedAt,
            clocks: clocks, steps: steps)
    }

    /// Whether the reporter agreed, and still agrees, that the external supervisor is told.
    var consents: Bool {
        let last = steps.last { Self.consentEvents.contains($0.event) }
        return last?.event == CaseEvent.externalConsentGiven.rawValue
    }

    private static let consentEvents = [
        CaseEvent.externalConsentGiven.rawValue, CaseEvent.externalConsentWithdrawn.rawValue,
    ]

    /// Steps that everybody may see: without notes, which nobody has checked for the public, and without what the reporter agreed to.
    private static func publicSteps(_ steps: [ReporterStep]) -> [ReporterStep] {
        steps.filter { !(consentEvents + [CaseEvent.externalConsentAsked.rawValue]).contains($0.event) }.map { step in
            var step = step
            step.note = nil
            return step
        }
    }

    /// What the reporter may do now.
    private var actions: [String] {
        guard let status = CaseStatus(rawValue: status) else { return [] }
        // Whoever is not helped by the common answer can take the own report out again.
        if status == .merged { return mergedInto?.answered == true ? [CaseMove.dispute.rawValue] : [] }
        let moves = TransitionTable.moves(from: status)
        var decisions = [CaseMove.confirm, .dispute, .withdraw].filter(moves.contains).map(\.rawValue)
        if consents {
            decisions.append("withdraw_consent")
        } else if status.isOpen, steps.contains(where: { $0.event == CaseEvent.externalConsentAsked.rawValue }) {
            decisions.append("consent")
        }
        if status.isOpen { return decisions + (objectable == true ? ["object", "reply"] : ["reply"]) }
        return status == .closed ? decisions + ["rate"] : decisions
    }
}
