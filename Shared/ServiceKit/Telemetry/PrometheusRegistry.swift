public import CoreMetrics
import Synchronization

/// Our swift-metrics backend: keeps every metric in memory and writes them as Prometheus text.
///
/// Counters end in `_total`, timers are histograms in `_seconds`, recorders that aggregate are histograms, everything
/// else is a gauge. A series is made once per label and dimensions; a process never has so many that they need pruning.
public final class PrometheusRegistry: MetricsFactory {
    private struct Series: Hashable {
        let name: String
        let labels: String
    }

    private enum Metric {
        case counter(PrometheusCounter)
        case gauge(PrometheusGauge)
        case histogram(PrometheusHistogram)

        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    // Dimensions are code, not data; should data ever get in, memory stays bounded.
    private static let maximumSeries = 10_000

    private let series = Mutex<[Series: Metric]>([:])

    public init() {}

    /// The text exposition format, version 0.0.4: all series and the process's own figures.
    public func text() -> String {
        let all = series.withLock { $0 }
        var text = ""
        for (name, members) in Dictionary(grouping: all, by: \.key.name).sorted(by: { $0.key < $1.key }) {
            guard let type = members.first?.value.type else { continue }
            text += "# TYPE \(name) \(type)\n"
            for (series, metric) in members.sorted(by: { $0.key.labels < $1.key.labels }) {
                switch metric {
                case .counter(let counter): text += Self.line(name, series.labels, counter.value)
                case .gauge(let gauge): text += Self.line(name, series.labels, gauge.value)
                case .histogram(let histogram): text += histogram.text(name: name, labels: series.labels)
                }
            }
        }
        return text + ProcessMetrics.text()
    }

    static func line(_ name: String, _ labels: String, _ value: Double) -> String {
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        return labels.isEmpty ? "\(name) \(number)\n" : "\(name){\(labels)} \(number)\n"
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            histogram(label, dimensions, scale: 1, PrometheusHistogram.sizes)
        } else {
            gauge(label, dimensions)
        }
    }
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = label.hasSuffix("_seconds") ? label : label + "_seconds"
        return histogram(name, dimensions, scale: 1e-9, PrometheusHistogram.seconds)
    }

    // Series live as long as the process: a counter that vanished and came back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> PrometheusCounter {
        let name = label.hasSuffix("_total") ? label : label + "_total"
        return find(name, dimensions) {
            if case .counter(let counter) = $0 { counter } else { nil }
        } make: {
            let counter = PrometheusCounter()
            return (counter, .counter(counter))
        }
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusGauge {
        find(label, dimensions) {
            if case .gauge(let gauge) = $0 { gauge } else { nil }
        } make: {
            let gauge = PrometheusGauge()
            return (gauge, .gauge(gauge))
        }
    }

    private func histogram(
        _ label: String, _ dimensions: [(String, String)], scale: Double, _ bounds: [Double]
    ) -> PrometheusHistogram {
        find(label, dimensions) {
            if case .histogram(let histogram) = $0 { histogram } else { nil }
        } make: {
            let histogram = PrometheusHistogram(bounds: bounds, scale: scale)
            return (histogram, .histogram(histogram))
        }
    }

    /// A name that is taken by another kind of metric gets a handler that nobody reads.
    private func find<Handler>(
        _ label: String, _ dimensions: [(String, String)], existing: (Metric) -> Handler?,
        make: () -> (Handler, Metric)
    ) -> Handler {
        let key = Series(name: Self.name(label), labels: Self.labels(dimensions))
        let made = make()
        let found: Metric? = series.withLock { series in
            if let found = series[key] { return found }
            if series.count < Self.maximumSeries { series[key] = made.1 }
            return nil
        }
        return found.flatMap(existing) ?? made.0
    }

    private static func name(_ label: String) -> String {
        String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == ":" ? $0 : "_" })
    }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { key, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name(key))=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
