import Foundation
import RoutingAPI
import Tenancy

extension Directory {
    /// An office as others see it; `nil` for none and for one that is newer than the snapshot.
    func reference(_ office: UUID?) -> OfficeRef? {
        office.flatMap { offices[$0] }.map { OfficeRef(code: $0.code, agency: $0.agencyCode, name: $0.name) }
    }

    /// The office of a code as others see it.
    func reference(code: String?) -> OfficeRef? {
        code.flatMap(office(code:)).map { OfficeRef(code: $0.code, agency: $0.agencyCode, name: $0.name) }
    }

    /// The office that an agency itself is.
    func reference(agency number: Int) -> OfficeRef? {
        reference(code: agencies[number]?.code)
    }
}
