import RoutingClassifier

/// A new model beside the one in use, both judged on cases that neither has seen.
public struct HeldBackTrial: Sendable, Hashable, Codable {
    /// Cases held back.
    public var rows: Int
    public var top1: Double
    public var top3: Double
    /// The same of the active model; of the most frequent office where there is none.
    public var referenceTop1: Double
    public var referenceTop3: Double?
    /// Version of the active model.
    public var reference: Int?

    init(
        _ held: [LabelledComplaint], judging: RoutingModel, reference: (version: Int, model: RoutingModel)?,
        mostFrequent: String, data: LanguageData
    ) {
        let own = Self.shares(judging, held, data)
        rows = held.count
        (top1, top3) = own
        if let reference {
            let other = Self.shares(reference.model, held, data)
            (referenceTop1, referenceTop3) = (other.top1, other.top3)
        } else {
            let hits = held.count { $0.office == mostFrequent }
            referenceTop1 = held.isEmpty ? 0 : Double(hits) / Double(held.count)
        }
        self.reference = reference?.version
    }

    /// Right first more often; where both are the same, right among three more often.
    public var wins: Bool {
        guard rows > 0 else { return false }
        return top1 > referenceTop1 || top1 == referenceTop1 && top3 > (referenceTop3 ?? 1)
    }

    /// What stands beside the model, for people.
    public var note: String {
        let other = reference.map { "versi \($0)" } ?? "selalu menebak kantor yang paling sering"
        let verdict = wins ? "Diaktifkan: lebih baik dari" : "Tidak diaktifkan: tidak lebih baik dari"
        return
            "\(verdict) \(other) pada \(rows) kasus yang disisihkan (benar pertama \(Self.percent(top1)) lawan \(Self.percent(referenceTop1)))."
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10),\(tenths % 10) %"
    }

    private static func shares(
        _ model: RoutingModel, _ held: [LabelledComplaint], _ data: LanguageData
    ) -> (top1: Double, top3: Double) {
        let classifier = Classifier(model: model, data: data)
        var (first, three) = (0, 0)
        for row in held {
            let ranked = classifier.classify(row.complaint).ranked.prefix(3)
            if ranked.first?.office == row.office { first += 1 }
            if ranked.contains(where: { $0.office == row.office }) { three += 1 }
        }
        let all = Double(max(held.count, 1))
        return (Double(first) / all, Double(three) / all)
    }
}
