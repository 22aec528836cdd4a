import CLinear

/// One linear function of the features for each class, packed.
struct LinearWeights: Sendable {
    let vocabulary: Vocabulary
    /// features × classes, each row as bytes.
    let rows: [Int8]
    /// What restores a row.
    let factors: [Float]
    /// Score of each class without any feature.
    let constants: [Float]

    func scores(_ vector: FeatureVector) -> [Double] {
        let classes = constants.count
        var scores = constants
        rows.withUnsafeBufferPointer { rows in
            scores.withUnsafeMutableBufferPointer { scores in
                guard let base = rows.baseAddress else { return }
                for index in vector.positions.indices {
                    let position = Int(vector.positions[index])
                    sinergi_add(
                        scores.baseAddress, base + position * classes, vector.values[index] * factors[position],
                        Int32(classes))
                }
            }
        }
        return scores.map(Double.init)
    }

    /// What each feature of a vector adds to one class's score, by feature id.
    func contributions(_ vector: FeatureVector, to number: Int) -> [UInt32: Double] {
        var found: [UInt32: Double] = [:]
        for (position, value) in zip(vector.positions, vector.values) {
            let row = Int(position)
            found[vocabulary.ids[row]] = Double(value * factors[row] * Float(rows[row * constants.count + number]))
        }
        return found
    }
}

extension LinearWeights {
    /// Learns from texts that come with the program: no parts are held back.
    static func learnt(_ counts: [FeatureCounts], labels: [Int32], classes: Int, solver: LinearSolver, cost: Double)
        -> LinearWeights
    {
        let vocabulary = ModelTrainer.vocabulary(counts, classes: classes)
        let matrix = TrainingMatrix(counts, vocabulary)
        let learnt = matrix.train(Array(counts.indices), labels: labels, cost: cost, solver: solver)
        let packed = learnt.packed(features: matrix.features, classes: classes)
        return LinearWeights(
            vocabulary: vocabulary, rows: packed.rows, factors: packed.factors, constants: packed.constants)
    }
}
