import Foundation

/// Turns scores of classes into probabilities of offices.
struct ClassResolver: Sendable {
    let classes: [OfficeClass]
    let places: PlaceOffices

    /// An office with its probability, and the class that it came by.
    struct Candidate: Sendable {
        let office: String
        let probability: Double
        let number: Int
    }

    /// Offices in order of probability. A class whose office cannot be told from the place is left out.
    func candidates(_ scores: [Double], sharpness: Double, _ complaint: Complaint) -> [Candidate] {
        let top = scores.max() ?? 0
        let weights = scores.map { exp(sharpness * ($0 - top)) }
        var total = 0.0
        var found: [Candidate] = []
        found.reserveCapacity(classes.count)
        for (number, officeClass) in classes.enumerated() {
            let office: String?
            switch officeClass {
            case .office(let name): office = name
            case .own(let level): office = places.own(level, complaint)
            }
            guard let office else { continue }
            total += weights[number]
            found.append(Candidate(office: office, probability: weights[number], number: number))
        }
        guard total > 0 else { return [] }
        return found.map { Candidate(office: $0.office, probability: $0.probability / total, number: $0.number) }
            .sorted { ($1.probability, $0.office) < ($0.probability, $1.office) }
    }
}
