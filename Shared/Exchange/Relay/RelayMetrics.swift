import Foundation
import Metrics
import Tenancy

/// What a relay counts, per receiving service; agencies are summed, or a host would have thousands of series.
struct RelayMetrics: Sendable {
    private struct Series: Sendable {
        let delivered: Counter
        let retried: Counter
        let parked: Counter
        let lag: Metrics.Timer
        let waiting: Gauge
        let standing: Gauge
        let oldest: Gauge
    }
    private let series: [ServiceName: Series]

    init(producer: ServiceName) {
        series = Dictionary(
            uniqueKeysWithValues: ServiceName.allCases.map { service in
                let labels = [("from", producer.rawValue), ("to", service.rawValue)]
                return (
                    service,
                    Series(
                        delivered: Counter(label: "sinergi_exchange_delivered_total", dimensions: labels),
                        retried: Counter(label: "sinergi_exchange_retries_total", dimensions: labels),
                        parked: Counter(label: "sinergi_exchange_parked_total", dimensions: labels),
                        lag: Metrics.Timer(label: "sinergi_exchange_lag_seconds", dimensions: labels),
                        waiting: Gauge(label: "sinergi_exchange_pending", dimensions: labels),
                        standing: Gauge(label: "sinergi_exchange_parked", dimensions: labels),
                        oldest: Gauge(label: "sinergi_exchange_oldest_seconds", dimensions: labels))
                )
            })
    }

    /// Counts one attempt.
    func record(_ verdicts: Verdicts, of messages: [LeasedMessage], to service: ServiceName) {
        guard let series = series[service] else { return }
        series.delivered.increment(by: verdicts.done.count)
        series.retried.increment(by: verdicts.retry.count)
        series.parked.increment(by: verdicts.park.count)
        let done = Set(verdicts.done)
        let now = Date()
        for message in messages where done.contains(message.event.id) {
            series.lag.recordNanoseconds(Int64(max(0, now.timeIntervalSince(message.createdAt)) * 1_000_000_000))
        }
    }

    /// Sets the gauges; services that nothing waits for stand at 0.
    func record(_ depths: [OutboxStore.Depth], now: Date) {
        for (service, series) in series {
            let own = depths.filter { $0.service == service }
            series.waiting.record(own.map(\.pending).reduce(0, +))
            series.standing.record(own.map(\.parked).reduce(0, +))
            series.oldest.record(own.compactMap(\.oldest).min().map { now.timeIntervalSince($0) } ?? 0)
        }
    }
}
