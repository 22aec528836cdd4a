import IntakeAPI
import ServiceKit
import SinergiCore

/// A complaint that lies in the spool alone: its reporter can follow it, and nothing else can happen to it yet.
extension ComplaintRecord {
    init(waiting acceptance: Acceptance) {
        let submission = acceptance.submission
        self.init(
            id: acceptance.id, trackingCode: acceptance.trackingCode, accessKeyHash: acceptance.accessKeyHash,
            kind: submission.kind, category: submission.category, title: submission.title,
            description: submission.description, areaCode: submission.areaCode, lat: submission.lat,
            long: submission.long, address: submission.address, anonymous: submission.anonymous,
            confidential: submission.confidential, language: submission.language, receivedAt: acceptance.receivedAt,
            published: false, view: nil, workingDaysLeft: nil, sealed: nil, channel: submission.channel.rawValue,
            isWaiting: true)
    }

    /// - Throws: 503: what its reporter wants done must wait until the database has it.
    func mustBeStored() throws(Problem) {
        guard isWaiting else { return }
        throw Problem.databaseUnavailable.explained(
            id:
                "Laporan Anda tersimpan aman, tetapi basis data sedang tidak terjangkau. Coba langkah ini sebentar lagi.",
            en: "Your report is safe, but the database is out of reach. Try this step again in a moment.")
    }
}

/// What the reporter is told honestly.
enum WaitingNote {
    static func text(_ language: String) -> String {
        (language == "en" ? note.en : note.id)
    }

    private static let note = Localized(
        id: "Tersimpan aman di penampung. Petugas melihatnya begitu basis data kembali.",
        en: "Kept safe on this machine. Officers see it as soon as the database is back.")
}
