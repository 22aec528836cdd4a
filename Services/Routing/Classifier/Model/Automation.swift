/// When a model decides without a person.
struct Automation: Sendable, Hashable, Codable {
    /// Least probability for classes without a limit of their own.
    var threshold: Double
    /// Least probability by class; above 1 for a class that never decides by itself.
    var limits: [Double]

    static let never = 2.0
    /// Least share of right decisions in every single class that decides.
    static let classPrecision = 0.94
    static let fewestDecisions = 12

    func decides(_ number: Int, _ probability: Double) -> Bool {
        limits.indices.contains(number) && probability >= max(threshold, limits[number])
    }

    /// The widest automation that keeps its promise on rows that the judging models had not seen.
    static func chosen(_ judged: JudgedRows, promised: Double) -> Automation {
        let classes = judged.classNames.count
        let byClass = Dictionary(grouping: judged.rows, by: \.number)
        let limits = (0..<classes).map { limit(byClass[$0] ?? []) }
        let decidable = judged.rows.filter { $0.probability >= limits[$0.number] }
        return Automation(
            threshold: lowest(decidable, precision: promised, fewest: fewestDecisions) ?? never, limits: limits)
    }

    private static func limit(_ rows: [JudgedRows.Row]) -> Double {
        lowest(rows, precision: classPrecision, fewest: fewestDecisions) ?? never
    }

    /// The lowest probability at and above which enough rows are right.
    private static func lowest(_ rows: [JudgedRows.Row], precision: Double, fewest: Int) -> Double? {
        var (right, seen) = (0, 0)
        var best: Double?
        for row in rows.sorted(by: { $0.probability > $1.probability }) {
            seen += 1
            if row.isRight { right += 1 }
            // One wrong more than counted: chance must not choose the threshold.
            if seen >= fewest, Double(right) - 0.5 >= precision * Double(seen) { best = row.probability }
        }
        return best
    }
}
