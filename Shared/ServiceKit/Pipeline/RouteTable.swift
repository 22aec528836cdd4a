import HTTPTypes
import Hummingbird

/// Which methods an address has: the router itself knows only whether a pair of both exists.
struct RouteTable: Sendable {
    private struct Route {
        let path: RouterPath
        let method: HTTPRequest.Method
    }

    private let routes: [Route]

    init(_ router: Router<AppContext>) {
        routes = router.routes.map { Route(path: $0.path, method: $0.method) }
    }

    /// The methods of an address, in alphabetical order; empty when there is nothing at all.
    func methods(of path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        var found = Set(routes.filter { Self.matches($0.path, parts) }.map(\.method))
        if found.contains(.get) { found.insert(.head) }
        return found.sorted { $0.rawValue < $1.rawValue }
    }

    private static func matches(_ path: RouterPath, _ parts: [Substring]) -> Bool {
        let components = path.components
        if components.last == .recursiveWildcard {
            return parts.count >= components.count - 1 && zip(components.dropLast(), parts).allSatisfy { $0 ~= $1 }
        }
        return components.count == parts.count && zip(components, parts).allSatisfy { $0 ~= $1 }
    }
}
