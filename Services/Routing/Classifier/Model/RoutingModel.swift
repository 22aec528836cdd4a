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
    let weights: LinearWeights

    public var version: String { header.version }
    public var card: EvaluationCard { header.card }
    var resolver: ClassResolver { ClassResolver(classes: header.classes, places: header.places) }

    /// Offices that the model can name, apart from own offices of places.
    public var offices: [String] {
        header.classes.compactMap { if case .office(let name) = $0 { name } else { nil } }
    }
}
