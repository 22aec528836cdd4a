import Exchange
import Foundation
import ServiceKit
import SinergiCore
import Tenancy

/// What routing reads of `complaint.received`; the rest goes to the database as it came.
struct ReceivedComplaint: Sendable {
    let id: UUID
    private let data: JSONValue

    /// - Throws: 422 for an event without a case's id: it can never be applied.
    init(_ event: CloudEvent) throws {
        data = try JSONBody.parse(Array(event.data.utf8))
        guard let text = data["case_id"]?.string, let id = UUID(uuidString: text) else {
            throw Problem.invalid("#/data/case_id", "bad_format")
        }
        self.id = id
    }

    func facts(agency: Int, directory: Directory) -> CaseFacts {
        CaseFacts(
            agency: agency, category: data["category"]?.string, area: data["area_code"]?.string,
            // A kind that this code does not know yet is nobody's to route automatically.
            kind: data["kind"]?.string.flatMap(Kind.init(rawValue:)) ?? .supervisory,
            // Of a sealed complaint there are no words here, and none get into the reasons, which stand in the clear: its
            // kind and category decide.
            text: (data["title"]?.string ?? "") + "\n" + (data["description"]?.string ?? ""),
            addressedOffice: data["addressed_office"]?.string, directory: directory)
    }
}
