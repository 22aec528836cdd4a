import CLinear

/// Scores of every row by a model that was trained without it.
struct CrossTrial {
    let matrix: TrainingMatrix
    let labels: [Int32]
    let classes: Int

    /// Score of a class that a part's model never saw.
    private static let unseen = -1.3

    /// - Parameter order: Row numbers; a fold is a span of it.
    /// - Returns: rows × classes, by row number.
    func scores(order: [Int], folds: Int, cost: Double) -> [Double] {
        var scores = [Double](repeating: Self.unseen, count: labels.count * classes)
        for fold in 0..<folds {
            let held = (order.count * fold / folds)..<(order.count * (fold + 1) / folds)
            guard !held.isEmpty else { continue }
            let functions = matrix.train(
                Array(order[..<held.lowerBound] + order[held.upperBound...]), labels: labels, cost: cost)
            scores.withUnsafeMutableBufferPointer { scores in
                guard let base = scores.baseAddress else { return }
                for row in order[held] { functions.score(matrix.rows[row], into: base + row * classes) }
            }
        }
        return scores
    }

    /// How much scores are to be sharpened so that their softmax are the likeliest probabilities of what really happened.
    func sharpness(_ scores: [Double]) -> Double {
        func loss(_ beta: Double) -> Double {
            sinergi_loss(scores, labels, Int64(labels.count), Int32(classes), beta)
        }
        // Golden section: the loss has one minimum.
        let ratio = 0.618
        var (low, high) = (0.3, 12.0)
        for _ in 0..<18 {
            let left = high - ratio * (high - low)
            let right = low + ratio * (high - low)
            if loss(left) < loss(right) { high = right } else { low = left }
        }
        return (low + high) / 2
    }
}
