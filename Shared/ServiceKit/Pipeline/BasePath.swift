import HTTPTypes
import Hummingbird
import Tenancy

/// Finds the agency of an address. A host's agencies stand behind `/<CODE>`; a node of one agency has no such part.
struct BasePath: Sendable {
    private let hosted: [String: AgencyScope]
    private let only: AgencyScope?

    init(agencies: [AgencyScope], isHosted: Bool) {
        hosted = isHosted ? Dictionary(agencies.map { ($0.code, $0) }, uniquingKeysWith: { $1 }) : [:]
        only = isHosted ? nil : agencies.first
    }

    /// Sets the context's agency, adds to its base, and takes the agency's part off the address.
    /// - Throws: 404 for an agency that is not served here.
    func enter(_ request: Request, _ context: inout AppContext) throws(Problem) -> Request {
        if let only {
            context.agency = only
            return request
        }
        let target = request.head.path ?? "/"
        let path = target.prefix { $0 != "?" }
        let rest = path.dropFirst()
        let code = rest.prefix { $0 != "/" }
        guard path.first == "/", let agency = hosted[String(code)] else { throw .notFound }
        context.agency = agency
        context.base += "/" + agency.code
        var head = request.head
        let inner = target.dropFirst(1 + code.utf8.count)
        head.path = inner.first == "/" ? String(inner) : "/" + inner
        return Request(head: head, body: request.body)
    }

    /// What a gateway cut off in front of our paths. Anyone may claim one, so it may hold nothing but plain segments;
    /// it changes links in the answer to the same request only.
    static func prefix(_ header: String?) -> String {
        guard let header, header.utf8.count <= 200, header.first == "/" else { return "" }
        let segments = header.split(separator: "/")
        let isPlain = segments.allSatisfy { segment in
            segment != "." && segment != ".."
                && segment.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
                    default: false
                    }
                }
        }
        return isPlain ? segments.map { "/" + $0 }.joined() : ""
    }
}
