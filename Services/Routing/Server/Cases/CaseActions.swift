import Foundation
import RoutingAPI
import SinergiCore
import Tenancy

/// What the caller may do with a case now: role, office and state together. The database decides again when it is done.
struct CaseActions: Sendable {
    let document: CaseDocument
    let caller: Caller

    var names: [String] {
        let lead = caller.acts(for: document.leadOffice)
        let status = CaseStatus(rawValue: document.view.status)
        let isOpen = status?.isOpen ?? false
        let leadOffered = document.offers.contains { $0.role == PartRole.lead.rawValue }
        let working = document.parties.contains {
            $0.state == PartState.active.rawValue && isWorking($0.role) && caller.acts(for: $0.office)
        }
        var names: [String] = []
        func add(_ name: String, _ permission: Permission, _ possible: Bool) {
            if possible, caller.may(permission) { names.append(name) }
        }
        add("verify", .verify, lead && allows(status, .verify))
        add("route", .route, lead && !leadOffered && allows(status, .offerLead))
        add("ask_information", .verify, lead && allows(status, .askInformation))
        add("hold", .verify, lead && allows(status, .hold))
        add("resume", .verify, lead && allows(status, .resume))
        add("archive", .verify, lead && allows(status, .archive))
        add("merge", .verify, lead && allows(status, .merge) && !document.view.confidential)
        let isOwn = caller.directory.reference(agency: caller.scope.number) == document.view.origin
        let splits: Set<CaseStatus> = [.submitted, .verified, .routed, .inProgress, .reopened, .onHold]
        add("split", .verify, lead && isOwn && !document.view.confidential && (status.map(splits.contains) ?? false))
        add("unseal", .accept, isOwn && document.isFalseAlarm && caller.office?.id == document.reader)
        add("unmerge", .verify, lead && allows(status, .unmerge))
        add("offer", .offer, lead && allows(status, .offerLead))
        let toUs = document.offers.contains { caller.acts(for: $0.to) }
        add("accept", .accept, toUs)
        add("decline", .decline, toUs)
        add("recall", .recall, document.offers.contains { caller.acts(for: $0.from) })
        add("assign", .assign, working && isOpen)
        add("draft", .draft, working && isOpen && status != .answered)
        let own = document.answers.filter { caller.acts(for: $0.office) }
        add("approve", .approve, own.contains { $0.state == AnswerState.draft.rawValue })
        add(
            "return", .approve,
            own.contains { $0.state == AnswerState.draft.rawValue || $0.state == AnswerState.approved.rawValue })
        add("publish", .publish, own.contains { $0.state == AnswerState.approved.rawValue })
        add("note", .note, !caller.actsAgencyWide ? hasPart : true)
        add("request_arbitration", .requestArbitration, isParty && allows(status, .openArbitration))
        add("arbitrate", .arbitrate, caller.acts(for: document.arbiter))
        let beside = document.parties.contains {
            $0.state == PartState.active.rawValue && isWorking($0.role) && $0.role != PartRole.lead.rawValue
                && caller.acts(for: $0.office)
        }
        add("finish", .publish, beside && isOpen)
        add("withdraw_part", .decline, beside && isOpen)
        add("extend", .publish, working && (status == .inProgress || status == .reopened))
        add("outcome", .publish, lead && (status == .verified || status == .inProgress || status == .reopened))
        let watches = document.parties.contains {
            $0.state == PartState.active.rawValue && $0.role == PartRole.monitor.rawValue && caller.acts(for: $0.office)
        }
        add("deliver", .offer, (lead || watches) && isOpen)
        add("act_for", .arbitrate, !silent.isEmpty)
        add(
            "advise", .note,
            document.parties.contains {
                $0.role == PartRole.party.rawValue && $0.state == PartState.active.rawValue
                    && caller.directory.offices[$0.office]?.agency == caller.scope.number
            })
        return names
    }

    /// Codes of offices that have not looked at their part for three working days; the nearest coordinator may act for them.
    var silent: [String] {
        guard caller.directory.offices.values.contains(where: { $0.isCoordinator && caller.acts(for: $0.id) }) else {
            return []
        }
        return document.view.clocks.filter { $0.step == "open" && $0.state == "running" && $0.rung >= 3 }
            .compactMap { $0.office?.code }
    }

    private var isParty: Bool {
        document.parties.contains { $0.state != PartState.ended.rawValue && caller.acts(for: $0.office) }
    }

    private var hasPart: Bool { document.parties.contains { $0.office == caller.office?.id } }

    private func isWorking(_ role: String) -> Bool {
        PartRole(rawValue: role).map(PartRole.offered.contains) ?? false
    }

    private func allows(_ status: CaseStatus?, _ move: CaseMove) -> Bool {
        status.flatMap { TransitionTable.target(from: $0, move: move) } != nil
    }
}
