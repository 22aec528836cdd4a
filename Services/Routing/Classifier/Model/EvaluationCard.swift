public import Foundation

/// What a model is worth, by cases that the judging models had not seen. Stored with the model.
public struct EvaluationCard: Sendable, Hashable, Codable {
    public var rows: Int
    public var offices: Int
    public var features: Int
    public var trainedAt: Date
    /// Share whose office came first, and among the first three.
    public var top1: Double
    public var top3: Double
    /// Promised and measured share of right decisions without a person, the share of cases so decided, and from which
    /// probability on.
    public var promisedPrecision: Double
    public var threshold: Double
    public var precision: Double
    public var coverage: Double
    /// Mean distance between stated probability and what happened, in ten bins.
    public var calibrationError: Double
    public var byOffice: [Office]

    public struct Office: Sendable, Hashable, Codable {
        /// `@village` and `@district` stand for the own office of each complaint's place.
        public var office: String
        public var cases: Int
        /// Share of its cases that came to it first.
        public var recall: Double
        public var decided: Int
        /// Share of right ones among those that would have gone to it without a person.
        public var precision: Double?
    }
}

extension EvaluationCard {
    init(judged: JudgedRows, automation: Automation, rows: Int, features: Int, trainedAt: Date) {
        func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
        let all = judged.rows
        let decided = all.filter { automation.decides($0.number, $0.probability) }
        let truths = Dictionary(grouping: all, by: \.truth)
        let decisions = Dictionary(grouping: decided, by: \.number)
        self.init(
            rows: rows, offices: judged.classNames.count, features: features, trainedAt: trainedAt,
            top1: share(all.count(where: \.isRight), rows), top3: share(all.count(where: \.isAmongThree), rows),
            promisedPrecision: ModelTrainer.promisedPrecision, threshold: automation.threshold,
            precision: share(decided.count(where: \.isRight), decided.count),
            coverage: share(decided.count, rows), calibrationError: Self.calibrationError(all),
            byOffice: judged.classNames.enumerated().map { number, name in
                let own = truths[number] ?? []
                let given = decisions[number] ?? []
                return Office(
                    office: name, cases: own.count, recall: share(own.count(where: \.isRight), own.count),
                    decided: given.count,
                    precision: given.isEmpty ? nil : share(given.count(where: \.isRight), given.count))
            }.sorted { ($1.cases, $0.office) < ($0.cases, $1.office) })
    }

    private static func calibrationError(_ rows: [JudgedRows.Row]) -> Double {
        guard !rows.isEmpty else { return 0 }
        let bins = Dictionary(grouping: rows) { min(9, Int($0.probability * 10)) }
        let distance = bins.values.reduce(0.0) { sum, bin in
            let stated = bin.reduce(0) { $0 + $1.probability }
            return sum + abs(stated - Double(bin.count(where: \.isRight)))
        }
        return distance / Double(rows.count)
    }
}
