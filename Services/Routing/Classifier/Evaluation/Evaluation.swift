public import Foundation
import SinergiCore

/// Trains on one file and judges on another: what `sinergi routing evaluate` prints.
public struct Evaluation: Sendable {
    public struct Report: Sendable, Hashable, Codable {
        public var trainRows: Int
        public var holdoutRows: Int
        public var offices: Int
        public var withTopic: Bool
        public var columnsUsed: [String]
        /// An office unseen in training counts as wrong.
        public var top1: Double
        public var top3: Double
        /// The same with district and village offices taken as "the office of the complaint's own place", on both sides.
        public var top1OwnPlace: Double
        public var top3OwnPlace: Double
        public var macroF1: Double
        /// Mean recall of offices with at least ten rows.
        public var macroRecall: Double
        public var auto: Automatic
        public var coverageAt97: Double
        public var decisionMS: Times
        public var trainSeconds: Double
        public var modelBytes: Int
        public var calibrationError: Double

        public struct Automatic: Sendable, Hashable, Codable {
            public var threshold: Double
            public var precision: Double
            public var coverage: Double
            /// Lowest share of right decisions in an office with at least ten.
            public var worstOffice: Double?
        }

        public struct Times: Sendable, Hashable, Codable {
            public var mean: Double
            public var p99: Double
        }

        enum CodingKeys: String, CodingKey {
            case trainRows = "train_rows"
            case holdoutRows = "holdout_rows"
            case offices
            case withTopic = "with_topic"
            case columnsUsed = "columns_used"
            case top1, top3
            case top1OwnPlace = "top1_own_place"
            case top3OwnPlace = "top3_own_place"
            case macroF1 = "macro_f1"
            case macroRecall = "macro_recall"
            case auto
            case coverageAt97 = "coverage_at_97"
            case decisionMS = "decision_ms"
            case trainSeconds = "train_seconds"
            case modelBytes = "model_bytes"
            case calibrationError = "calibration_error"
        }
    }

    /// What was said of one row of the holdout.
    public struct Prediction: Sendable, Hashable {
        public var id: String
        public var ranked: [Classification.Candidate]
        public var isAutomatic: Bool
    }

    public let report: Report
    public let predictions: [Prediction]

    public init(
        train: URL, holdout: URL, withTopic: Bool, progress: @escaping @Sendable (String) -> Void
    ) throws {
        let data = try LanguageData.bundled()
        let training = try ComplaintTable(contentsOf: train, withTopic: withTopic)
        let held = try ComplaintTable(contentsOf: holdout, withTopic: withTopic)
        let clock = ContinuousClock()
        let begin = clock.now
        let model = try ModelTrainer(data: data, progress: progress)
            .train(training.rows, version: "evaluation", at: Date(timeIntervalSince1970: 0))
        let seconds = (clock.now - begin) / .seconds(1)
        let stored = try model.encoded()
        // What decides is what was stored and read back.
        let classifier = Classifier(model: try RoutingModel(decoding: stored), data: data)
        progress("deciding \(held.rows.count) complaints")
        var times: [Double] = []
        var predictions: [Prediction] = []
        for (id, row) in zip(held.ids, held.rows) {
            let before = Self.cpuMilliseconds()
            let said = classifier.classify(row.complaint)
            times.append(Self.cpuMilliseconds() - before)
            predictions.append(Prediction(id: id, ranked: said.ranked, isAutomatic: said.isAutomatic))
        }
        self.predictions = predictions
        let scores = HoldoutScores(
            predictions: predictions, truths: held.rows, known: Set(training.rows.map(\.office)))
        times.sort()
        report = Report(
            trainRows: training.rows.count, holdoutRows: held.rows.count,
            offices: Set(training.rows.map(\.office)).count,
            withTopic: withTopic, columnsUsed: training.columnsUsed, top1: scores.top1, top3: scores.top3,
            top1OwnPlace: scores.top1OwnPlace, top3OwnPlace: scores.top3OwnPlace, macroF1: scores.macroF1,
            macroRecall: scores.macroRecall,
            auto: .init(
                threshold: model.card.threshold, precision: scores.precision, coverage: scores.coverage,
                worstOffice: scores.worstOffice),
            coverageAt97: scores.coverage(at: 0.97),
            decisionMS: .init(
                mean: times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count),
                p99: times.isEmpty ? 0 : times[min(times.count - 1, times.count * 99 / 100)]),
            trainSeconds: seconds, modelBytes: stored.count, calibrationError: model.card.calibrationError)
    }

    /// `id,first,second,third,probability,automatic`, one line a row.
    public func predictionsCSV() -> String {
        var text = "id,first,second,third,probability,automatic\n"
        for prediction in predictions {
            let offices = (0..<3).map { prediction.ranked.indices.contains($0) ? prediction.ranked[$0].office : "" }
            let probability = prediction.ranked.first?.probability ?? 0
            let fields = [prediction.id] + offices + [String(probability), prediction.isAutomatic ? "true" : "false"]
            text += fields.map(CSV.field).joined(separator: ",") + "\n"
        }
        return text
    }

    private static func cpuMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}
