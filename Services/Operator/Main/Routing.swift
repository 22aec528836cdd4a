import ArgumentParser
import Foundation
import RoutingClassifier

/// `sinergi routing`
struct Routing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Which office a complaint belongs to: rules, and the classifier that learns it.",
        subcommands: [Train.self, Evaluate.self, Simulate.self])

    struct Evaluate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Learns from one CSV file of complaints and judges itself on another. Needs no database.",
            discussion: """
                Columns are found by their header: text and agency; and where they are there id, kecamatan, kelurahan,
                kelurahan_code, kind, source, neighborhood, lat, lon, created. The holdout's agency is only compared.
                """)

        @Option(help: "CSV file to learn from.")
        var train: String

        @Option(help: "CSV file to judge on.")
        var holdout: String

        @Flag(help: "Use the reporter's topic, the column category.")
        var withTopic = false

        @Option(help: "Write what was said of each row to this CSV file.")
        var predictions: String?

        @Flag(help: "One JSON object on standard output.")
        var json = false

        func run() async throws {
            let evaluation = try Evaluation(
                train: URL(fileURLWithPath: train), holdout: URL(fileURLWithPath: holdout), withTopic: withTopic,
                progress: CommandLog.progress)
            if let predictions {
                try Data(evaluation.predictionsCSV().utf8).write(to: URL(fileURLWithPath: predictions))
            }
            if json { try printJSON(evaluation.report) } else { print(Self.table(evaluation.report)) }
        }

        private static func table(_ report: Evaluation.Report) -> String {
            func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
            let lines = [
                ("rows learnt from / judged on", "\(report.trainRows) / \(report.holdoutRows)"),
                ("offices", "\(report.offices)"),
                ("right first", percent(report.top1)),
                ("right among three", percent(report.top3)),
                (
                    "the same, own offices of places as one",
                    "\(percent(report.top1OwnPlace)), \(percent(report.top3OwnPlace))"
                ),
                ("mean recall of offices with ten rows", percent(report.macroRecall)),
                ("decides by itself", "\(percent(report.auto.coverage)), right \(percent(report.auto.precision))"),
                ("could decide at 97 % right", percent(report.coverageAt97)),
                (
                    "one decision, mean / p99",
                    String(format: "%.3f / %.3f ms", report.decisionMS.mean, report.decisionMS.p99)
                ),
                ("training", String(format: "%.1f s", report.trainSeconds)),
                ("model", "\(report.modelBytes / 1024) KiB"),
            ]
            return lines.map { $0.0.padding(toLength: 42, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
        }
    }
}
