import CLinear
import Foundation

/// The features that a model knows, with the weight of their rarity.
struct Vocabulary: Sendable {
    /// Ascending.
    var ids: [UInt32]
    /// ln((1 + rows) / (1 + rows with it)) + 1.
    var rarity: [Float]
}

/// A complaint as a point in feature space: positions in the vocabulary and values.
///
/// Stems, pieces of words and affairs are each brought to length 1, so that a long complaint weighs as much as a short
/// one and no kind of feature drowns another.
struct FeatureVector {
    var positions: [Int32] = []
    var values: [Float] = []

    init(_ features: FeatureCounts, _ vocabulary: Vocabulary) {
        positions.reserveCapacity(features.ids.count)
        values.reserveCapacity(features.ids.count)
        var block = FeatureBlock.stems
        var blockStart = 0
        var squares: Float = 0
        features.ids.withUnsafeBufferPointer { ids in
            features.counts.withUnsafeBufferPointer { counts in
                vocabulary.ids.withUnsafeBufferPointer { known in
                    vocabulary.rarity.withUnsafeBufferPointer { rarity in
                        for index in 0..<ids.count {
                            let ofID = FeatureBlock.of(ids[index])
                            if ofID != block {
                                scale(from: blockStart, block, squares)
                                (block, blockStart, squares) = (ofID, positions.count, 0)
                            }
                            let position = sinergi_find(known.baseAddress, Int32(known.count), ids[index])
                            guard position >= 0 else { continue }
                            let value = Self.value(ofID, counts[index], rarity[Int(position)])
                            squares += value * value
                            positions.append(position)
                            values.append(value)
                        }
                    }
                }
            }
        }
        scale(from: blockStart, block, squares)
    }

    private static func value(_ block: FeatureBlock, _ count: Float, _ rarity: Float) -> Float {
        switch block {
        case .stems, .grams: (count > 1 ? 1 + logf(count) : 1) * rarity
        case .affairs: count.squareRoot()
        case .facts: count
        }
    }

    private mutating func scale(from start: Int, _ block: FeatureBlock, _ squares: Float) {
        guard block != .facts, squares > 0 else { return }
        let factor = 1 / squares.squareRoot()
        for index in start..<values.count { values[index] *= factor }
    }
}
