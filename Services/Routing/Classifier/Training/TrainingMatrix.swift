import CLinear
import Foundation
import Synchronization

/// liblinear shuffles by the process's `rand()`: one training at a time, so that the same data give the same model.
private let oneTraining = Mutex<Void>(())

/// How a linear function is found; both are liblinear's.
enum LinearSolver {
    case supportVectors, logistic

    var number: Int32 { self == .supportVectors ? Int32(L2R_L2LOSS_SVC_DUAL) : Int32(L2R_LR) }
}

/// Rows of features as liblinear wants them. Owns the memory.
final class TrainingMatrix {
    let rows: [UnsafeMutablePointer<feature_node>]
    /// Features without the constant one, which is the last.
    let features: Int

    init(_ counts: [FeatureCounts], _ vocabulary: Vocabulary) {
        features = vocabulary.ids.count
        let constant = Int32(vocabulary.ids.count + 1)
        rows = counts.map { counts in
            let vector = FeatureVector(counts, vocabulary)
            let size = vector.positions.count
            let nodes = UnsafeMutablePointer<feature_node>.allocate(capacity: size + 2)
            for index in 0..<size {
                nodes[index] = feature_node(index: vector.positions[index] + 1, value: Double(vector.values[index]))
            }
            nodes[size] = feature_node(index: constant, value: 1)
            nodes[size + 1] = feature_node(index: -1, value: 0)
            return nodes
        }
    }

    deinit { for row in rows { row.deallocate() } }

    /// One linear function a class, each class against all others.
    func train(
        _ chosen: [Int], labels: [Int32], cost: Double, solver: LinearSolver = .supportVectors
    ) -> LinearFunctions {
        var pointers: [UnsafeMutablePointer<feature_node>?] = chosen.map { rows[$0] }
        var targets = chosen.map { Double(labels[$0]) }
        let trained = pointers.withUnsafeMutableBufferPointer { x in
            targets.withUnsafeMutableBufferPointer { y in
                var task = problem(
                    l: Int32(chosen.count), n: Int32(features + 1), y: y.baseAddress, x: x.baseAddress, bias: 1)
                var settings = parameter()
                settings.solver_type = solver.number
                settings.eps = 0.05
                settings.C = cost
                settings.p = 0.1
                return LinearFunctions(Self.solve(&task, &settings))
            }
        }
        return trained
    }

    private static func solve(
        _ task: inout problem, _ settings: inout parameter
    ) -> sending UnsafeMutablePointer<model>? {
        nonisolated(unsafe) let (task, settings) = (task, settings)
        nonisolated(unsafe) var trained: UnsafeMutablePointer<model>?
        oneTraining.withLock { _ in
            sinergi_be_quiet()
            srand(1)
            var (task, settings) = (task, settings)
            trained = CLinear.train(&task, &settings)
        }
        return trained
    }
}

/// What liblinear learnt. Owns its memory.
final class LinearFunctions {
    private var model: UnsafeMutablePointer<model>?
    /// The label of each column.
    let labels: [Int32]

    init(_ model: UnsafeMutablePointer<model>?) {
        self.model = model
        guard let model else {
            labels = []
            return
        }
        labels = (0..<Int(model.pointee.nr_class)).map { model.pointee.label[$0] }
    }

    deinit { free_and_destroy_model(&model) }

    /// Adds one row's values to `scores`, which are indexed by label.
    func score(_ row: UnsafeMutablePointer<feature_node>, into scores: UnsafeMutablePointer<Double>) {
        guard let model else { return }
        var values = [Double](repeating: 0, count: labels.count)
        _ = predict_values(model, row, &values)
        // Of two classes liblinear keeps the first one's function only.
        if labels.count == 2 { values[1] = -values[0] }
        for (column, label) in labels.enumerated() { scores[Int(label)] = values[column] }
    }

    /// Packs the weights: one row of bytes a feature, and what restores them.
    func packed(features: Int, classes: Int) -> (rows: [Int8], factors: [Float], constants: [Float]) {
        var rows = [Int8](repeating: 0, count: features * classes)
        var factors = [Float](repeating: 0, count: features)
        var constants = [Float](repeating: -1, count: classes)
        guard let model, let weights = model.pointee.w else { return (rows, factors, constants) }
        let columns = labels.count == 2 ? 1 : labels.count
        var full = [Double](repeating: 0, count: classes)
        rows.withUnsafeMutableBufferPointer { rows in
            for feature in 0..<features {
                spread(weights + feature * columns, columns, &full)
                factors[feature] = sinergi_pack(
                    full, Int32(classes), 1, rows.baseAddress.map { $0 + feature * classes })
            }
        }
        spread(weights + features * columns, columns, &full)
        for label in labels { constants[Int(label)] = Float(full[Int(label)]) }
        return (rows, factors, constants)
    }

    private func spread(_ row: UnsafeMutablePointer<Double>, _ columns: Int, _ full: inout [Double]) {
        for column in 0..<columns { full[Int(labels[column])] = row[column] }
        if labels.count == 2 { full[Int(labels[1])] = -row[0] }
    }
}
