import Foundation
import ServiceKit

/// Body of `POST /v1/clusters/{id}/answers` and of `…/answer`.
struct ClusterAnswerBody: RequestBodyFields, Sendable {
    let body: String
    let interim: Bool
    /// In whose name; `nil`: the caller's own unit, else the cluster's office.
    let office: String?

    init(fields: inout FieldReader) {
        body = fields.requiredString("body", min: 20, max: 10_000)
        interim = fields.bool("interim") ?? false
        office = fields.string("office", max: 60)?.uppercased()
    }
}

/// Body of `PUT /v1/clusters/{id}`: what is left out is emptied.
struct ClusterBody: RequestBodyFields, Sendable {
    /// Code of the office whose the root cause is.
    let owner: String?
    let cause: String?
    let measure: String?
    let measureDue: String?
    /// The measure is done: from now on it shows whether reports fell.
    let measureDone: Bool
    let closed: Bool

    init(fields: inout FieldReader) {
        owner = fields.string("owner", max: 60)?.uppercased()
        cause = fields.string("cause", max: 2000)
        measure = fields.string("measure", max: 2000)
        measureDue = fields.day("measure_due")
        measureDone = fields.bool("measure_done") ?? false
        closed = fields.bool("closed") ?? false
        // A measure without an owner and a day is a wish.
        if measure != nil, owner == nil { fields.fail("owner", "required") }
        if measure != nil, measureDue == nil { fields.fail("measure_due", "required") }
    }
}

/// Body of `POST /v1/clusters/{id}/cases`. A class: on a structure of a single UUID the optimiser of Swift 6.3 crashes.
final class ClusterCaseBody: RequestBodyFields, Sendable {
    let caseID: UUID

    init(fields: inout FieldReader) {
        caseID = fields.requiredUUID("case_id")
    }
}
