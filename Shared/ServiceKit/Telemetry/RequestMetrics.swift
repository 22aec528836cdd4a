import HTTPTypes
import Metrics
import Synchronization

/// `http_requests_total` and `http_request_duration_seconds` by method, route and status.
///
/// Handles are kept: asking the metrics system for one takes locks and builds strings.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: HTTPRequest.Method
        let route: String
        let status: Int
    }

    private struct Handles {
        let counter: Counter
        let timer: Timer
    }

    private let factory: PrometheusRegistry
    private let handles = Mutex<[Key: Handles]>([:])

    init(factory: PrometheusRegistry) {
        self.factory = factory
    }

    func record(method: HTTPRequest.Method, route: String, status: Int, duration: Duration) {
        let key = Key(method: method, route: route, status: status)
        let handles = handles.withLock { handles in
            if let found = handles[key] { return found }
            let made = Handles(
                counter: Counter(
                    label: "http_requests_total",
                    dimensions: [("method", Self.known(method)), ("route", route), ("status", String(status))],
                    factory: factory),
                timer: Timer(
                    label: "http_request_duration_seconds",
                    dimensions: [("method", Self.known(method)), ("route", route)], factory: factory))
            // Methods are whatever strangers send.
            if handles.count < 2000 { handles[key] = made }
            return made
        }
        handles.counter.increment()
        let (seconds, attoseconds) = duration.components
        handles.timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}
