/// What a model says of a complaint.
public struct Classification: Sendable, Hashable {
    /// Offices in order of probability; all that the model knows.
    public var ranked: [Candidate]
    /// Whether the first may be given the case without a person.
    public var isAutomatic: Bool

    public struct Candidate: Sendable, Hashable {
        public var office: String
        /// 0 to 1, measured against what really happened.
        public var probability: Double
    }
}

/// Something in a complaint that speaks for an office, or against it.
public struct Evidence: Sendable, Hashable {
    /// Words as the reporter wrote them, or a fact.
    public var text: String
    /// Above 0: for; below: against. Comparable within one complaint.
    public var weight: Double
    /// A place, kind, channel or topic rather than words.
    public var isFact: Bool
}

extension Evidence {
    /// Adds up features by the words or facts that they came from, strongest first.
    static func gathered(from sources: [FeatureSource], weights: [UInt32: Double], limit: Int) -> [Evidence] {
        var occurrences: [UInt32: Int] = [:]
        for source in sources { occurrences[source.id, default: 0] += 1 }
        var found: [String: Evidence] = [:]
        for source in sources {
            guard let weight = weights[source.id], let times = occurrences[source.id] else { continue }
            found[source.text, default: Evidence(text: source.text, weight: 0, isFact: source.isFact)].weight +=
                weight / Double(times)
        }
        let ordered = found.values.sorted { (abs($1.weight), $0.text) < (abs($0.weight), $1.text) }
        let strongest = abs(ordered.first?.weight ?? 0)
        return Array(ordered.filter { abs($0.weight) > strongest * 0.1 }.prefix(limit))
    }
}

/// A model with the language that it needs.
public struct Classifier: Sendable {
    public let model: RoutingModel
    private let data: LanguageData
    private let affairs: AffairFinder

    public init(model: RoutingModel, data: LanguageData) {
        self.model = model
        self.data = data
        affairs = AffairFinder(data)
    }

    public func classify(_ complaint: Complaint) -> Classification {
        let features = FeatureReader(data, affairs: affairs).features(of: complaint)
        let scores = model.weights.scores(FeatureVector(features, model.weights.vocabulary))
        let ranked = model.resolver.candidates(scores, sharpness: model.header.sharpness, complaint)
        let automatic = ranked.first.map { model.header.automation.decides($0.number, $0.probability) } ?? false
        return Classification(
            ranked: ranked.map { .init(office: $0.office, probability: $0.probability) }, isAutomatic: automatic)
    }

    /// The words and facts that counted most for an office and against it, strongest first.
    ///
    /// A word's weight is the sum over its stem, its pieces and the affairs that it names.
    public func evidence(for office: String, in complaint: Complaint, limit: Int = 5) -> [Evidence] {
        guard let number = classNumber(office, complaint) else { return [] }
        let reader = FeatureReader(data, affairs: affairs)
        let vector = FeatureVector(reader.features(of: complaint), model.weights.vocabulary)
        return Evidence.gathered(
            from: reader.sources(of: complaint), weights: model.weights.contributions(vector, to: number), limit: limit)
    }

    private func classNumber(_ office: String, _ complaint: Complaint) -> Int? {
        model.header.classes.firstIndex { officeClass in
            switch officeClass {
            case .office(let name): name == office
            case .own(let level): model.header.places.own(level, complaint) == office
            }
        }
    }
}
