import Crypto
public import Foundation
public import RoutingClassifier

/// A model learnt from rows in the order of time, with what it is worth on the last of them.
public struct TrainedModel: Sendable {
    public let model: RoutingModel
    public let bytes: Data
    public let sha256: [UInt8]
    public let trial: HeldBackTrial
    /// Evaluation card with the trial, as JSON.
    public let card: String

    /// Fewest rows that are held back, and fewest that are learnt from.
    public static let fewestHeld = 10

    private struct Card: Encodable {
        let card: EvaluationCard
        let trial: HeldBackTrial

        func encode(to encoder: any Encoder) throws {
            try card.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(trial, forKey: .heldBack)
        }

        private enum Key: String, CodingKey { case heldBack }
    }

    /// Blocks for as long as training takes: call it inside ``BackgroundThread``.
    ///
    /// - Parameters:
    ///   - rows: Oldest first.
    ///   - unseen: How many of the last rows the active model has not seen; all are fine where there is none.
    /// - Throws: ``ClassifierError`` where there are too few rows.
    public init(
        _ rows: [LabelledComplaint], places: PlaceOffices, reference: (version: Int, model: RoutingModel)?, unseen: Int,
        name: String, at date: Date, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        let data = try LanguageData.bundled()
        let trainer = ModelTrainer(data: data, progress: progress)
        // A fifth, as the holdout of `evaluate`; never what the active model has learnt from.
        let count = min(unseen, max(Self.fewestHeld, rows.count / 5), rows.count / 2)
        let held = Array(rows.suffix(count))
        let past = Array(rows.dropLast(count))
        progress("learning from \(past.count), holding \(held.count) back")
        let judging = try trainer.train(past, places: places, version: name, at: date)
        let frequency = past.reduce(into: [String: Int]()) { $0[$1.office, default: 0] += 1 }
        let most = frequency.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
        trial = HeldBackTrial(held, judging: judging, reference: reference, mostFrequent: most, data: data)
        model = try trainer.train(rows, places: places, version: name, at: date)
        bytes = try model.encoded()
        sha256 = Array(SHA256.hash(data: bytes))
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        card = String(decoding: try encoder.encode(Card(card: model.card, trial: trial)), as: UTF8.self)
    }
}
