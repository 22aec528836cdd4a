import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Opens the words of confidential and supervisory cases with the agency's own key, for those who may read the case.
struct SealedTexts: Sendable {
    let keys: NodeKeys

    /// - Throws: `Sealer.Failure` where no key of the agency opens them.
    func open(_ sealed: [UInt8], case id: UUID, of scope: AgencyScope) throws -> ComplaintTexts {
        let plain = try keys.open(sealed, of: scope, about: id.text)
        return try JSONDecoder().decode(ComplaintTexts.self, from: Data(plain))
    }
}
