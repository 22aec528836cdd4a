/// Figures of predictions against what really happened.
struct HoldoutScores {
    private struct Row {
        let truth: String
        let first: String
        let probability: Double
        let isAutomatic: Bool
        let isRight: Bool
        let isAmongThree: Bool
        let isOwnPlaceRight: Bool
        let isOwnPlaceAmongThree: Bool
    }

    private let rows: [Row]

    init(predictions: [Evaluation.Prediction], truths: [LabelledComplaint], known: Set<String>) {
        rows = zip(predictions, truths).map { prediction, labelled in
            let offices = prediction.ranked.prefix(3).map(\.office)
            let truth = labelled.office
            let isKnown = known.contains(truth)
            let classes = offices.map(Self.ownPlace)
            return Row(
                truth: truth, first: offices.first ?? "", probability: prediction.ranked.first?.probability ?? 0,
                isAutomatic: prediction.isAutomatic, isRight: isKnown && offices.first == truth,
                isAmongThree: isKnown && offices.contains(truth),
                isOwnPlaceRight: classes.first == Self.ownPlace(truth),
                isOwnPlaceAmongThree: classes.contains(Self.ownPlace(truth)))
        }
    }

    private static func ownPlace(_ office: String) -> String {
        PlaceLevel.of(officeName: office).map { "@\($0.level.rawValue)" } ?? office
    }

    private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

    var top1: Double { share(rows.count(where: \.isRight), of: rows.count) }
    var top3: Double { share(rows.count(where: \.isAmongThree), of: rows.count) }
    var top1OwnPlace: Double { share(rows.count(where: \.isOwnPlaceRight), of: rows.count) }
    var top3OwnPlace: Double { share(rows.count(where: \.isOwnPlaceAmongThree), of: rows.count) }

    private var automatic: [Row] { rows.filter(\.isAutomatic) }
    var coverage: Double { share(automatic.count, of: rows.count) }
    var precision: Double { share(automatic.count(where: \.isRight), of: automatic.count) }

    var worstOffice: Double? {
        Dictionary(grouping: automatic, by: \.first).values.filter { $0.count >= 10 }
            .map { share($0.count(where: \.isRight), of: $0.count) }.min()
    }

    /// The largest share of rows, most certain first, of which this many are right.
    func coverage(at precision: Double) -> Double {
        var (right, seen, best) = (0, 0, 0)
        for row in rows.sorted(by: { $0.probability > $1.probability }) {
            seen += 1
            if row.isRight { right += 1 }
            if Double(right) >= precision * Double(seen) { best = seen }
        }
        return share(best, of: rows.count)
    }

    var macroRecall: Double {
        let offices = Dictionary(grouping: rows, by: \.truth).values.filter { $0.count >= 10 }
        guard !offices.isEmpty else { return 0 }
        return offices.map { share($0.count(where: \.isRight), of: $0.count) }.reduce(0, +) / Double(offices.count)
    }

    /// Mean over all offices that are true or predicted somewhere.
    var macroF1: Double {
        var (right, wrong, missed): ([String: Int], [String: Int], [String: Int]) = ([:], [:], [:])
        for row in rows {
            if row.isRight {
                right[row.truth, default: 0] += 1
            } else {
                wrong[row.first, default: 0] += 1
                missed[row.truth, default: 0] += 1
            }
        }
        let offices = Set(rows.map(\.truth)).union(rows.map(\.first))
        guard !offices.isEmpty else { return 0 }
        let sum = offices.reduce(0.0) { sum, office in
            let hits = 2 * (right[office] ?? 0)
            return sum + share(hits, of: hits + (wrong[office] ?? 0) + (missed[office] ?? 0))
        }
        return sum / Double(offices.count)
    }
}
