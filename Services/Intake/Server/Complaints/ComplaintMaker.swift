import AnalyticsAPI
import Foundation
import IntakeAPI
import NotificationAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Makes the rows of an accepted complaint: seals what is secret, and writes the messages that announce it.
struct ComplaintMaker: Sendable {
    let expected: ExpectedTimes
    let links: ReporterLinks

    /// - Parameter announced: Without, no message is made and the database is not asked: for the spool.
    func complaint(
        _ acceptance: Acceptance, agency: Directory.Agency, in scope: AgencyScope, _ directory: Directory,
        announced: Bool = true
    ) async throws -> NewComplaint {
        let submission = acceptance.submission
        let seal = try AgencySeal(agency: agency.number, directory, Date())
        let words = try seal.words(of: submission, id: acceptance.id)
        var complaint = NewComplaint(
            id: acceptance.id, trackingCode: acceptance.trackingCode, accessKeyHash: acceptance.accessKeyHash,
            caller: acceptance.caller, repeatKey: acceptance.repeatKey, requestHash: acceptance.requestHash,
            submission: submission, receivedAt: acceptance.receivedAt, contact: try seal.contact(of: submission),
            words: words.map { (seal.keyID, $0) }, messages: [], trace: acceptance.trace)
        complaint.placeUnchecked = acceptance.placeUnchecked
        guard announced else { return complaint }
        complaint.messages = try await messages(of: complaint, agency, scope, directory)
        return complaint
    }

    private func messages(
        of complaint: NewComplaint, _ agency: Directory.Agency, _ scope: AgencyScope, _ directory: Directory
    ) async throws -> [NewComplaint.Message] {
        let (id, submission, received) = (complaint.id, complaint.submission, complaint.receivedAt)
        func message(_ service: ServiceName, _ type: String, _ data: some Encodable) throws -> NewComplaint.Message {
            NewComplaint.Message(id: UUID.v7(), service: service, type: type, data: try JSONWriter.text(of: data))
        }
        var messages = [try message(.routing, IntakeEventType.received, complaint.event)]
        // Of confidential complaints analytics gets no row.
        if !submission.isSealed {
            messages.append(
                try message(
                    .analytics, ComplaintCounted.eventType,
                    ComplaintCounted(
                        complaintID: id, receivedAt: received, kind: submission.kind, category: submission.category,
                        confidential: false)))
        }
        // A conversation acknowledges the complaint itself.
        guard let contact = complaint.contact, contact.hasEmail || contact.hasPhone,
            !complaint.caller.hasPrefix(SubmissionCaller.conversationPrefix)
        else { return messages }
        let times = await expected.times(
            kind: submission.kind, from: received, at: directory.frontOffice(of: agency.number), in: scope)
        messages.append(
            try message(
                .notification, ReporterNotice.eventType,
                ReporterNotice(
                    messageID: NoticeID.make(complaint: id, seq: NoticeID.receivedSeq, at: received),
                    trackingCode: complaint.trackingCode, event: CaseEvent.received.rawValue,
                    language: submission.language, sealedContact: Data(contact.sealed).base64EncodedString(),
                    hasEmail: contact.hasEmail, hasPhone: contact.hasPhone, office: agency.code,
                    officeName: agency.name, status: CaseStatus.submitted.rawValue,
                    nextStep: NextStep.verify.rawValue, expectedAt: times.verifyDue,
                    link: links.following(code: complaint.trackingCode, agency: scope), note: nil,
                    confidential: submission.isSealed)))
        return messages
    }
}

extension NewComplaint {
    /// What routing is told.
    fileprivate var event: ComplaintReceived {
        let isSealed = words != nil
        return ComplaintReceived(
            caseId: id, trackingCode: trackingCode, kind: submission.kind, category: submission.category,
            title: isSealed ? nil : submission.title, description: isSealed ? nil : submission.description,
            sealed: words.map { Data($0.sealed).base64EncodedString() }, sealedKey: words?.keyID,
            areaCode: submission.areaCode, lat: submission.lat, long: submission.long,
            address: isSealed ? nil : submission.address, eventDate: submission.eventDate,
            anonymous: submission.anonymous, confidential: submission.confidential, language: submission.language,
            receivedAt: receivedAt, originallyReceivedOn: submission.originallyReceivedOn,
            addressedOffice: submission.addressedOffice,
            accused: isSealed
                ? submission.accused.map { AccusedParty(office: $0.office, personText: nil) } : submission.accused,
            attributes: isSealed ? nil : submission.attributes, channel: submission.channel.rawValue,
            source: submission.source, externalId: submission.externalID, signs: submission.signs)
    }

    /// What the spool keeps of it.
    var acceptance: Acceptance {
        Acceptance(
            id: id, trackingCode: trackingCode, accessKeyHash: accessKeyHash, caller: caller, repeatKey: repeatKey,
            requestHash: requestHash, submission: submission, receivedAt: receivedAt, trace: trace,
            placeUnchecked: placeUnchecked)
    }
}
