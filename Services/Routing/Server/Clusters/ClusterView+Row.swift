import Foundation
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

extension ClusterView {
    init(row: PostgresRow, answers: [ClusterAnswerView] = [], effect: ClusterEffect? = nil, caller: Caller) throws {
        let directory = caller.directory
        let region = try row.decode("region", as: String.self)
        let office = try row.decode("office", as: UUID.self)
        let state = try row.decode("state", as: String.self)
        self.init(
            clusterID: try row.decode("id", as: UUID.self), matter: try row.decode("code", as: String.self),
            areaCode: region.isEmpty ? nil : region, state: state, office: directory.reference(office),
            openedAt: try row.decode("opened_at", as: Date.self),
            firstReportAt: try row.decode("first_at", as: Date.self),
            lastReportAt: try row.decode("last_at", as: Date.self), reports: try row.decode("reports", as: Int.self),
            unanswered: try row.decode("unanswered", as: Int.self), areas: try row.decode("areas", as: Int.self),
            alarm: ClusterAlarm(
                caseID: CaseID(try row.decode("first_case", as: UUID.self)),
                rungAt: try row.decodeIfPresent("rung_at", as: Date.self) ?? row.decode("opened_at", as: Date.self),
                reports: try row.decode("alarm_at", as: Int.self),
                offices: try row.decode("offices", as: [UUID].self).compactMap { directory.reference($0) },
                takenAt: try row.decodeIfPresent("taken_at", as: Date.self),
                takenBy: try row.decodeIfPresent("taken_by", as: String.self)),
            owner: directory.reference(try row.decodeIfPresent("owner", as: UUID.self)),
            cause: try row.decodeIfPresent("cause", as: String.self),
            measure: try row.decodeIfPresent("measure", as: String.self),
            measureDue: try row.decodeIfPresent("measure_due", as: String.self), effect: effect, answers: answers,
            actions: Self.actions(open: state != "closed", answers: answers, caller: caller))
    }

    private static func actions(
        open: Bool, answers: [ClusterAnswerView], caller: Caller
    ) -> [String] {
        var names: [String] = []
        let states = Set(answers.map(\.state))
        if caller.office != nil {
            if open, caller.may(.draft) { names.append("draft") }
            if states.contains(AnswerState.draft.rawValue), caller.may(.approve) { names += ["approve", "return"] }
            if states.contains(AnswerState.approved.rawValue) || states.contains(AnswerState.published.rawValue),
                caller.may(.publish)
            {
                names.append("publish")
            }
        }
        if caller.may(.verify) { names.append("change") }
        return names
    }
}

extension ClusterAnswerView {
    init(row: PostgresRow, directory: Directory) throws {
        self.init(
            answerID: try row.decode("id", as: UUID.self), clusterID: try row.decode("cluster", as: UUID.self),
            office: directory.reference(try row.decode("office", as: UUID.self)),
            body: try row.decode("body", as: String.self), interim: try row.decode("interim", as: Bool.self),
            state: try row.decode("state", as: String.self), draftedBy: try row.decode("drafted_by", as: String.self),
            approvedBy: try row.decodeIfPresent("approved_by", as: String.self),
            note: try row.decodeIfPresent("note", as: String.self),
            publishedAt: try row.decodeIfPresent("published_at", as: Date.self),
            reached: try row.decode("reached", as: Int.self), results: [])
    }
}

extension ClusterMember {
    init(row: PostgresRow, directory: Directory) throws {
        self.init(
            caseID: CaseID(try row.decode("id", as: UUID.self)),
            trackingCode: try row.decode("tracking_code", as: String.self),
            title: try row.decode("title", as: String.self), status: try row.decode("status", as: String.self),
            areaCode: try row.decodeIfPresent("area_code", as: String.self),
            lead: directory.reference(try row.decode("lead_office", as: UUID.self)),
            receivedAt: try row.decode("received_at", as: Date.self),
            answered: try row.decode("answered", as: Bool.self))
    }
}
