/// Counts which sectors a duty text names.
struct DutyTally {
    private var weights: [Double]
    private var named: Set<Int> = []
    private var unclear: [(sectors: Set<Int>, weight: Double, isWhole: Bool)] = []

    init(sectors: Int) { weights = [Double](repeating: 0, count: sectors) }

    /// - Parameters:
    ///   - sectors: What the words may be about.
    ///   - isWhole: Whether they are all that an item of the text says.
    mutating func add(_ sectors: Set<Int>, weight: Double, isWhole: Bool) {
        guard sectors.count == 1, let sector = sectors.first else {
            unclear.append((sectors, weight, isWhole))
            return
        }
        weights[sector] += weight
        if isWhole { named.insert(sector) }
    }

    /// By sector's number; the main one is 1, one that is only named in passing 0.
    func shares(inPassing: Double, named least: Double) -> [Double] {
        var (weights, named) = (weights, named)
        // "Pemadam" is a fire brigade where fires are named too, and a power cut elsewhere.
        for (sectors, weight, isWhole) in unclear {
            guard let sector = sectors.max(by: { (self.weights[$0], $1) < (self.weights[$1], $0) }) else { continue }
            weights[sector] += weight
            if isWhole { named.insert(sector) }
        }
        let most = weights.max() ?? 0
        guard most > 0 else { return weights }
        return weights.enumerated().map { sector, weight in
            let share = weight / most
            if named.contains(sector) { return max(share, least) }
            return share > inPassing ? share : 0
        }
    }
}
