import Foundation
import Identity
import ServiceKit
import SinergiCore
import Tenancy

/// Who asks, and for which offices that person may act.
///
/// An officer acts for the own office. Officers of the agency itself and of its triage office act for every office of the
/// agency: between units, permissions are the border (product decision 1).
struct Caller: Sendable {
    let scope: AgencyScope
    let principal: Principal
    let directory: Directory
    /// The officer's own office; `nil` only for clients without one.
    let office: Directory.Office?
    /// W3C traceparent of the request, for what it enqueues.
    let trace: String?
    /// Opens sealed words of cases that the caller may read.
    let texts: SealedTexts
    /// What the request names; the database refuses it where the caller may not read its case.
    var about: CaseGuard
    /// Keys of the secret cases that the request names.
    var words: [UUID: WordsKey] = [:]

    init(
        scope: AgencyScope, principal: Principal, directory: Directory, trace: String?, texts: SealedTexts,
        about: CaseGuard
    ) {
        self.texts = texts
        self.about = about
        self.scope = scope
        self.principal = principal
        self.directory = directory
        self.trace = trace
        office = directory.office(code: principal.office ?? scope.code).flatMap { $0.agency == scope.number ? $0 : nil }
    }

    /// Whether the caller acts for every office of the agency.
    var actsAgencyWide: Bool {
        guard let office else { return false }
        return !office.isUnit || office.isTriage
    }

    /// The one office that the caller may act for; `nil` for every office of the agency.
    var unit: UUID? { actsAgencyWide ? nil : office?.id ?? Self.nobody }

    /// Code of `unit`.
    var unitCode: String? { actsAgencyWide ? nil : office?.code ?? "" }

    /// What stands in timelines.
    var actor: String { String(principal.name.prefix(200)) }

    /// The officer's id, where the token names one.
    var officer: UUID? { UUID(uuidString: principal.subject) }

    func may(_ permission: Permission) -> Bool { principal.roles.allow(permission) }

    /// Whether the caller answers for an office, so that what is secret may be handed to it.
    var answersForOffice: Bool { may(.verify) || may(.accept) || may(.arbitrate) }

    /// - Throws: 403 `insufficient_role`.
    func require(_ permission: Permission) throws(Problem) {
        guard may(permission) else { throw Problem.insufficientRole }
    }

    /// Whether the caller may act for an office.
    func acts(for office: UUID?) -> Bool {
        guard let office, directory.offices[office]?.agency == scope.number else { return false }
        return actsAgencyWide || office == self.office?.id
    }

    /// 403 for somebody who has the role, but in another unit.
    static let otherUnit = Problem.insufficientRole.explained(
        id: "Bagian ini milik unit lain. Mintalah petugas unit itu atau petugas instansi.",
        en: "This part belongs to another unit. Ask an officer of that unit or of the agency.")

    /// An id that no office has.
    private static let nobody = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
