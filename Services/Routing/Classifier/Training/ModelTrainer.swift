import CLinear
public import Foundation

/// Learns from complaints whose office is known.
///
/// Words and pieces of words are weighed by a linear support vector machine, each office against all others. Parts of the
/// data are then judged by models that have not seen them; from that come the sharpness of probabilities, the threshold
/// for deciding without a person, and the evaluation card. Nothing but the training data is looked at.
public struct ModelTrainer: Sendable {
    /// Share of right decisions that is promised where the model decides by itself.
    public static let promisedPrecision = 0.97
    public static let fewestRows = 20
    /// Bytes that the weights may take; rarer features are left out beyond it.
    static let weightBudget = 24 << 20
    static let folds = 5
    static let cost = 0.3

    private let data: LanguageData
    private let progress: @Sendable (String) -> Void

    public init(data: LanguageData, progress: @escaping @Sendable (String) -> Void = { _ in }) {
        self.data = data
        self.progress = progress
    }

    /// - Parameters:
    ///   - places: Offices of villages and districts, where a directory knows them; others are known by their names.
    ///   - version: Names the model in decisions.
    /// - Throws: ``ClassifierError`` for fewer than ``fewestRows`` usable rows.
    public func train(
        _ rows: [LabelledComplaint], places: PlaceOffices = PlaceOffices(), version: String, at date: Date
    ) throws -> RoutingModel {
        let usable = rows.filter { !$0.office.isEmpty && !$0.complaint.text.isEmpty }
        guard usable.count >= Self.fewestRows else { throw ClassifierError.tooFewRows(usable.count) }
        var places = places
        places.learn(offices: usable.map(\.office).uniqued())
        let classOfOffice = Dictionary(
            uniqueKeysWithValues: usable.map(\.office).uniqued().map { ($0, places.officeClass($0)) })
        let classes = usable.compactMap { classOfOffice[$0.office] }.uniqued()
        let number = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Int32($0)) })
        let labels = usable.map { classOfOffice[$0.office].flatMap { number[$0] } ?? 0 }

        progress("reading \(usable.count) complaints")
        let reader = FeatureReader(data, affairs: AffairFinder(data), remembers: true)
        let counts = usable.map { reader.features(of: $0.complaint) }
        let vocabulary = Self.vocabulary(counts, classes: classes.count)
        let matrix = TrainingMatrix(counts, vocabulary)

        let trial = CrossTrial(matrix: matrix, labels: labels, classes: classes.count)
        progress("judging \(Self.folds) parts by models that have not seen them")
        let scores = trial.scores(order: Self.order(usable), folds: Self.folds, cost: Self.cost)
        let sharpness = trial.sharpness(scores)
        let resolver = ClassResolver(classes: classes, places: places)
        let judged = JudgedRows(
            scores: scores, sharpness: sharpness, rows: usable, labels: labels, resolver: resolver)
        let automation = Automation.chosen(judged, promised: Self.promisedPrecision)

        progress("learning from all of them")
        let learnt = matrix.train(Array(usable.indices), labels: labels, cost: Self.cost)
        let packed = learnt.packed(features: matrix.features, classes: classes.count)
        let card = EvaluationCard(
            judged: judged, automation: automation, rows: usable.count, features: matrix.features, trainedAt: date)
        return RoutingModel(
            header: .init(
                version: version, classes: classes, places: places, sharpness: sharpness, automation: automation,
                card: card),
            weights: LinearWeights(
                vocabulary: vocabulary, rows: packed.rows, factors: packed.factors, constants: packed.constants))
    }

    static func vocabulary(_ counts: [FeatureCounts], classes: Int) -> Vocabulary {
        var all = counts.flatMap(\.ids)
        var documents = [UInt32](repeating: 0, count: all.count)
        let kept = Int(sinergi_count(&all, Int64(all.count), &documents))
        // A word of one complaint tells nothing about others, unless there are hardly any complaints.
        let least: UInt32 = counts.count < 500 ? 1 : 2
        var floor = least
        let room = weightBudget / max(classes, 1)
        while documents.prefix(kept).count(where: { $0 >= floor }) > room { floor += 1 }
        var vocabulary = Vocabulary(ids: [], rarity: [])
        for index in 0..<kept {
            let needed = FeatureBlock.of(all[index]) == .grams ? max(floor, 2) : floor
            guard documents[index] >= needed else { continue }
            vocabulary.ids.append(all[index])
            vocabulary.rarity.append(logf(Float(1 + counts.count) / Float(1 + documents[index])) + 1)
        }
        return vocabulary
    }

    /// Rows by time of receipt. A model is used on what comes after it: parts held back are spans of time where times are
    /// known, else every fifth row.
    private static func order(_ rows: [LabelledComplaint]) -> [Int] {
        guard rows.contains(where: { !$0.order.isEmpty }) else {
            return (0..<folds).flatMap { fold in stride(from: fold, to: rows.count, by: folds) }
        }
        return rows.indices.sorted { (rows[$0].order, $0) < (rows[$1].order, $1) }
    }
}

extension Sequence where Element: Hashable {
    /// Each element once, in the order of first occurrence.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
