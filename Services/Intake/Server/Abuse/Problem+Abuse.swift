import HTTPTypes
import ServiceKit
import SinergiCore

extension Problem {
    static let challengeCode = "challenge_required"

    /// An officer has shut this caller out for a time.
    /// - Parameter help: Whom to ask, and the emergency numbers: whoever is in danger is never left without an answer.
    static func blocked(_ rule: CallerRules.Rule, _ help: CallerRules.Help) -> Problem {
        func until(_ language: Language) -> String { help.zone.words(rule.expiresAt, in: language) }
        var problem = Problem(
            status: .forbidden, code: "blocked",
            title: Localized(id: "Kiriman dari sini ditutup", en: "Not accepted from here"),
            detail: Localized(
                id: "Kiriman dari sini ditutup sampai \(until(.id)). Alasan: \(rule.reason) Tanyakan kepada "
                    + "\(help.office). Keadaan darurat? Telepon \(help.numbers[.id]).",
                en: "Nothing is accepted from here until \(until(.en)). Reason: \(rule.reason) Ask "
                    + "\(help.office). An emergency? Call \(help.numbers[.en])."))
        problem.more = ["blocked_until": .string(Timestamp.text(rule.expiresAt))]
        return problem
    }

    /// - Parameter seconds: After which it passes without a proof, if nobody else comes.
    static func challengeRequired(_ challenge: Challenge, bits: Int, retryAfter seconds: Int) -> Problem {
        var problem = Problem(
            status: .tooManyRequests, code: challengeCode,
            title: Localized(id: "Bukti diperlukan", en: "A proof is needed"),
            detail: Localized(
                id: "Sedang banyak kiriman. Kerjakan tugas di challenge lalu kirim lagi, atau tunggu \(seconds) detik.",
                en: "Many requests are coming in. Solve the challenge and send again, or wait \(seconds) seconds."),
            headers: [.retryAfter: String(seconds)])
        problem.more = [
            "challenge": [
                "algorithm": "sha-256", "challenge": .string(challenge.text), "bits": .integer(bits),
                "expires_at": .string(Timestamp.text(challenge.expiresAt)), "header": .string(Challenge.header.rawName),
            ]
        ]
        return problem
    }

    /// The challenge of a `challenge_required`.
    var challenge: (text: String, bits: Int)? {
        guard code == Self.challengeCode, let challenge = more["challenge"], let text = challenge["challenge"]?.string,
            let bits = challenge["bits"]?.integer
        else { return nil }
        return (text, bits)
    }
}
