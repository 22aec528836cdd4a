import Foundation
import IntakeAPI
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

extension CaseView {
    init(
        row: PostgresRow, participations: [ParticipationView], handoffs: [HandoffView], arbitration: ArbitrationView?,
        answers: [AnswerView], clocks: [ClockView], decision: DecisionView?, entries: [EntryView],
        words: ComplaintTexts?, caller: Caller
    ) throws {
        let directory = caller.directory
        let id = try row.decode("id", as: UUID.self)
        let accusedOffice = directory.reference(try row.decodeIfPresent("accused_office", as: UUID.self))
        let attributes = try row.decodeIfPresent("attributes", as: String.self).map {
            try StoredJSON.decode([String: AttributeValue].self, from: $0)
        }
        self.init(
            caseID: CaseID(id),
            trackingCode: try row.decode("tracking_code", as: String.self),
            status: try row.decode("status", as: String.self),
            outcome: try row.decodeIfPresent("outcome", as: String.self), kind: try row.decode("kind", as: String.self),
            category: try row.decodeIfPresent("category", as: String.self),
            title: try words?.title ?? row.decode("title", as: String.self),
            description: try words?.description ?? row.decode("description", as: String.self),
            descriptionPublished: try row.decodeIfPresent("description_published", as: String.self),
            areaCode: try row.decodeIfPresent("area_code", as: String.self),
            lat: try row.decodeIfPresent("lat", as: Double.self),
            long: try row.decodeIfPresent("long", as: Double.self),
            address: try words?.address ?? row.decodeIfPresent("address", as: String.self),
            eventDate: try row.decodeIfPresent("event_date", as: String.self),
            anonymous: try row.decode("anonymous", as: Bool.self),
            confidential: try row.decode("confidential", as: Bool.self), reporter: nil,
            accused: accusedOffice == nil && words?.accusedPerson == nil
                ? nil : AccusedView(office: accusedOffice, personText: words?.accusedPerson),
            attributes: words?.attributes ?? attributes,
            originallyReceivedOn: try row.decodeIfPresent("originally_received_on", as: String.self),
            channel: try row.decodeIfPresent("channel", as: String.self),
            origin: directory.reference(agency: try row.decode("origin", as: Int.self)),
            lead: directory.reference(try row.decode("lead_office", as: UUID.self)),
            holder: directory.reference(try row.decode("holder_office", as: UUID.self)),
            interimHolder: directory.reference(try row.decodeIfPresent("interim_holder", as: UUID.self)),
            hops: try row.decode("hops", as: Int.self), createdAt: try row.decode("received_at", as: Date.self),
            updatedAt: try row.decode("updated_at", as: Date.self), participations: participations,
            handoffs: handoffs, arbitration: arbitration, answers: answers, clocks: clocks, decision: decision,
            entries: entries, actions: [])
        plannedOutcome = try row.decodeIfPresent("planned_outcome", as: String.self)
        outcomeDetails = try row.decodeIfPresent("outcome_details", as: String.self)
            .map { try StoredJSON.decode(OutcomeDetails.self, from: $0) }
        multiAgency = try row.decode("multi_agency", as: Bool.self)
        appeal = directory.reference(try row.decodeIfPresent("appeal_office", as: UUID.self))
    }
}

extension ParticipationView {
    /// `nil` for parts that only the database needs.
    init?(row: PostgresRow, caller: Caller) throws {
        let role = try row.decode("role", as: String.self)
        guard PartRole(rawValue: role).map(PartRole.offered.contains) ?? true else { return nil }
        self.init(
            office: caller.directory.reference(try row.decode("office", as: UUID.self)), role: role,
            partState: try row.decode("state", as: String.self), since: try row.decode("since", as: Date.self),
            until: try row.decodeIfPresent("until", as: Date.self),
            dueAt: try row.decodeIfPresent("due_at", as: Date.self),
            officer: try row.decodeIfPresent("officer", as: UUID.self).map { OfficerID($0) },
            officerName: try row.decodeIfPresent("officer_name", as: String.self),
            externalReference: try row.decodeIfPresent("external_reference", as: String.self))
        result = caller.reveal(try row.decodeIfPresent("result", as: String.self))
        bound = try row.decode("bound", as: Bool.self)
    }
}

extension HoldingView {
    init(row: PostgresRow, directory: Directory) throws {
        self.init(
            office: directory.reference(try row.decode("office", as: UUID.self)),
            since: try row.decode("since", as: Date.self), until: try row.decodeIfPresent("until", as: Date.self))
    }
}

extension ClockView {
    init(row: PostgresRow, directory: Directory) throws {
        self.init(
            step: try row.decode("step", as: String.self),
            office: directory.reference(try row.decodeIfPresent("office", as: UUID.self)),
            startedAt: try row.decode("started_at", as: Date.self), dueAt: try row.decode("due_at", as: Date.self),
            state: try row.decode("state", as: String.self), provisional: try row.decode("provisional", as: Bool.self),
            legalBasis: try row.decodeIfPresent("legal_basis", as: String.self),
            rung: try row.decode("rung", as: Int.self))
    }
}

extension EntryView {
    /// `nil` for what another unit wrote for itself.
    init?(row: PostgresRow, caller: Caller) throws {
        let office = try row.decodeIfPresent("office", as: UUID.self)
        let visibility = try row.decode("visibility", as: String.self)
        if visibility == Visibility.office.rawValue, office != caller.office?.id { return nil }
        self.init(
            seq: try row.decode("seq", as: Int.self), at: try row.decode("at", as: Date.self),
            office: caller.directory.reference(office), actor: try row.decodeIfPresent("actor", as: String.self),
            type: try row.decode("type", as: String.self), status: try row.decode("status", as: String.self),
            visibility: visibility, body: caller.reveal(try row.decodeIfPresent("body", as: String.self)))
    }
}
