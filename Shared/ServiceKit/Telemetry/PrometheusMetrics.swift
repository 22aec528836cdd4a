import CoreMetrics
import Synchronization

/// Grows, or goes back to zero.
final class PrometheusCounter: CounterHandler, FloatingPointCounterHandler {
    private let whole = Atomic<Int64>(0)
    private let fraction = Mutex(0.0)

    var value: Double { Double(whole.load(ordering: .relaxed)) + fraction.withLock { $0 } }

    func increment(by amount: Int64) {
        whole.add(amount, ordering: .relaxed)
    }
    func increment(by amount: Double) {
        fraction.withLock { $0 += amount }
    }
    func reset() {
        whole.store(0, ordering: .relaxed)
        fraction.withLock { $0 = 0 }
    }
}

/// A figure that goes up and down.
final class PrometheusGauge: MeterHandler, RecorderHandler {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// Counts values by size, in buckets that are fixed when it is made.
final class PrometheusHistogram: TimerHandler, RecorderHandler {
    /// From 0.5 ms to 10 s.
    static let seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// From 1 to a million.
    static let sizes = [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000, 1_000_000]

    private struct State {
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let scale: Double
    private let state: Mutex<State>

    init(bounds: [Double], scale: Double) {
        self.bounds = bounds
        self.scale = scale
        state = Mutex(State(counts: [Int](repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration)) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        let value = value * scale
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[place] += 1
            state.sum += value
        }
    }

    func text(name: String, labels: String) -> String {
        let state = state.withLock { $0 }
        var text = ""
        var count = 0
        for (place, bound) in (bounds + [.infinity]).enumerated() {
            count += state.counts[place]
            let edge = "le=\"\(bound.isInfinite ? "+Inf" : bound.description)\""
            text += PrometheusRegistry.line(
                name + "_bucket", labels.isEmpty ? edge : labels + "," + edge, Double(count))
        }
        return text + PrometheusRegistry.line(name + "_sum", labels, state.sum)
            + PrometheusRegistry.line(name + "_count", labels, Double(count))
    }
}
