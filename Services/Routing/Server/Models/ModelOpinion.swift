import Foundation
import Postgres
import RoutingAPI
import RoutingClassifier

/// What an agency's model says of a new complaint.
struct ModelOpinion: Sendable {
    let version: Int
    /// Offices that it may be about, most probable first; only those of the directory.
    let ranked: [Classification.Candidate]
    /// As sure of the first as its card demands for deciding without a person.
    let isCertain: Bool
    /// The first office has earned automation.
    let isEarned: Bool
    /// Words and facts that counted for the first office and against it, strongest first.
    let evidence: [Evidence]

    var first: Classification.Candidate? { ranked.first }

    /// For whoever asks why.
    func trial(acted: Bool, name: String) -> RuleTrial {
        var why: [String] = []
        if let first {
            why.append("Dugaan: \(name), keyakinan \(Self.percent(first.probability)).")
            let pro = quoted(evidence.filter { $0.weight > 0 })
            let contra = quoted(evidence.filter { $0.weight < 0 })
            if !pro.isEmpty { why.append("Mendukung: \(pro).") }
            if !contra.isEmpty { why.append("Menentang: \(contra).") }
            if !isCertain { why.append("Belum cukup yakin untuk memutuskan sendiri.") }
            if !isEarned { why.append("Untuk kantor ini model masih dalam masa percobaan: hanya mengusulkan.") }
        }
        return RuleTrial(
            rule: nil, version: version, name: Self.name(version), matched: acted, broken: false, why: why)
    }

    /// What a citizen may read of it.
    var reason: String {
        let words = quoted(evidence.filter { $0.weight > 0 && !$0.isFact }.prefix(3))
        return words.isEmpty
            ? "Laporan serupa dahulu ditangani kantor ini." : "Laporan serupa (\(words)) dahulu ditangani kantor ini."
    }

    /// Kept to be measured by what becomes of the case, whoever decided.
    func kept(case id: UUID, _ decision: RoutingDecision) -> SQL {
        let acted = decision.mode == .automatic && decision.rule == Self.name(version)
        return """
            INSERT INTO casework.model_opinion (agency, case_id, version, office, probability, certain, acted)
            SELECT directory.me(), \(id), \(Int32(version)), \(first?.office), \(first?.probability), \(isCertain), \(acted)
            WHERE \(first != nil)
            ON CONFLICT DO NOTHING
            """
    }

    static func name(_ version: Int) -> String { "Model versi \(version)" }

    private func quoted(_ evidence: some Sequence<Evidence>) -> String {
        evidence.map { "“\($0.text)”" }.joined(separator: ", ")
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
