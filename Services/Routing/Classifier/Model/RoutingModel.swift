import CLinear

/// A learnt model: which words speak for which office. A value, safe to share.
public struct RoutingModel: Sendable {
    struct Header: Sendable, Hashable, Codable {
        let version: String
        let classes: [OfficeClass]
        let places: PlaceOffices
        let sharpness: Double
        let automation: Automation
        let card: EvaluationCard
    }

    let header: Header
    let vocabulary: Vocabulary
    /// features × classes, each row as bytes.
    let rows: [Int8]
    /// What restores a row.
    let factors: [Float]
    /// Score of each class without any feature.
    let constants: [Float]

    public var version: String { header.version }
    public var card: EvaluationCard { header.card }
    var resolver: ClassResolver { ClassResolver(classes: header.classes, places: header.places) }

    /// Offices that the model can name, apart from own offices of places.
    public var offices: [String] {
        header.classes.compactMap { if case .office(let name) = $0 { name } else { nil } }
    }

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
}
